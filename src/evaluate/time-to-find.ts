/**
 * When could a campaign first have been reported? The log is cut where campaigns have served given shares of their exchanges, and the beginning
 * up to each cut is analysed as if the rest had not happened yet.
 */
import { inspectReported, labelAccount, readAccounts } from "./labelled-accounts.js";
import type { TimeToFind } from "./evaluation.js";
import type { ScoredAccountLine } from "./read-score-input.js";
import type { Lines, TruthOfAccount } from "./score.js";

/** Times of the exchanges of each true campaign, ascending. */
export type ExchangeTimes = ReadonlyMap<string, readonly number[]>;

/** The moments, ascending, at which some campaign has served one of the shares of its exchanges. Events at that millisecond are before the cut. */
export function chooseCuts(times: ExchangeTimes, shares: readonly number[]): number[] {
  const cuts = new Set<number>();
  for (const list of times.values()) {
    for (const share of shares) {
      const last = list[Math.ceil(share * list.length) - 1];
      if (last !== undefined) cuts.add(last);
    }
  }
  return [...cuts].sort((a, b) => a - b);
}

/** Exchanges among ascending times that were served up to and including a moment. */
export function countServed(times: readonly number[], atMs: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] <= atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** True campaigns that a report holds: most of the labelled accounts of one of its campaigns are theirs. */
export async function listFoundCampaigns(accounts: Lines<ScoredAccountLine>, truth: readonly TruthOfAccount[]): Promise<string[]> {
  const table = await readAccounts(accounts);
  for (const line of truth) labelAccount(table, line, "truth");
  const found = inspectReported(table).filter((campaign) => campaign.mostly !== -1);
  return [...new Set(found.map((campaign) => table.campaigns.list[campaign.mostly]))].sort();
}

/**
 * Puts the cuts' answers together. `foundAt` holds, cut by cut, the campaigns that its report held; cuts after the last needed one are absent. `senders` are the
 * accounts of the exchanges, in the order of their times.
 */
export function describeTimeToFind(
  times: ExchangeTimes,
  {
    cuts,
    foundAt,
    senders,
  }: { cuts: readonly number[]; foundAt: readonly (readonly string[])[]; senders: ReadonlyMap<string, readonly string[]> },
): TimeToFind[] {
  return [...times.keys()].sort().map((campaign) => {
    const list = times.get(campaign) ?? [];
    const servedAt = (cut: number | undefined): number => (cut === undefined ? 0 : countServed(list, cut));
    const first = foundAt.findIndex((found) => found.includes(campaign));
    const missed = first === -1 ? foundAt.length - 1 : first - 1;
    return {
      campaign,
      exchanges: list.length,
      found_at_exchanges: first === -1 ? null : servedAt(cuts[first]),
      found_at_share: first === -1 ? null : servedAt(cuts[first]) / list.length,
      missed_at_share: missed === -1 ? 0 : servedAt(cuts[missed]) / list.length,
      missed_at_accounts: missed === -1 ? 0 : new Set(senders.get(campaign)?.slice(0, servedAt(cuts[missed]))).size,
    };
  });
}
