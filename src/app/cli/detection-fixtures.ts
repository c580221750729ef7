/**
 * A detection's own proof: its fixtures run, and what an analyst would read compared with `expected.md`. Used by `stillwatch detections
 * test` and by the tests in the folders, so that both always mean the same.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createFeatureExtractor, techniquesOf } from "../../engine/behaviour/features.js";
import { nativeFormat } from "../../integrations/native/native.js";
import { StillwatchError, type Detection, type RequestEvent } from "../../sdk/index.js";

/** The three kinds of fixture. Attack must fire, the other two must stay silent. */
export const FIXTURE_KINDS = ["attack", "lookalike", "quiet"] as const;
export type FixtureKind = (typeof FIXTURE_KINDS)[number];

/**
 * Names of side files that a fixture may bring along, as `<kind>.<name>.ndjson` beside it: those of `analyze`, and the groups of accounts that
 * a pair or group detection is asked about.
 */
const SIDE_FILES = ["accounts", "releases", "enforcement", "allowlist", "groups"] as const;
/** Paths of the side files that exist. */
export type SideFiles = Partial<Record<(typeof SIDE_FILES)[number], string>>;

/** One event of a fixture, and what its author says it is. */
export interface FixtureEvent {
  event: RequestEvent;
  note: string;
}

/** One fixture as a runner gets it. */
export interface Fixture {
  path: string;
  events: readonly RequestEvent[];
  sideFiles: SideFiles;
}

/** What a detection said about one request, account or group of a fixture. */
export interface FixtureFinding {
  /** Request id, account ids joined with `, `, or the name of a group. */
  subject: string;
  says: string;
  /** False when it stayed silent, said too little or spoke against; what it said is shown all the same. */
  fires: boolean;
  /** A pair within a group, shown to explain the finding about the group. */
  isPair?: boolean;
}

/** Runs one detection on one fixture. Account, pair and group detections need the whole analysis; requests do not. */
export type RunFixture = (detection: Detection, fixture: Fixture) => Promise<readonly FixtureFinding[]>;

/** How one fixture went. */
export interface FixtureOutcome {
  kind: FixtureKind;
  events: readonly FixtureEvent[];
  findings: readonly FixtureFinding[];
  /** What is wrong, one sentence each; empty when the fixture holds. */
  problems: readonly string[];
}

/** How one folder went. */
export interface FolderOutcome {
  detection: Detection;
  fixtures: readonly FixtureOutcome[];
  /** What `expected.md` should say now. */
  golden: string;
  isGoldenCurrent: boolean;
}

/** The folder of a detection, beside this program's own code: sources under test, the built tree in use. */
export function findDetectionFolder(name: string): string {
  return join(dirname(fileURLToPath(import.meta.url)), "..", "..", "detections", name);
}

/** Runs request detections; hands every other kind on. */
export function createFixtureRunner(runOthers: RunFixture | null): RunFixture {
  return async (detection, fixture) => {
    if (detection.level !== "request") return runOthers ? runOthers(detection, fixture) : [];
    const extract = await createFeatureExtractor([detection]);
    return fixture.events.flatMap((event) => {
      const features = extract(event);
      if (!features || features.techniques === 0) return [];
      return [{ subject: event.requestId, says: techniquesOf(features.techniques).join(", "), fires: true }];
    });
  };
}

/** Runs the three fixtures of a folder and compares the golden page. */
export async function checkDetection(detection: Detection, folder: string, runFixture: RunFixture): Promise<FolderOutcome> {
  const fixtures: FixtureOutcome[] = [];
  for (const kind of FIXTURE_KINDS) {
    const path = join(folder, "fixtures", `${kind}.ndjson`);
    const events = readFixture(path);
    const sideFiles = findSideFiles(join(folder, "fixtures"), kind);
    const findings = await runFixture(detection, { path, events: events.map(({ event }) => event), sideFiles });
    fixtures.push({ kind, events, findings, problems: judgeFixture(detection, kind, events, findings) });
  }
  const golden = renderGolden(detection, fixtures);
  const goldenPath = join(folder, "expected.md");
  const isGoldenCurrent = existsSync(goldenPath) && readFileSync(goldenPath, "utf8") === golden;
  return { detection, fixtures, golden, isGoldenCurrent };
}

function judgeFixture(
  detection: Detection,
  kind: FixtureKind,
  events: readonly FixtureEvent[],
  findings: readonly FixtureFinding[],
): readonly string[] {
  if (kind !== "attack") return findings.filter(({ fires }) => fires).map(({ subject, says }) => `fired on ${subject}: ${says}`);
  if (detection.level !== "request") {
    if (findings.length === 0) return ["stayed silent"];
    return findings
      .filter(({ fires, isPair }) => !fires && isPair !== true)
      .map(({ subject, says }) => `did not fire on ${subject}: ${says}`);
  }
  const heard = new Set(findings.map(({ subject }) => subject));
  return events.filter(({ event }) => !heard.has(event.requestId)).map(({ event, note }) => `missed ${event.requestId} (${note})`);
}

function findSideFiles(folder: string, kind: FixtureKind): SideFiles {
  const found: SideFiles = {};
  for (const name of SIDE_FILES) {
    const path = join(folder, `${kind}.${name}.ndjson`);
    if (existsSync(path)) found[name] = path;
  }
  return found;
}

/** Reads a fixture: contract request events with a `note` each. A fixture that cannot be read proves nothing, so that is an error. */
export function readFixture(path: string): readonly FixtureEvent[] {
  if (!existsSync(path)) throw refuseFixture(path, undefined, "there is no such file");
  return readFileSync(path, "utf8")
    .split("\n")
    .flatMap((line, index) => (line.trim() === "" ? [] : [readFixtureLine(path, line, index + 1)]));
}

function readFixtureLine(path: string, line: string, number: number): FixtureEvent {
  let record: unknown;
  try {
    record = JSON.parse(line);
  } catch {
    throw refuseFixture(path, number, "the line is not JSON");
  }
  const [reading] = nativeFormat.read(record);
  if (!reading || !("event" in reading)) throw refuseFixture(path, number, reading ? reading.problem.what : "the line is no request event");
  const note = typeof record === "object" && record !== null && "note" in record ? String(record.note) : "";
  return { event: reading.event, note };
}

function refuseFixture(path: string, line: number | undefined, what: string): StillwatchError {
  return new StillwatchError({
    code: "SW1702",
    what: `a fixture cannot be read: ${what}`,
    place: line === undefined ? { file: path } : { file: path, line },
    why: "a detection is proved by its fixtures; one that is skipped proves nothing.",
    fix: "write one request event a line, as in docs/contracts.md, with a `note` that says what it is.",
  });
}

/** What an analyst reads, as Markdown. */
function renderGolden(detection: Detection, fixtures: readonly FixtureOutcome[]): string {
  const lines = [
    `# ${detection.title}: what an analyst reads`,
    "",
    `Written by \`stillwatch detections test ${detection.name} --update\`; compared on every run.`,
  ];
  for (const { kind, events, findings } of fixtures) {
    lines.push("", `## fixtures/${kind}.ndjson`, "");
    const notes = new Map(events.map(({ event, note }) => [event.requestId, note]));
    if (findings.length === 0) {
      lines.push(`Silent on ${events.length} requests:`, "");
      const counts = new Map<string, number>();
      for (const { note } of events) counts.set(note, (counts.get(note) ?? 0) + 1);
      for (const [note, count] of counts) lines.push(`- ${note}${count > 1 ? ` (${count})` : ""}`);
      continue;
    }
    lines.push(detection.level === "request" ? "| request | what it is | finding |" : "| subject | finding |");
    lines.push(detection.level === "request" ? "| --- | --- | --- |" : "| --- | --- |");
    for (const { subject, says } of findings) {
      lines.push(detection.level === "request" ? `| ${subject} | ${notes.get(subject) ?? ""} | ${says} |` : `| ${subject} | ${says} |`);
    }
  }
  return `${lines.join("\n")}\n`;
}
