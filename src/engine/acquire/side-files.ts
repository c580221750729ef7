/** Side files: what the operator knows besides the log (contract §2). Read like logs, kept in memory, in an order that the input does not decide. */
import { stat } from "node:fs/promises";
import createXxhash, { type XXHashAPI } from "xxhash-wasm";
import type { Account, AllowlistEntry, Enforcement, Release } from "../../vocabulary/account.js";
import { type Problem, StillwatchError } from "../../vocabulary/errors.js";
import type { QuarantineEntry } from "../../vocabulary/quarantine.js";
import type { SourceFormat } from "../../vocabulary/source-format.js";
import { listInputFiles, type InputFile } from "./input-files.js";
import { SIDE_FILE_LINES_MAX } from "./limits.js";
import { openInputFile } from "./plan-chunks.js";
import { describeEntry } from "./quarantine-entry.js";
import { readRecords } from "./read-records.js";
import { readAccount, readAllowlistEntry, readEnforcement, readRelease } from "./side-file-lines.js";

/** A path (file, folder or glob; plain, `.gz`, `.zst`, Parquet) for each side file that there is. */
export interface SideFilePaths {
  accounts?: string | undefined;
  releases?: string | undefined;
  enforcement?: string | undefined;
  allowlist?: string | undefined;
}

/** What the side files say. Exact repetitions are dropped; the order is by content. */
export interface SideFiles {
  accounts: Account[];
  releases: Release[];
  enforcement: Enforcement[];
  allowlist: AllowlistEntry[];
  /** Damaged lines, in the order of file and line; at most {@link DAMAGED_LINES_MAX}, all of them counted in `coverage`. */
  quarantine: QuarantineEntry[];
  /** One sentence for each side file that was not given or not wholly readable; key: `side_file_<name>`. */
  coverage: Record<string, string>;
}

/** Entries kept for the report: a person mends the first few and runs again. */
export const DAMAGED_LINES_MAX = 10_000;

/** What the analysis loses without each file. */
const WITHOUT: Readonly<Record<keyof SideFilePaths, string>> = {
  accounts: "registration (age, payment, verification, programme) could not be compared: no accounts file was given",
  releases: "shifts to newly released models could not be checked: no releases file was given",
  enforcement: "successors of banned accounts could not be checked: no enforcement file was given",
  allowlist: "no allowlist was given: nothing is exempt",
};

/**
 * Reads all side files that are given.
 *
 * @throws StillwatchError SW1101 to SW1103 and SW1301 (exit 2) when a file does not exist or holds nothing readable: an analysis without facts
 *   that were asked for would be another analysis. SW1309 (exit 2) when any line of the allowlist cannot be read.
 */
export async function readSideFiles(paths: SideFilePaths): Promise<SideFiles> {
  const xxhash = await createXxhash();
  const read = async <T extends object>(name: keyof SideFilePaths, parse: LineParser<T>): Promise<SideFile<T>> => {
    const path = paths[name];
    return path === undefined ? { lines: [], damaged: 0, quarantine: [] } : readSideFile(path, { name, parse, xxhash });
  };
  const accounts = await read("accounts", readAccount);
  const releases = await read("releases", readRelease);
  const enforcement = await read("enforcement", readEnforcement);
  const allowlist = await read("allowlist", readAllowlistEntry);
  const coverage: Record<string, string> = {};
  for (const [name, file] of Object.entries({ accounts, releases, enforcement, allowlist })) {
    if (paths[name as keyof SideFilePaths] === undefined) coverage[`side_file_${name}`] = WITHOUT[name as keyof SideFilePaths];
    else if (file.damaged > 0)
      coverage[`side_file_${name}`] =
        `${file.damaged} ${file.damaged === 1 ? "line" : "lines"} of the ${name} file could not be read and ${file.damaged === 1 ? "was" : "were"} left out`;
  }
  return {
    accounts: accounts.lines,
    releases: releases.lines,
    enforcement: enforcement.lines,
    allowlist: allowlist.lines,
    quarantine: [accounts, releases, enforcement, allowlist].flatMap((file) => file.quarantine).slice(0, DAMAGED_LINES_MAX),
    coverage,
  };
}

/** Reads one parsed line, or says why it cannot. */
export type LineParser<T extends object> = (record: unknown) => T | Problem;

interface SideFile<T extends object> {
  lines: T[];
  damaged: number;
  quarantine: QuarantineEntry[];
}

interface SideFileReading<T extends object> {
  name: string;
  parse: LineParser<T>;
  xxhash: XXHashAPI;
}

async function readSideFile<T extends object>(path: string, reading: SideFileReading<T>): Promise<SideFile<T>> {
  const byContent = new Map<string, T>();
  const quarantine: QuarantineEntry[] = [];
  let damaged = 0;
  const damage = (entry: QuarantineEntry): void => {
    damaged++;
    if (quarantine.length < DAMAGED_LINES_MAX) quarantine.push(entry);
  };
  for (const input of await listInputFiles([path])) {
    await readOneFile(input, reading, { byContent, damage });
  }
  if (byContent.size === 0 && damaged > 0) throw nothingReadable(reading.name, path, quarantine[0]);
  if (reading.name === "allowlist" && quarantine.length > 0) throw unprotected(quarantine[0], damaged);
  const contents = [...byContent.keys()].sort((a, b) => (a < b ? -1 : 1));
  return { lines: contents.map((content) => byContent.get(content) as T), damaged, quarantine };
}

/** Side files have no format to recognise; their lines are read here. */
const NO_FORMATS: readonly SourceFormat[] = [];

async function readOneFile<T extends object>(
  input: InputFile,
  { name, parse, xxhash }: SideFileReading<T>,
  into: { byContent: Map<string, T>; damage: (entry: QuarantineEntry) => void },
): Promise<void> {
  const { file } = input;
  if (input.bytes === 0 && (await stat(input.path)).isFile()) return;
  const takeBuffer = (bytes: number): ArrayBuffer => new ArrayBuffer(bytes);
  const opened = await openInputFile(input, { file, xxhash, formats: NO_FORMATS, format: name, takeBuffer });
  try {
    for await (const chunk of opened.chunks) {
      readRecords({ file, body: chunk.body }, xxhash, {
        // A blank line at the end of a hand-written file is no damage.
        damage: (entry) => entry.code !== "SW1203" && into.damage(entry),
        record(record, place) {
          for (const [index, item] of (Array.isArray(record) ? record : [record]).entries()) {
            const parsed = parse(item);
            if ("code" in parsed) into.damage(describeEntry(parsed, { file, line: place.line, lineKey: place.hash(index) }));
            else if (into.byContent.set(JSON.stringify(parsed), parsed).size > SIDE_FILE_LINES_MAX) throw tooManyLines(name, file);
          }
        },
      });
      chunk.damage.forEach(into.damage);
    }
  } finally {
    await opened.close();
  }
}

function nothingReadable(name: string, path: string, first: QuarantineEntry | undefined): StillwatchError {
  const place = first === undefined ? { file: path } : { file: first.file, line: first.line };
  return new StillwatchError({
    code: "SW1301",
    what: `no line of the ${name} file can be read${first === undefined ? "" : `; the first: ${first.what}`}`,
    place,
    why: "the analysis would go on without facts that were asked for.",
    fix: `${first?.fix ?? "check the path."} docs/contracts.md shows the lines of each side file.`,
  });
}

/** Of all side files, the allowlist protects people: what it loses, an innocent customer pays for. */
function unprotected(first: QuarantineEntry, damaged: number): StillwatchError {
  const { file, line, column } = first;
  return new StillwatchError({
    code: "SW1309",
    what: `a line of the allowlist cannot be read: ${first.what}${damaged > 1 ? ` (and ${damaged - 1} more)` : ""}`,
    place: { file, line, ...(column === undefined ? {} : { column }) },
    why: "going on without it would leave a customer unprotected who was promised protection.",
    fix: first.fix,
  });
}

function tooManyLines(name: string, file: string): StillwatchError {
  return new StillwatchError({
    code: "SW1302",
    what: `the ${name} file has more than ${SIDE_FILE_LINES_MAX} lines`,
    place: { file },
    why: "side files are kept in memory, and memory is bounded.",
    fix: "leave out accounts that do not occur in the log.",
  });
}
