/** The campaign test: what the detections say about one candidate, and whether that is enough. */
import type { Detection, GroupDetection } from "../../vocabulary/detection.js";
import type { CandidateGroup, Population } from "../../vocabulary/fingerprint.js";
import type { Signal } from "../../vocabulary/signal.js";
import { isAtOne, isGathering, leaveOutPlaces } from "./gathering.js";
import { HARVEST_REQUESTS_MIN, type Candidate, type CandidateSource } from "./candidates.js";
import {
  CAMPAIGN_LOG_ODDS_MIN,
  FLEET_PACE_CAP_NATS,
  fuseSignals,
  GROUP_CAP_NATS,
  PRIOR_LOG_ODDS,
  TIMING_CAP_NATS,
  type Fusion,
} from "./fusion.js";
import { splitWorkLoads, weighCommonPace } from "./fleets.js";
import { restrictGroup } from "./group.js";
import { isInstrument } from "./neighbours.js";
import { isTiedByAll } from "./tied-accounts.js";

/** Content evidence from which a group is innocent whatever else it shares: items that everybody sends are a sheet or a benchmark. */
const INNOCENT_CONTENT_NATS = -1.5;

/**
 * Accounts that nothing but links brought together need three kinds of things in common, as addresses, cards and a day of registration: one kind
 * is what picked them, and two meet by chance wherever users of one VPN pay for their families.
 */
const LINK_KINDS_MIN = 3;
/**
 * Behaviour that links alone need beside them, from odds of 12 to 1: customers of one reseller or office hold one card and one gateway too, and keep the
 * same hours.
 */
const LINKS_ALONE_BEHAVIOUR_NATS_MIN = 2.5;
/**
 * The same where members are tied by all three kinds at once: behaviour must speak for a pool, twice as likely as not. In ten worlds without text pools of 28 and of
 * 24 accounts had .97 and 1.06; no innocent group was tied so, whatever its behaviour.
 */
const TIED_BEHAVIOUR_NATS_MIN = Math.LN2;
/** Behaviour from odds of 4 to 1 is taken for one queue's; pools in the tuning worlds had 3 nats and more, classes and hackathons at most 1. */
const OWN_BEHAVIOUR_NATS_MIN = 1.4;
/** A kind counts from odds of 4 to 1. */
const LINK_KIND_NATS_MIN = 1.4;

/** Accounts that mix a harvest with nine times as much other traffic have sent some requests of it by the time their mixes can be told … */
const REQUESTS_PER_MEMBER_MIN = 4;
/** … and young ones have sent little else. */
const SLICE_SHARE_MIN = 0.3;
/**
 * Odds against a thin work load beyond those against any. In a tuning world 47 strangers with phrases in common sent 2.7 each, a twelfth of
 * their traffic, and in two others half a class with a dozen strangers about three each; they passed with less; pools with nine tenths of other traffic share cards and addresses and pass with it.
 */
const THIN_NATS = 3;

/** A candidate and what the detections say about it. */
export interface TestedCandidate extends Candidate {
  signals: Signal[];
  fusion: Fusion;
  /** Fused log odds from which it is a campaign; the usual bar when absent. */
  barLogOdds?: number | undefined;
}

/** What candidates are tested with. */
export interface TestContext {
  source: CandidateSource;
  detections: readonly Detection[];
  /** As of {@link TestedCandidate}. */
  barLogOdds?: number | undefined;
}

/**
 * Asks every detection that has something to say about groups. What pairs share is asked of all carriers of the work load too and the weaker
 * answer counts, because members were picked by it among others: asking only those picked would find what was put in.
 */
export function testCandidate(candidate: Candidate, context: TestContext): TestedCandidate {
  const { source, detections, barLogOdds } = context;
  const { population } = source;
  const signals: Signal[] = [];
  for (const detection of detections) {
    if (detection.level === "request" || !detection.examine || isDivider(detection)) continue;
    const among = detection.level === "pair" ? candidate.carrierSignals.get(detection.name) : undefined;
    if (detection.level === "pair" && !among) continue;
    const signal = askGroup(detection, { candidate, population });
    if (signal) signals.push(among && among.logLikelihoodRatio < signal.logLikelihoodRatio ? among : signal);
  }
  let counted = isGathering(candidate.group, population) ? keepStrongestOfCause(signals, detections) : signals;
  const pace = weighFleet(candidate, population);
  const fuse = (): Fusion =>
    fuseSignals(counted, {
      priorLogOdds: isThin(candidate.group, population) ? PRIOR_LOG_ODDS - THIN_NATS : PRIOR_LOG_ODDS,
      timing: new Set(detections.filter(isTiming).map(({ name }) => name)),
      ...(pace && pace.compared > 0 ? { timingCapNats: Math.min(TIMING_CAP_NATS, pace.nats) } : {}),
      fleetPaceNats: pace?.counted?.logLikelihoodRatio ?? 0,
    });
  let fusion = fuse();
  // Asked last, and only where it can decide: behaviour that is one queue's is not a class's.
  if (fusion.logOdds >= (barLogOdds ?? CAMPAIGN_LOG_ODDS_MIN) && sumOwnBehaviour(signals, detections) < OWN_BEHAVIOUR_NATS_MIN) {
    counted = keepWithoutPlaces(counted, { candidate, context });
    fusion = fuse();
  }
  const hasIndependentGroups =
    candidate.origin === "links_alone"
      ? provesByLinks(candidate.group, { fusion, signals: counted, context })
      : fusion.hasIndependentGroups;
  return {
    ...candidate,
    signals: [...counted, ...(pace?.counted ? [pace.counted] : [])],
    fusion: { ...fusion, hasIndependentGroups },
    barLogOdds,
  };
}

/**
 * A fleet's accounts are alike within each of its work loads and not across: there what compares members is asked of every work load, whose
 * accounts are others', so that the answers add up.
 */
function askGroup(
  detection: Exclude<Detection, { level: "request" }>,
  { candidate, population }: { candidate: Candidate; population: Population },
): Signal | null {
  const { group, origin } = candidate;
  if (origin !== "fleet" || detection.comparesMembers !== true) return detection.examine?.(group, population) ?? null;
  const parts = splitWorkLoads(group, population);
  const answers = parts.flatMap((part) => detection.examine?.(part, population) ?? []);
  if (parts.length === 1 || answers.length === 0) return answers[0] ?? null;
  const nats = answers.reduce((sum, { logLikelihoodRatio }) => sum + logLikelihoodRatio, 0);
  const telling = answers.reduce((best, answer) => (answer.logLikelihoodRatio > best.logLikelihoodRatio === nats > 0 ? answer : best));
  // A detection that names no cap of its own is held to its group's.
  const cap = detection.thresholds["capNats"]?.value ?? GROUP_CAP_NATS[detection.group];
  const alike = answers.filter(({ logLikelihoodRatio }) => logLikelihoodRatio > 0 === nats > 0).length;
  const because = `Asked of each of ${parts.length} work loads, which are different accounts', and added up; ${alike} of them ${alike === 1 ? "says" : "say"} so, most of all this one. ${telling.because}`;
  return { ...telling, because, logLikelihoodRatio: Math.max(-cap, Math.min(cap, nats)) };
}

const isDivider = (detection: Detection): detection is GroupDetection => detection.level === "group" && detection.onlyDivides === true;

/** From here a pace that work loads have in common counts and is told: odds of e to 1. */
const FLEET_PACE_NATS_MIN = 1;
/** Under which detection it is told; how easily it is forged is that one's. */
const COMMON_PACE = { detection: "common-rate-process", group: "behaviour", spoofable: 2 } as const;

/** The pace that a fleet's work loads keep, measured on the accounts at hand, and the signal that it is when it counts. Null for what is no fleet. */
function weighFleet(
  { group, origin, compared = 0 }: Candidate,
  population: Population,
): { nats: number; compared: number; counted: Signal | null } | null {
  if (origin !== "fleet") return null;
  const parts = splitWorkLoads(group, population);
  const { nats, withinDaysNats } = weighCommonPace(population, { parts, compared });
  const because = `${parts.length} work loads of different accounts rise and fall together within days, beyond the hours that each of them keeps${compared > 0 ? ` and what is expected of the most alike among ${compared}` : ""}.`;
  const counted = { ...COMMON_PACE, logLikelihoodRatio: Math.min(FLEET_PACE_CAP_NATS, withinDaysNats), because };
  return { nats, compared, counted: withinDaysNats >= FLEET_PACE_NATS_MIN ? counted : null };
}

/** Whether a detection says when a group acts and not how: it is capped apart from other behaviour. */
const isTiming = (detection: Detection): boolean => detection.aspect === "timing";

/**
 * Adds into how many queues a campaign falls, which decides nothing about whether it is one: asked of those that stand in the end, because fitting two
 * queues costs more than all the rest of the test. All signals are in the order of the detections.
 */
export function addDivisions(campaign: TestedCandidate, { source, detections }: TestContext): TestedCandidate {
  const { group, signals } = campaign;
  const divisions = detections.filter(isDivider).flatMap((detection) => detection.examine(group, source.population) ?? []);
  const places = new Map(detections.map(({ name }, place) => [name, place]));
  const placeOf = ({ detection }: Signal): number => places.get(detection) ?? 0;
  return { ...campaign, signals: [...signals, ...divisions].sort((a, b) => placeOf(a) - placeOf(b)) };
}

/** Whether members send little of it, in number and as a part of what they send: phrases that people happen to use look so, and few harvests do. */
function isThin({ members, slice }: CandidateGroup, { requestOffsets }: Population): boolean {
  if (slice.length >= REQUESTS_PER_MEMBER_MIN * members.length) return false;
  const total = members.reduce((sum, account) => sum + requestOffsets[account + 1] - requestOffsets[account], 0);
  return slice.length < SLICE_SHARE_MIN * total;
}

/** Whether links are enough by themselves: of three kinds, with behaviour beside them, and not those of one room or one payer. */
function provesByLinks(
  group: CandidateGroup,
  { fusion, signals, context }: { fusion: Fusion; signals: readonly Signal[]; context: TestContext },
): boolean {
  const { population } = context.source;
  const { behaviour } = fusion.groups;
  return (
    hasKindsOfLinks(signals, context.detections) &&
    (behaviour >= LINKS_ALONE_BEHAVIOUR_NATS_MIN || (behaviour >= TIED_BEHAVIOUR_NATS_MIN && isTiedByAll(group, population))) &&
    !isAtOne(group, population.addressesOf) &&
    !isAtOne(group, population.instrumentsOf, (item) => isInstrument(population, item))
  );
}

function hasKindsOfLinks(signals: readonly Signal[], detections: readonly Detection[]): boolean {
  const kinds = new Set(detections.filter((detection) => detection.level === "pair").map((detection) => detection.name));
  const speaking = signals.filter((signal) => kinds.has(signal.detection) && signal.logLikelihoodRatio >= LINK_KIND_NATS_MIN);
  return speaking.length >= LINK_KINDS_MIN;
}

/** Behaviour that no gathering explains: a class keeps one pace too, and does not draw its tasks from one queue. */
function sumOwnBehaviour(signals: readonly Signal[], detections: readonly Detection[]): number {
  const caused = new Set(detections.filter(isExplainedByGathering).map(({ name }) => name));
  const own = signals.filter(({ detection, group }) => group === "behaviour" && !caused.has(detection));
  return own.reduce((sum, { logLikelihoodRatio }) => sum + logLikelihoodRatio, 0);
}

/** What a gathering explains has to hold without the largest places of the group too: of both answers the weaker one counts. */
function keepWithoutPlaces(signals: readonly Signal[], { candidate, context }: { candidate: Candidate; context: TestContext }): Signal[] {
  const { population } = context.source;
  const caused = new Map(context.detections.flatMap((each) => (isExplainedByGathering(each) ? [[each.name, each] as const] : [])));
  const rest = leaveOutPlaces(candidate.group, population);
  if (rest === null) return [...signals];
  const group = restrictGroup(candidate.group, rest);
  return signals.flatMap((signal) => {
    const detection = caused.get(signal.detection);
    if (detection === undefined || signal.logLikelihoodRatio <= 0) return [signal];
    const without = detection.examine?.(group, population);
    if (!without) return [];
    return without.logLikelihoodRatio < signal.logLikelihoodRatio ? [without] : [signal];
  });
}

const isExplainedByGathering = (detection: Detection): detection is Exclude<Detection, { level: "request" | "account" }> =>
  (detection.level === "pair" || detection.level === "group") && detection.innocentCause === "gathering";

/**
 * Of signals that a gathering explains together, the strongest; the rest is no evidence of its own. So it is with what compares members: that people of one event keep the same hours and
 * send about as much is the event again. Thirteen of a hackathon, with a system prompt in common, on one address for two days, were 3.7 by that.
 */
function keepStrongestOfCause(signals: readonly Signal[], detections: readonly Detection[]): Signal[] {
  const isCaused = (detection: Detection): boolean =>
    detection.innocentCause === "gathering" || ("comparesMembers" in detection && detection.comparesMembers === true);
  const caused = new Set(detections.filter(isCaused).map((detection) => detection.name));
  const speaking = signals.filter((signal) => caused.has(signal.detection) && signal.logLikelihoodRatio > 0);
  const strongest = [...speaking].sort((a, b) => b.logLikelihoodRatio - a.logLikelihoodRatio || (a.detection < b.detection ? -1 : 1))[0];
  return signals.filter((signal) => signal === strongest || !speaking.includes(signal));
}

/**
 * Whether a group is a campaign. Without a shared work load it is none, whatever else accounts share: a family, an office and a VPN share
 * addresses and cards. And where what they send speaks against a harvest, as a sheet that everybody sends does, synchrony and shared places
 * are those of a class.
 */
export function isCampaign(candidate: TestedCandidate): boolean {
  const { fusion, group, origin, barLogOdds = CAMPAIGN_LOG_ODDS_MIN } = candidate;
  const isWorkLoad = origin === "account" || origin === "links_alone" || group.families.length > 0;
  const isHarvest = group.slice.length >= HARVEST_REQUESTS_MIN && !isInnocentContent(candidate);
  return isWorkLoad && isHarvest && fusion.hasIndependentGroups && fusion.logOdds >= barLogOdds;
}

/** Whether what the members send speaks for an innocent crowd, whatever else they share: a veto. */
export function isInnocentContent({ fusion }: TestedCandidate): boolean {
  return fusion.groups.content <= INNOCENT_CONTENT_NATS;
}

/** Strongest first; ties by the smallest member, then by size, so that the order depends on nothing else. */
export function compareStrength(a: TestedCandidate, b: TestedCandidate): number {
  return b.fusion.logOdds - a.fusion.logOdds || a.group.members[0] - b.group.members[0] || b.group.members.length - a.group.members.length;
}

/** The candidate with only the members at these positions. */
export function restrictMembers(candidate: TestedCandidate, positions: readonly number[]): TestedCandidate {
  return {
    ...candidate,
    group: restrictGroup(candidate.group, positions),
    memberProbabilities: Float64Array.from(positions, (position) => candidate.memberProbabilities[position]),
  };
}
