// Which numbers matter: moves every threshold of src/engine/campaigns that is written as a number a fifth down and up, one at a time, and tells how many accounts of pools and how many
// innocent ones come into a campaign then, and leave one, world by world. Expressions and times are not moved. Worlds are folders of `stillwatch simulate`. Usage: npm run build && node bench/perturb-thresholds.mjs --world FOLDER [--world FOLDER …] [--only PART]
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execPath, stderr, stdout } from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { deserialize, serialize } from "node:v8";

const { values: flags } = parseArgs({
  options: {
    world: { type: "string", multiple: true, default: [] },
    /** Only thresholds whose file or name holds this. */
    only: { type: "string", default: "" },
    /** Of the children: the built tree and the populations to track. */
    track: { type: "string" },
    population: { type: "string", multiple: true, default: [] },
  },
});

const ROOT = fileURLToPath(new URL("..", import.meta.url));
/** A fifth: less than what two people who choose such a number with care would differ by. */
const FACTORS = [0.8, 1.2];
/** One file's thresholds: a name in capitals with a number, or with an object of numbers. */
const SINGLE = /^(?:export )?const ([A-Z][A-Z0-9_]+) = (-?\d[\d_]*(?:\.\d+)?);$/gm;
const RECORD = /^(?:export )?const ([A-Z][A-Z0-9_]+) = \{([^{}]*)\};$/gm;
const FIELD = /([a-z]\w*): (-?\d[\d_]*(?:\.\d+)?)/gi;
/** Not thresholds: units of time, and names that say how much is looked at or listed. */
const UNITS = /_MS$|LISTED_MAX|^LEFT_ALONE_MAX$|SAMPLED|ROUNDING/;

async function track(built, populations) {
  const load = (path) => import(pathToFileURL(join(built, path)).href);
  const { trackCampaigns } = await load("engine/campaigns/track.js");
  const { listStandings } = await load("engine/campaigns/standings.js");
  const { detections } = await load("detections/index.js");
  const results = populations.map((file) => {
    const { population, labels } = deserialize(readFileSync(file));
    const tracking = trackCampaigns(population, detections);
    const result = { found: 0, innocent: 0, campaigns: tracking.campaigns.length };
    for (const line of listStandings(population, { tracking, accountDetections: [] }))
      if (line.standing === "campaign") result[labels[line.account_id] === "attack" ? "found" : "innocent"] += 1;
    return result;
  });
  stdout.write(JSON.stringify(results));
}

/** Reads a world into the population that campaigns are looked for in, with the truth about accounts. */
async function readWorld(folder, file) {
  const load = (path) => import(pathToFileURL(join(ROOT, "dist", path)).href);
  const { openEventStore } = await load("store/events/store.js");
  const { analyze } = await load("engine/pipeline.js");
  const { readSideFiles } = await load("engine/acquire/index.js");
  const { createIngestPool } = await load("app/workers/ingest-pool.js");
  const { sourceFormats } = await load("integrations/index.js");
  const sideFiles = ["accounts", "releases", "enforcement", "allowlist"];
  const sideFacts = await readSideFiles(Object.fromEntries(sideFiles.map((name) => [name, join(folder, `${name}.ndjson`)])));
  const temporary = mkdtempSync(join(tmpdir(), "stillwatch-world-"));
  const store = await openEventStore({ path: temporary });
  const pool = await createIngestPool();
  const { population } = await analyze(
    { store, detections: [], sideFacts, sideFiles, nowMs: () => performance.now() },
    { inputs: [join(folder, "requests.ndjson")], format: "auto", formats: sourceFormats, isMetadataOnly: false, pool },
  );
  const labels = {};
  for (const line of readFileSync(join(folder, "truth.ndjson"), "utf8").split("\n")) {
    const truth = line === "" ? {} : JSON.parse(line);
    if (truth.account_id !== undefined && truth.label !== undefined) labels[truth.account_id] = truth.label;
  }
  writeFileSync(file, serialize({ population, labels }));
  await pool.close();
  await store.close();
  rmSync(temporary, { recursive: true, force: true });
}

/** Every number with a name: in which file, how it is called, and the file with it moved by a factor. */
function listThresholds(folder) {
  const files = readdirSync(folder).filter((name) => name.endsWith(".js") && !name.includes(".test."));
  return files.sort().flatMap((file) => {
    const source = readFileSync(join(folder, file), "utf8");
    const numbers = [];
    for (const match of source.matchAll(SINGLE))
      numbers.push({ name: match[1], text: match[2], at: match.index + match[0].lastIndexOf(match[2]) });
    for (const match of source.matchAll(RECORD))
      for (const field of match[2].matchAll(FIELD))
        numbers.push({
          name: `${match[1]}.${field[1]}`,
          text: field[2],
          at: match.index + match[0].indexOf("{") + 1 + field.index + field[0].lastIndexOf(field[2]),
        });
    return numbers
      .filter(({ name }) => !UNITS.test(name) && `${file} ${name}`.includes(flags.only))
      .map(({ name, text, at }) => {
        const value = Number(text.replaceAll("_", ""));
        const move = (factor) => moveNumber(value, { name, factor });
        return { file, name, value, move, write: (moved) => `${source.slice(0, at)}${moved}${source.slice(at + text.length)}` };
      });
  });
}

/** Counts stay whole and move by one at least; nats and numbers up to 1 move as fractions; shares stay below 1. */
function moveNumber(value, { name, factor }) {
  if (Number.isInteger(value) && Math.abs(value) > 1 && !name.includes("NATS"))
    return factor < 1 ? Math.min(value - 1, Math.round(value * factor)) : Math.max(value + 1, Math.round(value * factor));
  const moved = Number((value * factor).toPrecision(6));
  // Of a share near 1 what is left to 1 is what matters.
  return value > 0.5 && value < 1 && factor > 1 ? Number((1 - (1 - value) * (2 - factor)).toPrecision(6)) : moved;
}

/** What came and what went, each summed over the worlds: one world's gain must not hide another's loss. */
function tellChange(before, after, key) {
  if (after === null) return "fails";
  const changes = after.map((result, world) => result[key] - before[world][key]);
  const sum = (sign) => changes.reduce((total, change) => total + Math.max(0, sign * change), 0);
  const told = [sum(1) > 0 ? `+${sum(1)}` : "", sum(-1) > 0 ? `−${sum(-1)}` : ""].filter(Boolean).join(" ");
  return told === "" ? "0" : told;
}

function run(built, populations) {
  const args = [fileURLToPath(import.meta.url), "--track", built, ...populations.flatMap((file) => ["--population", file])];
  const { status, stdout: answer } = spawnSync(execPath, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  return status === 0 ? JSON.parse(answer) : null;
}

async function main() {
  if (flags.world.length === 0) throw new Error("Name a world: --world FOLDER, made by `stillwatch simulate`.");
  const scratch = mkdtempSync(join(tmpdir(), "stillwatch-thresholds-"));
  try {
    const populations = flags.world.map((_, index) => join(scratch, `${index}.bin`));
    for (const [index, folder] of flags.world.entries()) await readWorld(folder, populations[index]);
    const built = join(scratch, "dist");
    cpSync(join(ROOT, "dist"), built, { recursive: true });
    cpSync(join(ROOT, "package.json"), join(scratch, "package.json"));
    symlinkSync(join(ROOT, "node_modules"), join(scratch, "node_modules"), "dir");
    const folder = join(built, "engine", "campaigns");
    const before = run(built, populations);
    if (before === null) throw new Error("The worlds could not be tracked.");
    const count = (key) => before.reduce((total, result) => total + result[key], 0);
    stdout.write(`As it is: ${count("found")} accounts of pools and ${count("innocent")} innocent ones in campaigns.\n\n`);
    stdout.write("| file | threshold | is | moved to | accounts of pools | innocent | moved to | accounts of pools | innocent |\n");
    stdout.write("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n");
    const thresholds = listThresholds(folder);
    let done = 0;
    let unchanged = 0;
    let unmoved = 0;
    for (const { file, name, value, move, write } of thresholds) {
      const source = readFileSync(join(folder, file), "utf8");
      const cells = FACTORS.map((factor) => {
        if (move(factor) === value) return ["–", "–", "–"];
        writeFileSync(join(folder, file), write(move(factor)));
        const after = run(built, populations);
        return [String(move(factor)), tellChange(before, after, "found"), tellChange(before, after, "innocent")];
      });
      writeFileSync(join(folder, file), source);
      done += 1;
      stderr.write(`${done} of ${thresholds.length}: ${file} ${name}\n`);
      if (cells.every(([to]) => to === "–")) unmoved += 1;
      else if (cells.every(([, found, innocent]) => found === "0" && innocent === "0")) unchanged += 1;
      else stdout.write(`| ${file.replace(".js", "")} | ${name} | ${value} | ${cells.flat().join(" | ")} |\n`);
    }
    stdout.write(`\n${unchanged} of ${done - unmoved} thresholds change nothing, moved either way; ${unmoved} are 0 and were not moved.\n`);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

await (flags.track === undefined ? main() : track(flags.track, flags.population));
