/**
 * Fusion: signals into one probability. Log-likelihood ratios add up within a group of evidence, each group is capped, because what lies
 * within one group is never independent, and the capped groups add up on the prior odds.
 */
import { EVIDENCE_GROUPS, type EvidenceGroup, type Signal } from "../../vocabulary/signal.js";

/**
 * Most that one group may say, in nats. No group alone outweighs the prior. Registration may say most, because payment instruments cost the
 * other side money; content least, because a popular scaffold is public. Possession is exact: what was handed out to somebody else alone was passed on.
 */
export const GROUP_CAP_NATS: Record<EvidenceGroup, number> = {
  content: 5,
  behaviour: 5,
  infrastructure: 4,
  registration: 6.5,
  possession: 6,
};

/**
 * Most that the timing of a group may say beside its other behaviour. When accounts act together and what their requests look like are forged apart and
 * have different innocent causes: copycats and users of one kit send alike and keep no common pace, a class keeps one and sends the same items.
 */
export const TIMING_CAP_NATS = 5;

/**
 * Most that all behaviour of one group may say, with its timing: as much as registrations, and below the prior, so that here too no group alone outweighs
 * it. One pace over work loads of different accounts comes on top, because a fleet is several groups, as far as other evidence bears it out.
 */
export const ALL_BEHAVIOUR_CAP_NATS = 6.5;

/**
 * Most that one pace over work loads of different accounts may say beside the pace itself, and no more than all other groups of evidence say. What explains a common pace innocently, a lesson, a launch, an
 * outage, is of one product; that it is on scaffolds which have nobody in common is what a dispatcher does.
 */
export const FLEET_PACE_CAP_NATS = 2.5;

/**
 * Log prior odds that a candidate group is a pool. Of the candidates that one analysis examines (every niche, every cluster of links) about
 * one in a thousand is, in the worlds used for tuning.
 */
export const PRIOR_LOG_ODDS = -7;
/** A group of evidence counts as present from odds of e to 1. */
const PRESENT_NATS_MIN = 1;

/** What all signals about one candidate say together. */
export interface Fusion {
  /** Capped sum per group of evidence; less, down to 0, where links or registrations are faint. */
  groups: Record<EvidenceGroup, number>;
  /** Sum of the capped groups and the prior. */
  logOdds: number;
  /** True when two groups speak for a pool, one of them content or behaviour. */
  hasIndependentGroups: boolean;
}

/**
 * Adds the signals up. Signals are summed in the order given; callers pass them in the order of the detections.
 *
 * @param options.timing names of the detections whose evidence is timing, capped apart from the rest of behaviour.
 * @param options.timingCapNats most that they may say together here, where the group was picked by its timing.
 * @param options.fleetPaceNats evidence that work loads of different accounts keep one pace, capped apart too.
 */
export function fuseSignals(
  signals: readonly Signal[],
  {
    priorLogOdds = PRIOR_LOG_ODDS,
    timing,
    timingCapNats = TIMING_CAP_NATS,
    fleetPaceNats = 0,
  }: { priorLogOdds?: number; timing?: ReadonlySet<string>; timingCapNats?: number; fleetPaceNats?: number } = {},
): Fusion {
  const groups: Record<EvidenceGroup, number> = { content: 0, behaviour: 0, infrastructure: 0, registration: 0, possession: 0 };
  let timingNats = 0;
  for (const signal of signals) {
    if (timing?.has(signal.detection)) timingNats += signal.logLikelihoodRatio;
    else groups[signal.group] += signal.logLikelihoodRatio;
  }
  const timed = Math.min(timingCapNats, capNats(timingNats, TIMING_CAP_NATS));
  let elsewhere = 0;
  for (const group of EVIDENCE_GROUPS) {
    groups[group] = capNats(discountFaint(group, groups[group]), GROUP_CAP_NATS[group]);
    if (group !== "behaviour") elsewhere += Math.max(0, groups[group]);
  }
  groups.behaviour = Math.min(ALL_BEHAVIOUR_CAP_NATS, groups.behaviour + timed) + Math.min(FLEET_PACE_CAP_NATS, fleetPaceNats, elsewhere);
  const logOdds = EVIDENCE_GROUPS.reduce((sum, group) => sum + groups[group], priorLogOdds);
  const present = EVIDENCE_GROUPS.filter((group) => groups[group] >= PRESENT_NATS_MIN);
  return { groups, logOdds, hasIndependentGroups: present.length >= 2 && (present.includes("content") || present.includes("behaviour")) };
}

/** Counter-evidence is capped more loosely than evidence: an innocent explanation must be able to win alone. */
function capNats(nats: number, cap: number): number {
  return Math.max(-2 * cap, Math.min(cap, nats));
}

/**
 * Links and registrations up to this must not carry over the bar what content and behaviour bring half a nat below it. Being in an access programme
 * says 1.1 at most and ties nobody to anybody: ten copycats of a published scaffold, three of them enrolled, stood in campaign with .8.
 */
const FAINT_NATS_MAX = 1.2;
/** From twice as much they count in full; between, they grow twice as fast, so that there is no step at which a hair's breadth decides. */
const CLEAR_NATS_MIN = 2 * FAINT_NATS_MAX;

function discountFaint(group: EvidenceGroup, nats: number): number {
  if (group === "content" || group === "behaviour" || nats <= 0 || nats >= CLEAR_NATS_MIN) return nats;
  return (CLEAR_NATS_MIN / (CLEAR_NATS_MIN - FAINT_NATS_MAX)) * Math.max(0, nats - FAINT_NATS_MAX);
}

/**
 * Calibration: what the fused log odds of a candidate group are worth. Fitted by logistic regression on the candidates of six worlds that were
 * used for tuning and for nothing else (docs/decisions/0007-calibration.md): of 504 groups below 1 none was a pool, of 20 above 4 all were.
 *
 * Source: Platt, "Probabilistic outputs for support vector machines", 1999.
 */
const CALIBRATION = { slope: 1.5, midpoint: 2.3 };

/** The probability that a candidate with these fused log odds is a pool; {@link tellProbability} makes of it the one that is told. */
export function toProbability(logOdds: number): number {
  return 1 / (1 + Math.exp(-CALIBRATION.slope * (logOdds - CALIBRATION.midpoint)));
}

/** The log odds that {@link toProbability} makes this probability of, 0 < probability < 1. */
export function toCalibratedLogOdds(probability: number): number {
  return CALIBRATION.midpoint + Math.log(probability / (1 - probability)) / CALIBRATION.slope;
}

/**
 * From here a group is called a campaign and a person is asked to act. In the tuning worlds nothing innocent was above it, and a class with a dozen
 * strangers (.84) just below; what it costs is small pools that hide well, which are watched. Acting on a coin toss harms people.
 */
export const CAMPAIGN_PROBABILITY_MIN = 0.85;
/** The same as fused log odds: the usual bar, where the operator has not chosen a false-positive rate. */
export const CAMPAIGN_LOG_ODDS_MIN = toCalibratedLogOdds(CAMPAIGN_PROBABILITY_MIN);

/** Members of groups that pass: those said to be .5 to .7 likely were of the pool in .83 of cases, those at .88 in all, which is odds to the third. */
const MEMBER_ODDS_POWER = 3;
/**
 * Of groups that pass neither the bar in force nor the usual one the sums are too bold, because such groups are those that stand out among thousands: at most half as many proved right as was
 * said, in worlds where attackers give up most to hide; hardly any in the others.
 */
const LEFT_ALONE_FACTOR = 0.5;

/** What is known of one member of a group. */
export interface GroupMembership {
  logOdds: number;
  membership: number;
  barLogOdds?: number | undefined;
}

/**
 * The probability that is told of a member of a group, as often true as it says in the tuning worlds (docs/decisions/0016-benign-calibration.md).
 * Bars and standings are set on what goes in; policies (`members.probability_min`) read what is told.
 *
 * A group that passes a lower bar than the usual one is told in full: of members between 2.57 and the usual bar .59 proved right, where .68 is said so
 * and .32 would be otherwise. A stricter bar makes nobody less likely: of members between the usual bar and 5.7 that it left alone .99 proved right.
 *
 * @param membership probability that the member is of the group; 1 asks for the group.
 * @param barLogOdds the bar in force.
 */
export function tellProbability({ logOdds, membership, barLogOdds = CAMPAIGN_LOG_ODDS_MIN }: GroupMembership): number {
  const probability = toProbability(logOdds);
  if (logOdds < Math.min(barLogOdds, CAMPAIGN_LOG_ODDS_MIN)) return LEFT_ALONE_FACTOR * probability * membership;
  const passed = membership ** MEMBER_ODDS_POWER;
  return (probability * passed) / (passed + (1 - membership) ** MEMBER_ODDS_POWER);
}
