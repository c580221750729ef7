/** The HTTP server with real verdicts over decisions that a test writes down, or over a book of them, and nothing else of `serve`. */
import type { FastifyInstance } from "fastify";
import { pino } from "pino";
import type { Account, AllowlistEntry } from "../../vocabulary/account.js";
import type { Decision, Measure, MeasureParameters } from "../../vocabulary/decision.js";
import { createProbes } from "../http/gateways/probes.js";
import { createServer } from "../http/server.js";
import type { DecisionRecord } from "../../store/records/decisions.js";
import type { Book } from "../serve/book-state.js";
import { createDecisionMemory } from "../serve/decision-memory.js";
import { createStandingReader } from "../serve/standing-reader.js";
import type { CheckRecord, HttpPart, Services } from "../serve/services.js";
import { createVerdicts, type RunningVerdicts, type SnapshotSource, type VerdictSettings } from "../serve/verdicts.js";

/** What decisions of {@link writeDecision} tell the person concerned. */
export const TEST_REASON = "It is used in an unusual way; write to abuse@example.com to appeal.";

/** Opens every door of the test's server. */
export const TEST_KEY = "sw_test_key";

/** What the test's server is made of. */
export interface VerdictServerParts {
  /** In force as they are, whatever they need. */
  decisions?: readonly Decision[];
  /** Where verdicts read what is in force, in place of `decisions`: see {@link openBook}. */
  listInForce?: SnapshotSource["listInForce"];
  allowlist?: readonly AllowlistEntry[];
  accounts?: readonly Account[];
  parts: readonly HttpPart[];
  settings?: Partial<VerdictSettings>;
  port?: number;
  callRoom?: Services["callRoom"];
  /** False: as after a start, before the engine has told what was issued. */
  areHandlesKnown?: boolean;
}

/** A server for a test, with what it noted. */
export interface VerdictServer {
  url: string;
  app: FastifyInstance;
  services: Services;
  verdicts: RunningVerdicts;
  /** Checks written down so far; `flush` first. */
  checks: CheckRecord[];
  /** Counters by name and labels, as in `name{a=b}`. */
  counts: Map<string, number>;
  /** Whole records that were handed to the journal. */
  received: { format: string; line: string }[];
  /** All that was logged, as one text. */
  log(): string;
  close(): Promise<void>;
}

/** A decision in force. */
export function writeDecision(
  accountId: string,
  { measure, parameters = {}, mode = "enforce" }: { measure: Measure; parameters?: MeasureParameters; mode?: Decision["mode"] },
): Decision {
  return {
    id: `dec_${measure}_${accountId}`.slice(0, 60),
    batchId: "batch-1",
    measure,
    parameters,
    mode,
    state: "active",
    scope: { kind: "account", id: accountId },
    campaignId: "campaign-1",
    rule: "test-rule",
    reason: TEST_REASON,
    because: [],
    evidence: "evidence-1",
    owner: "trust-and-safety",
    decidedMs: 0,
    expiresMs: Date.UTC(2099, 0),
    approvalsNeeded: 0,
    approvals: [],
  };
}

/** The book of `serve` as verdicts read it, without the database behind it. */
export function openBook(records: readonly DecisionRecord[]): {
  keep: (record: DecisionRecord) => void;
  listInForce: SnapshotSource["listInForce"];
} {
  const memory = createDecisionMemory(records);
  const book = { memory, entries: [], clock: { nowMs: () => Date.now() } } satisfies Pick<Book, "memory" | "entries" | "clock">;
  const read = createStandingReader(book);
  return { keep: (record) => memory.keep(record), listInForce: async () => ({ ...(await read()), allowlist: NOBODY }) };
}
const NOBODY: readonly AllowlistEntry[] = [];

/** Metrics that count into a map. */
function createCounts(counts: Map<string, number>): Services["metrics"] {
  return {
    count(name, labels = {}, by = 1) {
      const written = Object.entries(labels).map(([label, value]) => `${label}=${value}`);
      const key = `${name}{${written.sort().join(",")}}`;
      counts.set(key, (counts.get(key) ?? 0) + by);
    },
    observe: () => undefined,
    set: () => undefined,
    render: async () => "",
    contentType: "text/plain",
  };
}

const NONE_ISSUED = { handles: new BigUint64Array(), accounts: new BigUint64Array(), organizations: new BigUint64Array() };

/** Starts a server on the loopback. */
export async function startVerdictServer({
  decisions = [],
  allowlist = [],
  listInForce = async () => ({ decisions, allowlist }),
  accounts = [],
  parts,
  settings = {},
  port = 0,
  callRoom,
  areHandlesKnown = true,
}: VerdictServerParts): Promise<VerdictServer> {
  const counts = new Map<string, number>();
  const checks: CheckRecord[] = [];
  const lines: string[] = [];
  const received: VerdictServer["received"] = [];
  const metrics = createCounts(counts);
  const clock = { nowMs: () => Date.now() };
  const verdicts = await createVerdicts({
    settings: {
      refreshIntervalMs: 1000,
      snapshotAgeMaxMs: 60_000,
      onUnavailable: { default: "use_last_known" },
      handleMode: "enforce",
      handlesMax: 1000,
      knownAgeMaxMs: 86_400_000,
      ...settings,
    },
    source: { listInForce, listAccounts: async () => accounts },
    clock,
    metrics,
    record: (noted) => void checks.push(...noted),
    onFailure: (error) => {
      throw error;
    },
  });
  if (areHandlesKnown) await verdicts.fillHandles(NONE_ISSUED);
  const probes = createProbes(clock);
  const caller = { keyId: "test", name: "test", scopes: ["check", "events:write", "read"] as const };
  // Parts under test use these members only; a part that reaches for another one fails loudly.
  const services = {
    clock,
    log: pino({ level: "debug" }, { write: (line: string) => void lines.push(line) }),
    keys: { authenticate: async (secret: string) => (secret === TEST_KEY ? caller : null) },
    probes,
    journal: probes.watch({
      append: async (format: string, records: Uint8Array) => {
        for (const line of Buffer.from(records).toString().split("\n")) if (line !== "") received.push({ format, line });
      },
      backlogBytes: () => 0,
      close: async () => undefined,
    }),
    verdicts,
    metrics,
    ...(callRoom === undefined ? {} : { callRoom }),
  } as unknown as Services;
  const app = await createServer(services, {
    settings: { isAuthenticated: true, bodyBytesMax: 4_000_000, requestTimeoutMs: 30_000, version: "test" },
    parts,
  });
  const url = await app.listen({ port, host: "127.0.0.1" });
  const close = async (): Promise<void> => {
    verdicts.close();
    await app.close();
  };
  return { url, app, services, verdicts, checks, counts, received, log: () => lines.join(""), close };
}
