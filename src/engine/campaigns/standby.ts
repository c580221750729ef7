/**
 * Accounts that stand by: bought or registered for a pool and not used for its work yet, as the reserve that replaces banned accounts is.
 * Nothing they sent is of the campaign, so only what they share with its accounts tells: a payment instrument or e-mail, which no coincidence
 * brings about, and a second kind of thing beside it. They are watched and no more, because nothing they did speaks against them.
 */
import type { CandidateSource } from "./candidates.js";
import type { Signal } from "../../vocabulary/signal.js";
import { buildGroup } from "./group.js";
import { describeRegistration, describeSharing } from "./member-attributes.js";
import { isInstrument, listNeighbours } from "./neighbours.js";
import { listStandingMembers } from "./standings.js";
import type { TrackedCampaign } from "./naming.js";

/** One account that stands by for a campaign. */
export interface StandbyAccount {
  /** Position in the population. */
  account: number;
  /** Probability that it is of the pool, given that the campaign is one. */
  probability: number;
  /** What it shares with them, kind by kind. */
  signals: readonly Signal[];
}

/**
 * Evidence of a kind from which it counts: odds of e to 1. In sixteen tuning worlds an address and a registration day together were shared by
 * 25 innocent accounts, an instrument and one of them by none of those and 40 of pools.
 */
const KIND_NATS_MIN = 1;
/** Log prior odds that who shares something with a pool's account is of the pool: most are strangers to it. */
const NEIGHBOUR_LOG_ODDS = -1.1;
/** How sure the campaign's own accounts are of the pool: they passed, nearly. */
const STANDING_PROBABILITY = 0.95;

/** Under which detections the kinds are told; how easily each is forged is theirs. */
const INSTRUMENT = { detection: "shared-rare-instrument", group: "registration", spoofable: 1 } as const;
const ADDRESS = { detection: "shared-infrastructure", group: "infrastructure", spoofable: 3 } as const;
const BURST = { detection: "registration-burst", group: "registration", spoofable: 2 } as const;

function say(logLikelihoodRatio: number, rest: Omit<Signal, "logLikelihoodRatio">): Signal {
  return { ...rest, logLikelihoodRatio };
}

/** Finds the accounts that stand by for one campaign, ascending; `isTaken` tells those that are in a campaign already. */
export function findStandby(
  { population }: Pick<CandidateSource, "population">,
  { campaign, isTaken }: { campaign: TrackedCampaign; isTaken: (account: number) => boolean },
): StandbyAccount[] {
  if (campaign.origin === "account") return [];
  const standing = new Set(listStandingMembers(campaign).map((member) => campaign.group.members[member]));
  const group = buildGroup(population, { accounts: listNeighbours(population, Int32Array.from(standing)), families: [] });
  const probabilities = Float64Array.from(group.members, (account) => (standing.has(account) ? STANDING_PROBABILITY : 0));
  const instruments = describeSharing(population, {
    group,
    incidence: population.instrumentsOf,
    things: population.instruments,
    isCounted: (item) => isInstrument(population, item),
  }).weigh(probabilities);
  const addresses = describeSharing(population, {
    group,
    incidence: population.addressesOf,
    things: population.addresses,
    isCounted: () => true,
  }).weigh(probabilities);
  const registration = describeRegistration(population, group).weigh(probabilities);
  const standby: StandbyAccount[] = [];
  group.members.forEach((account, member) => {
    if (isTaken(account)) return;
    if (instruments[member] < KIND_NATS_MIN || Math.max(addresses[member], registration[member]) < KIND_NATS_MIN) return;
    const logOdds = NEIGHBOUR_LOG_ODDS + instruments[member] + addresses[member] + registration[member];
    const signals = [
      say(instruments[member], { ...INSTRUMENT, because: "Shares a payment instrument or e-mail with accounts of the campaign." }),
      say(addresses[member], { ...ADDRESS, because: "Sends from addresses that accounts of the campaign use too." }),
      say(registration[member], { ...BURST, because: "Was registered when accounts of the campaign were." }),
    ].filter(({ logLikelihoodRatio }) => logLikelihoodRatio >= KIND_NATS_MIN);
    standby.push({ account, probability: 1 / (1 + Math.exp(-logOdds)), signals });
  });
  return standby;
}
