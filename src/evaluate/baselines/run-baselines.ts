/** Lets published methods see a log, all in one pass. */
import { createRandom } from "../../statistics/random.js";
import type { Account } from "../../vocabulary/account.js";
import type { RequestEvent } from "../../vocabulary/request-event.js";
import { createNames, type Names } from "../names.js";
import { REFERENCE_REQUESTS_MAX, type Baseline, type BaselineOutcome } from "./baseline.js";

/** What one method said, and how long it took. */
export interface BaselineReading {
  baseline: Baseline;
  outcome: BaselineOutcome;
  seconds: number;
}

/** Readings by account number; `accounts` names the accounts. */
export interface BaselineReadings {
  accounts: Names;
  readings: BaselineReading[];
}

/** What a pass needs. */
export interface BaselinePass {
  baselines: readonly Baseline[];
  reference: readonly RequestEvent[];
  sideFacts: ReadonlyMap<string, Account>;
  seed: number;
  /** A stopwatch in milliseconds. */
  nowMs: () => number;
}

/** Begins a pass: feed it every event in the order of time, then finish it. */
export function startBaselines(pass: BaselinePass): { add(event: RequestEvent): void; finish(): Promise<BaselineReadings> } {
  const accounts = createNames();
  const runs = pass.baselines.map((baseline, index) => ({
    baseline,
    run: baseline.start({ reference: pass.reference, sideFacts: pass.sideFacts, random: createRandom(pass.seed + index) }),
    elapsedMs: 0,
  }));
  return {
    add(event) {
      const account = accounts.number(event.accountId);
      let startMs = pass.nowMs();
      for (const entry of runs) {
        entry.run.add({ account, event });
        const endMs = pass.nowMs();
        entry.elapsedMs += endMs - startMs;
        startMs = endMs;
      }
    },
    async finish() {
      const readings: BaselineReading[] = [];
      for (const { baseline, run, elapsedMs } of runs) {
        const startMs = pass.nowMs();
        const outcome = await run.finish(accounts.list.length);
        readings.push({ baseline, outcome, seconds: (elapsedMs + pass.nowMs() - startMs) / 1000 });
      }
      return { accounts, readings };
    },
  };
}

/** Draws the benign sample that methods may compare with (reservoir sampling: Vitter, ACM TOMS 11, 1985). */
export function sampleReference({ seed, size = REFERENCE_REQUESTS_MAX }: { seed: number; size?: number }): {
  add(event: RequestEvent): void;
  finish(): RequestEvent[];
} {
  const random = createRandom(seed);
  const kept: RequestEvent[] = [];
  let seen = 0;
  return {
    add(event) {
      seen++;
      if (kept.length < size) kept.push(event);
      else {
        const place = random.below(seen);
        if (place < size) kept[place] = event;
      }
    },
    finish: () => kept.sort((a, b) => a.atMs - b.atMs || (a.requestId < b.requestId ? -1 : 1)),
  };
}
