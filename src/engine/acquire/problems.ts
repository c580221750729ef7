/** Problems of files (SW11xx) and of lines as such (SW1201 to SW1205); a store read otherwise (SW1411). What stands in a record is the formats' business. */
import type { Problem } from "../../vocabulary/errors.js";
import { StillwatchError } from "../../vocabulary/errors.js";
import { DOCUMENT_BYTES_MAX, LINE_BYTES_MAX } from "./limits.js";

export function missingInput(file: string): StillwatchError {
  return new StillwatchError({
    code: "SW1101",
    what: `no such file or folder: ${file}`,
    place: { file },
    why:
      file === "-"
        ? "standard input is not read: texts are looked up a second time in the files."
        : "leaving out an input that was asked for would make a report about something else.",
    fix:
      file === "-"
        ? "write the log to a file first and name that."
        : "check the path; put globs into quotes so that stillwatch expands them.",
  });
}

export function nothingToRead(inputs: readonly string[]): StillwatchError {
  return new StillwatchError({
    code: "SW1102",
    what: `nothing to read in ${inputs.length === 0 ? "no input at all" : inputs.slice(0, 5).join(", ")}`,
    why: "a report about no requests would look like an all-clear.",
    fix: "name a file, a folder with files (hidden ones do not count) or a quoted glob that matches some.",
  });
}

export function tooManyFiles(input: string, filesMax: number): StillwatchError {
  return new StillwatchError({
    code: "SW1111",
    what: `more than ${filesMax} input files with ${input}`,
    place: { file: input },
    why: "what is remembered of each file would outgrow the data.",
    fix: "join small files first, for example with cat or as Parquet, or analyse a part at a time with --data-dir.",
  });
}

export function unreadableFile(file: string, cause: unknown): Problem {
  return {
    code: "SW1103",
    what: `the file cannot be read (${nameCause(cause)})`,
    place: { file },
    why: "its requests are missing from the report.",
    fix: "check its permissions and the disk, then run again.",
  };
}

export const EMPTY_FILE: Problem = {
  code: "SW1104",
  what: "the file is empty",
  why: "an empty log is more often a failed export than a quiet hour.",
  fix: "check the export, or leave the file out.",
};

export function notText(kind: string): Problem {
  return {
    code: "SW1105",
    what: `the file is ${kind}`,
    why: "stillwatch reads JSON as text, gzip, zstd or Parquet.",
    fix: "unpack or export it as NDJSON first, or leave it out.",
  };
}

export function damagedCompression(kind: "gzip" | "zstd", isTruncated: boolean): Problem {
  return {
    code: "SW1106",
    what: isTruncated ? `the ${kind} stream ends before its end mark` : `the ${kind} stream is damaged here`,
    why: "everything before this line was read; what follows is lost.",
    fix: `copy or export the file again; \`${kind} -t\` tells whether it is whole.`,
  };
}

export function damagedParquet(cause: string): Problem {
  return {
    code: "SW1107",
    what: `the Parquet file cannot be read on from here (${cause})`,
    why: "its remaining rows are missing from the report.",
    fix: "export it again; a Parquet file that was cut short has lost its index.",
  };
}

export function workerEnded(reason: string): StillwatchError {
  return new StillwatchError(
    {
      code: "SW1108",
      what: `a reading worker ended: ${reason}`,
      why: "chunks that it held are not in the report.",
      fix: "run again with fewer workers or more memory; with the same --data-dir finished chunks are kept.",
    },
    1,
  );
}

export const UNFINISHED_DOCUMENT: Problem = {
  code: "SW1109",
  what: "the JSON document breaks off or goes wrong here",
  why: "everything before this line was read; without the structure the rest cannot be told apart.",
  fix: "export the document again, or write one JSON object a line.",
};

export const DOCUMENT_TOO_LARGE: Problem = {
  code: "SW1110",
  what: `one value of the JSON document is larger than ${DOCUMENT_BYTES_MAX / 1024 / 1024} MiB`,
  why: "it would have to be held in memory whole.",
  fix: "export it as NDJSON, one record a line, for example with jq -c.",
};

/** The store holds requests that were read in another way. `name` is `metadata_only` or `ingest_version`. */
export function otherSettings({ name, value, stored }: { name: string; value: string; stored: string }): StillwatchError {
  const isText = name === "metadata_only" && stored !== "unknown";
  return new StillwatchError({
    code: "SW1411",
    what: isText
      ? `the requests in the event store were read ${stored === "true" ? "with" : "without"} --metadata-only, this run is ${value === "true" ? "with" : "without"} it`
      : `the requests in the event store were read by another version of the reader (${name} ${stored}, now ${value})`,
    why: "the store would hold two readings of one request, and the report would depend on which of them it takes.",
    fix: isText
      ? "use another folder with --data-dir (or another database with --store), or the option as it was before."
      : "after an update of `stillwatch serve`: stop it, `stillwatch renew --data-dir <its data folder>`, and give the requests of the last 30 days again. Otherwise use another folder with --data-dir (or another database with --store) and read the logs again.",
  });
}

export const BLANK_LINE: Problem = {
  code: "SW1203",
  what: "the line is blank",
  why: "it holds no request; it is counted so that lines add up.",
  fix: "nothing to do, unless the log should have had a request here.",
};

export const NOT_UTF8: Problem = {
  code: "SW1204",
  what: "the line is not UTF-8",
  why: "guessing an encoding would change the text that the analysis compares.",
  fix: "convert the file, for example with iconv -t utf-8.",
};

export const LINE_TOO_LONG: Problem = {
  code: "SW1205",
  what: `the line is longer than ${LINE_BYTES_MAX / 1024 / 1024} MiB`,
  why: "no request is that long, and memory is bounded.",
  fix: "check for missing line ends; whole-document JSON is read as well when it is valid.",
};

export const UNREADABLE_RECORD: Problem = {
  code: "SW1212",
  what: "the record's structure defeats its reader (nested too deeply, or of impossible shape)",
  why: "one odd record must not stop the run.",
  fix: "look at the line; report it if a real product wrote it.",
};

export const NO_REQUEST: Problem = {
  code: "SW1213",
  what: "the record holds no request to a language model",
  why: "it is counted so that nothing disappears silently.",
  fix: "filter other telemetry out where the log is exported, or ignore this.",
};

/** Broken JSON: cut off, or wrong at a character. */
export function brokenJson(isCutOff: boolean): Problem {
  return {
    code: "SW1201",
    what: isCutOff ? "the JSON ends before it is complete" : "the line is not JSON from this character on",
    why: "a request that is read by half is a wrong request.",
    fix: isCutOff ? "check whether the writer was stopped in the middle of a line." : "write one JSON object a line.",
  };
}

/** Names an error by its code alone; messages may carry paths or text. */
function nameCause(cause: unknown): string {
  if (cause instanceof Error) {
    const code = (cause as NodeJS.ErrnoException).code;
    return typeof code === "string" ? code : cause.name;
  }
  return "unknown cause";
}
