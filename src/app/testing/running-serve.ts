/** A real `stillwatch serve` in a process of its own, on a free port of loopback; for integration tests. */
import type { ChildProcess } from "node:child_process";
import { writeFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import type { Ended, Workshop } from "./command-line.js";

/** What is asked, and with which key. */
export interface Question {
  method?: string;
  headers?: Readonly<Record<string, string>>;
  body?: string;
  key?: string | null;
}

/** A server that runs, and how to ask it. */
export interface RunningServe {
  url: string;
  child: ChildProcess;
  /** What it said on standard error so far. */
  said(): string;
  /** Settles when it has said these words: what it says comes a moment after what it does. */
  says(words: string): Promise<void>;
  ask(path: string, init?: Question): Promise<Response>;
  /** Settles when /readyz answers 200. */
  ready(): Promise<void>;
  /** Sends the signal and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<Ended & { signal: NodeJS.Signals | null }>;
}

/** How long a start may take on a busy machine. */
const START_MS_MAX = 240_000;

/** How it is started. */
export interface ServeWish {
  settings?: string;
  /** More of `listen`, as it stands between the braces. */
  listen?: string;
  key?: string | null;
  port?: number;
  logLevel?: "debug" | "info";
}

/** Starts it with the settings in `stillwatch.yaml`, on any free port unless one is named. `key` is sent with every question that names none. */
export async function startServing(
  workshop: Workshop,
  { settings = "", listen = "", key = null, port = 0, logLevel = "info" }: ServeWish = {},
): Promise<RunningServe> {
  writeFileSync(workshop.path("stillwatch.yaml"), `listen: { port: ${port}${listen} }\n${settings}`);
  const { child, ended } = workshop.start(["serve", "--config", "stillwatch.yaml", "--log-level", logLevel]);
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const started = await waitFor(() => /listens on (http\S+)/.exec(said)?.[1], ended);
  const ask: RunningServe["ask"] = async (path, { key: own = key, ...init } = {}) =>
    fetch(started + path, { ...init, headers: { ...(own === null ? {} : { authorization: `Bearer ${own}` }), ...init.headers } });
  return {
    url: started,
    child,
    said: () => said,
    async says(words) {
      for (const untilMs = Date.now() + START_MS_MAX; !said.includes(words); await wait(50))
        if (Date.now() > untilMs) throw new Error(`"${words}" is not in: ${said}`);
    },
    ask,
    async ready() {
      for (const untilMs = Date.now() + START_MS_MAX; ; await wait(50)) {
        const { status } = await ask("/readyz");
        if (status === 200) return;
        if (Date.now() > untilMs) throw new Error(`not ready: ${said}`);
      }
    },
    async stop(signal = "SIGTERM") {
      child.kill(signal);
      return ended;
    },
  };
}

async function waitFor(find: () => string | undefined, ended: Promise<Ended>): Promise<string> {
  let end: Ended | null = null;
  void ended.then((result) => (end = result));
  for (const untilMs = Date.now() + START_MS_MAX; ; await wait(20)) {
    const found = find();
    if (found !== undefined) return found;
    if (end !== null) throw new Error(`serve ended: ${(end as Ended).stderr}`);
    if (Date.now() > untilMs) throw new Error("serve does not listen");
  }
}
