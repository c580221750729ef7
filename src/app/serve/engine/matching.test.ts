/** What a matcher tells verdicts of registrations. */
import { expect, it } from "vitest";
import type { Account } from "../../../vocabulary/account.js";
import type { LiveCampaign } from "../../../vocabulary/live.js";
import type { EventStore } from "../../../store/events/store.js";
import { createMatcher, type Matcher } from "./matching.js";

const WATERMARK_MS = 1_000;
/** A store without requests. */
const store = { async *columns() {} } as unknown as EventStore;

async function learnt(campaigns: readonly LiveCampaign[]): Promise<Matcher> {
  const matcher = createMatcher({ store, hash: () => 0n, onMatches() {}, onTrouble() {} });
  const sideFacts = { accounts: [], allowlist: [] } as unknown as Parameters<Matcher["learn"]>[0]["sideFacts"];
  await matcher.learn({ window: "24h", campaigns, events: { sql: "nothing" }, sideFacts });
  return matcher;
}

it("accounts are not even looked at in a turn without campaigns", async () => {
  const accounts: Iterable<Account> = {
    [Symbol.iterator]: () => {
      throw new Error("looked at");
    },
  };
  expect((await learnt([])).describe({ windows: ["24h"], watermarkMs: WATERMARK_MS, accounts })?.campaigns).toEqual([]);
});
