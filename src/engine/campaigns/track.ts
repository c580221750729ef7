/**
 * Campaign tracking: candidates are tested, those that pass are merged where they are the same accounts, and what remains are campaigns with
 * a probability, an id that does not change when members come and go, and the evidence for and against.
 */
import type { Detection } from "../../vocabulary/detection.js";
import type { Population } from "../../vocabulary/fingerprint.js";
import { formCandidate, OWN_FAMILY_MEMBERS_MIN, pickOwnFamilies, type Candidate } from "./candidates.js";
import { examineCandidates, examineTogether, type Company, type Examination } from "./examine.js";
import { buildGroup } from "./group.js";
import type { KnownCampaign } from "./identity.js";
import { divideByQueue } from "./lineage.js";
import { nameCampaigns, type TrackedCampaign } from "./naming.js";
import { leaveChance } from "./chance-families.js";
import { completeCampaigns } from "./complete-campaigns.js";
import { completeLinked } from "./complete-linked.js";
import { findStandby } from "./standby.js";
import { keepTiedCore } from "./tied-core.js";
import { compareStrength, isCampaign, restrictMembers, testCandidate, type TestContext, type TestedCandidate } from "./test-candidate.js";

/** A candidate with fewer free accounts is another view of the campaigns that have them. */
const FREE_SHARE_MIN = 0.5;
/** A candidate of which so much is in others is those again. */
const HELD_SHARE_MIN = 0.95;
/** Evidence that a merger may cost: caps make the sums of strong candidates equal, so a loss of more is a sign of two different things. */
const MERGER_LOSS_NATS_MAX = 1;
/** Rounds of "whose families are these, and who else carries them"; a pool is complete after two. */
const GROWTH_ROUNDS = 2;

export type { TrackedCampaign } from "./naming.js";

/** Everything tracking found out. */
export interface Tracking {
  campaigns: TrackedCampaign[];
  /** Candidates that were examined and are no campaign, strongest first. */
  leftAlone: TestedCandidate[];
  /** As of {@link Examination}. */
  withoutPace: number;
}

/** How campaigns are tracked. */
export interface TrackOptions {
  /** Campaigns that earlier analyses named: the same keep their ids. */
  known?: readonly KnownCampaign[];
  /** Fused log odds from which a group is called a campaign; the usual bar when left out. */
  barLogOdds?: number | undefined;
}

/** Finds the campaigns of a population. */
export function trackCampaigns(
  population: Population,
  detections: readonly Detection[],
  { known = [], barLogOdds }: TrackOptions = {},
): Tracking {
  return decideCampaigns(examineCandidates(population, detections, { barLogOdds }), { known });
}

/** {@link trackCampaigns} with a second thread: the same campaigns sooner. */
export async function trackCampaignsTogether(
  population: Population,
  detections: readonly Detection[],
  { known = [], ...options }: TrackOptions & Company,
): Promise<Tracking> {
  const examination = await examineTogether(population, detections, options);
  await options.pause?.();
  return decideCampaigns(examination, { known });
}

function decideCampaigns({ context, tested, withoutPace }: Examination, { known }: { known: readonly KnownCampaign[] }): Tracking {
  const held = tested.map((candidate) => (isCampaign(candidate) ? keepTiedCore(candidate, context) : candidate));
  const campaigns = completeLinked(resolveOverlaps(held.filter(isCampaign), context), context);
  // Named by the work load it was tested with: what only completes the slice must not rename a campaign.
  const divided = divideAnew(divideByWork(campaigns, context), context).sort(compareStrength);
  const named = completeCampaigns(nameCampaigns(divided, { context, known }), context.source);
  const taken = new Set(named.flatMap((campaign) => [...campaign.group.members]));
  for (const campaign of named) {
    campaign.standby = findStandby(context.source, { campaign, isTaken: (account) => taken.has(account) });
    for (const { account } of campaign.standby) taken.add(account);
  }
  const leftAlone = held
    .filter((candidate) => !isCampaign(candidate) && !candidate.group.members.some((member) => taken.has(member)))
    .sort(compareStrength);
  return { campaigns: named, leftAlone, withoutPace };
}

/**
 * Decides between candidates that overlap: an account belongs to one campaign. What explains most comes first, a whole work load before one
 * scaffold of it that another pool uses too. Of a later candidate the accounts that are still free are tested anew; where hardly any are, it
 * is another view of a campaign at hand, which it may complete as long as that does not weaken the evidence.
 */
export function resolveOverlaps(passing: readonly TestedCandidate[], context: TestContext): TestedCandidate[] {
  const { population } = context.source;
  const ranked = passing
    .map((candidate) => ({ candidate, extent: measureExtent(candidate, population) }))
    .sort((a, b) => b.extent - a.extent || compareStrength(a.candidate, b.candidate));
  const kept: TestedCandidate[] = [];
  // Which of those kept each account is in: they have none in common. Kept up to date, because thousands of candidates pass in a log full of pools.
  const owner = new Map<number, number>();
  const dropped = new Set<number>();
  const keep = (candidate: TestedCandidate, position: number): void => {
    for (const account of kept[position]?.group.members ?? []) owner.delete(account);
    for (const account of candidate.group.members) owner.set(account, position);
    kept[position] = candidate;
  };
  const drop = (position: number): void => {
    for (const account of kept[position].group.members) owner.delete(account);
    dropped.add(position);
  };
  for (const { candidate } of ranked) {
    if (shareOwned(candidate, owner) >= HELD_SHARE_MIN) continue;
    const isLinkedOnly = candidate.origin === "links_alone";
    // What holds a fleet together is no common scaffold: whoever else carries one of its scaffolds is none of it.
    const isWhole = isLinkedOnly || candidate.origin === "fleet";
    const grown = isWhole ? candidate : strongest([candidate, growCandidate(candidate.group.members, context)]);
    if (1 - shareOwned(grown, owner) >= FREE_SHARE_MIN) {
      const rest = keepMembers(grown, { isKept: (account) => !owner.has(account), context });
      const around = grown.origin === "fleet" ? takeParts(kept, { fleet: grown, owner, context }) : null;
      if (around) {
        for (const position of around.parts.slice(1)) drop(position);
        keep(around.campaign, around.parts[0]);
      } else if (isCampaign(rest)) keep(rest, kept.length);
    } else if (!isLinkedOnly) {
      const completed = completeCampaign(kept, { grown, owner, context });
      if (completed) keep(completed.campaign, completed.position);
    }
  }
  return kept.filter((_, position) => !dropped.has(position));
}

/**
 * The fleet with the campaigns that are parts of it, where that weakens none of them. Of a fleet that is held together by what one work load hands in, that
 * work load is the first to be found: without its accounts nothing would hold the rest. Null where no campaign is a part.
 */
function takeParts(
  kept: readonly TestedCandidate[],
  { fleet, owner, context }: { fleet: TestedCandidate; owner: ReadonlyMap<number, number>; context: TestContext },
): { campaign: TestedCandidate; parts: number[] } | null {
  const members = new Set(fleet.group.members);
  const positions = new Set([...members].flatMap((account) => owner.get(account) ?? []));
  const parts = [...positions]
    .filter((position) => {
      const accounts = kept[position].group.members;
      return accounts.filter((account) => members.has(account)).length >= HELD_SHARE_MIN * accounts.length;
    })
    .sort((a, b) => a - b);
  if (parts.length === 0) return null;
  const isOwn = (account: number): boolean => parts.includes(owner.get(account) ?? parts[0]);
  const campaign = keepMembers(fleet, { isKept: isOwn, context });
  const strongestPart = Math.max(...parts.map((position) => kept[position].fusion.logOdds));
  return isCampaign(campaign) && campaign.fusion.logOdds >= strongestPart - MERGER_LOSS_NATS_MAX ? { campaign, parts } : null;
}

/**
 * Divides campaigns that are fed from different queues. A side that is the work load of another campaign goes there: two pools that share a
 * public scaffold are taken for one at first, and what is then left of the second is found by itself.
 */
function divideByWork(campaigns: readonly TestedCandidate[], context: TestContext): TestedCandidate[] {
  const divided = campaigns.map((campaign) => divideByQueue(campaign, context));
  const wholes = divided.flatMap((sides) => (sides.length === 1 ? sides : []));
  const apart: TestedCandidate[] = [];
  for (const side of divided.flatMap((sides) => (sides.length === 1 ? [] : sides))) {
    const home = findHome(side, { wholes, context });
    if (home) wholes[home.position] = separateAnew(home.both, context);
    else apart.push(side);
  }
  return [...wholes, ...apart];
}

/**
 * Two campaigns with a scaffold in common are put together and divided along their queues, where that explains more than they do: what was found first
 * kept everybody who carries the scaffold, and half of the other operator's accounts with it.
 */
export function divideAnew(campaigns: readonly TestedCandidate[], context: TestContext): TestedCandidate[] {
  const { population } = context.source;
  const divided = [...campaigns];
  const measureBoth = (sides: readonly TestedCandidate[]): number => sides.reduce((sum, side) => sum + measureExtent(side, population), 0);
  for (let first = 0; first < divided.length; first++) {
    for (let second = first + 1; second < divided.length; second++) {
      const former = [divided[first], divided[second]];
      if (!former.every(isWorked) || !sharesScaffold(former[0], former[1])) continue;
      const sides = divideByQueue(joinCandidates(former[0], { other: former[1], context }), context);
      if (sides.length === former.length && measureBoth(sides) > measureBoth(former)) [divided[first], divided[second]] = sides;
    }
  }
  return divided;
}

/** Whether accounts are held together by scaffolds that several of them carry. */
const isWorked = ({ origin }: TestedCandidate): boolean => origin === "niche" || origin === "links";

const sharesScaffold = (a: TestedCandidate, b: TestedCandidate): boolean => {
  const families = new Set(a.group.families);
  return b.group.families.some((family) => families.has(family));
};

/**
 * What two searches found in parts is one mixture of pool and chance, so its members are told anew. Each keeps the higher of both probabilities: who
 * was told apart among fewer carriers does not go because there are more of them now, and who was watched may come to stand in the campaign.
 */
function separateAnew(campaign: TestedCandidate, context: TestContext): TestedCandidate {
  const { group, origin } = campaign;
  const formed = formCandidate(context.source, { families: group.families, origin });
  if (!formed) return campaign;
  const probabilityOf = new Map(Array.from(formed.group.members, (account, member) => [account, formed.memberProbabilities[member]]));
  const memberProbabilities = campaign.memberProbabilities.map((probability, member) =>
    Math.max(probability, probabilityOf.get(group.members[member]) ?? 0),
  );
  return testCandidate({ ...campaign, memberProbabilities }, context);
}

/** The campaign whose work load the side is: together they explain more than either does, and lose no evidence. */
function findHome(
  side: TestedCandidate,
  { wholes, context }: { wholes: readonly TestedCandidate[]; context: TestContext },
): { position: number; both: TestedCandidate } | undefined {
  const { population } = context.source;
  const isOneWork = (whole: TestedCandidate, both: TestedCandidate): boolean =>
    isCampaign(both) &&
    both.fusion.logOdds >= Math.max(whole.fusion.logOdds, side.fusion.logOdds) - MERGER_LOSS_NATS_MAX &&
    measureExtent(both, population) > Math.max(measureExtent(whole, population), measureExtent(side, population));
  return wholes
    .map((whole, position) => ({ whole, position, both: joinCandidates(whole, { other: side, context }) }))
    .filter(({ whole, both }) => isOneWork(whole, both))
    .sort((a, b) => measureExtent(b.both, population) - measureExtent(a.both, population))[0];
}

/**
 * Completes the campaign that most of the candidate's accounts are in: by both together where that does not weaken the evidence, else by
 * the accounts that nobody has yet. They passed the test in other company, so they must not be lost for whose they are. Null where
 * neither can be.
 */
function completeCampaign(
  kept: readonly TestedCandidate[],
  { grown, owner, context }: { grown: TestedCandidate; owner: ReadonlyMap<number, number>; context: TestContext },
): { campaign: TestedCandidate; position: number } | null {
  const held = new Uint32Array(kept.length);
  for (const member of grown.group.members) {
    const campaign = owner.get(member);
    if (campaign !== undefined) held[campaign] += 1;
  }
  const position = held.indexOf(Math.max(...held));
  const campaign = kept[position];
  const isFree = (account: number): boolean => (owner.get(account) ?? position) === position;
  const union =
    grown.origin === "links_alone" || grown.origin === "fleet"
      ? null
      : growCandidate(new Set([...campaign.group.members, ...grown.group.members]), context);
  const whole = union && keepMembers(union, { isKept: isFree, context });
  const isWeaker = !whole || whole.fusion.logOdds < Math.max(campaign.fusion.logOdds, grown.fusion.logOdds) - MERGER_LOSS_NATS_MAX;
  if (whole && !isWeaker && isCampaign(whole) && whole.group.slice.length >= campaign.group.slice.length) {
    return { campaign: whole, position };
  }
  const rest = keepMembers(grown, { isKept: (account) => !owner.has(account), context });
  const both = joinCandidates(campaign, { other: rest, context });
  // Two work loads thrown together lose evidence: strangers with a kit of their own would come in with a pool.
  const isKept = isCampaign(both) && (isCampaign(rest) || both.fusion.logOdds >= campaign.fusion.logOdds - MERGER_LOSS_NATS_MAX);
  return isKept ? { campaign: both, position } : null;
}

/** The candidate with some of its members, tested anew where some are missing. */
function keepMembers(
  candidate: TestedCandidate,
  { isKept, context }: { isKept: (account: number) => boolean; context: TestContext },
): TestedCandidate {
  const { members } = candidate.group;
  const positions = [...members.keys()].filter((position) => isKept(members[position]));
  return positions.length === members.length ? candidate : testCandidate(restrictMembers(candidate, positions), context);
}

/** Both candidates' members and families as one, each member as probable as it was. */
function joinCandidates(campaign: TestedCandidate, { other, context }: { other: TestedCandidate; context: TestContext }): TestedCandidate {
  const { population } = context.source;
  const probabilityOf = new Map<number, number>();
  for (const { group, memberProbabilities } of [other, campaign])
    group.members.forEach((account, member) => probabilityOf.set(account, memberProbabilities[member]));
  const group = buildGroup(population, { accounts: probabilityOf.keys(), families: [...campaign.group.families, ...other.group.families] });
  const memberProbabilities = Float64Array.from(group.members, (account) => probabilityOf.get(account) ?? 0);
  return testCandidate({ ...campaign, group, memberProbabilities }, context);
}

function shareOwned({ group }: TestedCandidate, owner: ReadonlyMap<number, number>): number {
  return group.members.reduce((sum, member) => sum + (owner.has(member) ? 1 : 0), 0) / group.members.length;
}

/**
 * How much of the population's use of scaffolds a candidate explains: pairs of member and scaffold that occur, times how many of all such pairs
 * occur. One pool whose accounts carry most of its scaffolds is its area; two pools thrown together are no more than the larger of them. What
 * links hold together needs no common scaffold, so there the pairs count in full.
 */
function measureExtent({ group, origin }: TestedCandidate, { requests }: Population): number {
  const positionOf = new Map([...group.families].map((family, position) => [family, position]));
  const carriers = new Uint32Array(group.families.length);
  const lastMember = new Int32Array(group.families.length).fill(-1);
  for (let member = 0; member < group.members.length; member++) {
    for (let entry = group.sliceOffsets[member]; entry < group.sliceOffsets[member + 1]; entry++) {
      const row = group.slice[entry];
      for (const family of [requests.promptFamily[row], requests.systemFamily[row]]) {
        const position = positionOf.get(family);
        if (position === undefined || lastMember[position] === member) continue;
        lastMember[position] = member;
        carriers[position] += 1;
      }
    }
  }
  const count = group.members.length;
  const own = carriers.filter((each) => each >= OWN_FAMILY_MEMBERS_MIN * count);
  const pairs = own.reduce((sum, each) => sum + each, 0);
  if (origin === "links_alone") return count;
  if (origin === "links" || own.length === 0) return pairs;
  return (pairs * pairs) / (count * own.length);
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
    const families = leaveChance(source, { members, families: pickOwnFamilies(source, members) });
    if (families.length === 0) break;
    const grown = formCandidate(source, { families, origin: "niche" });
    if (!grown) break;
    candidate = grown;
    members = grown.group.members;
  }
  return candidate && testCandidate(candidate, context);
}
