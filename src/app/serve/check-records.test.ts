/** Checks are written down soon behind their answers: a crash loses no more than came meanwhile. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
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
