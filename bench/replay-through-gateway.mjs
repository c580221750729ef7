// Replays worlds of `stillwatch simulate` through a real LiteLLM proxy with a real serve beside it: is the campaign found before 5 % of it was served, is it
// stopped by what people approved, is anybody else touched, and did the report in shadow say the same beforehand?
// Needs Python with LiteLLM (fetched once into the user's cache folder).
// Usage: node bench/replay-through-gateway.mjs --help
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process, { execPath, exit, stderr, stdout } from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { isAsPromised, writeReplayPage, writeReplayTable } from "../dist/app/testing/gateway-replay/page.js";
import { replayThroughGateway } from "../dist/app/testing/gateway-replay/replay.js";
import { LITELLM_PACKAGES } from "../dist/app/testing/litellm-proxy.js";
import { preparePython } from "../dist/app/testing/python-tools.js";

const HELP = `Replays worlds of \`stillwatch simulate\` through a real LiteLLM proxy with a real serve beside it, in the world's order and at the world's time, and tells:
is the campaign found before 5 % of it was served, is it stopped by what people approved, is anybody else touched, and did the report in shadow say the same beforehand?

Needs a built tree (npm run build) and Python with LiteLLM, which is fetched once into the user's cache folder. Two seeds side by side take some half an hour on two cores.

  --seeds LIST              worlds, each of its own seed, separated by commas (default 1501)
  --half first|second|all   which half of the prompts: the first was tuned on, the second never (default all)
  --prompts D, --traces D   folders with prompts and traces of real users; without them, bundled text
  --accounts N, --requests N, --days N, --campaign NAME, --campaign-accounts N     size of a world (1500, 30000, 7, moonshot, 100)
  --end-at-share S          ends when that share of the campaign was asked for (default 0.2); 1: the whole world
  --write FILE              writes the page as well, such as docs/results-live.md

Progress goes to standard error, the table to standard output. Exit status: 0 as promised, 1 not, 2 nothing could be replayed.

Examples:
  node bench/replay-through-gateway.mjs --seeds 1501 --end-at-share 0.15
  node bench/replay-through-gateway.mjs --seeds 5451,5452 --half second --prompts data --traces data --write docs/results-live.md
`;

const OPTIONS = {
  help: { type: "boolean", short: "h", default: false },
  seeds: { type: "string", default: "1501" },
  half: { type: "string", default: "all" },
  prompts: { type: "string" },
  traces: { type: "string" },
  accounts: { type: "string", default: "1500" },
  requests: { type: "string", default: "30000" },
  days: { type: "string", default: "7" },
  campaign: { type: "string", default: "moonshot" },
  "campaign-accounts": { type: "string", default: "100" },
  "end-at-share": { type: "string", default: "0.2" },
  write: { type: "string" },
};

let flags;
try {
  flags = parseArgs({ options: OPTIONS }).values;
} catch (error) {
  stderr.write(`${error.message}\n\n${HELP}`);
  exit(2);
}
if (flags.help) {
  stdout.write(HELP);
  exit(0);
}
const endAtShare = Number(flags["end-at-share"]);
if (!(endAtShare > 0 && endAtShare <= 1)) {
  stderr.write("--end-at-share: a share of the campaign, more than 0 and at most 1\n");
  exit(2);
}

const main = fileURLToPath(new URL("../dist/app/cli/main.js", import.meta.url));
const python = await preparePython(LITELLM_PACKAGES);
if ("missing" in python) {
  stderr.write(`NOT CHECKED: no LiteLLM here. ${python.missing}\n`);
  exit(2);
}

/** The commit that is measured; null where the source differs from it. */
function nameCommit() {
  const ask = (...args) => spawnSync("git", args, { cwd: fileURLToPath(new URL("..", import.meta.url)), encoding: "utf8" });
  const changed = ask("status", "--porcelain", "--", "src", "bench", "package.json");
  const head = ask("rev-parse", "--short=12", "HEAD");
  return changed.status === 0 && changed.stdout === "" && head.status === 0 ? head.stdout.trim() : null;
}

function simulate(out, seed) {
  const { prompts, traces, half, accounts, requests, days, campaign } = flags;
  const size = ["--accounts", accounts, "--requests", requests, "--days", days, "--campaigns", campaign];
  const material = [...(prompts ? ["--prompts", prompts] : []), ...(traces ? ["--traces", traces] : []), "--half", half];
  const args = ["simulate", "--out", out, "--seed", seed, ...size, "--campaign-accounts", flags["campaign-accounts"], ...material];
  const { status, stderr: complaint } = spawnSync(execPath, [main, ...args], { encoding: "utf8" });
  if (status !== 0) throw new Error(complaint);
}

async function replay(seed) {
  const worldFolder = mkdtempSync(join(tmpdir(), "stillwatch-world-"));
  try {
    simulate(worldFolder, seed);
    const say = (line) => stderr.write(`seed ${seed}: ${line}\n`);
    const result = await replayThroughGateway({
      worldFolder,
      pythonFolder: python.folder,
      endAtShare,
      say,
    });
    return { seed, result };
  } finally {
    rmSync(worldFolder, { recursive: true, force: true });
  }
}

// Before the worlds are sent: nobody knows what is committed meanwhile.
const commit = nameCommit();
// Side by side: much of a replay is waiting for the other process.
const runs = await Promise.all(flags.seeds.split(",").map(replay));
stdout.write(writeReplayTable(runs));
const named = ["seeds", "half", "accounts", "requests", "days", "campaign", "campaign-accounts", "end-at-share"]
  .map((name) => `--${name} ${String(flags[name])}`)
  .join(" ");
if (flags.write) writeFileSync(flags.write, writeReplayPage(runs, { command: `node bench/replay-through-gateway.mjs ${named}`, commit }));
process.exitCode = runs.every(({ result }) => isAsPromised(result)) ? 0 : 1;
