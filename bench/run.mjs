// `npm run bench`: how fast `analyze` is and how much memory it takes, beside what the embedded engine alone takes to read and sum the same file.
// Everything is measured in one run, because only ratios travel from machine to machine.
// Usage: node bench/run.mjs [--requests N] [--write]      (--write: also into docs/bench.md)
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { execPath, exit, stderr, stdout, version } from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values: flags } = parseArgs({
  options: { requests: { type: "string", default: "500000" }, write: { type: "boolean", default: false } },
});
const requests = Number(flags.requests);
if (!Number.isInteger(requests) || requests < 1000) {
  stderr.write("--requests: a whole number from 1000 on\n");
  exit(2);
}

/** What `analyze` promises on two cores with requests of about 1.5 KB. */
const RATE_MIN = 25_000;
const PEAK_BYTES_MAX = 3 * 1024 ** 3;
const SEED = 500;

const root = fileURLToPath(new URL("..", import.meta.url));
const main = join(root, "dist/app/cli/main.js");
const world = join(root, ".cache/bench", `world-${SEED}-${requests}`);
const log = join(world, "requests.ndjson");

function run(name, args, env = {}) {
  stderr.write(`${name} …\n`);
  const startMs = performance.now();
  const {
    status,
    stdout: text,
    stderr: complaint,
  } = spawnSync(execPath, args, { encoding: "utf8", cwd: root, env: { ...process.env, ...env }, maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`${name} ended with ${status}:\n${complaint}`);
  return { text, ms: performance.now() - startMs };
}

function makeWorld() {
  if (existsSync(log)) return;
  const unfinished = `${world}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  // Worlds meet the wish within a few percent; never below.
  const wish = String(Math.round(requests * 1.02));
  run(`making a world of ${requests} requests (kept in .cache)`, [
    main,
    "simulate",
    "--out",
    unfinished,
    "--seed",
    String(SEED),
    "--requests",
    wish,
  ]);
  renameSync(unfinished, world);
}

function measureAnalyze(folder) {
  const usageFile = join(folder, "usage.json");
  const report = join(folder, "report");
  const sideFiles = ["accounts", "releases", "enforcement", "allowlist"].flatMap((name) => [`--${name}`, join(world, `${name}.ndjson`)]);
  const args = ["--import", join(root, "bench/usage.mjs"), main, "analyze", log, ...sideFiles, "--requests", "--out", report];
  const { ms } = run("analyze, from file to report", args, { STILLWATCH_BENCH_USAGE: usageFile });
  const { peakBytes, cpuMs } = JSON.parse(readFileSync(usageFile, "utf8"));
  const { counts, timings, campaigns } = JSON.parse(readFileSync(join(report, "report.json"), "utf8"));
  return { ms, peakBytes, cpuMs, counts, timings, campaigns: campaigns.length };
}

function measure() {
  makeWorld();
  const folder = mkdtempSync(join(tmpdir(), "stillwatch-bench-"));
  try {
    // Both find the file in the page cache, whoever comes first.
    readFileSync(log, { flag: "r" }).at(0);
    const alone = JSON.parse(run("the engine alone, reading and summing", [join(root, "bench/engine-alone.mjs"), log]).text);
    const analysis = measureAnalyze(folder);
    if (alone.requests !== analysis.counts.events + analysis.counts.duplicates)
      throw new Error("engine and analysis counted different requests");
    const rates = JSON.parse(run("single stages on one thread", [join(root, "bench/stages.mjs"), log, "100000"]).text);
    return { alone, analysis, rates };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const number = (value) =>
  Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ",");
const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
const verdict = (isMet) => (isMet ? "met" : "**missed**");

function renderTable({ alone, analysis, rates }) {
  const bytes = statSync(log).size;
  const rate = (analysis.counts.events * 1000) / analysis.ms;
  const gib = (value) => `${(value / 1024 ** 3).toFixed(2)} GiB`;
  const stages = Object.entries(analysis.timings).map(([name, ms]) => `| — ${name.replace(/_ms$/, "")} | ${seconds(ms)} | |`);
  return `| what | measured | promised |
| --- | --- | --- |
| input | ${number(analysis.counts.events)} requests, ${number(bytes / analysis.counts.events)} bytes each, ${number(bytes / 1e6)} MB | |
| the embedded engine alone: read and sum | ${seconds(alone.ms)} | |
| \`analyze\`, from file to report | ${seconds(analysis.ms)} | |
${stages.join("\n")}
| \`analyze\` : engine alone | ${(analysis.ms / alone.ms).toFixed(1)} | |
| requests a second | ${number(rate)} | ≥ ${number(RATE_MIN)}: ${verdict(rate >= RATE_MIN)} |
| peak memory, all threads | ${gib(analysis.peakBytes)} | ≤ ${gib(PEAK_BYTES_MAX)}: ${verdict(analysis.peakBytes <= PEAK_BYTES_MAX)} |
| processor time | ${seconds(analysis.cpuMs)} | |
${Object.entries(rates)
  .map(([name, perSecond]) => `| one thread: ${name} | ${number(perSecond)} requests a second | |`)
  .join("\n")}
`;
}

const measured = renderTable(measure());
const intake = run("intake: serve takes events in at a steady rate", [
  join(root, "bench/intake.mjs"),
  log,
  "--rate",
  "20000",
  "--rounds",
  "3",
]).text;
const restart = run("restart over five million events", [join(root, "bench/restart.mjs"), log]).text;
const checks = run("verdicts: /v1/check beside an empty handler", [join(root, "bench/check.mjs")]).text;
const table = `${measured}
## Verdicts

\`/v1/check\` beside an empty handler of the same server; the sender is a process on the same cores.

${checks}
## Intake

\`serve\` over \`POST /v1/events\`, with its journal synced to disk, its store, its analysis of four windows and its matches; the sender is a process on
the same cores and is not counted.

${intake}
## Restart

After a kill -9 over five million stored events.

${restart}`;
const machine = `${availableParallelism()} × ${cpus()[0]?.model ?? "unknown processor"}, ${Math.round(totalmem() / 1024 ** 3)} GiB, Node ${version}`;
stdout.write(`\n${machine}\n\n${table}`);
if (flags.write) {
  const page = `# How fast it is\n\nWritten by \`npm run bench -- --write\`; only the ratios travel from machine to machine. Measured in one run on ${machine}.\n\n${table}`;
  writeFileSync(join(root, "docs/bench.md"), page);
}
