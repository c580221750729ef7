// Kills the server or its engine with -9 at random moments during intake and analysis, and counts what is stored in the end.
// Usage: node bench/kill-engine.mjs <requests.ndjson> [--kills 200] [--seed 1] [--folder <empty folder>] [--only engine|server]
// Prints one line of JSON; exit status 1 when anything that was acknowledged is missing or doubled.
import { fork } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process, { argv, exit } from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const SCRIPT = fileURLToPath(import.meta.url);
/** Lines in one call: as a gateway sends them. */
const LINES_PER_CALL = 25;
/** Every so many lines one that no format can read, so that the quarantine is counted as well. */
const BROKEN_EVERY = 97;
/** Kills come within this: long enough for a start and some work, short enough to hit both. */
const KILL_WITHIN_MS = 4000;

/** To the tester, as long as there is one. */
const send = (message) => process.connected && process.send(message);

if (argv[2] === "serve") await serve(argv[3]);
else exit(await test());

/** The server's part: journal, engine, and a feed between them. Acknowledges what is on disk. */
async function serve(folder) {
  const { openJournal } = await import("../dist/store/hand-over/journal.js");
  const { startEngine } = await import("../dist/app/serve/engine/link.js");
  const { feedEngine } = await import("../dist/app/serve/engine/feed.js");
  const { analysisSettings } = await import("../dist/app/serve/engine/settings.js");
  const journal = await openJournal({ folder: join(folder, "journal"), nowMs: Date.now, backlogBytesMax: 1 << 30, segmentAgeMsMax: 200 });
  const hear = async (message) => {
    if (message.lines !== undefined) {
      await journal.append("native", Buffer.from(message.lines));
      send({ acknowledged: message.id });
    } else if (message === "drain") {
      await journal.rotate();
      await (await started).feed.drain();
      await (await started).engine.close();
      await journal.close();
      send("drained");
      exit(0);
    }
  };
  process.on("message", (message) => void hear(message));
  process.on("disconnect", () => exit(0));
  const settings = analysisSettings.parse({ interval_ms: 1000, workers: 1, windows: ["24h", "30d"] });
  const onTrouble = ({ code, what }) => send({ trouble: `${code} ${what}` });
  const started = startEngine({ folder: join(folder, "events"), settings, nowMs: Date.now, onTrouble }).then((engine) => {
    engine.onUpdate(() => send({ turn: true }));
    return { engine, feed: feedEngine({ journal, engine, onTrouble }) };
  });
  send("ready");
  const { engine } = await started;
  setInterval(() => send({ engine: engine.status().isAlive ? engine.status().pid : null }), 20);
}

async function test() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      kills: { type: "string", default: "200" },
      seed: { type: "string", default: "1" },
      folder: { type: "string" },
      only: { type: "string" },
    },
  });
  const folder = values.folder ?? mkdtempSync(join(tmpdir(), "stillwatch-kill-"));
  const lines = readFileSync(positionals[0], "utf8").trimEnd().split("\n");
  const broken = lines.flatMap((_, at) => (at % BROKEN_EVERY === 0 ? [`{"broken ${at}`] : []));
  const calls = [];
  for (let at = 0; at < lines.length; at += LINES_PER_CALL) calls.push(`${lines.slice(at, at + LINES_PER_CALL).join("\n")}\n`);
  broken.forEach((line, at) => (calls[Math.floor((at * calls.length) / broken.length)] += `${line}\n`));
  const run = {
    folder,
    calls,
    next: 0,
    acknowledged: new Set(),
    sent: 0,
    turns: 0,
    troubles: [],
    killed: { engine: 0, server: 0 },
    upMs: [],
  };
  const random = createRandom(Number(values.seed));
  const kills = Number(values.kills);
  for (let kill = 0; kill < kills; kill++) {
    // The last calls are kept for after the last kill; until then they come evenly.
    run.limit = Math.floor(((kill + 1) * calls.length) / (kills + 1));
    const server = await startServer(run);
    const target = values.only ?? (random() < 0.5 ? "engine" : "server");
    await sleep(random() * KILL_WITHIN_MS);
    if (target === "engine") {
      const before = await server.waitForEngine(null);
      process.kill(before, "SIGKILL");
      const startMs = performance.now();
      await server.waitForEngine(before);
      run.upMs.push(performance.now() - startMs);
      run.killed.engine += 1;
      await sleep(random() * KILL_WITHIN_MS);
    } else run.killed.server += 1;
    await server.kill();
  }
  run.limit = calls.length;
  const server = await startServer(run);
  await server.drain();
  const found = await judge(run, lines, broken);
  if (values.folder === undefined) rmSync(folder, { recursive: true, force: true });
  console.log(JSON.stringify(found));
  return found.lost === 0 && found.doubled === 0 && found.foreign === 0 && found.quarantined === broken.length ? 0 : 1;
}

/** Starts a server and keeps sending it what was not acknowledged, one call after the other, as a client that tries again does. */
async function startServer(run) {
  const child = fork(SCRIPT, ["serve", run.folder], { stdio: ["ignore", "ignore", "pipe", "ipc"] });
  const seen = { pid: null, isGone: false };
  child.stderr.on("data", (text) => run.troubles.push(String(text).slice(0, 300)));
  const ended = new Promise((resolve) => child.once("exit", resolve)).then(() => (seen.isGone = true));
  const pump = () => {
    if (seen.isGone || !child.connected) return;
    let id = run.next;
    while (run.acknowledged.has(id)) id += 1;
    run.next = id;
    if (id >= run.limit) {
      setTimeout(pump, 20);
      return;
    }
    run.sent += 1;
    child.send({ id, lines: run.calls[id] }, () => {});
  };
  child.on("message", (message) => {
    if (message === "ready") pump();
    else if (message.acknowledged !== undefined) {
      run.acknowledged.add(message.acknowledged);
      setTimeout(pump, 5);
    } else if (message.engine !== undefined) seen.pid = message.engine;
    else if (message.turn) run.turns += 1;
    else if (message.trouble) run.troubles.push(message.trouble);
  });
  return {
    async waitForEngine(notPid) {
      const isUp = () => seen.pid !== null && seen.pid !== notPid;
      while (!isUp()) {
        if (seen.isGone) throw new Error(`the server ended by itself: ${run.troubles.slice(-3).join("; ")}`);
        await sleep(5);
      }
      return seen.pid;
    },
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
    async drain() {
      while (run.acknowledged.size < run.calls.length) {
        if (seen.isGone) throw new Error(`the server ended by itself: ${run.troubles.slice(-3).join("; ")}`);
        await sleep(20);
      }
      child.send("drain");
      await ended;
    },
  };
}

/** What is stored against what was acknowledged, which in the end is everything. */
async function judge(run, lines, broken) {
  const { openEventStore } = await import("../dist/store/events/store.js");
  const store = await openEventStore({ path: join(run.folder, "events") });
  try {
    const wanted = new Set(lines.map((line) => JSON.parse(line).request_id));
    const rows = await store.rows("SELECT request_id, count() AS copies FROM events_once GROUP BY request_id");
    const [quarantine] = await store.rows("SELECT uniqExact(line_key) AS lines FROM quarantine");
    const [ledger] = await store.rows("SELECT sum(rows) AS rows, sum(quarantined) AS quarantined FROM ingested_chunks FINAL");
    const stored = new Set(rows.map((row) => row.request_id));
    return {
      kills: run.killed,
      calls: run.calls.length,
      sent: run.sent,
      lines: lines.length,
      stored: stored.size,
      lost: [...wanted].filter((id) => !stored.has(id)).length,
      doubled: rows.filter((row) => Number(row.copies) !== 1).length,
      foreign: [...stored].filter((id) => !wanted.has(id)).length,
      // What was sent again because its acknowledgement was lost is read again and counts once.
      read_again: Number(ledger.rows) + Number(ledger.quarantined) - lines.length - broken.length,
      quarantined: Number(quarantine.lines),
      turns: run.turns,
      engine_up_ms_max: Math.round(Math.max(0, ...run.upMs)),
      troubles: run.troubles.length,
    };
  } finally {
    await store.close();
  }
}

/** mulberry32: the same kills for the same seed, as far as a machine's own pace allows. */
function createRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
