/**
 * Writes docs/request-detections.md: what each request detection finds in real prompts of others, set by set. Rules were tuned on even rows;
 * odd rows are reported. Usage: node scripts/measure-request-detections.mjs --prompts <folder> [--write]
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { requestDetections } from "../dist/detections/index.js";
import { createFeatureExtractor, techniquesOf } from "../dist/engine/behaviour/features.js";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const PAGE = join(ROOT, "docs", "request-detections.md");
const FOLDERS = ["prompts_benign", "prompts_bulk", "prompts_distill", "templates"];

/** What a set was bought or written for, and so what ought to be found in it. Nothing is expected anywhere else. */
const EXPECTED = {
  autoj_judge_single: "rubric_grading",
  toolbench_dfs_trajectories: "trajectory_generation",
};

const argument = (name) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : undefined);

const prompts = argument("--prompts");
if (prompts === undefined || !existsSync(prompts)) {
  console.error("usage: node scripts/measure-request-detections.mjs --prompts <folder of real prompts> [--write]");
  process.exit(2);
}

function readSet(path) {
  return gunzipSync(readFileSync(path))
    .toString()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

function toEvent(row) {
  const base = { requestId: "r", atMs: 0, accountId: "a", targetModel: "m", status: 200, inputTokens: 1, outputTokens: 1 };
  const messages = row.turns ?? [{ role: "user", content: row.prompt ?? row.text ?? "" }];
  return { ...base, messages, tools: (row.tools ?? []).map(({ name }) => name) };
}

const extract = await createFeatureExtractor(requestDetections);
const findTechniques = (row) => techniquesOf(extract(toEvent(row))?.techniques ?? 0);

/** Rows of one parity, with how many of them each technique was found in. */
function measure(rows) {
  const techniques = new Map();
  let any = 0;
  for (const row of rows) {
    const found = findTechniques(row);
    if (found.length > 0) any += 1;
    for (const technique of found) techniques.set(technique, (techniques.get(technique) ?? 0) + 1);
  }
  return { rows: rows.length, any, techniques };
}

const list = (techniques) =>
  [...techniques]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([technique, count]) => `${technique} ${count}`)
    .join(", ") || "none";

const perThousand = (part, whole) => (whole === 0 ? "–" : ((1000 * part) / whole).toFixed(1));

const lines = [];
const totals = new Map();
for (const folder of FOLDERS.slice(0, 3)) {
  for (const file of readdirSync(join(prompts, folder)).sort()) {
    const rows = readSet(join(prompts, folder, file));
    const even = measure(rows.filter((_, index) => index % 2 === 0));
    const odd = measure(rows.filter((_, index) => index % 2 === 1));
    const name = file.replace(".jsonl.gz", "");
    const expected = EXPECTED[name];
    const hit = expected === undefined ? "–" : `${odd.techniques.get(expected) ?? 0} of ${odd.rows}`;
    lines.push(
      `| ${folder}/${name} | ${odd.rows} | ${perThousand(even.any, even.rows)} | ${perThousand(odd.any, odd.rows)} | ${hit} | ${list(odd.techniques)} |`,
    );
    const total = totals.get(folder) ?? { rows: 0, any: 0 };
    totals.set(folder, { rows: total.rows + odd.rows, any: total.any + odd.any });
  }
}

const kinds = new Map();
for (const file of readdirSync(join(prompts, "templates"))) {
  for (const row of readSet(join(prompts, "templates", file))) {
    const found = findTechniques(row);
    const kind = kinds.get(row.kind) ?? { rows: 0, found: 0, techniques: new Map() };
    kind.rows += 1;
    if (found.length > 0) kind.found += 1;
    for (const technique of found) kind.techniques.set(technique, (kind.techniques.get(technique) ?? 0) + 1);
    kinds.set(row.kind, kind);
  }
}

const page = `# Request detections on real prompts

Written by \`node scripts/measure-request-detections.mjs --prompts <folder> --write\` from prompts that nobody on this project wrote. Rules were tuned on
even rows of each set; **odd rows are what is reported**, even rows stand beside them to show how much tuning flatters. A row counts when any technique
is found in it. False alarms are rows of people and of ordinary jobs: ${FOLDERS.slice(0, 2)
  .map((folder) => `${totals.get(folder).any} of ${totals.get(folder).rows} odd rows in ${folder}`)
  .join(", ")}.

| set | odd rows | found per 1,000, even | found per 1,000, odd | of what the set is | techniques found, odd rows |
| --- | ---: | ---: | ---: | ---: | --- |
${lines.join("\n")}

Instruction lists (alpaca, codealpaca, gorilla, roleplay) are ordinary instructions that were sent in bulk; nothing in one of them says so, and no request
detection should. Families and the tests of pool against crowd find them.

## Published templates, by kind

All rows; there are too few to halve.

| kind | templates | found | techniques |
| --- | ---: | ---: | --- |
${[...kinds].map(([kind, { rows, found, techniques }]) => `| ${kind} | ${rows} | ${found} | ${list(techniques)} |`).join("\n")}

Templates that say only “reason step by step” are worded as homework is, and stay silent on purpose.
`;
if (process.argv.includes("--write")) writeFileSync(PAGE, page);
else process.stdout.write(page);
