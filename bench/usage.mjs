// Preloaded into a measured process: at its end it writes what it used to the file named in STILLWATCH_BENCH_USAGE. `maxRSS` covers all threads.
import { writeFileSync } from "node:fs";
import { env } from "node:process";
import { isMainThread } from "node:worker_threads";

const file = env.STILLWATCH_BENCH_USAGE;
if (isMainThread && file !== undefined) {
  process.on("exit", () => {
    const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
    writeFileSync(file, JSON.stringify({ peakBytes: maxRSS * 1024, cpuMs: (userCPUTime + systemCPUTime) / 1000 }));
  });
}
