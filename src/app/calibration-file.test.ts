import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { StillwatchError } from "../vocabulary/errors.js";
import { applyCalibration } from "./calibration.js";

const folder = mkdtempSync(join(tmpdir(), "stillwatch-calibration-"));
afterAll(() => rmSync(folder, { recursive: true }));

const SHIPPED = new URL("../engine/campaigns/default-calibration.json", import.meta.url);
type Json = Record<string, unknown>;

/** The shipped file with one field, named by its path, set to another value; undefined takes it out. */
function writeChanged(path: string, value: unknown): string {
  const calibration = JSON.parse(readFileSync(SHIPPED, "utf8")) as Json;
  const names = path.split(".");
  const last = names.pop() ?? "";
  const parent = names.reduce((at, name) => at[name] as Json, calibration);
  parent[last] = value;
  return write(JSON.stringify(calibration));
}

function write(text: string): string {
  const file = join(folder, "calibration.json");
  writeFileSync(file, text);
  return file;
}

function problemOf(file: string): unknown {
  try {
    applyCalibration({ file });
  } catch (error) {
    return error instanceof StillwatchError ? error.problem : error;
  }
  return "accepted";
}

const refusalOf = (file: string, reason: string) => ({
  code: "SW1310",
  what: `the calibration cannot be used: ${reason}`,
  place: { file },
  why: expect.stringContaining("half a calibration") as unknown,
  fix: expect.stringContaining("stillwatch calibrate --out") as unknown,
});

describe("a calibration file", () => {
  it.each<[path: string, value: unknown, reason: string]>([
    ["schema", "stillwatch.calibration/2", "`schema` is not stillwatch.calibration/1"],
    ["sources", "one", "`sources` is not a list"],
    ["sources.0", { toString: 1 }, "`sources[0]` is not text"],
    ["metadata_only", "no", "`metadata_only` is not true or false"],
    ["benign", null, "`benign` is not an object"],
    ["benign.accounts", -1, "`benign.accounts` is not a whole number from 0"],
    ["benign.organizations", 1.5, "`benign.organizations` is not a whole number from 0"],
    ["benign.crowds", {}, "`benign.crowds` is not a list"],
    ["benign.crowds.0", null, "`benign.crowds[0]` is not an object"],
    ["benign.crowds.0.log_odds", "3", "`benign.crowds[0].log_odds` is not a number"],
    ["benign.crowds.0.steps", [], "`benign.crowds[0].steps` is empty"],
    ["benign.crowds.0.steps.0.accounts", null, "`benign.crowds[0].steps[0].accounts` is not a whole number from 0"],
    ["thresholds", undefined, "`thresholds` is not a list"],
    ["thresholds.0", 7, "`thresholds[0]` is not an object"],
    ["thresholds.0.high", "1", "`thresholds[0].high` is not a number from 0 to 1"],
    ["reliability", undefined, "`reliability` is not an object"],
    ["reliability", "good", "`reliability` is not an object"],
    ["reliability", {}, "`reliability.expected_calibration_error` is not a number from 0 to 1"],
    ["reliability.suspects", null, "`reliability.suspects` is not an object"],
    ["reliability.bins", null, "`reliability.bins` is not a list"],
    ["reliability.bins.0.said", 2, "`reliability.bins[0].said` is not a number from 0 to 1"],
    ["reliability.source", 5, "`reliability.source` is not text"],
  ])("with %s = %j is refused with its place", (path, value, reason) => {
    const file = writeChanged(path, value);
    expect(problemOf(file)).toEqual(refusalOf(file, reason));
  });

  it.each([
    ["[]", "it is no JSON object"],
    ["null", "it is no JSON object"],
    ["{", "it is not there or no JSON"],
  ])("that is %s is refused", (text, reason) => {
    const file = write(text);
    expect(problemOf(file)).toEqual(refusalOf(file, reason));
  });

  it("without a reliability, as of an operator's own traffic, is taken", () => {
    expect(problemOf(writeChanged("reliability", null))).toBe("accepted");
  });
});
