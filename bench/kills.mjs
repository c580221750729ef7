// Kills `serve` (or its engine) with SIGKILL at random moments while it takes events in and analyses them, starts it again on the same folder, and at last counts:
// everything that was answered 202 must be stored, once, and nothing that was never sent.
// Usage: node bench/kills.mjs [--kills N] [--seed N]
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execPath, exit, kill, stderr, stdout } from "node:process";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { openEventStore } from "../dist/store/events/store.js";

const { values: flags } = parseArgs({
  options: {
    kills: { type: "string", default: "20" },
    seed: { type: "string", default: "1" },
    "within-ms": { type: "string", default: "6000" },
  },
});
const main = fileURLToPath(new URL("../dist/app/cli/main.js", import.meta.url));
/** Kills fall this long after the server listens: before the engine is up, while it reads, while it analyses. */
const AFTER_MS_MAX = Number(flags["within-ms"]);
const BODY_EVENTS = 50;
const SENDERS = 3;
/** People who write into the records meanwhile: each write is sent until it is answered, under one key. */
const WRITERS = 2;

/** A small generator (mulberry32), so that a seed names a run as far as timing allows. */
let state = Number(flags.seed);
function draw() {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}

const folder = mkdtempSync(join(tmpdir(), "stillwatch-kills-"));
writeFileSync(join(folder, "stillwatch.yaml"), "auth: none\nlisten:\n  port: 0\ndata:\n  folder: data\nanalysis:\n  interval: 2s\n");

let nextEvent = 0;
const answered = new Set();
/** Bodies that nobody answered: half of them are sent again, as by a client that tries again; the others may be stored or not. */
const unanswered = [];
let nextWrite = 0;
const writes = new Set();
const unansweredWrites = [];
const startsMs = [];
const readyMs = [];
let refused = 0;

/** Which event it is decides all that it says, so that a torn or mixed one shows. */
function makeEvent(index) {
  const work =
    index % 10 === 0 ? `Please grade answer ${index} by the rubric and show every step of your reasoning.` : `note ${index} of the day`;
  return {
    request_id: `r-${index}`,
    at: new Date(Date.UTC(2026, 4, 1) + index * 200).toISOString(),
    account_id: `acct-${index % 97}`,
    target_model: "m-1",
    status: 200,
    input_tokens: index % 1000,
    output_tokens: 7,
    messages: [{ role: "user", content: work.repeat(1 + (index % 5)) }],
  };
}

async function sendUntil(url, isOver) {
  while (!isOver()) {
    const ids = unanswered.pop() ?? Array.from({ length: BODY_EVENTS }, () => nextEvent++);
    const body = ids.map((id) => `${JSON.stringify(makeEvent(id))}\n`).join("");
    try {
      const answer = await fetch(`${url}/v1/events`, { method: "POST", headers: { "content-type": "application/x-ndjson" }, body });
      if (answer.status === 202) for (const id of ids) answered.add(id);
      else refused++;
      await answer.arrayBuffer();
    } catch {
      // Killed in between: nobody was told anything.
      if (draw() < 0.5) unanswered.push(ids);
      return;
    }
    // A body every few milliseconds, so that the store stays small enough to be counted.
    await wait(20);
  }
}

/** Spares an account a time; the record is a row, its key another, and what becomes of both is asked in the end. */
async function writeUntil(url, isOver) {
  while (!isOver()) {
    const write = unansweredWrites.pop() ?? nextWrite++;
    const body = JSON.stringify({
      scope: { kind: "account", id: `spared-${write}` },
      reason: "a test",
      expires_at: new Date(Date.now() + 86_400_000).toISOString().replace(/T.*/, "T00:00:00.000Z"),
    });
    try {
      const headers = { "content-type": "application/json", "idempotency-key": `write-${write}` };
      const answer = await fetch(`${url}/v1/allowlist`, { method: "POST", headers, body });
      await answer.arrayBuffer();
      if (answer.status === 201) writes.add(write);
      else unansweredWrites.push(write);
    } catch {
      unansweredWrites.push(write);
      return;
    }
    await wait(10);
  }
}

function start() {
  const startMs = performance.now();
  const server = spawn(execPath, [main, "serve", "--log-level", "silent"], { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  let told = "";
  const heard = [];
  server.stderr.on("data", (piece) => {
    told += piece;
    for (const listener of heard) listener();
  });
  const ended = new Promise((resolve) => server.once("close", resolve));
  const until = async (mark) =>
    new Promise((resolve, reject) => {
      const look = () => mark.test(told) && resolve(mark.exec(told)[0]);
      heard.push(look);
      look();
      void ended.then(() => reject(new Error(`serve ended: ${told}`)));
    });
  return { server, ended, until, startMs };
}

function listChildren(pid) {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

async function waitForEnd(pids) {
  const isThere = (pid) => {
    try {
      return kill(pid, 0);
    } catch {
      return false;
    }
  };
  while (pids.some(isThere)) await wait(20);
}

async function killOnce(round) {
  const { server, ended, until, startMs } = start();
  const url = await until(/http:\/\/127[0-9.:]+/);
  startsMs.push(performance.now() - startMs);
  let isOver = false;
  const sending = [
    ...Array.from({ length: SENDERS }, async () => sendUntil(url, () => isOver)),
    ...Array.from({ length: WRITERS }, async () => writeUntil(url, () => isOver)),
  ];
  until(/engine up/).then(
    () => readyMs.push(performance.now() - startMs),
    () => {},
  );
  await wait(draw() * AFTER_MS_MAX);
  const children = listChildren(server.pid);
  if (draw() < 0.25 && children.length > 0) {
    // The engine alone: the server must not be impressed.
    kill(children[0], "SIGKILL");
    await wait(draw() * AFTER_MS_MAX);
  }
  const all = [...listChildren(server.pid)];
  server.kill("SIGKILL");
  isOver = true;
  await Promise.all(sending);
  await ended;
  await waitForEnd(all);
  stderr.write(`kill ${round + 1}: ${answered.size} events answered\n`);
}

async function count() {
  const { server, ended, until } = start();
  const url = await until(/http:\/\/127[0-9.:]+/);
  await until(/engine up/);
  const allowed = (await (await fetch(`${url}/v1/allowlist`)).json()).data.map(({ scope }) => scope.id);
  while (readdirSync(join(folder, "data/journal")).length > 0) await wait(100);
  server.kill("SIGTERM");
  await ended;
  const store = await openEventStore({ path: join(folder, "data/events") });
  const rows = await store.rows("SELECT request_id, toUInt32(input_tokens) AS tokens FROM request_events FINAL");
  const quarantined = await store.rows("SELECT line FROM quarantine");
  await store.close();
  const stored = new Set(rows.map(({ request_id: id }) => Number(id.slice(2))));
  return {
    stored: rows.length,
    doubled: rows.length - stored.size,
    lost: [...answered].filter((id) => !stored.has(id)).length,
    foreign: rows.filter(
      ({ request_id: id, tokens }) => !(Number(id.slice(2)) < nextEvent) || Number(tokens) !== Number(id.slice(2)) % 1000,
    ).length,
    torn: quarantined.length,
    recordsLost: [...writes].filter((write) => !allowed.includes(`spared-${write}`)).length,
    recordsDoubled: allowed.length - new Set(allowed).size,
  };
}

const kills = Number(flags.kills);
for (let round = 0; round < kills; round++) await killOnce(round);
const found = await count();
const slowest = Math.round(Math.max(...startsMs));
const slowestReady = Math.round(Math.max(0, ...readyMs));
const isGood = Object.entries(found).every(([name, count]) => name === "stored" || count === 0);
stdout.write(
  `${kills} kills; ${answered.size} events answered for, ${found.stored} stored; lost ${found.lost}, doubled ${found.doubled}, foreign ${found.foreign}, torn ${found.torn}; ${writes.size} records written, lost ${found.recordsLost}, doubled ${found.recordsDoubled}; refused bodies ${refused}; slowest start until it listens ${slowest} ms, until the engine is up ${slowestReady} ms: ${isGood ? "met" : "MISSED"}\n`,
);
if (isGood) rmSync(folder, { recursive: true, force: true });
else stderr.write(`kept: ${folder}\n`);
exit(isGood ? 0 : 1);
