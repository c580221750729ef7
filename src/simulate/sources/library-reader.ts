/** Fills a library from folders of prompts and traces. Files are told apart by the shape of their rows, not by their names. */
import { StillwatchError } from "../../vocabulary/errors.js";
import { createLibrary, type Library } from "../library.js";
import { placeText } from "../phrase.js";
import { addPromptRows, describePrompts } from "./prompts.js";
import { listRowFiles, type Row } from "./read-rows.js";
import { addTraceRows } from "./traces.js";

/** What to read. */
export interface LibraryWish {
  prompts?: string;
  traces?: string;
  /** Which half to keep: prompts, people, templates and clients are put in halves by the hash of their id. */
  half?: "first" | "second" | "all";
}

/**
 * Reads a library.
 * @throws StillwatchError SW1503 when a folder cannot be read, SW1504 when it holds nothing of use.
 */
export function readLibrary(wish: LibraryWish): Library | null {
  if (wish.prompts === undefined && wish.traces === undefined) return null;
  const library = createLibrary();
  const half = wish.half ?? "all";
  const isKept = (id: string): boolean => half === "all" || placeText(`half:${id}`) < 0.5 === (half === "first");
  if (wish.prompts !== undefined) readFolder(wish.prompts, (name, rows) => addPromptRows(library, name, rows, isKept), "prompts", library);
  if (wish.traces !== undefined) readFolder(wish.traces, (_name, rows) => addTraceRows(library, rows, isKept), "traces", library);
  Object.assign(library.counts, describePrompts(library));
  return library;
}

function readFolder(folder: string, add: (name: string, rows: Row[]) => boolean, what: string, library: Library): void {
  let used = 0;
  let skipped = 0;
  for (const file of listRowFiles(folder)) {
    if (add(file.name, file.rows())) used++;
    else skipped++;
  }
  library.counts[`${what}_files`] = used;
  library.counts[`${what}_files_of_other_shapes`] = skipped;
  if (used > 0) return;
  throw new StillwatchError({
    code: "SW1504",
    what: `no ${what} found under ${folder}`,
    why: "a world must not fall back on bundled material unnoticed.",
    fix: `give a folder with ${what} as JSON lines or CSV, plain, .gz or .zst; stillwatch simulate --help lists the shapes.`,
  });
}
