/** Standings: what follows for single accounts and requests from the campaigns found. */
import { SCOPE_OPENINGS, type AccountLine, type AccountSignal } from "../../vocabulary/report.js";
import type { AccountDetection } from "../../vocabulary/detection.js";
import type { Population } from "../../vocabulary/fingerprint.js";
import type { Signal } from "../../vocabulary/signal.js";
import { fuseSignals, tellProbability, toProbability } from "./fusion.js";
import { SINGLE_ACCOUNT_LOG_ODDS } from "./single-accounts.js";
import { isInnocentContent, type TestedCandidate } from "./test-candidate.js";
import type { TrackedCampaign, Tracking } from "./track.js";

/**
 * From here an account of a campaign stands in `campaign`, and a person is asked to act. The campaign itself has passed its own bar; among
 * accounts at .6 to .7 in the tuning worlds, nine in ten were of the pool.
 */
export const MEMBER_PROBABILITY_MIN = 0.6;
/**
 * From here an account is worth a look: one in eight that are watched should prove right (what is told of groups left alone is half of this), or
 * nobody will look any more.
 */
const WATCH_PROBABILITY_MIN = 0.25;
/**
 * Own evidence of possession from which an account is watched at whatever odds: what one reference says that was issued to a stranger alone. Such a reference does
 * not come by itself, so that somebody should look; whether it harvests is another question, and the probability that is told stays low. What people
 * pass on says less: answers of others that came back said 1.4 at most of 69,500 benign accounts in tuning worlds, and none of them handed in a stranger's handle.
 */
const EXACT_POSSESSION_NATS_MIN = 4;
/** Probability of an account about which nothing speaks, at most; kept apart from 0 because absence of evidence is none. */
const CLEAR_PROBABILITY = 0.001;

/** Probability that a member, named by its position in the campaign, acts for it. */
function weighMembership(campaign: TrackedCampaign, member: number): number {
  return campaign.probability * campaign.memberProbabilities[member];
}

/** Members that stand in `campaign`, as positions in its group, ascending; the others are only watched. */
export function listStandingMembers(campaign: TrackedCampaign): number[] {
  return [...campaign.group.members.keys()].filter((member) => weighMembership(campaign, member) >= MEMBER_PROBABILITY_MIN);
}

/** What a campaign is to one account of it. */
interface Place {
  campaign: TrackedCampaign;
  standing: "campaign" | "watch";
  /** Probability that is told of it. */
  told: number;
  /** Signals that place it there. */
  signals: readonly Signal[];
  /** True when they are the account's own alone, and not its group's. */
  isAlone: boolean;
  /** Requests of the account that are the campaign's; none for one that stands by. */
  events: number;
}

/** What a campaign is to one of its accounts. */
export interface MemberStanding extends Omit<Place, "campaign"> {
  /** Position in the population. */
  account: number;
}

/** The campaign's accounts, those that stand by last, each with where it stands. */
export function listMemberStandings(campaign: TrackedCampaign): MemberStanding[] {
  const { members, sliceOffsets } = campaign.group;
  return [
    ...Array.from(
      members,
      (account, member): MemberStanding => ({
        account,
        standing: weighMembership(campaign, member) >= MEMBER_PROBABILITY_MIN ? "campaign" : "watch",
        ...tellEvidence(campaign, { account, hasPart: sliceOffsets[member + 1] > sliceOffsets[member] }),
        told: tellMembership(campaign, campaign.memberProbabilities[member]),
        events: sliceOffsets[member + 1] - sliceOffsets[member],
      }),
    ),
    // Nothing that they did speaks against them, so they are watched at whatever odds, and told what they share themselves.
    ...campaign.standby.map(
      ({ account, probability, signals }): MemberStanding => ({
        account,
        standing: "watch",
        told: campaign.probability * probability,
        signals,
        isAlone: true,
        events: 0,
      }),
    ),
  ];
}

/** Of who sent none of the work load only what it shares speaks; of the others what speaks for the campaign. */
function tellEvidence(
  { group, signals, tied }: TrackedCampaign,
  { account, hasPart }: { account: number; hasPart: boolean },
): Pick<MemberStanding, "signals" | "isAlone"> {
  const own = hasPart ? undefined : tied?.get(account);
  return own === undefined ? { signals, isAlone: group.members.length === 1 } : { signals: own, isAlone: true };
}

function listPlaces({ campaigns }: Pick<Tracking, "campaigns">): Map<number, Place> {
  const places = new Map<number, Place>();
  for (const campaign of campaigns)
    for (const { account, ...place } of listMemberStandings(campaign)) places.set(account, { campaign, ...place });
  return places;
}

function tellMembership({ fusion, barLogOdds }: TestedCandidate, membership: number): number {
  return tellProbability({ logOdds: fusion.logOdds, membership, barLogOdds });
}

/** Yields one line per account, ascending by id. */
export function* listStandings(
  population: Population,
  { tracking, accountDetections }: { tracking: Pick<Tracking, "campaigns" | "leftAlone">; accountDetections: readonly AccountDetection[] },
): Generator<AccountLine> {
  const places = listPlaces(tracking);
  const suspected = new Map<number, { probability: number; told: number; signals: Signal[]; isAlone: boolean }>();
  for (const candidate of tracking.leftAlone) {
    // Innocent content is a veto: of such groups in the tuning worlds, at whatever odds, none was a pool.
    if (!candidate.fusion.hasIndependentGroups || isInnocentContent(candidate)) continue;
    candidate.group.members.forEach((account, member) => {
      const membership = candidate.memberProbabilities[member];
      const probability = toProbability(candidate.fusion.logOdds) * membership;
      if (probability > (suspected.get(account)?.probability ?? 0)) {
        suspected.set(account, {
          probability,
          told: tellMembership(candidate, membership),
          signals: candidate.signals,
          isAlone: candidate.group.members.length === 1,
        });
      }
    });
  }
  for (let account = 0; account < population.accountIds.length; account++) {
    const own = accountDetections.flatMap((detection) => detection.inspect(account, population));
    const place = places.get(account);
    const base = {
      account_id: population.accountIds[account],
      events: population.requestOffsets[account + 1] - population.requestOffsets[account],
    };
    if (place) {
      yield {
        account_id: base.account_id,
        standing: place.standing,
        probability: round(place.told),
        campaign_id: place.campaign.id,
        events: base.events,
        campaign_events: place.events,
        signals: toAccountSignals(joinSignals(own, account, place)),
      };
      continue;
    }
    const suspicion = population.isAllowlisted[account] === 1 ? undefined : suspected.get(account);
    const isWatched = (suspicion?.probability ?? 0) >= WATCH_PROBABILITY_MIN;
    const possession = population.isAllowlisted[account] === 1 ? 0 : tellPossession(own);
    yield {
      account_id: base.account_id,
      standing: isWatched || possession > 0 ? "watch" : "clear",
      probability: round(Math.max(CLEAR_PROBABILITY, suspicion?.told ?? 0, possession)),
      campaign_id: null,
      events: base.events,
      campaign_events: 0,
      signals: toAccountSignals(isWatched && suspicion ? joinSignals(own, account, suspicion) : own),
    };
  }
}

/** What is told of an account that holds what was handed out to others alone; 0 where it does not. */
function tellPossession(own: readonly Signal[]): number {
  const held = own.filter(({ group }) => group === "possession");
  if (held.reduce((sum, signal) => sum + signal.logLikelihoodRatio, 0) < EXACT_POSSESSION_NATS_MIN) return 0;
  const { logOdds } = fuseSignals(held, { priorLogOdds: SINGLE_ACCOUNT_LOG_ODDS });
  return tellProbability({ logOdds, membership: 1 });
}

/** What is an account's own beside what its group shares: of a sentence that both tell, only its own. */
function joinSignals(
  own: readonly Signal[],
  account: number,
  { signals, isAlone }: { signals: readonly Signal[]; isAlone: boolean },
): Signal[] {
  const told = new Set(own.map((signal) => signal.because));
  const shared = signals.filter((signal) => !told.has(signal.because));
  return [...own, ...(isAlone ? shared : tellOf(account, shared))];
}

/** Signals of a group, as they are about one account of it. */
function tellOf(account: number, signals: readonly Signal[]): Signal[] {
  return signals.map((signal) => {
    if (signal.shownBy === undefined) return { ...signal, because: SCOPE_OPENINGS.whole + signal.because };
    if (signal.shownBy.includes(account)) return { ...signal, because: SCOPE_OPENINGS.among + signal.because };
    return { ...signal, logLikelihoodRatio: 0, because: SCOPE_OPENINGS.others + signal.because };
  });
}

function toAccountSignals(signals: readonly Signal[]): AccountSignal[] {
  return signals.map((signal) => ({
    detection: signal.detection,
    strength: round(signal.logLikelihoodRatio),
    spoofable: signal.spoofable,
    because: signal.because,
  }));
}

function round(value: number): number {
  return Number(value.toFixed(6));
}
