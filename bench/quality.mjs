// Quality on worlds nobody tuned on: simulates, analyses and scores several seeds, and writes docs/results.md with --write.
//
//   npm run quality -- --prompts FOLDER --traces FOLDER [--half second] [--seeds 201,202] [--write]
//
// Without prompts and traces the small bundled sets are used; the page says which.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = fileURLToPath(new URL("..", import.meta.url));
const program = join(root, "dist/app/cli/main.js");

/** Worlds of the page: what is asked of `simulate` besides seed, prompts and half. */
const WORLDS = [
  { name: "the three February campaigns", args: [] },
  { name: "the same, twice the accounts", args: ["--accounts", "5000"] },
  { name: "own payments and residential addresses", args: ["--knobs", "unique_payments,residential_ips"] },
  { name: "paraphrased scaffolds", args: ["--knobs", "paraphrase"] },
  { name: "human hours, staggered registration", args: ["--knobs", "human_hours,staggered_registration"] },
  { name: "one scaffold an account", args: ["--knobs", "one_scaffold_per_account"] },
  { name: "half unrelated traffic", args: ["--knobs", "mix50"] },
  { name: "90 % unrelated traffic", args: ["--knobs", "mix90"] },
  { name: "metadata only", args: ["--metadata-only"] },
  { name: "language coercion, technique search, standby pool", args: ["--campaigns", "coercion,search,standby"] },
];

const { values } = parseArgs({
  options: {
    prompts: { type: "string" },
    traces: { type: "string" },
    half: { type: "string", default: "second" },
    seeds: { type: "string", default: "401,402,403,404,405" },
    write: { type: "boolean", default: false },
  },
});

function run(args) {
  return execFileSync(process.execPath, [program, ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], maxBuffer: 1 << 28 });
}

function measure({ seed, args }) {
  const folder = mkdtempSync(join(tmpdir(), "stillwatch-quality-"));
  try {
    const world = join(folder, "world");
    const report = join(folder, "report");
    const material = [...(values.prompts ? ["--prompts", values.prompts] : []), ...(values.traces ? ["--traces", values.traces] : [])];
    run(["simulate", "--out", world, "--seed", String(seed), ...material, "--half", values.half, ...args]);
    const sides = ["accounts", "releases", "enforcement", "allowlist"].flatMap((side) => [`--${side}`, join(world, `${side}.ndjson`)]);
    run(["analyze", join(world, "requests.ndjson"), ...sides, "--out", report, "--requests", "--no-exemplars", "-o", "json"]);
    return JSON.parse(run(["score", "--report", report, "--truth", join(world, "truth.ndjson"), "-o", "json"]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const percent = (share) => (share === null || share === undefined || Number.isNaN(share) ? "–" : `${(100 * share).toFixed(1)} %`);

function describe(score) {
  const touched = score.segments.filter((segment) => segment.in_campaign > 0).map((segment) => `${segment.segment} ${segment.in_campaign}`);
  return {
    campaigns: score.campaigns.map((campaign) => `${campaign.campaign} ${campaign.found}/${campaign.accounts}`).join(", "),
    recall: score.overall.recall?.share,
    precision: score.overall.precision?.share,
    sliceRecall: score.overall.slice_recall,
    slicePrecision: score.overall.slice_precision,
    touched: touched.join(", ") || "none",
    calibration: score.calibration?.expected_calibration_error ?? score.calibration?.expected_error,
    perCampaign: score.campaigns,
  };
}

const seeds = values.seeds.split(",").map(Number);
const lines = [];
/** Rows that miss a target of the issue's table, found from the figures and not known beforehand. */
const misses = [];
const print = (line) => {
  lines.push(line);
  process.stdout.write(`${line}\n`);
};

print("| world | seed | found per campaign | recall | precision | slices: recall | precision | innocent accounts in `campaign` |");
print("| --- | ---: | --- | ---: | ---: | ---: | ---: | --- |");
WORLDS.forEach((world, index) => {
  // The plain world stands on all seeds; each other world on one, in turn.
  for (const seed of index === 0 ? seeds : [seeds[index % seeds.length] + 100]) {
    const score = describe(measure({ seed, args: world.args }));
    const low = score.perCampaign.filter((campaign) => campaign.found < 0.9 * campaign.accounts).map((campaign) => campaign.campaign);
    if (low.length > 0) misses.push(`${world.name} (seed ${seed}): recall below 90 % for ${low.join(", ")}`);
    if ((score.precision ?? 1) < 0.98) misses.push(`${world.name} (seed ${seed}): precision ${percent(score.precision)}`);
    if (score.touched !== "none") misses.push(`${world.name} (seed ${seed}): innocent accounts in \`campaign\`: ${score.touched}`);
    print(
      `| ${world.name} | ${seed} | ${score.campaigns} | ${percent(score.recall)} | ${percent(score.precision)} | ${percent(score.sliceRecall)} | ${percent(score.slicePrecision)} | ${score.touched} |`,
    );
  }
});

if (values.write) {
  const source = values.prompts ? `real prompts and traces, the \`${values.half}\` half` : "the bundled prompts";
  writeFileSync(
    join(root, "docs/results.md"),
    `# Results

Generated by \`npm run quality -- --prompts <folder> --traces <folder> --half ${values.half} --write\` from ${source}; worlds of \`stillwatch simulate\`
with 2,500 accounts, about 55,000 requests and every look-alike, unless the row says otherwise.

${lines.join("\n")}

## How to read this

- **found per campaign**: accounts in standing \`campaign\` of all that the log showed.
- **innocent accounts in \`campaign\`**: benign segments with the number of accounts; \`copycats\` are strangers who use the attack's published
  scaffold for part of their requests.
- Detections were tuned on seeds 11 to 15, 21 and 31 to 33 with the first half of the prompts and traces. The second half was looked at twice
  before these figures were made: with seeds 101 to 103, where eleven students with one question each stood in \`campaign\`, and with seeds 201 to
  305, where two hackathons did. Both led to rules (thirty requests at least; one cause of a gathering counts once). The default seeds, 401 to
  505, were not looked at before.
- The worlds are our own. A world in which we do well is no proof that yours is like it; \`stillwatch score\` marks a report on any log with a truth.

## Where we fall short

Targets: recall of 90 % for each campaign, precision of 98 %, nobody innocent in \`campaign\`. Rows that miss one:

${misses.length === 0 ? "none" : misses.map((miss) => `- ${miss}`).join("\n")}

Time to find, pairs of evasion knobs and confidence intervals over crowds are not measured here.
`,
  );
}
