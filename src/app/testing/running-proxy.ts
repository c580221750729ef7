/** A real `stillwatch proxy` in a process of its own, on a free port of loopback; for integration tests. */
import { setTimeout as wait } from "node:timers/promises";
import type { Ended, Workshop } from "./command-line.js";

/** A proxy that runs. */
export interface RunningProxyProcess {
  url: string;
  /** What it said on standard error so far. */
  said(): string;
  stop(signal?: NodeJS.Signals): Promise<Ended & { signal: NodeJS.Signals | null }>;
}

/** How long a start may take on a busy machine. */
const START_MS_MAX = 60_000;

/** Starts it; `key` is its STILLWATCH_KEY. */
export async function startProxyProcess(
  workshop: Workshop,
  { key, upstream, server, flags = [] }: { key: string; upstream: string; server?: string; flags?: readonly string[] },
): Promise<RunningProxyProcess> {
  const args = [
    "proxy",
    "--upstream",
    upstream,
    ...(server === undefined ? [] : ["--server", server]),
    "--listen",
    "127.0.0.1:0",
    ...flags,
  ];
  const { child, ended } = workshop.start(args, { STILLWATCH_KEY: key });
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => (said += chunk.toString()));
  let end: Ended | null = null;
  void ended.then((result) => (end = result));
  for (const untilMs = Date.now() + START_MS_MAX; ; await wait(20)) {
    const url = /listens on (http\S+),/.exec(said)?.[1];
    if (url !== undefined) {
      return {
        url,
        said: () => said,
        async stop(signal = "SIGTERM") {
          child.kill(signal);
          return ended;
        },
      };
    }
    if (end !== null) throw new Error(`proxy ended: ${(end as Ended).stderr}`);
    if (Date.now() > untilMs) throw new Error("proxy does not listen");
  }
}
