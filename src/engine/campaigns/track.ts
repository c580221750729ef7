/**
 * Campaign tracking: candidates are tested, those that pass are merged where they are the same accounts, and what remains are campaigns with
 * a probability, an id that does not change when members come and go, and the evidence for and against.
 */
import { createHash } from "node:crypto";
import type { Detection, PairDetection } from "../../vocabulary/detection.js";
import type { CandidateGroup, Population } from "../../vocabulary/fingerprint.js";
import type { Signal } from "../../vocabulary/signal.js";
import { formCandidate, listFamilyCarriers, pickOwnFamilies, proposeCandidates, type Candidate, type CandidateSource } from "./candidates.js";
import { fuseSignals, toProbability, type Fusion } from "./fusion.js";

/** Two candidates are one campaign when this share of the smaller one's members is in both. */
const SAME_MEMBERS_SHARE_MIN = 0.3;
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
  const tested = candidates.map((candidate) => testCandidate(candidate, { population, detections }));
  const passing = tested.filter(isCampaign).sort(compareStrength);
  const merged = mergeCandidates(passing);
  const campaigns: TestedCandidate[] = [];
  for (const candidate of merged) {
    const grown = growCandidate(candidate, { source, detections });
    if (isCampaign(grown)) campaigns.push(grown);
  }
  const disjoint = assignOnce(campaigns.sort(compareStrength), { population, detections });
  const named = nameCampaigns(population, disjoint);
  const taken = new Set(named.flatMap((campaign) => [...campaign.group.members]));
  const leftAlone = tested
    .filter((candidate) => !isCampaign(candidate) && !candidate.group.members.some((member) => taken.has(member)))
    .sort(compareStrength);
  return { campaigns: named, leftAlone };
}

/** Asks every detection that has something to say about groups. */
export function testCandidate(candidate: Candidate, { population, detections }: { population: Population; detections: readonly Detection[] }): TestedCandidate {
  const signals: Signal[] = [];
  for (const detection of detections) {
    if (detection.level === "request" || detection.level === "account" || !detection.examine) continue;
    const signal = detection.examine(candidate.group, population);
    if (signal) signals.push(signal);
  }
  return { ...candidate, signals, fusion: fuseSignals(signals) };
}

function isCampaign({ fusion }: TestedCandidate): boolean {
  return fusion.logOdds > 0 && fusion.hasIndependentGroups;
}

/** Strongest first; ties by the smallest member, then by size, so that the order depends on nothing else. */
function compareStrength(a: TestedCandidate, b: TestedCandidate): number {
  return (
    b.fusion.logOdds - a.fusion.logOdds || a.group.members[0]! - b.group.members[0]! || b.group.members.length - a.group.members.length
  );
}

interface MergedCandidate {
  accounts: Set<number>;
  families: Set<number>;
}

/** Merges candidates that share members, strongest first. */
function mergeCandidates(passing: readonly TestedCandidate[]): MergedCandidate[] {
  const merged: MergedCandidate[] = [];
  for (const candidate of passing) {
    const { members, families } = candidate.group;
    const overlapping = merged.filter(({ accounts }) => {
      let shared = 0;
      for (const member of members) if (accounts.has(member)) shared += 1;
      return shared >= SAME_MEMBERS_SHARE_MIN * Math.min(members.length, accounts.size);
    });
    const into = overlapping[0] ?? { accounts: new Set<number>(), families: new Set<number>() };
    if (overlapping.length === 0) merged.push(into);
    for (const member of members) into.accounts.add(member);
    for (const family of families) into.families.add(family);
    for (const other of overlapping.slice(1)) {
      for (const member of other.accounts) into.accounts.add(member);
      for (const family of other.families) into.families.add(family);
      merged.splice(merged.indexOf(other), 1);
    }
  }
  return merged;
}

/** Asks who else carries the work load, and separates the pool anew over all of it. */
function growCandidate(merged: MergedCandidate, { source, detections }: { source: CandidateSource; detections: readonly Detection[] }): TestedCandidate {
  const families = pickOwnFamilies(source, merged.accounts);
  let accounts: Iterable<number> = merged.accounts;
  let candidate: Candidate | null = null;
  for (let round = 0; round < GROWTH_ROUNDS; round++) {
    const carriers = families.length > 0 ? listFamilyCarriers(source.carriage, families) : accounts;
    const grown = formCandidate(source, { accounts: carriers, families, origin: "niche" });
    if (!grown) break;
    candidate = grown;
    accounts = grown.group.members;
  }
  const { population } = source;
  const kept = formCandidate(source, { accounts: merged.accounts, families, origin: "links" });
  const options = [candidate, kept].filter((option): option is Candidate => option !== null);
  const tested = options.map((option) => testCandidate(option, { population, detections }));
  return tested.sort(compareStrength)[0] ?? testCandidate({ group: emptyGroup(), memberProbabilities: new Float64Array(0), origin: "links" }, { population, detections: [] });
}

function emptyGroup(): CandidateGroup {
  return { members: new Int32Array(0), families: new Uint32Array(0), sliceOffsets: new Uint32Array(1), slice: new Uint32Array(0) };
}

/** An account belongs to one campaign: to the stronger one. A campaign that loses half of its members that way is dropped into the other. */
function assignOnce(campaigns: readonly TestedCandidate[], _context: { population: Population; detections: readonly Detection[] }): TestedCandidate[] {
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
