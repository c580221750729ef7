/** Which account got which reasoning handle, read back from the events: for verdicts, whose own memory of it ends with their process. */
import { takeKeys } from "./column-batch.js";
import type { EventStore } from "./store.js";

/** Handles with the accounts and organizations that they were issued to, as xxHash64; one place of each list belongs together. The oldest come first. */
export interface IssuedHandles {
  handles: BigUint64Array;
  accounts: BigUint64Array;
  /** 0 where the event named none. */
  organizations: BigUint64Array;
}

/** Prefixes of accounts behind which anybody may stand. */
interface IssuedWish {
  limit: number;
  nobodies: readonly string[];
}

/** Reads the handles issued last, at most `limit`; one that several accounts got comes once for each. */
export async function readIssuedHandles(store: Pick<EventStore, "columns">, { limit, nobodies }: IssuedWish): Promise<IssuedHandles> {
  const sql = `
    SELECT handle, account_key, organization_key, last_ms FROM (
      SELECT arrayJoin(handles_issued) AS handle, account_key, max(at_ms) AS last_ms,
        max(if(organization_id = '', toUInt64(0), xxHash64(organization_id))) AS organization_key
      FROM request_events
      WHERE notEmpty(handles_issued) AND NOT arrayExists(nobody -> startsWith(account_id, nobody), {nobodies:Array(String)})
      GROUP BY handle, account_key
      ORDER BY last_ms DESC, handle, account_key LIMIT ${Math.max(0, Math.floor(limit))}
    ) ORDER BY last_ms, handle, account_key`;
  const parts: bigint[][] = [[], [], []];
  for await (const batch of store.columns(sql, { nobodies: [...nobodies] })) {
    for (const [place, name] of ["handle", "account_key", "organization_key"].entries())
      for (const key of takeKeys(batch, name)) parts[place].push(key);
  }
  const [handles, accounts, organizations] = parts.map((keys) => BigUint64Array.from(keys));
  return { handles, accounts, organizations };
}
