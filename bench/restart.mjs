// How long a start takes after a kill -9, over a store of millions of events: until it listens, and until /readyz says that all is there.
// The store is made once, of the events of a log that are copied day by day into the past, with other ids and accounts; it is kept in .cache.
// Usage: node bench/restart.mjs <requests.ndjson> [--events 5000000] [--starts 3]
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { join } from "node:path";
import { argv, execPath, exit, kill, stderr, stdout } from "node:process";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createIngestPool } from "../dist/app/workers/ingest-pool.js";
import { acquire, openStoreSink } from "../dist/engine/acquire/index.js";
import { sourceFormats } from "../dist/integrations/index.js";
import { INGEST_VERSION } from "../dist/engine/acquire/limits.js";
import { openEventStore } from "../dist/store/events/store.js";

const { values: flags, positionals } = parseArgs({
  args: argv.slice(2),
  allowPositionals: true,
  options: { events: { type: "string", default: "5000000" }, starts: { type: "string", default: "3" } },
});
const [log] = positionals;
if (log === undefined) {
  stderr.write("name a file of request events\n");
  exit(2);
}
const events = Number(flags.events);
const root = fileURLToPath(new URL("..", import.meta.url));
/** A store of another reader's version would be refused. */
const folder = join(root, ".cache/bench", `store-${INGEST_VERSION}-${events}`);
/** What is promised, in milliseconds. */
const START_MS_MAX = 5000;
/** As after a hundred thousand segments of a slow gateway. */
const LEDGER_ROWS = 100_000;
const GIVE_UP_MS = 120_000;

if (!existsSync(folder)) await makeStore();
// The first makes what is not there yet: the records, an index.
await startAndKill();
const starts = [];
for (let at = 0; at < Number(flags.starts); at++) starts.push(await startAndKill());
const slowest = Math.max(...starts.map(({ readyMs }) => readyMs));
const list = (name) => starts.map((each) => `${(each[name] / 1000).toFixed(1)} s`).join(", ");
const processor = (at) => `${(Math.max(...starts.map(({ cpuMs }) => cpuMs[at] ?? 0)) / 1000).toFixed(1)} s`;
stdout.write(
  [
    "| what | measured | promised |",
    "| --- | --- | --- |",
    `| start after a kill -9 until it listens | ${list("listensMs")} | |`,
    `| until /readyz says that all is there | ${list("readyMs")} | ≤ ${START_MS_MAX / 1000} s: ${slowest <= START_MS_MAX ? "met" : "**missed**"} |`,
    `| processor time until then: server, engine | ${processor(0)}, ${processor(1)} | |`,
    "",
  ].join("\n"),
);

async function makeStore() {
  stderr.write(`making a store of ${events} events (kept in .cache) …\n`);
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(join(unfinished, "data"), { recursive: true });
  writeFileSync(join(unfinished, "stillwatch.yaml"), "auth: none\nlisten:\n  port: 0\ndata:\n  folder: data\n");
  const store = await openEventStore({ path: join(unfinished, "data/events") });
  const pool = await createIngestPool();
  const sink = await openStoreSink(store, { isMetadataOnly: false });
  await acquire({ inputs: [log], format: "native", formats: sourceFormats, isPlainLines: true, isMetadataOnly: false, pool, sink });
  await pool.close();
  await store.command("CREATE TABLE seed_events ENGINE = MergeTree ORDER BY tuple() AS SELECT * FROM events_once");
  const [{ seeds }] = await store.rows("SELECT toUInt32(count()) AS seeds FROM seed_events");
  for (let day = 1; day * seeds < events; day++) await copyEvents(store, day);
  await store.command("DROP TABLE seed_events");
  await store.command(
    `INSERT INTO ingested_chunks SELECT lower(hex(xxHash64(number))), toString(number), number, 0, 80000, 50, 50, 0 FROM numbers(${LEDGER_ROWS})`,
  );
  await store.close();
  renameSync(unfinished, folder);
}

async function copyEvents(store, day) {
  const [id, account] = ["request_id", "account_id"].map((column) => `concat(${column}, '-${day}')`);
  await store.command(
    `INSERT INTO request_events SELECT * REPLACE (${id} AS request_id, xxHash64(${id}) AS request_key, ${account} AS account_id,
     xxHash64(${account}) AS account_key, at_ms - ${day} * 86400000 AS at_ms) FROM seed_events`,
  );
}

/** The status of an answer; 0 without one. */
function ask(url) {
  return new Promise((resolve) => {
    const asked = get(`${url}/readyz`, { agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    asked.on("error", () => resolve(0));
  });
}

async function startAndKill() {
  const startMs = performance.now();
  const server = spawn(execPath, [join(root, "dist/app/cli/main.js"), "serve", "--log-level", "silent"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = new Promise((resolve) => server.once("close", resolve));
  let told = "";
  server.stderr.on("data", (piece) => (told += piece));
  let url;
  let listensMs = 0;
  while (performance.now() - startMs < GIVE_UP_MS && server.exitCode === null) {
    url ??= /http:\/\/127[0-9.:]+/.exec(told)?.[0];
    if (url !== undefined && listensMs === 0) listensMs = performance.now() - startMs;
    if (url !== undefined && (await ask(url)) === 200) break;
    await wait(20);
  }
  const readyMs = performance.now() - startMs;
  if (server.exitCode !== null) throw new Error(told);
  const children = readFileSync(`/proc/${server.pid}/task/${server.pid}/children`, "utf8").trim().split(" ").map(Number);
  const cpuMs = [server.pid, ...children].map(readCpuMs);
  server.kill("SIGKILL");
  await ended;
  while (children.some(isThere)) await wait(20);
  return { listensMs, readyMs, cpuMs };
}

/** User and system time; the clock of /proc ticks 100 times a second. */
function readCpuMs(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function isThere(pid) {
  try {
    return kill(pid, 0);
  } catch {
    return false;
  }
}
