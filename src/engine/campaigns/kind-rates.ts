/** How much a kind of match says: how many of a campaign's accounts show it, and how many strangers do. */
import type { MatchKind } from "../../vocabulary/known.js";

/** How many of a campaign's accounts show a kind of match, of how many, and how many others do, of how many. */
export interface KindRate {
  members: number;
  membersOf: number;
  others: number;
  othersOf: number;
}

/** By campaign and kind. */
export type KindRates = ReadonlyMap<string, ReadonlyMap<MatchKind, KindRate>>;

/**
 * No kind of match says more than that it is a thousand times as likely of the campaign as of others: what it is counted on are some hundreds or thousands of accounts that
 * were also used to choose the marks. The verdict holds a kind down further where a campaign's prior is high, so that one alone never passes even odds.
 */
const NATS_MAX = Math.log(1000);

/**
 * Natural logarithm of the likelihood ratio. One stranger more than was seen shows it: marks were chosen because few do (the same correction as for crowds, decision 16).
 */
export function rateKind({ members, membersOf, others, othersOf }: KindRate): number {
  if (members === 0) return 0;
  const inside = members / (membersOf + 1);
  const outside = (others + 1) / (othersOf + 1);
  return Math.min(NATS_MAX, Math.max(0, Math.log(inside / outside)));
}

/** Two members must carry a thing before it counts for either of them: of a newcomer it is asked whether he shares it with one who is known. */
export const SHARERS_MIN = 2;

/** How often each value comes. */
export function countBy(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
