/** Which stored request belongs to which campaign: `requests.ndjson`. */
import { createKeyIndex } from "../../statistics/key-index.js";
import { takeKeys, takeStrings } from "../../store/events/column-batch.js";
import type { EventStore } from "../../store/events/store.js";
import type { Population } from "../../vocabulary/fingerprint.js";
import type { RequestLine } from "../../vocabulary/report.js";
import type { Tracking } from "./track.js";

/** Accounts named in one query: a statement of about a megabyte. */
const ACCOUNTS_LISTED_MAX = 25_000;

/** The requests of all slices, ascending by id. Ids stay in the store until here; the columns hold only their keys. */
export async function* listSliceRequests(
  store: EventStore,
  { population, tracking, eventsSql }: { population: Population; tracking: Pick<Tracking, "campaigns">; eventsSql: string },
): AsyncGenerator<RequestLine> {
  const { campaigns } = tracking;
  const sliceRows = campaigns.reduce((sum, campaign) => sum + campaign.group.slice.length, 0);
  if (sliceRows === 0) return;
  const campaignOfKey = createKeyIndex(population.requests.key, sliceRows);
  campaigns.forEach((campaign, position) => {
    for (const row of campaign.group.slice) campaignOfKey.put(row, position);
  });
  const accounts = listSenders(population, campaigns);
  const isListed = accounts.length <= ACCOUNTS_LISTED_MAX;
  const sql = `
    SELECT request_key, request_id, other_fields FROM ${eventsSql} ${isListed ? "WHERE account_id IN {accounts:Array(String)}" : ""}
    ORDER BY request_id`;
  for await (const batch of store.columns(sql, isListed ? { accounts } : {})) {
    const keys = takeKeys(batch, "request_key");
    const ids = takeStrings(batch, "request_id");
    const others = takeStrings(batch, "other_fields");
    const halves = new Uint32Array(keys.buffer, keys.byteOffset, keys.length * 2);
    for (let row = 0; row < batch.rows; row++) {
      const position = campaignOfKey.find(halves[row * 2], halves[row * 2 + 1]);
      if (position < 0) continue;
      const line: RequestLine = { request_id: ids[row], campaign_id: campaigns[position].id };
      if (others[row] !== "") line.other_fields = JSON.parse(others[row]) as Record<string, unknown>;
      yield line;
    }
  }
}

/** Ids of the accounts that sent the slices. */
function listSenders({ accountIds, requestOffsets }: Population, campaigns: Tracking["campaigns"]): string[] {
  const isSender = new Uint8Array(accountIds.length);
  for (const { group } of campaigns) {
    let account = 0;
    for (const row of group.slice) {
      // Slices ascend, but nothing breaks where one does not.
      if (row < requestOffsets[account]) account = 0;
      while (row >= requestOffsets[account + 1]) account += 1;
      isSender[account] = 1;
    }
  }
  return accountIds.filter((_, account) => isSender[account] === 1);
}
