import { describe, expect, it } from "vitest";
import { buildPopulation } from "../../sdk/testing/population.js";
import type { Account } from "../../vocabulary/account.js";
import { AccountFact } from "../../vocabulary/fingerprint.js";
import { addRequests, joinSideFacts } from "./accounts.js";
import type { SideFacts } from "./population.js";

interface Sender {
  id: string;
  organization?: string;
  /** Address of each request. */
  addresses?: readonly string[];
}

/** Assembles accounts that sent one request per address; the last request of all is at hour 100. */
function assemble(senders: readonly Sender[], sideFacts: Partial<SideFacts> = {}) {
  const lists = senders.map(({ addresses }) => addresses ?? [""]);
  const names = [...new Set(lists.flat())].filter((name) => name !== "").sort();
  const { requests, requestOffsets } = buildPopulation({
    accounts: lists.map((list) => ({ requests: list.map((_, index) => ({ atHours: 100 - index })) })),
  });
  requests.address = Int32Array.from(lists.flat(), (name) => names.indexOf(name));
  const facts = { accounts: [], releases: [], enforcement: [], allowlist: [], ...sideFacts };
  const joined = joinSideFacts({
    rows: senders.map(({ id, organization }, position) => ({
      accountId: id,
      accountKey: BigInt(position),
      organizationId: organization ?? "",
      requests: lists[position].length,
      keys: 0,
      clients: 0,
    })),
    sideFacts: facts,
  });
  return addRequests(joined, { pass: { requests, targetModels: [], addresses: names }, requestOffsets, allowlist: facts.allowlist });
}

const HOUR_MS = 3_600_000;
const known = (accountId: string, more: Partial<Account> = {}): Account => ({ accountId, createdAtMs: 5, ...more });

describe("joinSideFacts and addRequests", () => {
  it("counts an organization as one party, and everyone without one as their own", () => {
    const { parties, partyCount } = assemble([{ id: "a", organization: "x" }, { id: "b" }, { id: "c", organization: "x" }, { id: "d" }]);
    expect([...parties]).toEqual([0, 1, 0, 2]);
    expect(partyCount).toBe(3);
  });

  it("believes the side file about the organization before the log", () => {
    const { organizationIds, parties } = assemble([{ id: "a", organization: "log" }, { id: "b" }], {
      accounts: [
        known("a", { organizationId: "file" }),
        known("b", { organizationId: "file" }),
        known("nobody", { organizationId: "file" }),
      ],
    });
    expect(organizationIds).toEqual(["file", "file"]);
    expect(parties[0]).toBe(parties[1]);
  });

  it.each<[Account["verification"], boolean, boolean]>([
    ["none", false, false],
    ["email", false, false],
    ["phone", true, false],
    ["payment", true, false],
    ["identity", true, true],
    ["organization", true, true],
  ])("verification %s: verified %s, strongly %s", (verification, isVerified, isVerifiedStrongly) => {
    const { facts } = assemble([{ id: "a" }], { accounts: [known("a", verification === undefined ? {} : { verification })] });
    expect((facts[0] & AccountFact.verified) !== 0).toBe(isVerified);
    expect((facts[0] & AccountFact.verifiedStrongly) !== 0).toBe(isVerifiedStrongly);
    expect(facts[0] & AccountFact.known).toBe(AccountFact.known);
  });

  it("knows nothing of an account that no side file names", () => {
    const { facts, createdAtMs, programmes } = assemble([{ id: "a" }], { accounts: [known("b")] });
    expect([facts[0], createdAtMs[0], programmes[0]]).toEqual([0, Number.NaN, ""]);
  });

  it.each<[string, SideFacts["allowlist"][number], number[]]>([
    ["an account", { accountId: "a", reason: "", expiresAtMs: 101 * HOUR_MS }, [1, 0, 0]],
    ["an organization", { organizationId: "x", reason: "", expiresAtMs: 101 * HOUR_MS }, [0, 1, 1]],
    ["nobody once it has run out by the end of the log", { organizationId: "x", reason: "", expiresAtMs: 100 * HOUR_MS }, [0, 0, 0]],
    ["nobody without an organization when it names none", { reason: "", expiresAtMs: 101 * HOUR_MS }, [0, 0, 0]],
  ])("the allowlist protects %s", (_, entry, isAllowlisted) => {
    const senders = [{ id: "a" }, { id: "b", organization: "x" }, { id: "c", organization: "x" }];
    expect([...assemble(senders, { allowlist: [entry] }).isAllowlisted]).toEqual(isAllowlisted);
  });

  it("counts who shares an address: accounts, and parties apart", () => {
    const { addresses, addressesOf } = assemble([
      { id: "a", organization: "x", addresses: ["9.9.9.9", "1.1.1.1", "9.9.9.9"] },
      { id: "b", organization: "x", addresses: ["9.9.9.9"] },
      { id: "c", addresses: ["9.9.9.9", ""] },
    ]);
    expect(addresses).toMatchObject({ kinds: ["address", "address"], accounts: Uint32Array.of(1, 3), parties: Uint32Array.of(1, 2) });
    expect(addressesOf).toEqual({ offsets: Uint32Array.of(0, 2, 3, 4), items: Uint32Array.of(0, 1, 1, 1) });
  });

  it("tells instruments of one value and two kinds apart, and ignores empty ones", () => {
    const { instruments, instrumentsOf } = assemble([{ id: "a" }, { id: "b" }], {
      accounts: [
        known("a", { paymentFingerprint: "same", emailHash: "same", referrer: "" }),
        known("b", { paymentFingerprint: "same", signupIp: "1.1.1.1" }),
      ],
    });
    expect(instruments.kinds).toEqual(["email", "payment", "signup_address"]);
    expect([...instruments.accounts]).toEqual([1, 2, 1]);
    expect([...instrumentsOf.items]).toEqual([0, 1, 1, 2]);
  });

  it("keeps neither an address nor what an account paid with", () => {
    const { addresses, instruments } = assemble([{ id: "a", addresses: ["9.9.9.9"] }], {
      accounts: [known("a", { paymentFingerprint: "card-4242" })],
    });
    expect(instruments.kinds).toEqual(["payment"]);
    expect(JSON.stringify([addresses, instruments])).not.toMatch(/9\.9\.9\.9|4242/);
  });

  it("keeps measures against accounts that sent something, by time", () => {
    const { enforcement } = assemble([{ id: "a" }, { id: "b" }], {
      enforcement: [
        { accountId: "b", atMs: 9, measure: "banned" },
        { accountId: "a", atMs: 9, measure: "limited" },
        { accountId: "gone", atMs: 1, measure: "banned" },
        { accountId: "b", atMs: 2, measure: "limited" },
      ],
    });
    expect(enforcement).toEqual({
      account: Int32Array.of(1, 0, 1),
      atMs: Float64Array.of(2, 9, 9),
      measure: ["limited", "limited", "banned"],
    });
  });

  it("works on nobody", () => {
    expect(assemble([])).toMatchObject({ accountIds: [], partyCount: 0 });
  });
});
