/**
 * Reading fields of parsed records: what formats share. Nothing here throws; what is absent or of another type comes back as `undefined`, or
 * as a problem where the caller asks for one. No problem ever carries a value, because values may be prompts or secrets.
 */
import type { Problem } from "../vocabulary/errors.js";
import { type EventTimeFault, parseEventTime } from "../vocabulary/event-time.js";

/** A parsed JSON object of unknown shape. */
export type Fields = Readonly<Record<string, unknown>>;

/** Identifiers longer than this are text in the wrong field: the longest real ones, cloud role ARNs with a session name, stay below 700. */
export const ID_CHARS_MAX = 1024;
/** More tokens than this in one request is a unit error: a thousand times the largest context window on sale. */
export const TOKENS_MAX = 2_000_000_000;

/** True for a JSON object (not an array, not null). */
export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object, or an empty one. */
export function asFields(value: unknown): Fields {
  return isFields(value) ? value : {};
}

/** The array, or an empty one. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A string that is not empty. */
export function asText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A finite number; strings of digits count, because several exporters write 64-bit integers that way. */
export function asNumber(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value === "string" && /^-?\d{1,15}(\.\d{1,9})?$/.test(value)) return Number(value);
  return undefined;
}

/** A token count: a whole number from 0 to {@link TOKENS_MAX}. */
export function asTokens(value: unknown): number | undefined {
  const count = asNumber(value);
  return count !== undefined && count >= 0 && count <= TOKENS_MAX ? Math.floor(count) : undefined;
}

export function asBoolean(value: unknown): boolean | undefined {
  return typeof value === "boolean" ? value : undefined;
}

/** Calls the type of a value by the name it has in JSON. */
export function nameType(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object") return "an object";
  return typeof value === "undefined" ? "absent" : `a ${typeof value}`;
}

/** A required field is not there. */
export function describeMissing(
  field: string,
  fix = `write ${field} on every line; docs/contracts.md lists the required fields.`,
): Problem {
  return { code: "SW1206", what: `${field} is missing`, why: "without it the request belongs to nobody or to no time.", fix };
}

/** A field has another type than the contract says. */
export function describeWrongType(field: string, expected: string, value: unknown): Problem {
  return {
    code: "SW1207",
    what: `${field} is ${nameType(value)}, not ${expected}`,
    why: "a value of another type would be counted wrongly.",
    fix: `write ${field} as ${expected}, or leave it out where it is optional.`,
  };
}

/** A number outside its range. */
export function describeOutOfRange(field: string, range: string): Problem {
  return {
    code: "SW1209",
    what: `${field} is outside ${range}`,
    why: "such a value cannot have been measured, and sums would carry it on.",
    fix: `correct ${field} where the log is written.`,
  };
}

/** A count with a fraction. */
export function describeFraction(field: string): Problem {
  return {
    code: "SW1207",
    what: `${field} is no whole number`,
    why: "counts have no fractions; one that has was computed, not counted.",
    fix: `write ${field} as the log has it.`,
  };
}

/** An identifier that is empty or longer than {@link ID_CHARS_MAX}. */
export function describeBadId(field: string, isEmpty: boolean): Problem {
  return {
    code: "SW1210",
    what: isEmpty ? `${field} is empty` : `${field} is longer than ${ID_CHARS_MAX} characters`,
    why: isEmpty ? "all requests without it would fall together into one." : "an identifier of this length is text in the wrong field.",
    fix: `write the identifier itself into ${field}.`,
  };
}

/** The record is not what the format reads. */
export function describeForeignRecord(title: string, expected: string): Problem {
  return {
    code: "SW1211",
    what: `the record is no ${title}: ${expected}`,
    why: "guessing at a record of another kind would invent requests.",
    fix: "choose its format with --format, or let --format auto find it.",
  };
}

const TIME_FAULTS: Readonly<Record<EventTimeFault, readonly [what: string, fix: string]>> = {
  not_a_time: ["is no time", "write RFC 3339 such as 2026-02-14T08:30:00Z, or epoch milliseconds as a number."],
  without_offset: ["has no offset from UTC", "add Z or an offset such as +02:00."],
  in_seconds: ["looks like seconds", "multiply by 1000: epoch times are milliseconds."],
  in_other_unit: ["looks like micro- or nanoseconds", "divide to milliseconds: epoch times are milliseconds."],
  too_early: ["is before 2015", "correct the clock or the unit: nobody sold access to a language model then."],
  too_late: ["is after 2099", "correct the clock or the unit."],
};

/** Reads an event time or says why it is none. */
export function readTime(field: string, value: unknown): number | Problem {
  const at = parseEventTime(value);
  if (typeof at === "number") return at;
  const [what, fix] = TIME_FAULTS[at];
  return { code: "SW1208", what: `${field} ${what}`, why: "the whole analysis runs on event time.", fix };
}

/** Reads an identifier or says why it is none. */
export function readId(field: string, value: unknown): string | Problem {
  if (typeof value !== "string") {
    return value === undefined || value === null ? describeMissing(field) : describeWrongType(field, "a string", value);
  }
  if (value.length === 0 || value.length > ID_CHARS_MAX) return describeBadId(field, value.length === 0);
  return value;
}

/**
 * Depth below which no text is looked for. The deepest of the shapes in use, a tool's result among the parts of a message, has its text at five;
 * model servers refuse what is deeper, and a few kilobytes of brackets would use up the stack.
 */
const TEXT_DEPTH_MAX = 16;

/**
 * The text of a message's content in any of the shapes in use: a string, a list of parts (`text`, `content`, nested results), or an object
 * with one of those. What is no text (pictures, sound) is left out, and so is what is nested deeper than any of these.
 */
export function flattenText(content: unknown): string {
  return flattenFrom(content, 0);
}

function flattenFrom(content: unknown, depth: number): string {
  if (typeof content === "string") return content;
  if (depth === TEXT_DEPTH_MAX) return "";
  if (Array.isArray(content))
    return content
      .map((part) => flattenFrom(part, depth + 1))
      .filter(Boolean)
      .join("\n");
  if (!isFields(content)) return "";
  for (const key of ["text", "content", "output_text", "value"]) {
    const inner = content[key];
    if (typeof inner === "string") return inner;
    if (typeof inner === "object" && inner !== null) return flattenFrom(inner, depth + 1);
  }
  return "";
}

/** Names of tools in any of the shapes in use: `"name"`, `{name}`, `{function: {name}}`, `{toolSpec: {name}}`. */
export function listToolNames(tools: unknown): string[] {
  const names: string[] = [];
  for (const tool of asList(tools)) {
    const fields = asFields(tool);
    const name =
      asText(tool) ??
      asText(fields["name"]) ??
      asText(asFields(fields["function"])["name"]) ??
      asText(asFields(fields["toolSpec"])["name"]);
    if (name !== undefined) names.push(name);
  }
  return names;
}
