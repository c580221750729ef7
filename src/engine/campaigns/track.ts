/**
 * Campaign tracking: candidates are tested, those that pass are merged where they are the same accounts, and what remains are campaigns with
 * a probability, an id that does not change when members come and go, and the evidence for and against.
 */
import { createHash } from "node:crypto";
import type { AccountDetection, Detection, PairDetection } from "../../vocabulary/detection.js";
import type { Population } from "../../vocabulary/fingerprint.js";
import { formCandidate, pickOwnFamilies, proposeCandidates, type Candidate } from "./candidates.js";
import { toProbability } from "./fusion.js";
import { splitAtSuccession } from "./lineage.js";
import { testSingleAccounts } from "./single-accounts.js";
import { compareStrength, isCampaign, restrictMembers, testCandidate, type TestContext, type TestedCandidate } from "./test-candidate.js";

/** Two candidates are one campaign when this share of the smaller one's members is in both. */
const SAME_MEMBERS_SHARE_MIN = 0.5;
/** A candidate of which so much is in a stronger one is that one again. */
const HELD_SHARE_MIN = 0.95;
/** Evidence that a merger may cost: caps make the sums of strong candidates equal, so a loss of more is a sign of two different things. */
const MERGER_LOSS_NATS_MAX = 1;
/** Rounds of "whose families are these, and who else carries them"; a pool is complete after two. */
const GROWTH_ROUNDS = 2;

/** A campaign as the analysis holds it; `describe.ts` turns it into the report's form. */
export interface TrackedCampaign extends TestedCandidate {
  id: string;
  probability: number;
  /** Id of the campaign whose work it took over, null when there is none. */
  successorOf: string | null;
}

/** Everything tracking found out. */
export interface Tracking {
  campaigns: TrackedCampaign[];
  /** Candidates that were examined and are no campaign, strongest first. */
  leftAlone: TestedCandidate[];
}

/** Finds the campaigns of a population. */
export function trackCampaigns(population: Population, detections: readonly Detection[]): Tracking {
  const pairDetections = detections.filter((detection): detection is PairDetection => detection.level === "pair");
  const accountDetections = detections.filter((detection): detection is AccountDetection => detection.level === "account");
  const { source, candidates } = proposeCandidates(population, pairDetections);
  const context = { source, detections };
  const tested = [
    ...candidates.map((candidate) => testCandidate(candidate, context)),
    ...testSingleAccounts(population, accountDetections),
  ];
  const campaigns = mergeCandidates(tested.filter(isCampaign).sort(compareStrength), context);
  const named = nameCampaigns(assignOnce(campaigns.sort(compareStrength), context), context);
  const taken = new Set(named.flatMap((campaign) => [...campaign.group.members]));
  const leftAlone = tested
    .filter((candidate) => !isCampaign(candidate) && !candidate.group.members.some((member) => taken.has(member)))
    .sort(compareStrength);
  return { campaigns: named, leftAlone };
}

/**
 * Merges candidates that are the same accounts, strongest first. A merger must not weaken the evidence: two campaigns that share a public
 * scaffold stay two.
 */
function mergeCandidates(passing: readonly TestedCandidate[], context: TestContext): TestedCandidate[] {
  const merged: TestedCandidate[] = [];
  for (const candidate of passing) {
    // Niches of several resolutions find the same pool; what a stronger one holds already adds nothing.
    if (merged.some((other) => shareMembers(other, candidate) >= HELD_SHARE_MIN)) continue;
    const grown = strongest([candidate, growCandidate(candidate.group.members, context)]);
    const position = merged.findIndex((other) => isSame(other, grown));
    if (position < 0) {
      merged.push(grown);
      continue;
    }
    const other = merged[position];
    const union = growCandidate(new Set([...other.group.members, ...grown.group.members]), context);
    if (union && isCampaign(union) && union.fusion.logOdds >= Math.max(other.fusion.logOdds, grown.fusion.logOdds) - MERGER_LOSS_NATS_MAX)
      merged[position] = union;
    else merged.push(grown);
  }
  return merged;
}

function isSame(a: TestedCandidate, b: TestedCandidate): boolean {
  const [smaller, larger] = a.group.members.length < b.group.members.length ? [a, b] : [b, a];
  return shareMembers(larger, smaller) >= SAME_MEMBERS_SHARE_MIN;
}

/** Share of the second candidate's members that the first has too. */
function shareMembers(holder: TestedCandidate, candidate: TestedCandidate): number {
  const held = new Set(holder.group.members);
  let shared = 0;
  for (const member of candidate.group.members) if (held.has(member)) shared += 1;
  return shared / candidate.group.members.length;
}

/** The first of the strongest campaigns; the first candidate when none of them is a campaign any more. */
function strongest(candidates: readonly (TestedCandidate | null)[]): TestedCandidate {
  const present = candidates.filter((candidate): candidate is TestedCandidate => candidate !== null);
  const best = present
    .filter(isCampaign)
    .sort((a, b) => b.group.slice.length * b.fusion.logOdds - a.group.slice.length * a.fusion.logOdds)[0];
  return best ?? present[0];
}

/** Asks which families are the accounts' own, who else carries those, and separates the pool anew over all of them. */
function growCandidate(accounts: Iterable<number>, context: TestContext): TestedCandidate | null {
  const { source } = context;
  let members = accounts;
  let candidate: Candidate | null = null;
  for (let round = 0; round < GROWTH_ROUNDS; round++) {
    const families = pickOwnFamilies(source, members);
    if (families.length === 0) break;
    const grown = formCandidate(source, { families, origin: "niche" });
    if (!grown) break;
    candidate = grown;
    members = grown.group.members;
  }
  return candidate && testCandidate(candidate, context);
}

/**
 * An account belongs to one campaign: to the stronger one. What is left of a weaker one is tested anew, because evidence about accounts that it
 * does not have any more must not speak against those it has.
 */
function assignOnce(campaigns: readonly TestedCandidate[], context: TestContext): TestedCandidate[] {
  const owned = new Set<number>();
  const kept: TestedCandidate[] = [];
  for (const campaign of campaigns) {
    const { members } = campaign.group;
    const free = [...members.keys()].filter((position) => !owned.has(members[position]));
    const rest = free.length === members.length ? campaign : testCandidate(restrictMembers(campaign, free), context);
    if (!isCampaign(rest) || free.length < members.length / 2) continue;
    for (const position of free) owned.add(members[position]);
    kept.push(rest);
  }
  return kept;
}

/** A campaign is named after its work load, which stays when accounts are replaced; without one, after its smallest account. */
function nameCampaigns(campaigns: readonly TestedCandidate[], context: TestContext): TrackedCampaign[] {
  const { population } = context.source;
  const used = new Set<string>();
  const toId = (seed: string): string => `campaign--${createHash("sha256").update(seed).digest("hex").slice(0, 16)}`;
  return campaigns.flatMap((campaign) => {
    const families = [...campaign.group.families].sort((a, b) => population.families.events[b] - population.families.events[a] || a - b);
    const names = [...families.map((family) => population.families.ids[family]), population.accountIds[campaign.group.members[0]]];
    const seed = names.find((name) => !used.has(name)) ?? names.join("\n");
    used.add(seed);
    const { candidate, successor } = splitAtSuccession(campaign, context);
    const first = { ...candidate, id: toId(seed), probability: toProbability(candidate.fusion.logOdds), successorOf: null };
    return successor
      ? [
          first,
          { ...successor, id: toId(`${seed}\nsuccessor`), probability: toProbability(successor.fusion.logOdds), successorOf: first.id },
        ]
      : [first];
  });
}
