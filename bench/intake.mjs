// How many events a second `serve` takes in over HTTP and has stored, and how much memory and disk it takes meanwhile. The sender is a
// process of its own on the same cores, as the server's two are.
// Usage: node bench/intake.mjs <requests.ndjson> [--rate N] [--senders N] [--body-bytes N] [--rounds N] [--workers N]
// With --rate events are sent evenly, so many a second: sustained is what leaves no growing backlog. Without, as fast as they are taken.
import { spawn } from "node:child_process";
import { createReadStream, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { argv, execPath, exit, kill, stderr, stdout } from "node:process";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values: flags, positionals } = parseArgs({
  args: argv.slice(2),
  allowPositionals: true,
  options: {
    senders: { type: "string", default: "4" },
    "body-bytes": { type: "string", default: "1048576" },
    rounds: { type: "string", default: "1" },
    rate: { type: "string", default: "0" },
    workers: { type: "string" },
    "sender-url": { type: "string" },
  },
});
const [log] = positionals;
if (log === undefined) {
  stderr.write("name a file of request events\n");
  exit(2);
}
const main = fileURLToPath(new URL("../dist/app/cli/main.js", import.meta.url));

/** What is promised, on two cores. */
const RATE_MIN = 20_000;
/** Of the server's two processes together. */
const PEAK_BYTES_MAX = 3 * 1024 ** 3;
/** Share of a steady rate that must be stored by the time the last event was sent: what is under way then is a segment or two, and maybe a turn. */
const KEPT_UP_MIN = 0.95;
const LOOK_MS = 250;

if (flags["sender-url"] !== undefined) await sendAll(flags["sender-url"]);
else await measure();

/** Sends the file in bodies of whole lines; comes again where it is told to. Every round gives the requests other ids. */
async function sendAll(url) {
  const agent = new Agent({ keepAlive: true });
  const counts = { records: 0, refused: 0, bytes: 0 };
  const startMs = performance.now();
  const underWay = new Set();
  const rate = Number(flags.rate);
  let sent = 0;
  for (let round = 0; round < Number(flags.rounds); round++) {
    for await (const body of listBodies(log, Number(flags["body-bytes"]))) {
      const lines =
        round === 0 ? body : Buffer.from(body.toString("latin1").replaceAll('"request_id":"', `"request_id":"${round}-`), "latin1");
      if (rate > 0) await wait(Math.max(0, (sent / rate) * 1000 - (performance.now() - startMs)));
      while (underWay.size >= Number(flags.senders)) await Promise.race(underWay);
      sent += rate > 0 ? countLines(lines) : 0;
      const sending = sendOne({ url, agent, lines, counts }).finally(() => underWay.delete(sending));
      underWay.add(sending);
    }
  }
  await Promise.all(underWay);
  stdout.write(JSON.stringify({ ...counts, ms: performance.now() - startMs }));
  agent.destroy();
}

function countLines(lines) {
  let count = 0;
  for (let at = lines.indexOf(10); at >= 0; at = lines.indexOf(10, at + 1)) count++;
  return count;
}

async function* listBodies(path, bytes) {
  let carry = Buffer.alloc(0);
  for await (const piece of createReadStream(path, { highWaterMark: bytes })) {
    const whole = Buffer.concat([carry, piece]);
    const end = whole.lastIndexOf(10) + 1;
    carry = whole.subarray(end);
    if (end > 0) yield whole.subarray(0, end);
  }
  if (carry.length > 0) yield Buffer.concat([carry, Buffer.from("\n")]);
}

async function sendOne({ url, agent, lines, counts }) {
  for (;;) {
    const { status, body, retryAfter } = await new Promise((resolve, reject) => {
      const sent = request(`${url}/v1/events`, { method: "POST", agent, headers: { "content-type": "application/x-ndjson" } }, (answer) => {
        let text = "";
        answer.on("data", (piece) => (text += piece));
        answer.on("end", () => resolve({ status: answer.statusCode, body: text, retryAfter: Number(answer.headers["retry-after"] ?? 1) }));
      });
      sent.on("error", reject);
      sent.end(lines);
    });
    if (status === 202) {
      counts.records += JSON.parse(body).records;
      counts.bytes += lines.length;
      return;
    }
    if (status !== 429) throw new Error(`${status} ${body}`);
    counts.refused++;
    await wait(retryAfter * 1000);
  }
}

async function measure() {
  const folder = mkdtempSync(join(tmpdir(), "stillwatch-bench-"));
  writeFileSync(
    join(folder, "stillwatch.yaml"),
    "auth: none\nlisten:\n  port: 0\ndata:\n  folder: data\n" +
      (flags.workers === undefined ? "" : `analysis:\n  workers: ${flags.workers}\n`),
  );
  const server = spawn(execPath, [main, "serve", "--log-level", "warn"], { cwd: folder, stdio: ["ignore", "inherit", "pipe"] });
  try {
    const url = await waitForServer(server);
    const idle = readPeaks(server.pid);
    const idleCpuMs = readCpuMs(server.pid);
    const startMs = performance.now();
    const sender = spawn(execPath, [fileURLToPath(import.meta.url), log, "--sender-url", url, ...argv.slice(3)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let told = "";
    sender.stdout.on("data", (piece) => (told += piece));
    const journal = join(folder, "data/journal");
    let backlogBytes = 0;
    const looking = setInterval(() => (backlogBytes = Math.max(backlogBytes, sumBytes(journal))), LOOK_MS);
    const status = await new Promise((resolve) => sender.once("close", resolve));
    clearInterval(looking);
    const leftBytes = sumBytes(journal);
    if (status !== 0) throw new Error("the sender failed");
    const sent = JSON.parse(told);
    // A segment is deleted when its events are stored.
    while (readdirSync(journal).length > 0) await wait(50);
    const storedMs = performance.now() - startMs;
    const { windows } = await countTurns(url);
    report({
      sent,
      storedMs,
      backlogBytes,
      leftBytes,
      turns: windows,
      idle,
      peaks: readPeaks(server.pid),
      cpuMs: readCpuMs(server.pid).map((ms, at) => ms - (idleCpuMs[at] ?? 0)),
    });
  } finally {
    kill(server.pid, "SIGTERM");
    await new Promise((resolve) => server.once("close", resolve));
    rmSync(folder, { recursive: true, force: true });
  }
}

function sumBytes(folder) {
  let bytes = 0;
  for (const name of readdirSync(folder)) bytes += statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0;
  return bytes;
}

/** Windows that were looked at meanwhile. */
async function countTurns(url) {
  const text = await (await fetch(`${url}/metrics`)).text();
  return {
    windows: [...text.matchAll(/^stillwatch_analysed_events\{window="(\w+)"\} (\d+)/gm)].map(
      ([, window, events]) => `${window}: ${events}`,
    ),
  };
}

async function waitForServer(server) {
  let text = "";
  return new Promise((resolve, reject) => {
    server.stderr.on("data", (piece) => {
      text += piece;
      const url = /http:\/\/127[0-9.:]+/.exec(text);
      if (url !== null && text.includes("engine up")) resolve(url[0]);
    });
    server.once("close", () => reject(new Error(text)));
  });
}

/** The process and its children (Linux). */
function listProcesses(pid) {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return [pid, ...(children === "" ? [] : children.split(" ").flatMap((child) => listProcesses(Number(child))))];
}

function readPeaks(pid) {
  return listProcesses(pid).map((each) => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${each}/status`, "utf8"))?.[1] ?? 0) * 1024);
}

/** User and system time of each; the clock of /proc ticks 100 times a second. */
function readCpuMs(pid) {
  return listProcesses(pid).map((each) => {
    const fields = readFileSync(`/proc/${each}/stat`, "utf8").split(") ")[1].split(" ");
    return (Number(fields[11]) + Number(fields[12])) * 10;
  });
}

function report({ sent, storedMs, backlogBytes, leftBytes, turns, idle, peaks, cpuMs }) {
  const rate = Number(flags.rate);
  const format = (value) => new Intl.NumberFormat("en").format(Math.round(value));
  const mib = (bytes) => `${format(bytes / 1024 ** 2)} MiB`;
  const verdict = (isMet) => (isMet ? "met" : "**missed**");
  const peakBytes = peaks.reduce((sum, bytes) => sum + bytes, 0);
  const eventBytes = sent.bytes / sent.records;
  const answered = (sent.records / sent.ms) * 1000;
  const whole = (sent.records / storedMs) * 1000;
  // What was stored while events came: what lay on disk when the last one was answered was not.
  const keptUp = ((sent.records - leftBytes / eventBytes) / sent.ms) * 1000;
  const isFast = rate > 0 ? keptUp >= KEPT_UP_MIN * rate && rate >= RATE_MIN : whole >= RATE_MIN;
  const share = rate > 0 ? ` sustained, ${KEPT_UP_MIN * 100} % of them stored by the end` : "";
  const promise = `${format(RATE_MIN)}${share}: ${verdict(isFast)}`;
  stdout.write(
    [
      "| what | measured | promised |",
      "| --- | --- | --- |",
      `| events sent | ${format(sent.records)}, ${Math.round(eventBytes)} bytes each, ${rate > 0 ? `${format(rate)} a second` : "as fast as they are taken"} | |`,
      `| answered 202 (durable) a second | ${format(answered)} | |`,
      `| stored a second, while they came | ${format(keptUp)} | ${rate > 0 ? promise : ""} |`,
      `| stored a second, from the first byte to the last insert | ${format(whole)} | ${rate > 0 ? "" : promise} |`,
      `| largest backlog on disk | ${mib(backlogBytes)}, ${(backlogBytes / eventBytes / answered).toFixed(1)} s of traffic | |`,
      `| told to come again (429) | ${sent.refused} | |`,
      `| events in the windows that were analysed meanwhile | ${turns.join(", ") || "none"} | |`,
      `| processor time: server, engine | ${cpuMs.map((ms) => `${(ms / 1000).toFixed(1)} s`).join(", ")}; ${Math.round((cpuMs.reduce((sum, ms) => sum + ms, 0) * 1000) / sent.records)} µs an event | |`,
      `| peak memory: server, engine | ${peaks.map(mib).join(", ")} (idle: ${idle.map(mib).join(", ")}) | ≤ ${mib(PEAK_BYTES_MAX)} together: ${verdict(peakBytes <= PEAK_BYTES_MAX)} |`,
      "",
    ].join("\n"),
  );
}
