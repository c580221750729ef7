/**
 * Campaign tracking: candidates are tested, those that pass are merged where they are the same accounts, and what remains are campaigns with
 * a probability, an id that does not change when members come and go, and the evidence for and against.
 */
import { createHash } from "node:crypto";
import type { Detection, PairDetection } from "../../vocabulary/detection.js";
import type { Population } from "../../vocabulary/fingerprint.js";
import type { Signal } from "../../vocabulary/signal.js";
import {
  formCandidate,
  listFamilyCarriers,
  pickOwnFamilies,
  proposeCandidates,
  type Candidate,
  type CandidateSource,
} from "./candidates.js";
import { buildGroup } from "./group.js";
import { fuseSignals, toProbability, type Fusion } from "./fusion.js";

/** Two candidates are one campaign when this share of the smaller one's members is in both. */
const SAME_MEMBERS_SHARE_MIN = 0.5;
/** Evidence that a merger may cost: caps make the sums of strong candidates equal, so a loss of more is a sign of two different things. */
const MERGER_LOSS_NATS_MAX = 1;
/** Requests below which nothing is harvested: the smallest campaign looked for is six accounts with five requests each. */
const HARVEST_REQUESTS_MIN = 30;
/** Four to one: below, a group is watched and not called a campaign, because acting on a coin toss harms people. */
const CAMPAIGN_LOG_ODDS_MIN = Math.log(4);
/** Content evidence from which a group is innocent whatever else it shares: items that everybody sends are a sheet or a benchmark. */
const INNOCENT_CONTENT_NATS = -1.5;
/** Rounds of "whose families are these, and who else carries them"; a pool is complete after two. */
const GROWTH_ROUNDS = 2;

/** A candidate and what the detections say about it. */
export interface TestedCandidate extends Candidate {
  signals: Signal[];
  fusion: Fusion;
}

/** A campaign as the analysis holds it; `describe.ts` turns it into the report's form. */
export interface TrackedCampaign extends TestedCandidate {
  id: string;
  probability: number;
  /** Id of the campaign whose work it took over, null when there is none. */
  successorOf: string | null;
}

/** What candidates are tested with. */
interface TestContext {
  source: CandidateSource;
  detections: readonly Detection[];
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
  const { source, candidates } = proposeCandidates(population, pairDetections);
  const tested = candidates.filter(({ group }) => group.slice.length >= HARVEST_REQUESTS_MIN).map((candidate) => testCandidate(candidate, { source, detections }));
  const passing = tested.filter(isCampaign).sort(compareStrength);
  const campaigns = mergeCandidates(passing, { source, detections });
  const disjoint = assignOnce(campaigns.sort(compareStrength), { population, detections });
  const named = nameCampaigns(population, disjoint);
  const taken = new Set(named.flatMap((campaign) => [...campaign.group.members]));
  const leftAlone = tested
    .filter((candidate) => !isCampaign(candidate) && !candidate.group.members.some((member) => taken.has(member)))
    .sort(compareStrength);
  return { campaigns: named, leftAlone };
}

/**
 * Asks every detection that has something to say about groups. What pairs share is asked of all carriers of the work load too and the weaker answer
 * counts, because members were picked by it among others: asking only those picked would find what was put in.
 */
export function testCandidate(candidate: Candidate, { source, detections }: TestContext): TestedCandidate {
  const { population, carriage } = source;
  const { families } = candidate.group;
  const accounts = listFamilyCarriers(carriage, families).filter((account) => population.isAllowlisted[account] === 0);
  const carriers = families.length > 0 ? buildGroup(population, { accounts, families }) : candidate.group;
  const signals: Signal[] = [];
  for (const detection of detections) {
    if (detection.level === "request" || detection.level === "account" || !detection.examine) continue;
    const signal = detection.examine(candidate.group, population);
    if (!signal) continue;
    const among = detection.level === "pair" ? detection.examine(carriers, population) : signal;
    if (among) signals.push(among.logLikelihoodRatio < signal.logLikelihoodRatio ? among : signal);
  }
  return { ...candidate, signals, fusion: fuseSignals(signals) };
}

/**
 * Without a shared work load there is no campaign, whatever else accounts share: a family, an office and a VPN share addresses and cards. And
 * where what they send speaks against a harvest, as a sheet that everybody sends does, synchrony and shared places are those of a class.
 */
function isCampaign({ fusion, group }: TestedCandidate): boolean {
  const isHarvest = group.families.length > 0 && group.slice.length >= HARVEST_REQUESTS_MIN && fusion.groups.content > INNOCENT_CONTENT_NATS;
  return isHarvest && fusion.hasIndependentGroups && fusion.logOdds >= CAMPAIGN_LOG_ODDS_MIN;
}

/** Strongest first; ties by the smallest member, then by size, so that the order depends on nothing else. */
function compareStrength(a: TestedCandidate, b: TestedCandidate): number {
  return (
    b.fusion.logOdds - a.fusion.logOdds || a.group.members[0]! - b.group.members[0]! || b.group.members.length - a.group.members.length
  );
}

/**
 * Merges candidates that are the same accounts, strongest first. A merger must not weaken the evidence: two campaigns that share a public
 * scaffold stay two.
 */
function mergeCandidates(passing: readonly TestedCandidate[], context: TestContext): TestedCandidate[] {
  const merged: TestedCandidate[] = [];
  for (const candidate of passing) {
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
  const members = new Set(a.group.members);
  let shared = 0;
  for (const member of b.group.members) if (members.has(member)) shared += 1;
  return shared >= SAME_MEMBERS_SHARE_MIN * Math.min(a.group.members.length, b.group.members.length);
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
    const grown = formCandidate(source, { accounts: listFamilyCarriers(source.carriage, families), families, origin: "niche" });
    if (!grown) break;
    candidate = grown;
    members = grown.group.members;
  }
  return candidate && testCandidate(candidate, context);
}

/** An account belongs to one campaign: to the stronger one. A campaign that loses half of its members that way is dropped into the other. */
function assignOnce(
  campaigns: readonly TestedCandidate[],
  _context: { population: Population; detections: readonly Detection[] },
): TestedCandidate[] {
  const owner = new Set<number>();
  const kept: TestedCandidate[] = [];
  for (const campaign of campaigns) {
    const free = [...campaign.group.members.keys()].filter((position) => !owner.has(campaign.group.members[position]!));
    if (free.length < campaign.group.members.length / 2) continue;
    for (const position of free) owner.add(campaign.group.members[position]!);
    kept.push(free.length === campaign.group.members.length ? campaign : restrictMembers(campaign, free));
  }
  return kept;
}

function restrictMembers(campaign: TestedCandidate, positions: readonly number[]): TestedCandidate {
  const { group } = campaign;
  const slice: number[] = [];
  const sliceOffsets = [0];
  for (const position of positions) {
    for (let entry = group.sliceOffsets[position]!; entry < group.sliceOffsets[position + 1]!; entry++) slice.push(group.slice[entry]!);
    sliceOffsets.push(slice.length);
  }
  return {
    ...campaign,
    group: {
      members: Int32Array.from(positions, (position) => group.members[position]!),
      families: group.families,
      sliceOffsets: Uint32Array.from(sliceOffsets),
      slice: Uint32Array.from(slice),
    },
    memberProbabilities: Float64Array.from(positions, (position) => campaign.memberProbabilities[position]!),
  };
}

/** A campaign is named after its work load, which stays when accounts are replaced; without one, after its smallest account. */
function nameCampaigns(population: Population, campaigns: readonly TestedCandidate[]): TrackedCampaign[] {
  const used = new Set<string>();
  return campaigns.map((campaign) => {
    const families = [...campaign.group.families].sort((a, b) => population.families.events[b]! - population.families.events[a]! || a - b);
    const candidates = [...families.map((family) => population.families.ids[family]!), population.accountIds[campaign.group.members[0]!]!];
    const seed = candidates.find((name) => !used.has(name)) ?? candidates.join("\n");
    used.add(seed);
    const id = `campaign--${createHash("sha256").update(seed).digest("hex").slice(0, 16)}`;
    return { ...campaign, id, probability: toProbability(campaign.fusion.logOdds), successorOf: null };
  });
}
