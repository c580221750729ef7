/** Bursts in which accounts of a campaign were registered: hours in which its members come at least as often as everybody else together. */
import type { Account } from "../../vocabulary/account.js";
import { PAYERS_SHARE_MIN } from "./matches.js";

/** Accounts of a pool are registered in bursts of some hours, which is what somebody at work, or a script that must not be noticed, needs for some dozen. */
const BURST_MS = 3 * 3_600_000;
/** Others of the campaign that must have registered so near: two may be chance. */
const BURST_MEMBERS_MIN = 3;

/** Names the campaigns in a burst of which an account was registered; of its own campaign the others must make one. */
export type FindBursts = (account: Account) => string[];

/**
 * Finds them. Three members within some hours are no burst by themselves: a large campaign that registers evenly for months has three in every hour of them, and a tenth of all strangers
 * with them. As with a card, at least half of those who share the hours, of members and of strangers who were seen, must be the campaign's.
 */
export function findBursts(
  accounts: readonly Account[],
  {
    campaignOf,
    strangenessOf,
  }: {
    campaignOf: ReadonlyMap<string, string>;
    /** Probability that an account which is no member is a stranger. */
    strangenessOf: (accountId: string) => number;
  },
): FindBursts {
  const campaigns = listDense(accounts, campaignOf);
  if (campaigns.length === 0) return () => [];
  const near = joinSpans(campaigns, BURST_MS);
  const strangers = sumStrangers(accounts, { campaignOf, strangenessOf, spans: joinSpans(campaigns, 2 * BURST_MS) });
  return ({ accountId, createdAtMs }) => {
    if (!isWithin(near, createdAtMs)) return [];
    const [fromMs, toMs] = [createdAtMs - BURST_MS, createdAtMs + BURST_MS];
    const others = strangers.sums[findPlace(strangers.times, toMs)] - strangers.sums[findPlace(strangers.times, fromMs)];
    const own = campaignOf.get(accountId);
    return campaigns.flatMap(({ campaignId, times }) => {
      const members = findPlace(times, toMs) - findPlace(times, fromMs) - (campaignId === own ? 1 : 0);
      return members >= BURST_MEMBERS_MIN && members >= PAYERS_SHARE_MIN * (members + others) ? [campaignId] : [];
    });
  };
}

/** When the members of a campaign registered, ascending. */
interface Registered {
  campaignId: string;
  times: Float64Array;
}

/** Campaigns that have enough members so near each other anywhere. */
function listDense(accounts: readonly Account[], campaignOf: ReadonlyMap<string, string>): Registered[] {
  const timesOf = new Map<string, number[]>();
  for (const { accountId, createdAtMs } of accounts) {
    const campaignId = campaignOf.get(accountId);
    if (campaignId === undefined) continue;
    const times = timesOf.get(campaignId);
    if (times === undefined) timesOf.set(campaignId, [createdAtMs]);
    else times.push(createdAtMs);
  }
  return [...timesOf.keys()].sort().flatMap((campaignId) => {
    const times = Float64Array.from(timesOf.get(campaignId) ?? []).sort();
    const isDense = times.some((atMs, place) => atMs - times[place - BURST_MEMBERS_MIN + 1] < 2 * BURST_MS);
    return isDense ? [{ campaignId, times }] : [];
  });
}

/** Spans of time that do not touch, ascending. */
interface Spans {
  from: Float64Array;
  to: Float64Array;
}

/** Everything within `reachMs` of a member. */
function joinSpans(campaigns: readonly Registered[], reachMs: number): Spans {
  const times = Float64Array.from(campaigns.flatMap((campaign) => [...campaign.times])).sort();
  const from: number[] = [];
  const to: number[] = [];
  for (const atMs of times) {
    if (to.length > 0 && atMs - reachMs <= to[to.length - 1]) to[to.length - 1] = atMs + reachMs;
    else {
      from.push(atMs - reachMs);
      to.push(atMs + reachMs);
    }
  }
  return { from: Float64Array.from(from), to: Float64Array.from(to) };
}

const isWithin = ({ from, to }: Spans, atMs: number): boolean => {
  const place = findPlace(to, atMs);
  return place < to.length && from[place] <= atMs;
};

/** When strangers registered, ascending, and how many did before each place. */
function sumStrangers(
  accounts: readonly Account[],
  { campaignOf, strangenessOf, spans }: Parameters<typeof findBursts>[1] & { spans: Spans },
): { times: Float64Array; sums: Float64Array } {
  const found: { atMs: number; strangeness: number }[] = [];
  for (const { accountId, createdAtMs } of accounts) {
    if (!isWithin(spans, createdAtMs) || campaignOf.has(accountId)) continue;
    const strangeness = strangenessOf(accountId);
    if (strangeness > 0) found.push({ atMs: createdAtMs, strangeness });
  }
  found.sort((a, b) => a.atMs - b.atMs || a.strangeness - b.strangeness);
  const sums = new Float64Array(found.length + 1);
  for (const [place, { strangeness }] of found.entries()) sums[place + 1] = sums[place] + strangeness;
  return { times: Float64Array.from(found, ({ atMs }) => atMs), sums };
}

/** How many lie before. */
function findPlace(times: Float64Array, atMs: number): number {
  let [from, to] = [0, times.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (times[middle] < atMs) from = middle + 1;
    else to = middle;
  }
  return from;
}
