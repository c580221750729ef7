/**
 * Accounts that stand by: bought or registered for a pool and not used for its work yet, as the reserve that replaces banned accounts is.
 * Nothing they sent is of the campaign, so only what they share with its accounts tells: a payment instrument or e-mail, which no coincidence
 * brings about, and a second kind of thing beside it. They are watched and no more, because nothing they did speaks against them; whom `tied-members.ts` ties by more stands in the campaign, and no rule but `watch` means it until it sent some of the work.
 */
import type { CandidateSource } from "./candidates.js";
import type { Signal } from "../../vocabulary/signal.js";
import { listStandingMembers } from "./standings.js";
import type { TrackedCampaign } from "./naming.js";
import { isTie, isTiedTwice, weighTies, type Tie } from "./tied-accounts.js";

/** One account that stands by for a campaign. */
export interface StandbyAccount {
  /** Position in the population. */
  account: number;
  /** Probability that it is of the pool, given that the campaign is one. */
  probability: number;
  /** What it shares with them, kind by kind. */
  signals: readonly Signal[];
}

/** How sure the campaign's own accounts are of the pool: they passed, nearly. */
export const STANDING_PROBABILITY = 0.95;

/** Under which detections the kinds are told; how easily each is forged is theirs. */
const INSTRUMENT = { detection: "shared-rare-instrument", group: "registration", spoofable: 1 } as const;
const ADDRESS = { detection: "shared-infrastructure", group: "infrastructure", spoofable: 3 } as const;
const BURST = { detection: "registration-burst", group: "registration", spoofable: 2 } as const;

const ONE_CARD =
  "Shares a payment instrument or e-mail with accounts of the campaign, and neither addresses nor days of registration; this log has no text that would tell whether it takes part.";

/** What an account shares with a pool, kind by kind. */
export function tellTie({ instruments, addresses, registration }: Tie): Signal[] {
  return [
    say(instruments, { ...INSTRUMENT, because: "Shares a payment instrument or e-mail with accounts of the campaign." }),
    say(addresses, { ...ADDRESS, because: "Sends from addresses that accounts of the campaign use too." }),
    say(registration, { ...BURST, because: "Was registered when accounts of the campaign were." }),
  ].filter(({ logLikelihoodRatio }) => isTie(logLikelihoodRatio));
}

function say(logLikelihoodRatio: number, rest: Omit<Signal, "logLikelihoodRatio">): Signal {
  return { ...rest, logLikelihoodRatio };
}

/** Finds the accounts that stand by for one campaign, ascending; `isTaken` tells those that are in a campaign already. */
export function findStandby(
  { population }: Pick<CandidateSource, "population">,
  { campaign, isTaken }: { campaign: TrackedCampaign; isTaken: (account: number) => boolean },
): StandbyAccount[] {
  if (campaign.origin === "account") return [];
  const standing = listStandingMembers(campaign).map((member) => campaign.group.members[member]);
  const standby: StandbyAccount[] = [];
  for (const tie of weighTies(population, new Map(standing.map((account) => [account, STANDING_PROBABILITY])))) {
    const { account, probability } = tie;
    if (isTaken(account)) continue;
    if (isTiedTwice(tie)) standby.push({ account, probability, signals: tellTie(tie) });
    // Without text nothing tells who takes part, and who pays for an account of the pool may be a relative or a colleague.
    else if (campaign.origin === "links_alone" && isTie(tie.instruments))
      standby.push({ account, probability, signals: [say(tie.instruments, { ...INSTRUMENT, because: ONE_CARD })] });
  }
  return standby;
}
