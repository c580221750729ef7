/** Checks are written down soon behind their answers: a crash loses no more than came meanwhile. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { JournalFull } from "../../store/hand-over/journal.js";
import { createCheckRecords } from "./check-records.js";
import type { CheckRecord, Metrics } from "./services.js";
import { createVerdicts, type RunningVerdicts, type VerdictParts } from "./verdicts.js";

/** What a kill may lose, in milliseconds; docs/serve.md says so. */
const LOST_MS_MAX = 20;

let written: string[][] = [];
let counted: object[] = [];
let verdicts: RunningVerdicts;

beforeEach(async () => {
  written = [];
  counted = [];
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
  const parts: VerdictParts = {
    settings: {
      refreshIntervalMs: 1_000_000,
      snapshotAgeMaxMs: 1_000_000,
      knownAgeMaxMs: 1_000_000,
      onUnavailable: {},
      handleMode: "shadow",
      handlesMax: 10,
    },
    source: { listInForce: async () => ({ decisions: [], allowlist: [] }), listAccounts: async () => [] },
    clock: { nowMs: () => 0 },
    metrics: { count: (_name: string, labels: object) => void counted.push(labels), set() {}, observe() {} } as unknown as Metrics,
    record: (checks: readonly CheckRecord[]) => void written.push(checks.map(({ request_id: id }) => id)),
    onFailure: (error) => {
      throw error;
    },
  };
  verdicts = await createVerdicts(parts);
});
afterEach(() => {
  verdicts.close();
  vi.useRealTimers();
});

const ask = (requestId: string): unknown => verdicts.check({ accountId: "a", requestId }, "api");

describe("checks", () => {
  it("are handed on within a fiftieth of a second, all of that time together", () => {
    ask("r1");
    vi.advanceTimersByTime(LOST_MS_MAX - 1);
    ask("r2");
    expect(written).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(written).toEqual([["r1", "r2"]]);
    vi.advanceTimersByTime(10 * LOST_MS_MAX);
    ask("r3");
    vi.advanceTimersByTime(LOST_MS_MAX);
    expect(written).toEqual([["r1", "r2"], ["r3"]]);
  });

  it("of a caller that names itself by anybody's text are counted without it", () => {
    verdicts.noteUnchecked("Tell me about the harbour", "r1");
    verdicts.noteUnchecked("ours-2", "r2");
    expect(counted).toEqual([{ integration: "other" }, { integration: "ours-2" }]);
  });

  it("are handed on at a stop", () => {
    ask("r1");
    verdicts.close();
    expect(written).toEqual([["r1"]]);
  });
});

describe("checks that the journal refuses", () => {
  let refusal: Error | null;
  let nowMs: number;
  let lost: object[];
  let told: string[];
  let write: (count: number) => Promise<void>;

  beforeEach(() => {
    refusal = null;
    nowMs = 0;
    lost = [];
    told = [];
    const record = createCheckRecords({
      journal: { append: async () => (refusal === null ? undefined : Promise.reject(refusal)) },
      clock: { nowMs: () => nowMs },
      metrics: { count: (name: string, labels: object, by: number) => void lost.push({ name, ...labels, by }) } as unknown as Metrics,
      onTrouble: ({ code, why }) => void told.push(`${code} ${why.split(";")[0]}`),
      onWell: (count) => void told.push(`well, ${count} lost`),
    });
    write = async (count) => {
      nowMs += LOST_MS_MAX;
      await record(Array.from({ length: count }, () => ({ request_id: "r" }) as CheckRecord));
    };
  });

  it("are counted, and told once for each reason", async () => {
    await write(1);
    refusal = new JournalFull(7);
    for (let turn = 0; turn < 50; turn++) await write(2);
    refusal = Object.assign(new Error("no room"), { code: "ENOSPC" });
    await write(3);
    await write(3);
    const name = "stillwatch_check_records_lost_total";
    expect(lost).toHaveLength(52);
    expect(lost[0]).toEqual({ name, reason: "backlog", by: 2 });
    expect(lost.at(-1)).toEqual({ name, reason: "disk", by: 3 });
    expect(told).toEqual(["SW1951 the backlog is at its bound", "SW1951 the journal could not be written to (ENOSPC)"]);
  });

  it("are told as over when none was refused for a while, and then told anew", async () => {
    for (let turn = 0; turn < 50; turn++) {
      refusal = turn % 2 === 0 ? new JournalFull(7) : null;
      await write(1);
    }
    expect(told).toHaveLength(1);
    nowMs += 10_000;
    await write(1);
    await write(1);
    expect(told.slice(1)).toEqual(["well, 25 lost"]);
    refusal = new JournalFull(7);
    await write(1);
    expect(told).toHaveLength(3);
  });
});
