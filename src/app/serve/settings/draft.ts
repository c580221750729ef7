/** What of a file can be used although something in it is wrong: with it, what only shows when settings are seen together is told in the same run. */
import type { z } from "zod";
import type { SettingPath } from "./json-schema.js";

/** A file without what is wrong in it. */
export interface Draft<Schema extends z.ZodType> {
  /** Defaults stand in for what was left out; null where nothing can be read. */
  value: z.output<Schema> | null;
  /** What only showed once the rest was left out. */
  later: z.core.$ZodIssue[];
  /** What was left out, names that are not known aside: nothing that rests on it can be told. */
  leftOut: SettingPath[];
}

/** Each round leaves something out; one for a value, one for what misses it, one for what misses that, and room to spare. */
const ROUNDS_MAX = 8;

/** Leaves out what the issues are about, reads what is left, and so on until nothing is wrong with it. */
export function draftWithout<Schema extends z.ZodType>(
  schema: Schema,
  { resolved, issues }: { resolved: unknown; issues: readonly z.core.$ZodIssue[] },
): Draft<Schema> {
  const left = structuredClone(resolved ?? {});
  const places: Places = new Map();
  const leftOut: SettingPath[] = [];
  const later: z.core.$ZodIssue[] = [];
  let wrong: readonly z.core.$ZodIssue[] = issues;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    // The last of a list first: what is taken out of it moves what stands behind.
    for (const issue of [...wrong].reverse()) leaveOut(left, { issue, places, leftOut });
    const parsed = schema.safeParse(left);
    if (parsed.success) return { value: parsed.data, later, leftOut };
    wrong = parsed.error.issues;
    const told = wrong.map((issue) => ({ ...issue, path: findWritten(left, { path: issue.path.map(toStep), places }) }));
    later.push(...told.filter(({ path }) => !leftOut.some((taken) => isWithin(taken, path.slice(0, -1)))));
  }
  return { value: null, later, leftOut };
}

/** By list: where its items stood in the file. */
type Places = Map<unknown, number[]>;

const toStep = (step: PropertyKey): string | number => (typeof step === "symbol" ? String(step) : step);

const isWithin = (path: SettingPath, section: SettingPath): boolean => section.every((step, index) => path[index] === step);

function leaveOut(left: unknown, { issue, places, leftOut }: { issue: z.core.$ZodIssue; places: Places; leftOut: SettingPath[] }): void {
  const path = issue.path.map(toStep);
  if (issue.code === "unrecognized_keys") {
    const section = follow(left, path);
    for (const name of issue.keys) delete (section as Record<string, unknown>)[name];
    return;
  }
  // What is missing is missed by its section.
  const taken = follow(left, path) === undefined ? path.slice(0, -1) : path;
  if (taken.length === 0 || follow(left, taken) === undefined) return;
  leftOut.push(findWritten(left, { path: taken, places }));
  const holder = follow(left, taken.slice(0, -1));
  const last = taken[taken.length - 1];
  if (!Array.isArray(holder)) delete (holder as Record<string, unknown>)[String(last)];
  else {
    const written = places.get(holder) ?? [...holder.keys()];
    places.set(holder, written.toSpliced(Number(last), 1));
    holder.splice(Number(last), 1);
  }
}

const follow = (value: unknown, path: SettingPath): unknown => path.reduce<unknown>((held, step) => Object(held)[step] as unknown, value);

/** The path as the file has it. */
function findWritten(left: unknown, { path, places }: { path: SettingPath; places: Places }): (string | number)[] {
  return path.map((step, index) => {
    const written = places.get(follow(left, path.slice(0, index)));
    return written === undefined ? step : (written[Number(step)] ?? step);
  });
}
