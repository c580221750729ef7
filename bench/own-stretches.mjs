// Loaded before `serve` by bench/heavy.mjs: tells how long the server's own thread worked at a stretch, whatever else the machine did meanwhile. Linux.
import { readFileSync } from "node:fs";
import process from "node:process";
import { isMainThread } from "node:worker_threads";

/** Shorter ones are what an answer takes. */
const TOLD_MS_MIN = 5;

// Processes and threads that it starts load this too.
if (isMainThread && process.argv.includes("serve") && process.send !== undefined) {
  process.channel?.unref();
  const readOwnMs = () => Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, "utf8").split(" ", 1)[0]) / 1e6;
  let lastMs = readOwnMs();
  setInterval(() => {
    const nowMs = readOwnMs();
    if (nowMs - lastMs >= TOLD_MS_MIN) process.send({ ownMs: nowMs - lastMs });
    lastMs = nowMs;
  }, 1).unref();
}
