import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Verdict } from "../../vocabulary/verdict.js";
import { createProxyVerdicts, type ProxyVerdicts } from "./verdicts.js";

/** What the server answers next; null: it is away. */
let next: Partial<Verdict> | "nonsense" | null = null;
let server: Server;
let told: string[] = [];
let nowMs = 0;
beforeAll(async () => {
  server = createServer((_request, response) => {
    if (next === null) response.writeHead(503).end();
    else
      response.end(
        next === "nonsense"
          ? '{"status":"ok"}'
          : JSON.stringify({ state: "checked", decision_id: null, because: [], snapshot_age_ms: 0, ...next }),
      );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => new Promise((resolve) => server.close(resolve)));
beforeEach(() => {
  told = [];
  nowMs = 1_000_000;
});

function make(onUnavailable: "use_last_known" | "allow" | "block" = "use_last_known"): ProxyVerdicts {
  const settings = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    key: "k",
    integration: "proxy",
    timeoutMs: 5_000,
    report: "none" as const,
    spool: null,
  };
  const listener = { onLost: (why: string) => void told.push(why), onFound: () => void told.push("found") };
  return createProxyVerdicts({ ...settings, onUnavailable }, { nowMs: () => nowMs, listener });
}

async function answers(verdicts: ProxyVerdicts, given: readonly (typeof next)[], accountId = "a"): Promise<string[]> {
  const seen: string[] = [];
  for (const each of given) {
    next = each;
    const { verdict, state } = await verdicts.ask({ accountId });
    seen.push(`${verdict} ${state}`);
  }
  return seen;
}

it.each<[claim: string, given: Partial<Verdict> | "nonsense" | null, isAnswered: boolean]>([
  ["a verdict is stillwatch's", { verdict: "allow" }, true],
  ["so is one without fresh decisions, which is counted there", { verdict: "allow", state: "unchecked" }, true],
  ["another server's is not", "nonsense", false],
  ["nor what is done when it is away", null, false],
])("%s", async (_, given, isAnswered) => {
  next = given;
  expect(await make().ask({ accountId: "a" })).toMatchObject({ isAnswered });
});

it("an answer that is fetched again takes nothing of a throttle's rate, nor makes one forgotten, while nobody answers", async () => {
  const verdicts = make();
  const ask = async (isFetch: boolean): Promise<string> => (await verdicts.ask({ accountId: "a", isFetch })).verdict;
  next = throttle;
  expect(await ask(false)).toBe("throttle");
  next = { verdict: "allow", decision_id: "other" };
  expect(await ask(true)).toBe("allow");
  next = null;
  // Six a minute is one at once.
  expect([await ask(true), await ask(true), await ask(false), await ask(false), await ask(true)]).toEqual([
    "allow",
    "allow",
    "allow",
    "throttle",
    "allow",
  ]);
});

const block = { verdict: "block", decision_id: "d" } as const;
const throttle = { verdict: "throttle", decision_id: "d", retry_after_ms: 5, measures: { requests_per_minute: 6 } } as const;
const stepUp = { verdict: "step_up", decision_id: "d", measures: { verification: "identity" } } as const;
const byOrder = {
  ...stepUp,
  match: { campaign_id: "campaign--a", family_id: null, kinds: ["payment", "address"], confidence: 0.97, acts: "enforce" },
} satisfies Partial<Verdict>;
const pass = { verdict: "allow" } as const;

describe("the last known verdict", () => {
  it.each<[claim: string, given: (typeof next)[], expected: string]>([
    ["of an account that nobody asked about is none", [null], "allow unchecked"],
    ["holds", [block, null], "block unchecked"],
    ["is the last one", [block, pass, null], "allow unchecked"],
    ["is not a replay's, which concerns one request", [{ verdict: "block" }, null], "allow unchecked"],
    ["is not a standing order's, which met what one request showed", [byOrder, null], "allow unchecked"],
    [
      "is the decision's beside which something matched",
      [{ ...block, match: { ...byOrder.match, acts: "none" } }, null],
      "block unchecked",
    ],
    ["is not one that was itself unchecked", [{ ...block, state: "unchecked" }, null], "allow unchecked"],
    ["is not another server's", [block, "nonsense"], "block unchecked"],
    [
      "of a throttled account stays, though its last request passed",
      [throttle, { ...pass, decision_id: "d" }, null, null],
      "throttle unchecked",
    ],
    ["of an account that has verified itself is to pass", [stepUp, { ...pass, decision_id: "d" }, null], "allow unchecked"],
  ])("%s", async (_, given, expected) => {
    expect((await answers(make(), given)).at(-1)).toBe(expected);
  });

  const inMs = (ms: number): { expires_at: string } => ({ expires_at: new Date(1_000_000 + ms).toISOString() });
  it.each<[claim: string, given: Partial<Verdict>, afterMs: number, expected: string]>([
    ["holds until a day has passed", block, 86_399_999, "block unchecked"],
    ["ends after a day", block, 86_400_000, "allow unchecked"],
    ["ends after a day, however long its decision goes on", { ...block, ...inMs(9e8) }, 86_400_000, "allow unchecked"],
    ["holds until its decision ends", { ...block, ...inMs(3_600_000) }, 3_599_999, "block unchecked"],
    ["ends with its decision", { ...block, ...inMs(3_600_000) }, 3_600_000, "allow unchecked"],
    ["of a decision that has ended is none", { ...block, ...inMs(-1) }, 0, "allow unchecked"],
    ["with an end that is no time ends after a day", { ...block, expires_at: "soon" }, 86_399_999, "block unchecked"],
  ])("%s", async (_, given, afterMs, expected) => {
    const verdicts = make();
    await answers(verdicts, [given]);
    nowMs += afterMs;
    expect(await answers(verdicts, [null])).toEqual([expected]);
  });

  it("throttles on by the rate of the decision, and tells when to come again", async () => {
    const verdicts = make();
    expect(await answers(verdicts, [throttle, null, null])).toEqual(["throttle checked", "allow unchecked", "throttle unchecked"]);
    next = null;
    expect((await verdicts.ask({ accountId: "a" })).retry_after_ms).toBeGreaterThan(5_000);
    nowMs += 11_000;
    expect(await answers(verdicts, [null])).toEqual(["allow unchecked"]);
  });
});

describe("without an answer", () => {
  it("allow lets pass, block does not, whatever was known", async () => {
    expect(await answers(make("allow"), [block, null])).toEqual(["block checked", "allow unchecked"]);
    expect(await answers(make("block"), [pass, null])).toEqual(["allow checked", "block unchecked"]);
  });

  it("a request of nobody is never checked", async () => {
    next = pass;
    expect(await make().ask(null)).toMatchObject({ verdict: "allow", state: "unchecked" });
    expect(await make("block").ask(null)).toMatchObject({ verdict: "block", state: "unchecked" });
    expect(told).toEqual([]);
  });

  it("is told when the way is lost, and when it is found, once", async () => {
    await answers(make(), [pass, null, null, "nonsense", pass, pass, null]);
    expect(told).toEqual(["stillwatch answered 503", "found", "stillwatch answered 503"]);
  });
});
