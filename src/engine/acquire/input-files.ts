/** From what the caller named to files: files as they are, folders with everything in them that is not hidden, globs. */
import { realpath, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { glob, isDynamicPattern } from "tinyglobby";
import { StillwatchError } from "../../vocabulary/errors.js";
import { INPUT_FILES_MAX } from "./limits.js";
import { missingInput, nothingToRead, tooManyFiles, unreadableFile } from "./problems.js";

/** One file to read. */
export interface InputFile {
  /** As the caller named it, or found under what he named. */
  file: string;
  /** Absolute, without links: what makes two names one file. */
  path: string;
  bytes: number;
  modifiedMs: number;
}

/**
 * Lists the files behind the inputs in ascending order of their path, each once.
 * @throws StillwatchError SW1101 when an input does not exist, SW1102 when nothing is left to read, SW1111 when there are more than `filesMax`.
 */
export async function listInputFiles(inputs: readonly string[], filesMax: number = INPUT_FILES_MAX): Promise<InputFile[]> {
  const byPath = new Map<string, InputFile>();
  for (const input of inputs) {
    const expanded = await expandInput(input);
    if (expanded.length > filesMax) throw tooManyFiles(input, filesMax);
    for (const file of expanded) {
      const found = await describeFile(file);
      const known = byPath.get(found.path);
      // The same file under two names is read once, and shown under the name that sorts first whatever the order of the inputs.
      if (known === undefined || found.file < known.file) byPath.set(found.path, found);
    }
    if (byPath.size > filesMax) throw tooManyFiles(input, filesMax);
  }
  if (byPath.size === 0) throw nothingToRead(inputs);
  return [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function expandInput(input: string): Promise<string[]> {
  const found = await stat(input).catch(() => null);
  if (found?.isDirectory() === true)
    return (await glob("**/*", { cwd: input, onlyFiles: true, dot: false })).map((name) => join(input, name));
  if (found !== null) return [input];
  if (!isDynamicPattern(input)) throw missingInput(input);
  const matches = await glob(input, { onlyFiles: true, dot: false, expandDirectories: false });
  if (matches.length === 0) throw nothingToRead([input]);
  return matches;
}

async function describeFile(file: string): Promise<InputFile> {
  try {
    const path = await realpath(resolve(file));
    const found = await stat(path);
    return { file, path, bytes: found.isFile() ? found.size : 0, modifiedMs: Math.floor(found.mtimeMs) };
  } catch (error) {
    throw new StillwatchError(unreadableFile(file, error));
  }
}
