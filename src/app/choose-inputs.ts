/** Which of the files that were named, or found where they were named, are logs. */
import { realpath } from "node:fs/promises";
import { basename, sep } from "node:path";
import type { SideFilePaths } from "../engine/acquire/index.js";
import { listInputFiles } from "../engine/acquire/input-files.js";
import { nothingToRead } from "../engine/acquire/problems.js";
import { StillwatchError } from "../vocabulary/errors.js";
import { nameKnownFile } from "./known-files.js";

/** Files told by name in the note; the rest are counted. */
const NOTED_FILES_MAX = 6;

/** The logs, and a sentence about files of ours that lay among them; null when there were none. */
export interface ChosenInputs {
  files: string[];
  note: string | null;
}

/** Files given for another purpose, reports, and what is no log by its fields are left out, even where they lie in a folder or behind a glob that is. */
export async function chooseInputs(request: {
  inputs: readonly string[];
  sideFiles: SideFilePaths;
  reportFolder: string;
}): Promise<ChosenInputs> {
  const files = await listInputFiles(request.inputs);
  const sidePaths = new Set<string>();
  for (const named of Object.values(request.sideFiles)) {
    if (named === undefined) continue;
    // What is wrong with a side file is told by who reads it.
    for (const { path } of await listInputFiles([named]).catch(() => [])) sidePaths.add(path);
  }
  const reportFolder = await realpath(request.reportFolder).catch(() => null);
  const isNamed = new Set(request.inputs);
  const candidates = files.filter(
    ({ file, path }) => isNamed.has(file) || (!sidePaths.has(path) && (reportFolder === null || !path.startsWith(`${reportFolder}${sep}`))),
  );
  const chosen: string[] = [];
  const leftOut: { file: string; kind: string }[] = [];
  for (const { file, path } of candidates) {
    const kind = await nameKnownFile(path);
    if (kind === null) chosen.push(file);
    else leftOut.push({ file, kind });
  }
  if (chosen.length > 0) return { files: chosen, note: leftOut.length === 0 ? null : `not read as logs: ${describeLeftOut(leftOut)}.` };
  if (leftOut.length === 0) throw nothingToRead(request.inputs);
  throw new StillwatchError({
    ...nothingToRead(request.inputs).problem,
    what: `no log among the inputs, only ${describeLeftOut(leftOut)}`,
    fix: "name the files that hold requests; side files go to the options of their names.",
  });
}

function describeLeftOut(files: readonly { file: string; kind: string }[]): string {
  const told = files
    .slice(0, NOTED_FILES_MAX)
    .map(({ file, kind }) => `${basename(file)} (${kind.startsWith("--") ? `give it with ${kind}` : kind})`);
  const more = files.length - told.length;
  return `${told.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
