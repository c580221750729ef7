/** A start without the file of accounts: what that file alone knows is held against nobody. */
import { afterEach, expect, it } from "vitest";
import type { Account } from "../../vocabulary/account.js";
import type { Metrics } from "./services.js";
import { createVerdicts, type RunningVerdicts, type VerdictParts } from "./verdicts.js";

const PEOPLE: Account[] = ["ann", "ben"].map((accountId) => ({ accountId, createdAtMs: 0, organizationId: "org-1" }));

let verdicts: RunningVerdicts;
afterEach(() => verdicts.close());

/** Starts with handles enforced; the file can be read once `file.isReadable`. */
async function start(file: { isReadable: boolean }): Promise<RunningVerdicts> {
  const parts: VerdictParts = {
    settings: {
      refreshIntervalMs: 1_000_000,
      snapshotAgeMaxMs: 1_000_000,
      knownAgeMaxMs: 1_000_000,
      onUnavailable: { default: "allow" },
      handleMode: "enforce",
      handlesMax: 10,
    },
    source: {
      listInForce: async () => ({ decisions: [], allowlist: [] }),
      listAccounts: async () => {
        if (!file.isReadable) throw new Error("the disk does not answer");
        return PEOPLE;
      },
    },
    clock: { nowMs: () => 0 },
    metrics: { count() {}, set() {}, observe() {} } as unknown as Metrics,
    record: () => {},
    onFailure: () => {},
  };
  verdicts = await createVerdicts(parts);
  await verdicts.fillHandles({ handles: new BigUint64Array(), accounts: new BigUint64Array(), organizations: new BigUint64Array() });
  verdicts.noteHandles([{ handle: "h-ann", accountId: "ann" }]);
  return verdicts;
}

const handIn = (accountId: string) => verdicts.check({ accountId, requestId: "r", reasoningHandlesSubmitted: ["h-ann"] }, "api");

it("refuses nobody for a handle while who is a colleague of whom is not known, and says so", async () => {
  const file = { isReadable: false };
  await start(file);
  for (const account of ["ben", "eve"]) {
    expect(handIn(account)).toMatchObject({ verdict: "allow", because: [expect.stringContaining("were not checked")] });
    const alone = verdicts.checkHandles({ accountId: account, handles: ["h-ann"] }, "api");
    expect(alone).toMatchObject({ verdict: "allow", state: "unchecked", replayed: 0 });
  }
  file.isReadable = true;
  await verdicts.refreshAccounts();
  expect(handIn("ben")).toMatchObject({ verdict: "allow", because: [] });
  expect(handIn("eve"), "who is no colleague").toMatchObject({ verdict: "block" });
});

it("goes on with the accounts it knows when a later reading fails", async () => {
  const file = { isReadable: true };
  await start(file);
  file.isReadable = false;
  await expect(verdicts.refreshAccounts()).rejects.toThrow("does not answer");
  expect([handIn("ben").verdict, handIn("eve").verdict]).toEqual(["allow", "block"]);
});
