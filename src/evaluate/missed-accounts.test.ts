import { describe, expect, it } from "vitest";
import type { Account } from "../vocabulary/account.js";
import { startTraces, traceOutcome } from "./missed-accounts.js";
import type { TruthOfAccount } from "./score.js";

const truthOf = (accountId: string, campaign: string | null): TruthOfAccount => ({
  kind: "account",
  accountId,
  label: campaign === null ? "benign" : "attack",
  campaign,
  segment: null,
  crowd: null,
  line: 1,
});
const facts = (accountId: string, more: Partial<Account>): [string, Account] => [accountId, { accountId, createdAtMs: 0, ...more }];
const line = (account_id: string, standing: "campaign" | "watch" | "clear") =>
  ({ account_id, standing, probability: 0.1, campaign_id: null, events: 5 }) as const;

/** Accounts of a pool that sent so many requests of it, from one address each. */
async function trace(
  sent: readonly { account: string; requests: number; ip?: string }[],
  { lines, sideFacts = [] }: { lines: ReturnType<typeof line>[]; sideFacts?: [string, Account][] },
) {
  const tally = startTraces(
    [...sent.map(({ account }) => truthOf(account, "pool")), truthOf("other", "rival"), truthOf("neighbour", null)],
    new Map(sideFacts),
  );
  const add = (accountId: string, ip: string, campaign: string | null): void =>
    tally.add(
      { requestId: "r", atMs: 0, accountId, targetModel: "m", status: 200, inputTokens: 1, outputTokens: 1, client: { ip } },
      campaign,
    );
  for (const { account, requests, ip = account } of sent) {
    add(account, ip, null);
    for (let count = 0; count < requests; count++) add(account, ip, "pool");
  }
  add("other", "a", "rival");
  add("neighbour", "a", null);
  return traceOutcome(lines, tally.finish());
}

describe("missed accounts", () => {
  it("are divided by how many requests of their campaign they sent: none, up to two, from three on", async () => {
    const sent = [0, 1, 2, 3].map((requests) => ({ account: `a${requests}`, requests }));
    const { missed, tookPart } = await trace(sent, {
      lines: [line("a0", "clear"), line("a1", "watch"), line("a2", "clear"), line("a3", "watch")],
    });
    expect(missed).toEqual({
      without_request: { accounts: 1, sharing_nothing: 1, watched: 0 },
      with_one_or_two: { accounts: 2, sharing_nothing: 2, watched: 1 },
      with_more: { accounts: 1, sharing_nothing: 1, watched: 1 },
    });
    expect(tookPart).toEqual({ accounts: 3, found: 0 });
  });

  it("are not those that were found, nor innocent ones, nor those that the report never saw", async () => {
    const sent = ["a", "b", "unseen"].map((account) => ({ account, requests: 3 }));
    const { missed, tookPart } = await trace(sent, { lines: [line("a", "campaign"), line("b", "clear"), line("neighbour", "watch")] });
    expect(missed.with_more.accounts).toBe(1);
    expect(tookPart).toEqual({ accounts: 2, found: 1 });
  });

  it.each<
    [what: string, sent: { account: string; requests: number; ip?: string }[], sideFacts: [string, Account][], sharingNothing: number]
  >([
    [
      "an address with another account of the campaign",
      [
        { account: "a", requests: 0, ip: "x" },
        { account: "b", requests: 3, ip: "x" },
      ],
      [],
      0,
    ],
    [
      "one with a stranger and one of another campaign only",
      [
        { account: "a", requests: 0 },
        { account: "b", requests: 3 },
      ],
      [],
      1,
    ],
    [
      "a card",
      [
        { account: "a", requests: 0 },
        { account: "b", requests: 3 },
      ],
      [facts("a", { paymentFingerprint: "p" }), facts("b", { paymentFingerprint: "p" })],
      0,
    ],
    [
      "an e-mail",
      [
        { account: "a", requests: 0 },
        { account: "b", requests: 3 },
      ],
      [facts("a", { emailHash: "e" }), facts("b", { emailHash: "e" })],
      0,
    ],
    [
      "the other's address at sign-up",
      [
        { account: "a", requests: 0 },
        { account: "b", requests: 3 },
      ],
      [facts("a", { signupIp: "b" })],
      0,
    ],
    [
      "a card that is called as the other's e-mail",
      [
        { account: "a", requests: 0 },
        { account: "b", requests: 3 },
      ],
      [facts("a", { paymentFingerprint: "p" }), facts("b", { emailHash: "p" })],
      1,
    ],
  ])("share something when they share %s", async (_, sent, sideFacts, sharingNothing) => {
    const { missed } = await trace(sent, { lines: [line("a", "clear"), line("b", "campaign")], sideFacts });
    expect(missed.without_request).toEqual({ accounts: 1, sharing_nothing: sharingNothing, watched: 0 });
  });
});
