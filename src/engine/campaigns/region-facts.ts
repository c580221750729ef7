/**
 * Regions that an operator does not serve, as a policy fact: sums over all accounts and over each campaign. No account is named, and nothing of this
 * is evidence of anything: who travels, works abroad or sits behind somebody else's address is counted like everybody else.
 */
import { clopperPearsonInterval } from "../../statistics/intervals.js";
import { takeNumbers, takeStrings } from "../../store/events/column-batch.js";
import type { EventStore } from "../../store/events/store.js";
import type { Account } from "../../vocabulary/account.js";

/** What is known of where accounts are. Positions are those of the population. */
export interface RegionCounts {
  /** Requests of each account that tell a country, and those of them from a listed region. */
  told: Float64Array;
  listed: Float64Array;
  /** 1 where the account's telephone or billing country is listed; 2 where one is known and none is listed; 0 where neither is known. */
  registered: Uint8Array;
}

/** A campaign by what is told of it. */
export interface RegionGroup {
  id: string;
  /** Positions of accounts. */
  members: readonly number[];
}

/** Counts requests by region. `eventsSql` yields every request exactly once; `accountIds` are the population's, ascending. */
export async function countRegions(
  store: Pick<EventStore, "columns">,
  options: { eventsSql: string; accountIds: readonly string[]; accounts: readonly Account[]; regions: readonly string[] },
): Promise<RegionCounts> {
  const { eventsSql, accountIds, accounts, regions } = options;
  const positions = new Map(accountIds.map((accountId, position) => [accountId, position]));
  const counts: RegionCounts = {
    told: new Float64Array(accountIds.length),
    listed: new Float64Array(accountIds.length),
    registered: new Uint8Array(accountIds.length),
  };
  const sql = `
    SELECT account_id, toUInt32(count()) AS told, toUInt32(countIf(upper(toString(country)) IN {regions:Array(String)})) AS listed
    FROM ${eventsSql} WHERE country != '' GROUP BY account_id`;
  for await (const batch of store.columns(sql, { regions })) {
    const ids = takeStrings(batch, "account_id");
    const [told, listed] = ["told", "listed"].map((name) => takeNumbers(batch, name));
    for (let row = 0; row < batch.rows; row++) {
      const position = positions.get(ids[row]);
      if (position === undefined) continue;
      counts.told[position] = told[row];
      counts.listed[position] = listed[row];
    }
  }
  const isListed = new Set(regions);
  for (const { accountId, phoneCountry, billingCountry } of accounts) {
    const position = positions.get(accountId);
    const known = [phoneCountry, billingCountry].flatMap((country) => (country === undefined ? [] : [country.toUpperCase()]));
    if (position === undefined || known.length === 0) continue;
    counts.registered[position] = counts.registered[position] === 1 || known.some((country) => isListed.has(country)) ? 1 : 2;
  }
  return counts;
}

/** Sentences about all accounts and about each campaign; keys are stable. */
export function describeRegions(counts: RegionCounts, campaigns: readonly RegionGroup[]): Record<string, string> {
  const facts: Record<string, string> = { unsupported_regions: describeGroup(counts, [...counts.told.keys()], "All accounts") };
  for (const { id, members } of campaigns) facts[`unsupported_regions_${id}`] = describeGroup(counts, members, `Campaign ${id}`);
  return facts;
}

function describeGroup({ told, listed, registered }: RegionCounts, members: readonly number[], whom: string): string {
  const located = members.filter((account) => told[account] > 0);
  const inside = located.filter((account) => listed[account] > 0);
  const both = located.filter((account) => registered[account] !== 0);
  const abroad = both.filter((account) => registered[account] === 1 && listed[account] === 0);
  const sum = (accounts: readonly number[], column: Float64Array): number =>
    accounts.reduce((total, account) => total + column[account], 0);
  const requests =
    inside.length === 0 ? "" : `, with ${formatShare(sum(inside, listed) / sum(located, told))} of the requests that tell a country`;
  const sentences = [
    located.length === 0
      ? `${whom}: no request tells a country.`
      : `${whom}: ${describeShare([inside.length, located.length], "whose country is told sent requests from a listed region")}${requests}.`,
  ];
  if (both.length > 0)
    sentences.push(
      `${describeShare([abroad.length, both.length], "whose registration tells a country too are registered in a listed region and sent from elsewhere only")}, as people do who moved, and as proxies do.`,
    );
  return sentences.join(" ");
}

function describeShare([successes, trials]: readonly [number, number], what: string): string {
  const { low, high } = clopperPearsonInterval({ successes, trials });
  return `${successes} of ${trials} accounts ${what} (${formatShare(successes / trials)}, with 95 % confidence ${formatShare(low)} to ${formatShare(high)})`;
}

function formatShare(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
