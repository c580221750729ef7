/**
 * Writes a report folder. Every file is written beside its name and renamed when all of them are complete, `report.json` last: a reader who
 * finds it finds the rest, and an interrupted run leaves the previous report whole.
 */
import { open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { StillwatchError, type Problem } from "../../vocabulary/errors.js";
import { makeWritableFolder } from "../folder.js";
import type { AccountLine, Report, ReportPictures, RequestLine } from "../../vocabulary/report.js";
import {
  addAccount,
  addProblem,
  createAccountDigest,
  createQuarantineDigest,
  type AccountDigest,
  type QuarantineDigest,
} from "./digest.js";
import { renderReportHtml } from "./html.js";

/** The names of contract §3, in the order in which they are renamed. */
export const REPORT_FILES = ["quarantine.ndjson", "requests.ndjson", "accounts.ndjson", "report.html", "report.json"] as const;
type ReportFile = (typeof REPORT_FILES)[number];

/** Characters gathered before a write: large enough that system calls do not count, small enough to stay off the memory budget. */
const CHUNK_CHARS_MIN = 1 << 18;

/** What is to be written. */
export interface ReportContents {
  folder: string;
  report: Report;
  /** Ascending account id. */
  accounts: Iterable<AccountLine> | AsyncIterable<AccountLine>;
  /** Ascending request id; absent without `--requests`. */
  requests?: Iterable<RequestLine> | AsyncIterable<RequestLine>;
  quarantine?: Iterable<Problem> | AsyncIterable<Problem>;
  pictures: ReportPictures;
  /** Adds to the report what it lacks, while accounts and requests are written. */
  complete?: () => Promise<void>;
}

/** What was written, and what the terminal summary needs of it. */
export interface WrittenReport {
  /** Absolute or relative as `folder` was. */
  files: string[];
  accounts: AccountDigest;
  quarantine: QuarantineDigest;
}

/** Makes the report's folder and tries to write into it, before the work whose outcome goes there. A failure is SW1651. */
export async function makeReportFolder(folder: string): Promise<void> {
  try {
    await makeWritableFolder(folder);
  } catch (error) {
    throw describeFailure(folder, error);
  }
}

/** Writes all files or none. A failure names the file and the reason (SW1651). */
export async function writeReport(contents: ReportContents): Promise<WrittenReport> {
  const { folder, report, pictures } = contents;
  const written = new Set<ReportFile>();
  const accounts = createAccountDigest();
  const quarantine = createQuarantineDigest();
  const write = async (file: ReportFile, texts: Iterable<string> | AsyncIterable<string>): Promise<void> => {
    written.add(file);
    await writeTexts(nameTemporary(folder, file), texts);
  };
  try {
    await makeWritableFolder(folder);
    const digestAccount = see((line: AccountLine) => addAccount(accounts, line));
    const digestProblem = see((problem: Problem) => addProblem(quarantine, problem));
    const { requests, quarantine: problems } = contents;
    // Side by side: while the store looks requests up, accounts are described.
    await settle([
      contents.complete?.(),
      requests && write("requests.ndjson", joinLines(requests, see())),
      write("accounts.ndjson", joinLines(contents.accounts, digestAccount)),
      problems &&
        write(
          "quarantine.ndjson",
          joinLines(problems, (problem) => toProblemLine(digestProblem(problem))),
        ),
    ]);
    // First, because a terminal has room for few.
    report.coverage = { ...describeCutFiles(quarantine), ...report.coverage };
    await write("report.html", [renderReportHtml({ report, pictures, accounts, quarantine })]);
    await write("report.json", [`${JSON.stringify(report, null, 2)}\n`]);
    for (const file of REPORT_FILES) {
      if (written.has(file)) await rename(nameTemporary(folder, file), join(folder, file));
      // A file of an older run would speak about another analysis.
      else await rm(join(folder, file), { force: true });
    }
  } catch (error) {
    for (const file of written) await rm(nameTemporary(folder, file), { force: true }).catch(() => {});
    throw describeFailure(folder, error);
  }
  return { files: REPORT_FILES.filter((file) => written.has(file)).map((file) => join(folder, file)), accounts, quarantine };
}

/** Code of a compressed stream that is cut off or damaged: what stood behind is no line that could be set aside, and must not go unsaid. */
const CUT_STREAM_CODE = "SW1106";

/** Files whose end could not be read. */
function describeCutFiles({ kinds }: QuarantineDigest): Record<string, string> {
  const cut = kinds.find(({ code }) => code === CUT_STREAM_CODE);
  if (cut === undefined) return {};
  const files = cut.lines === 1 ? "1 input file is" : `${cut.lines} input files are`;
  return {
    cut_off_files: `${files} cut off or damaged: what stands behind the damage was not read (for example ${cut.places[0] ?? "one without a name"}).`,
  };
}

/** Waits until all have ended, then throws the first one's error: nobody writes on while files are cleared away. */
async function settle(writes: readonly (Promise<void> | undefined)[]): Promise<void> {
  for (const outcome of await Promise.allSettled(writes.filter((write) => write !== undefined)))
    if (outcome.status === "rejected") throw outcome.reason;
}

/** Answers a function that looks at a line and hands it on. */
function see<Line>(look?: (line: Line) => void): (line: Line) => Line {
  return (line) => {
    look?.(line);
    return line;
  };
}

function nameTemporary(folder: string, file: ReportFile): string {
  return join(folder, `.${file}.partial`);
}

async function writeTexts(path: string, texts: Iterable<string> | AsyncIterable<string>): Promise<void> {
  const handle = await open(path, "w");
  try {
    for await (const text of texts) await handle.writeFile(text, "utf8");
    // The rename must not reach the disk before the content does.
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Yields chunks, not lines: awaiting each of sixteen million lines would cost more than writing them. */
async function* joinLines<Line>(lines: Iterable<Line> | AsyncIterable<Line>, toObject: (line: Line) => object): AsyncIterable<string> {
  let chunk = "";
  if (Symbol.iterator in lines) {
    for (const line of lines) {
      chunk += `${JSON.stringify(toObject(line))}\n`;
      if (chunk.length < CHUNK_CHARS_MIN) continue;
      yield chunk;
      chunk = "";
    }
  } else {
    for await (const line of lines) {
      chunk += `${JSON.stringify(toObject(line))}\n`;
      if (chunk.length < CHUNK_CHARS_MIN) continue;
      yield chunk;
      chunk = "";
    }
  }
  yield chunk;
}

/** The excerpt stays behind: a quarantined line may hold the very prompt that must not be kept. */
function toProblemLine({ code, what, place, why, fix }: Problem): object {
  return { code, what, file: place?.file ?? null, line: place?.line ?? null, column: place?.column ?? null, why, fix };
}

function describeFailure(folder: string, error: unknown): unknown {
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") return error;
  return new StillwatchError({
    code: "SW1651",
    what: `the report cannot be written: ${error.code}`,
    place: { file: folder },
    why: "a report that is only partly there must not be taken for a whole one; nothing of it was left behind.",
    fix: "check that the folder given with --out exists or can be made, is writable and has space left, then run again.",
  });
}
