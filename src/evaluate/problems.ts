/** What can be wrong with the files that a score is made of. */
import { StillwatchError, type Place, type Problem } from "../vocabulary/errors.js";

/** A file of the report folder does not exist. */
export function missingReportFile(file: string): StillwatchError {
  return fail({
    code: "SW1601",
    what: "the report folder lacks a file",
    place: { file },
    why: "a score needs what `stillwatch analyze --out` wrote.",
    fix: "give the folder that was named with `--out`, after the analysis has ended.",
  });
}

/** A line or file of the report is not what the contract says. */
export function unreadableReport(place: Place, what: string): StillwatchError {
  return fail({
    code: "SW1602",
    what: `the report is damaged: ${what}`,
    place,
    why: "a score over a part of a report would look like a score over the whole.",
    fix: "run the analysis again with `--out`.",
  });
}

/** The truth file does not exist. */
export function missingTruth(file: string): StillwatchError {
  return fail({
    code: "SW1603",
    what: "the truth file cannot be opened",
    place: { file },
    why: "there is nothing to compare the report with.",
    fix: "give the truth file of the same world, for example the one that `stillwatch simulate` wrote.",
  });
}

/** A line of the truth is not what the contract says. */
export function unreadableTruth(place: Place, what: string): StillwatchError {
  return fail({
    code: "SW1604",
    what: `the truth cannot be read: ${what}`,
    place,
    why: "a score against half of the truth is wrong without looking wrong.",
    fix: "every line must be a JSON object with `account_id`, `label` (`attack` or `benign`), `campaign`, `segment`, or with `request_id`, `campaign`.",
  });
}

/** No account of the truth occurs in the report. */
export function unrelatedTruth(file: string): StillwatchError {
  return fail({
    code: "SW1605",
    what: "report and truth have no account in common",
    place: { file },
    why: "they belong to different worlds, or the truth labels no accounts.",
    fix: "give the truth that belongs to the log that was analysed.",
  });
}

/** An account has two labels. */
export function contradictoryTruth(place: Place): StillwatchError {
  return fail({
    code: "SW1606",
    what: "the truth says two different things about one account",
    place,
    why: "no score can be right about it.",
    fix: "leave one line for each account.",
  });
}

function fail(problem: Problem): StillwatchError {
  return new StillwatchError(problem, 2);
}
