/** Queries to fill windows with, from a folder of prompt files as `stillwatch simulate --prompts` takes it. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { createTextHasher } from "../../engine/behaviour/text/kernel/kernel.js";
import { StillwatchError, type Place } from "../../vocabulary/errors.js";
import { readLines } from "../read-lines.js";

/** A query and where it comes from. */
export interface PooledQuery {
  text: string;
  /** What it is: the name of its file. */
  kind: string;
  /** What must not be torn apart into two halves: a person, a batch job, or the query alone. */
  group: string;
}

/** Queries by what they are. */
export interface WindowPools {
  /** People's. */
  people: readonly PooledQuery[];
  /** Benign batch work; a group is a job. */
  jobs: readonly PooledQuery[];
  /** Prompts that were sent to a teacher model. */
  harvests: readonly PooledQuery[];
  /** Published scaffolds of harvests, with `{}` or `{name}` for slots. */
  scaffolds: readonly string[];
}

/** Longer texts are cut; sketches look at the edges of as much. */
const TEXT_CHARS_MAX = 8_000;
/** Rows of a benchmark without subjects that make one job. */
const JOB_ROWS = 40;
/** Prompts of one kind; more teach nothing and cost time. */
const HARVEST_ROWS_MAX = 2_500;
/** Kinds with fewer prompts fill no window and teach nothing. */
const HARVEST_ROWS_MIN = 150;
/** A file that names fewer people has named datasets, not people. */
const PEOPLE_MIN = 10;

/**
 * Reads a folder with `prompts_benign` and `prompts_distill`, and where they exist `prompts_bulk` and `templates`.
 *
 * @throws StillwatchError SW1615 when a file cannot be read, or people or harvests are missing.
 */
export async function readWindowPools(folder: string): Promise<WindowPools> {
  const people = (await readFolder(folder, "prompts_benign")).flatMap(({ kind, rows }) => {
    const hasPeople = new Set(rows.map((row) => row["user"])).size >= PEOPLE_MIN;
    return rows.flatMap((row, at) => {
      const group = hasPeople && row["user"] !== undefined ? `${kind}:user:${JSON.stringify(row["user"])}` : `${kind}:${at}`;
      return textsOf(row).map((text) => ({ text, kind, group }));
    });
  });
  const jobs = (await readFolder(folder, "prompts_bulk")).flatMap(({ kind, rows }) =>
    rows.flatMap((row, at) => {
      const job = row["template"] ?? row["subject"] ?? Math.floor(at / JOB_ROWS);
      return textsOf(row).map((text) => ({ text, kind, group: `${kind}:${JSON.stringify(job)}` }));
    }),
  );
  const harvests = (await readFolder(folder, "prompts_distill"))
    .filter(({ rows }) => rows.length >= HARVEST_ROWS_MIN)
    .flatMap(({ kind, rows }) =>
      rows.slice(0, HARVEST_ROWS_MAX).flatMap((row, at) => textsOf(row).map((text) => ({ text, kind, group: `${kind}:${at}` }))),
    );
  const scaffolds = (await readFolder(folder, "templates")).flatMap(({ rows }) => rows.flatMap(textsOf));
  if (people.length === 0) throw unusablePrompts({ file: join(folder, "prompts_benign") }, "there are no prompts of people");
  if (harvests.length === 0)
    throw unusablePrompts({ file: join(folder, "prompts_distill") }, "there is no kind of harvest with enough prompts");
  return { people, jobs, harvests, scaffolds };
}

/** One of two halves that have no person, job or prompt in common. */
export function halvePools({ people, jobs, harvests, scaffolds }: WindowPools, half: "first" | "second"): WindowPools {
  const hashText = createTextHasher();
  const isKept = (key: string): boolean => (((hashText(`half:${key}`)?.[1] ?? 0) & 1) === 0) === (half === "first");
  const keep = (queries: readonly PooledQuery[]): PooledQuery[] => queries.filter(({ group }) => isKept(group));
  return { people: keep(people), jobs: keep(jobs), harvests: keep(harvests), scaffolds: scaffolds.filter(isKept) };
}

interface PromptFile {
  kind: string;
  rows: Record<string, unknown>[];
}

async function readFolder(folder: string, name: string): Promise<PromptFile[]> {
  const path = join(folder, name);
  if (!existsSync(path)) return [];
  const files: PromptFile[] = [];
  for (const file of readdirSync(path)
    .filter((each) => /\.jsonl(\.gz)?$/.test(each))
    .sort()) {
    const rows: Record<string, unknown>[] = [];
    const complaints = { missing: (at: string) => unusablePrompts({ file: at }, "the file does not exist"), damaged: unusablePrompts };
    for await (const { value } of readLines(join(path, file), complaints)) rows.push(value);
    files.push({ kind: file.replace(/\.jsonl(\.gz)?$/, ""), rows });
  }
  return files;
}

/** What a row asked: its prompt, or each message of the user. */
function textsOf(row: Record<string, unknown>): string[] {
  const { prompt, turns } = row;
  const texts: unknown[] =
    typeof prompt === "string"
      ? [prompt]
      : (Array.isArray(turns) ? turns : []).map((turn: { role?: unknown; content?: unknown }) =>
          turn.role === "user" ? turn.content : "",
        );
  return texts.flatMap((text) => (typeof text === "string" && text.trim() !== "" ? [text.slice(0, TEXT_CHARS_MAX)] : []));
}

function unusablePrompts(place: Place, what: string): StillwatchError {
  return new StillwatchError(
    {
      code: "SW1615",
      what: `the prompts for windows cannot be read: ${what}`,
      place,
      why: "windows are filled with real prompts, so that nobody measures a detector on text of its own.",
      fix: "give a folder with `prompts_benign` and `prompts_distill`, where there are any also `prompts_bulk` and `templates`, each with `.jsonl` or `.jsonl.gz` files.",
    },
    2,
  );
}
