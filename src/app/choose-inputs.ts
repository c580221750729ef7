/** Which of the files that were named, or found where they were named, are logs. */
import { realpath } from "node:fs/promises";
import { sep } from "node:path";
import type { SideFilePaths } from "../engine/acquire/index.js";
import { listInputFiles } from "../engine/acquire/input-files.js";
import { nothingToRead } from "../engine/acquire/problems.js";

/** Files given for another purpose, and reports, are no logs, even where they lie in a folder or behind a glob that is. */
export async function chooseInputs(request: {
  inputs: readonly string[];
  sideFiles: SideFilePaths;
  unsupportedRegions?: string | undefined;
  reportFolder: string;
}): Promise<string[]> {
  const files = await listInputFiles(request.inputs);
  const sidePaths = new Set<string>();
  for (const named of [...Object.values(request.sideFiles), request.unsupportedRegions]) {
    if (named === undefined) continue;
    // What is wrong with a side file is told by who reads it.
    for (const { path } of await listInputFiles([named]).catch(() => [])) sidePaths.add(path);
  }
  const reportFolder = await realpath(request.reportFolder).catch(() => null);
  const isNamed = new Set(request.inputs);
  const chosen = files.filter(
    ({ file, path }) => isNamed.has(file) || (!sidePaths.has(path) && (reportFolder === null || !path.startsWith(`${reportFolder}${sep}`))),
  );
  if (chosen.length === 0) throw nothingToRead(request.inputs);
  return chosen.map(({ file }) => file);
}
