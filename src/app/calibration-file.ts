/** Reading a calibration file: everything that an analysis or its report will look at is checked before either begins. */
import { readFileSync } from "node:fs";
import type { CalibrationFile } from "../vocabulary/calibration.js";
import { StillwatchError } from "../vocabulary/errors.js";

/**
 * Reads a file and checks it whole.
 *
 * @throws StillwatchError SW1310 with the first field that is wrong.
 */
export function readCalibration(file: string | URL): CalibrationFile {
  const place = typeof file === "string" ? file : "default-calibration.json";
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    throw unusable(place, "it is not there or no JSON");
  }
  const fault = CALIBRATION(parsed, "");
  if (fault !== null) throw unusable(place, fault);
  return parsed as CalibrationFile;
}

/** What is wrong with a value at a path, or null. */
type Check = (value: unknown, path: string) => string | null;

function demand(isRight: (value: unknown) => boolean, what: string): Check {
  return (value, path) => (isRight(value) ? null : `\`${path}\` is not ${what}`);
}

function list(item: Check, { isFilled = false }: { isFilled?: boolean } = {}): Check {
  return (value, path) => {
    if (!Array.isArray(value)) return `\`${path}\` is not a list`;
    if (isFilled && value.length === 0) return `\`${path}\` is empty`;
    for (const [index, each] of value.entries()) {
      const fault = item(each, `${path}[${index}]`);
      if (fault !== null) return fault;
    }
    return null;
  };
}

function object(fields: Readonly<Record<string, Check>>): Check {
  return (value, path) => {
    if (value === null || typeof value !== "object" || Array.isArray(value))
      return path === "" ? "it is no JSON object" : `\`${path}\` is not an object`;
    for (const [name, check] of Object.entries(fields)) {
      const fault = check((value as Record<string, unknown>)[name], path === "" ? name : `${path}.${name}`);
      if (fault !== null) return fault;
    }
    return null;
  };
}

const count = demand((value) => Number.isSafeInteger(value) && (value as number) >= 0, "a whole number from 0");
const finite = demand(Number.isFinite, "a number");
const share = demand((value) => typeof value === "number" && value >= 0 && value <= 1, "a number from 0 to 1");
const text = demand((value) => typeof value === "string", "text");
const flag = demand((value) => typeof value === "boolean", "true or false");
const nullOr =
  (check: Check): Check =>
  (value, path) =>
    value === null ? null : check(value, path);

const BAR_COST = object({
  log_odds: finite,
  crowds: count,
  organizations: count,
  accounts: count,
  expected: share,
  low: share,
  high: share,
});
const STEP = object({ log_odds: finite, accounts: count, organizations: count });
const RELIABILITY = object({
  expected_calibration_error: share,
  suspects: object({ expected_calibration_error: share, cases: count }),
  cases: count,
  bins: list(object({ from: share, to: share, accounts: count, said: share, observed: share })),
  source: text,
});

/** {@link CalibrationFile}, field for field. */
const CALIBRATION = object({
  schema: demand((value) => value === "stillwatch.calibration/1", "stillwatch.calibration/1"),
  sources: list(text),
  metadata_only: flag,
  benign: object({
    accounts: count,
    organizations: count,
    crowds: list(object({ log_odds: finite, steps: list(STEP, { isFilled: true }) })),
  }),
  thresholds: list(BAR_COST),
  reliability: nullOr(RELIABILITY),
});

function unusable(file: string, reason: string): StillwatchError {
  return new StillwatchError({
    code: "SW1310",
    what: `the calibration cannot be used: ${reason}`,
    place: { file },
    why: "a false-positive rate that rests on half a calibration would be a promise about nothing.",
    fix: "give a file that `stillwatch calibrate --out` wrote, or leave --calibration out.",
  });
}
