/** `stillwatch detections`: what stillwatch looks for, why, and whether each detection still does what its folder claims. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Command, Option } from "commander";
import { detections } from "../../../detections/index.js";
import { StillwatchError, type Detection } from "../../../sdk/index.js";
import {
  checkDetection,
  createFixtureRunner,
  findDetectionFolder,
  FIXTURE_KINDS,
  type FixtureOutcome,
  type FolderOutcome,
  type RunFixture,
} from "../detection-fixtures.js";
import { runOnPopulation } from "../detection-groups.js";
import { renderDetection, renderDetectionTable } from "../detection-page.js";
import { registerDetection, scaffoldDetection } from "../detection-scaffold.js";
import { refreshReadme } from "../detection-readme.js";
import { suggestName } from "../suggest.js";
import { padText } from "../terminal-text.js";

/** Makes the command. `runOthers` runs account, pair and group detections on a fixture; without it only request detections are tested. */
export function createDetectionsCommand(runOthers: RunFixture | null): (program: Command) => void {
  return (program) => {
    const command = program
      .command("detections")
      .summary("list, explain, test and add detections")
      .description(
        "What stillwatch looks for. Every detection is a folder with its reasons, its innocent twins and fixtures that prove both.",
      )
      .addHelpText(
        "after",
        `
Examples:
  stillwatch detections list
  stillwatch detections show reasoning-elicitation
  stillwatch detections test                        # all of them; fails when an innocent twin fires
  stillwatch detections new night-shift             # in a checkout: a folder to fill in
`,
      );
    command
      .command("list")
      .summary("all detections, one line each")
      .description("Lists all detections with level, group of evidence, maturity and how easily each could be faked.")
      .addHelpText("after", "\nExample:\n  stillwatch detections list -o json | jq -r '.[].name'")
      .addOption(new Option("-o, --output <kind>", "what to print").choices(["human", "json"]).default("human"))
      .action((flags: { output: string }) => {
        process.stdout.write(flags.output === "json" ? `${JSON.stringify(detections.map(toRow))}\n` : renderDetectionTable(detections));
      });
    command
      .command("show <name>")
      .summary("what one detection looks for, its thresholds and why")
      .description("Tells what one detection looks for, its innocent twins, its thresholds with their reasons, and its sources.")
      .addHelpText("after", "\nExample:\n  stillwatch detections show work-queue")
      .action((name: string) => {
        process.stdout.write(renderDetection(findDetection(name)));
      });
    command
      .command("test [name]")
      .summary("run the fixtures of one detection or of all")
      .description("Runs the fixtures of one detection or of all: it must fire on what it looks for and stay silent on its innocent twins.")
      .addHelpText("after", "\nExample:\n  stillwatch detections test work-queue")
      .option("--update", "in a checkout: write expected.md and the numbers of README.md anew")
      .action((name: string | undefined, flags: { update?: boolean }) => testDetections(name, flags.update === true, runOthers));
    command
      .command("new <name>")
      .summary("in a checkout: start a detection with a folder to fill in")
      .description("Makes a folder with everything that a detection needs, to be filled in. Works in a checkout of the repository only.")
      .addHelpText("after", "\nExample:\n  stillwatch detections new night-shift")
      .action((name: string) => addDetection(name));
  };
}

/** Adds `detections`. */
export function addDetectionsCommand(program: Command): void {
  createDetectionsCommand(runOnPopulation)(program);
}

function toRow(detection: Detection): Record<string, unknown> {
  const { name, level, group, maturity, spoofable, title, thresholds, looksFor, innocentTwins, sources } = detection;
  const techniques = detection.level === "request" ? detection.techniques : [];
  return {
    name,
    level,
    group,
    maturity,
    spoofable,
    title,
    techniques,
    looks_for: looksFor,
    innocent_twins: innocentTwins,
    sources,
    thresholds,
  };
}

function findDetection(name: string): Detection {
  const found = detections.find((detection) => detection.name === name);
  if (found) return found;
  const names = detections.map((detection) => detection.name);
  const near = suggestName(name, names);
  throw new StillwatchError({
    code: "SW1701",
    what: `unknown detection "${name}"${near === null ? "" : `; did you mean "${near}"?`}`,
    why: "a misspelt name must not look like a detection that found nothing.",
    fix: near === null ? "stillwatch detections list" : `stillwatch detections show ${near}`,
  });
}

async function testDetections(name: string | undefined, isUpdate: boolean, runOthers: RunFixture | null): Promise<void> {
  const chosen = name === undefined ? detections : [findDetection(name)];
  const runFixture = createFixtureRunner(runOthers);
  const sources = isUpdate ? findSources() : null;
  let failures = 0;
  process.stdout.write(renderHead());
  for (const detection of chosen) {
    if (detection.level !== "request" && runOthers === null) {
      process.stdout.write(`${padText("not run", STATE_COLUMNS)}${detection.name}: needs the whole analysis\n`);
      continue;
    }
    const folder = sources === null ? findDetectionFolder(detection.name) : join(sources, detection.name);
    const outcome = await checkDetection(detection, folder, runFixture);
    const readme = refreshReadme(detection, folder);
    if (sources !== null) {
      writeFileSync(join(folder, "expected.md"), outcome.golden);
      if (readme) writeFileSync(readme.path, readme.text);
    }
    const problems = isUpdate ? listProblems(outcome) : [...listProblems(outcome), ...listStalePages(outcome, readme?.isCurrent ?? true)];
    if (problems.length > 0) failures++;
    process.stdout.write(renderOutcome(outcome, problems));
  }
  if (failures > 0) process.exitCode = 1;
}

function listProblems({ fixtures }: FolderOutcome): string[] {
  return fixtures.flatMap(({ kind, problems }) => problems.map((problem) => `fixtures/${kind}.ndjson: ${problem}`));
}

function listStalePages({ detection, isGoldenCurrent }: FolderOutcome, isReadmeCurrent: boolean): string[] {
  const remedy = `stillwatch detections test ${detection.name} --update`;
  return [
    ...(isGoldenCurrent ? [] : [`expected.md: an analyst would read something else now; ${remedy}`]),
    ...(isReadmeCurrent ? [] : [`README.md: its numbers are not those of detection.ts; ${remedy}`]),
  ];
}

const STATE_COLUMNS = 9;
const KIND_COLUMNS = 11;
const NAME_COLUMNS = Math.max(...detections.map(({ name }) => name.length)) + 2;

/** Heads the table: fired of asked, per fixture. */
function renderHead(): string {
  const kinds = FIXTURE_KINDS.map((kind) => padText(kind, KIND_COLUMNS, "right")).join("");
  return `${padText("", STATE_COLUMNS)}${padText("fired on", NAME_COLUMNS)}${kinds}\n`;
}

function renderOutcome({ detection, fixtures }: FolderOutcome, problems: readonly string[]): string {
  const counts = fixtures.map((fixture) => padText(countFired(detection, fixture), KIND_COLUMNS, "right")).join("");
  const unit = { request: "requests", account: "accounts", pair: "groups", group: "groups" }[detection.level];
  const state = padText(problems.length === 0 ? "ok" : "FAILED", STATE_COLUMNS);
  const head = `${state}${padText(detection.name, NAME_COLUMNS)}${counts}  ${unit}\n`;
  return head + problems.map((problem) => `${padText("", STATE_COLUMNS)}${problem}\n`).join("");
}

/** `fired/asked`: requests of the fixture, or the accounts and groups that were asked about. */
function countFired(detection: Detection, { events, findings }: FixtureOutcome): string {
  const asked = findings.filter(({ isPair }) => isPair !== true);
  const fired = new Set(asked.filter(({ fires }) => fires).map(({ subject }) => subject));
  return `${fired.size}/${detection.level === "request" ? events.length : new Set(asked.map(({ subject }) => subject)).size}`;
}

/** The folder of the detections' sources below the current one. */
function findSources(): string {
  const folder = join(process.cwd(), "src", "detections");
  if (existsSync(join(folder, "index.ts"))) return folder;
  throw new StillwatchError({
    code: "SW1704",
    what: "this is no checkout of stillwatch: there is no src/detections/index.ts here",
    why: "detections are added and their pages written in the sources.",
    fix: "run the command in the root of a checkout.",
  });
}

function addDetection(name: string): void {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
    throw new StillwatchError({
      code: "SW1703",
      what: `"${name}" is no name for a detection`,
      why: "the name is a folder, and reports carry it: small letters and digits, words joined by hyphens.",
      fix: "stillwatch detections new night-shift",
    });
  }
  const sources = findSources();
  const folder = join(sources, name);
  if (existsSync(folder)) {
    throw new StillwatchError({
      code: "SW1705",
      what: `there is a detection "${name}" already`,
      place: { file: folder },
      why: "its fixtures and its page would be written over.",
      fix: `stillwatch detections show ${name}`,
    });
  }
  scaffoldDetection(folder, name);
  const index = join(sources, "index.ts");
  writeFileSync(index, registerDetection(readFileSync(index, "utf8"), name));
  process.stdout.write(
    `Wrote ${join("src", "detections", name)} and listed it in src/detections/index.ts.\n` +
      `Next: phrases and rules in detection.ts, one event a claim in fixtures/, then\n` +
      `  npm run build && npx stillwatch detections test ${name} --update\n`,
  );
}
