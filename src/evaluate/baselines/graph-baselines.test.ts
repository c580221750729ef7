/** SynchroTrap and FRAUDAR as evaluation runs them: on a log of requests. */
import { describe, expect, it } from "vitest";
import { createRandom } from "../../statistics/random.js";
import type { Account } from "../../vocabulary/account.js";
import type { RequestEvent } from "../../vocabulary/request-event.js";
import type { Baseline } from "./baseline.js";
import { fraudar } from "./fraudar-baseline.js";
import { baselines } from "./index.js";
import { synchroTrap } from "./synchrotrap-baseline.js";

const HOUR_MS = 3_600_000;
const POOL = 12;
const CROWD = 120;
const TOPICS = ["tax law", "a bridge", "the tides", "old maps", "bread", "glaciers", "chess", "opera", "beetles", "rust"];

const SYLLABLES = ["ba", "den", "kor", "li", "mu", "ne", "pas", "ro", "sti", "ta", "vul", "wes", "yo", "zan", "fri", "gho"];

type Sent = Pick<RequestEvent, "accountId" | "atMs"> & Partial<RequestEvent>;

/** A pool that sends the same scaffolds within the same minutes, and people who each ask their own things at their own times. */
function drawLog({ isText }: { isText: boolean }): Sent[] {
  const random = createRandom(9);
  const draw = <T>(values: readonly T[]): T => values[random.below(values.length)];
  // People's words are many: a handful of them would make everybody's questions one scaffold.
  const word = (): string => Array.from({ length: 3 }, () => draw(SYLLABLES)).join("");
  const crowd = Array.from({ length: CROWD * 12 }, (_, index): Sent => {
    const accountId = `crowd-${index % CROWD}`;
    const content = `${draw(["How do I", "Why does my", "What about"])} ${Array.from({ length: 8 }, word).join(" ")}?`;
    return {
      accountId,
      atMs: random.next() * 14 * 24 * HOUR_MS,
      client: { ip: accountId },
      ...(isText ? { messages: [{ role: "user", content }] } : {}),
    };
  });
  const pool = Array.from({ length: 40 }, () => ({ atMs: random.next() * 14 * 24 * HOUR_MS, exit: `exit-${random.below(3)}` })).flatMap(
    ({ atMs, exit }) =>
      Array.from({ length: POOL }, (_, member): Sent => {
        const content = `Write one entry for the reference corpus of graded answers. State each step before the result. Topic: ${draw(TOPICS)}`;
        const when = atMs + random.below(600) * 1000;
        return {
          accountId: `pool-${member}`,
          atMs: when,
          client: { ip: exit },
          ...(isText ? { messages: [{ role: "user", content }] } : {}),
        };
      }),
  );
  return [...crowd, ...pool].sort((a, b) => a.atMs - b.atMs);
}

async function score(baseline: Baseline, log: readonly Sent[], sideFacts = new Map<string, Account>()) {
  const run = baseline.start({ reference: [], sideFacts, random: createRandom(1) });
  const numbers = new Map<string, number>();
  for (const [index, sent] of log.entries()) {
    if (!numbers.has(sent.accountId)) numbers.set(sent.accountId, numbers.size);
    const event = { requestId: `r${index}`, targetModel: "m", status: 200, inputTokens: 1, outputTokens: 1, ...sent };
    run.add({ account: numbers.get(sent.accountId) ?? -1, event });
  }
  const outcome = await run.finish(numbers.size);
  const isPool = [...numbers.keys()].map((name) => name.startsWith("pool"));
  return { outcome, isPool, pool: outcome.scores.filter((_, i) => isPool[i]), crowd: outcome.scores.filter((_, i) => !isPool[i]) };
}

describe.each([synchroTrap, fraudar])("$title on a log", (baseline) => {
  it("stands in the list", () => {
    expect(baselines.map(({ name }) => name)).toContain(baseline.name);
  });

  it.each([{ isText: true }, { isText: false }])("puts a lockstep pool above everybody else (text: $isText)", async ({ isText }) => {
    const { pool, crowd } = await score(baseline, drawLog({ isText }));
    expect(Math.min(...pool)).toBeGreaterThan(Math.max(...crowd));
  });

  it("has nothing to say about an empty log, nor about requests that touch nothing", async () => {
    expect([...(await score(baseline, [])).outcome.scores]).toEqual([]);
    expect([...(await score(baseline, [{ accountId: "a", atMs: 0 }])).outcome.scores]).toEqual([-Infinity]);
  });
});

describe("FRAUDAR on a log", () => {
  it("flags the densest block, which is the pool", async () => {
    const { outcome, isPool } = await score(fraudar, drawLog({ isText: true }));
    expect([...(outcome.flagged ?? [])]).toEqual(isPool.map(Number));
  });

  it("uses the side file: accounts that share cards are a block without text or addresses", async () => {
    const log = drawLog({ isText: false }).map(({ accountId, atMs }) => ({ accountId, atMs }));
    const cards = log.map(({ accountId }): [string, Account] => {
      const card = accountId.startsWith("pool") ? `pool-card-${Number(accountId.slice(5)) % 2}` : accountId;
      return [accountId, { accountId, createdAtMs: 0, paymentFingerprint: card, signupIp: card }];
    });
    const { pool, crowd } = await score(fraudar, log, new Map(cards));
    expect(Math.min(...pool)).toBeGreaterThan(Math.max(...crowd));
  });
});
