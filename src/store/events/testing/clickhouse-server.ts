/**
 * A real ClickHouse server for tests, without a download: chDB's library holds the whole server, so a child process starts it through its
 * command-line entry and lets it listen on the loopback address.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ClickHouseLogLevel, createClient } from "@clickhouse/client";

/** A running server. */
export interface TestServer {
  /** `http://127.0.0.1:<port>`. */
  url: string;
  /** Ends the server as a crash would (SIGKILL) and starts it again on the same data and port. */
  crashAndRestart(): Promise<void>;
  /** Ends the server and removes its data. */
  stop(): Promise<void>;
}

/** What the child runs: `chdb_query_cmdline(argc, argv)`. The query only keeps the process alive; it sleeps for a day. */
const CHILD = `
const [library, ffiPath, ...rest] = process.argv.slice(1);
const { open, load, DataType } = require(ffiPath);
open({ library: "chdb", path: library });
const query = "SYSTEM START LISTEN QUERIES ALL; SELECT sleepEachRow(1) FROM numbers(86400) FORMAT Null " +
  "SETTINGS function_sleep_max_microseconds_per_block = 100000000000, max_block_size = 1";
const words = ["clickhouse", ...rest, "--query", query];
load({ library: "chdb", funcName: "chdb_query_cmdline", retType: DataType.External,
  paramsType: [DataType.I32, DataType.StringArray], paramsValue: [words.length, words] });
`;

const CONFIGURATION = "<clickhouse><logger><level>none</level></logger></clickhouse>";

/** Time within which the server must answer: it takes 0.3 s on a quiet machine and several on one that tests keep busy. */
const READY_WITHIN_MS = 30_000;
const POLL_EVERY_MS = 50;
/** Ports tried one after the other, from one that depends on this process, so that test runs side by side seldom meet. */
const PORTS_TRIED_MAX = 20;
const FIRST_PORT = 20_000;
const PORT_RANGE = 10_000;

/** Starts a server, or says why it cannot be started here: then the caller must say aloud what it does not check. */
export async function startTestServer(): Promise<TestServer | { cannotStart: string }> {
  let folder: string | undefined;
  try {
    const require = createRequire(import.meta.url);
    const { libchdbPath } = require("chdb/libchdb") as { libchdbPath: () => string };
    const [library, ffiPath] = [libchdbPath(), require.resolve("ffi-rs")];
    folder = await mkdtemp(join(tmpdir(), "stillwatch-clickhouse-"));
    return await startOnFreePort({ folder, library, ffiPath });
  } catch (error) {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    return { cannotStart: error instanceof Error ? error.message : String(error) };
  }
}

/** A server whose port is taken ends at once, so the next port is tried. */
async function startOnFreePort(options: { folder: string; library: string; ffiPath: string }): Promise<TestServer> {
  let reason: unknown;
  for (let attempt = 0; attempt < PORTS_TRIED_MAX; attempt++) {
    // Even numbers serve HTTP, the odd ones behind them the native protocol.
    const port = FIRST_PORT + ((process.pid * 38 + attempt * 102) % PORT_RANGE);
    try {
      return await startOnPort({ ...options, port });
    } catch (error) {
      reason = error;
    }
  }
  throw reason;
}

async function startOnPort(options: { folder: string; library: string; ffiPath: string; port: number }): Promise<TestServer> {
  const { folder, library, ffiPath, port } = options;
  const configuration = join(folder, "config.xml");
  await writeFile(configuration, CONFIGURATION);
  const url = `http://127.0.0.1:${port}`;
  const settings = [
    `--config-file=${configuration}`,
    `--path=${join(folder, "data")}`,
    "--listen_host=127.0.0.1",
    `--http_port=${port}`,
    `--tcp_port=${port + 1}`,
  ];
  const start = () => spawn(process.execPath, ["-e", CHILD, library, ffiPath, ...settings], { stdio: ["ignore", "ignore", "pipe"] });
  let child = start();
  // A test run that is cut short must not leave a server behind.
  const endChild = () => child.kill("SIGKILL");
  process.once("exit", endChild);
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
  };
  try {
    await waitUntilReady({ url, folder, child });
  } catch (error) {
    await kill();
    process.off("exit", endChild);
    throw error;
  }
  return {
    url,
    crashAndRestart: async () => {
      await kill();
      child = start();
      await waitUntilReady({ url, folder, child });
    },
    stop: async () => {
      await kill();
      process.off("exit", endChild);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function waitUntilReady({ url, folder, child }: { url: string; folder: string; child: ChildProcess }): Promise<void> {
  let complaints = "";
  child.stderr?.on("data", (chunk: Buffer) => (complaints += chunk.toString("utf8")));
  const client = createClient({ url, request_timeout: 2000, log: { level: ClickHouseLogLevel.OFF } });
  try {
    for (let waitedMs = 0; waitedMs < READY_WITHIN_MS; waitedMs += POLL_EVERY_MS) {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`the server ended at once: ${complaints.slice(0, 500)}`);
      // Another test's server may answer on this port; ours is the one whose data lie in our folder.
      const result = await client.query({ query: "SELECT path FROM system.disks", format: "JSONEachRow" }).catch(() => null);
      const disks = (await result?.json<{ path: string }>()) ?? [];
      if (disks.some(({ path }) => path.startsWith(folder))) return;
      await sleep(POLL_EVERY_MS);
    }
  } finally {
    await client.close();
  }
  throw new Error(`the server did not answer within ${READY_WITHIN_MS} ms: ${complaints.slice(0, 500)}`);
}
