/** What a matcher tells verdicts of registrations. */
import { describe, expect, it } from "vitest";
import { sampleCampaign, sampleMember } from "../../../engine/decisions/testing/sample-campaigns.js";
import type { Account, AllowlistEntry } from "../../../vocabulary/account.js";
import type { LiveCampaign } from "../../../vocabulary/live.js";
import type { EventStore } from "../../../store/events/store.js";
import { createMatcher, type Matcher } from "./matching.js";

const WATERMARK_MS = 1_000;
const HASHES = ["a", "b", "newcomer"];
/** A store without requests. */
const store = { async *columns() {} } as unknown as EventStore;

async function learnt(campaigns: readonly LiveCampaign[], allowlist: readonly AllowlistEntry[] = []): Promise<Matcher> {
  const matcher = createMatcher({ store, hash: (text) => BigInt(HASHES.indexOf(text) + 1), onMatches() {}, onTrouble() {} });
  const sideFacts = { accounts: [], allowlist } as unknown as Parameters<Matcher["learn"]>[0]["sideFacts"];
  await matcher.learn({ window: "24h", campaigns, events: { sql: "nothing" }, sideFacts });
  return matcher;
}

describe("accounts", () => {
  it("are not even looked at in a turn without campaigns", async () => {
    const accounts: Iterable<Account> = {
      [Symbol.iterator]: () => {
        throw new Error("looked at");
      },
    };
    expect((await learnt([])).describe({ windows: ["24h"], watermarkMs: WATERMARK_MS, accounts })?.campaigns).toEqual([]);
  });

  const accounts = HASHES.map((accountId): Account => ({ accountId, createdAtMs: 0, paymentFingerprint: "card" }));
  it.each([
    ["are told who pay with a campaign's card", [], true],
    ["are not told whom the allowlist spares", [{ accountId: "newcomer", reason: "known", expiresAtMs: WATERMARK_MS + 1 }], false],
    ["are told again when the entry has run out", [{ accountId: "newcomer", reason: "known", expiresAtMs: WATERMARK_MS }], true],
  ])("%s", async (_claim, allowlist, isTold) => {
    const campaign = sampleCampaign({ members: [sampleMember("a"), sampleMember("b")] });
    const known = (await learnt([campaign], allowlist)).describe({ windows: ["24h"], watermarkMs: WATERMARK_MS, accounts });
    expect(known?.accounts.keys.includes(3n)).toBe(isTold);
  });
});
