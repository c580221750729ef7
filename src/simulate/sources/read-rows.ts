/** Reads the files of a folder, rows of NDJSON or CSV, plain, `.gz` or `.zst`. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { decompress } from "fzstd";
import { StillwatchError } from "../../vocabulary/errors.js";

/** One row: an object of a JSON line, or of a CSV line by its header. */
export type Row = Record<string, unknown>;

/** A file with its rows, read when asked for. */
export interface RowFile {
  /** Path below the folder given, with forward slashes. */
  name: string;
  rows(): Row[];
}

const READABLE = /\.(jsonl|ndjson|csv)(\.gz|\.zst)?$/;
/** Larger files than this are no prompt or trace files; unpacked they would not fit beside a world. */
const FILE_BYTES_MAX = 256 * 1024 * 1024;

/**
 * Lists the readable files of a folder and its subfolders, in the order of their names.
 * @throws StillwatchError SW1503 when the folder cannot be read.
 */
export function listRowFiles(folder: string): RowFile[] {
  const files: RowFile[] = [];
  walk(folder, "", files);
  return files.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function walk(folder: string, below: string, files: RowFile[]): void {
  for (const entry of readFolder(join(folder, below))) {
    const name = below === "" ? entry : `${below}/${entry}`;
    const path = join(folder, name);
    const stats = statSync(path);
    if (stats.isDirectory()) walk(folder, name, files);
    else if (READABLE.test(entry) && stats.size <= FILE_BYTES_MAX)
      files.push({ name, rows: () => parseRows(readText(path), /\.csv/.test(entry)) });
  }
}

function readFolder(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    throw new StillwatchError({
      code: "SW1503",
      what: `the folder ${folder} cannot be read`,
      why: `a world must not fall back on bundled material unnoticed (${error instanceof Error && "code" in error ? String(error.code) : "unreadable"}).`,
      fix: "check the path given with --prompts or --traces.",
    });
  }
}

function readText(path: string): string {
  const bytes = readFileSync(path);
  if (path.endsWith(".gz")) return gunzipSync(bytes).toString("utf8");
  if (path.endsWith(".zst")) return new TextDecoder().decode(decompress(bytes));
  return bytes.toString("utf8");
}

/** Rows that do not parse are left out: real files have a broken line now and then, and a world is no analysis. */
function parseRows(text: string, isCsv: boolean): Row[] {
  const lines = text.split("\n");
  if (isCsv) {
    const header = (lines[0] ?? "").trim().split(",");
    return lines.slice(1).flatMap((line) => {
      if (line.trim() === "") return [];
      const cells = line.trim().split(",");
      return [Object.fromEntries(header.map((name, i) => [name, cells[i] ?? ""]))];
    });
  }
  return lines.flatMap((line) => {
    if (line.trim() === "") return [];
    try {
      const row: unknown = JSON.parse(line);
      return row !== null && typeof row === "object" && !Array.isArray(row) ? [{ ...row }] : [];
    } catch {
      return [];
    }
  });
}
