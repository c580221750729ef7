/**
 * Reading a settings file by its schema: every setting is known, has a value of its kind, and every problem names line and column. For
 * `stillwatch.yaml` and `policy.yaml` alike.
 */
import { isAlias, isMap, isScalar, isSeq } from "yaml";
import type { z } from "zod";
import type { Problem } from "../../../vocabulary/errors.js";
import { suggestName } from "../../cli/suggest.js";
import { describeSchema, findByLastName, findSchemaNode, formatPath, listNames, stepInto } from "./json-schema.js";
import type { SchemaNode, SettingPath } from "./json-schema.js";
import { draftWithout } from "./draft.js";
import { REFERENCE } from "./values.js";
import { nameOf, parseYamlText, placeOfName, placeOfValue, type YamlText } from "./yaml-text.js";

/** Deeper than any schema of ours. */
const DEPTH_MAX = 32;

/** A file that was read: its value where there is nothing wrong with it. */
export interface ReadSettings<Schema extends z.ZodType> {
  value: z.output<Schema> | null;
  problems: Problem[];
  /** What stands in it without what is wrong, defaults in its place; for who tells everything that is wrong at once. */
  draft: z.output<Schema> | null;
  /** What the draft leaves out, names that are not known aside. */
  leftOut: readonly SettingPath[];
  /** The file as written, references not yet resolved; `{}` for an empty one. */
  written: unknown;
  /** For problems that only show when settings are seen together. */
  placeOf: (path: SettingPath) => Problem["place"] & object;
}

/** What else reading needs. */
export interface ReadOptions<Schema extends z.ZodType> {
  /** As it is named in messages. */
  file: string;
  schema: Schema;
  /** Where `${NAME}` looks. */
  environment: Readonly<Record<string, string | undefined>>;
  /** What tells what there is, for the fix. */
  help: string;
  /** The page on which each setting stands; default: `docs/settings.md`. */
  page?: string;
  /** Sections that are read; what stands in others is passed over, their references included. Default: all. */
  sections?: readonly string[];
}

/** Reads the text. Problems come in the order of the file. */
export function readSettings<Schema extends z.ZodType>(text: string, options: ReadOptions<Schema>): ReadSettings<Schema> {
  const description = describeSchema(options.schema);
  const { yaml, problems } = parseYamlText(text, { file: options.file, schema: description });
  const placeOf = (path: SettingPath): Problem["place"] & object => placeOfValue(yaml, path);
  if (problems.length > 0) return { value: null, problems, draft: null, leftOut: [], written: {}, placeOf };
  const reading: Reading = { yaml, environment: options.environment, problems, sections: options.sections };
  const { resolved, written } = resolveNode(yaml.document.contents, { schema: description, path: [], reading });
  const parsed = options.schema.safeParse(resolved ?? {});
  const first = parsed.success ? [] : parsed.error.issues;
  const draft = parsed.success ? { value: parsed.data, later: [], leftOut: [] } : draftWithout(options.schema, { resolved, issues: first });
  const issues = [...first, ...draft.later];
  const found = [
    ...problems,
    ...issues.flatMap((issue) =>
      describeIssue(issue, { yaml, schema: description, help: options.help, page: options.page ?? "docs/settings.md", resolved }),
    ),
  ];
  const ordered = keepFirstOfPlace(found);
  const value = parsed.success && found.length === 0 ? parsed.data : null;
  return { value, problems: ordered, draft: draft.value, leftOut: draft.leftOut, written: written ?? {}, placeOf };
}

/** In the order of the file; what stands at one place is told once: the rest follows from it. */
export function keepFirstOfPlace(problems: readonly Problem[]): Problem[] {
  const at = ({ place }: Problem): [number, number] => [place?.line ?? 0, place?.column ?? 0];
  const isSame = (a: Problem, b: Problem): boolean => a.place?.line !== undefined && at(a).join() === at(b).join();
  return problems
    .filter((problem, index) => problems.findIndex((other) => isSame(other, problem)) >= index || problem.place?.line === undefined)
    .sort((a, b) => at(a)[0] - at(b)[0] || at(a)[1] - at(b)[1]);
}

interface Reading {
  yaml: YamlText;
  environment: ReadOptions<z.ZodType>["environment"];
  problems: Problem[];
  sections: readonly string[] | undefined;
}

interface Position {
  schema: SchemaNode | null;
  path: SettingPath;
  reading: Reading;
}

/** The node's value with references resolved, and as written. A name without a value counts as absent: its default holds. */
function resolveNode(node: unknown, { schema, path, reading }: Position): { resolved: unknown; written: unknown } {
  if (path.length > DEPTH_MAX || isAlias(node)) {
    reading.problems.push(describeAlias(placeOfName(reading.yaml, path)));
    return { resolved: undefined, written: undefined };
  }
  if (isMap(node)) {
    const isPassedOver = (name: string): boolean => path.length === 0 && reading.sections?.includes(name) === false;
    const items = node.items.filter((pair) => !isPassedOver(nameOf(pair)));
    const entries = items.map((pair): [string, ReturnType<typeof resolveNode>] => {
      const name = nameOf(pair);
      return [name, resolveNode(pair.value, { schema: stepInto(schema, name), path: [...path, name], reading })];
    });
    const collect = (kind: "resolved" | "written"): unknown =>
      Object.fromEntries(entries.map(([name, value]) => [name, value[kind]] as const).filter(([, value]) => value !== undefined));
    return { resolved: collect("resolved"), written: collect("written") };
  }
  if (isSeq(node)) {
    const items = node.items.map((item, index) => resolveNode(item, { schema: stepInto(schema, index), path: [...path, index], reading }));
    return { resolved: items.map(({ resolved }) => resolved), written: items.map(({ written }) => written) };
  }
  const value: unknown = isScalar(node) ? node.value : undefined;
  if (value === null) return { resolved: undefined, written: undefined };
  if (typeof value !== "string") return { resolved: value, written: value };
  const text = resolveText(value, { schema, path, reading });
  return { resolved: text === value ? value : toKind(text, schema), written: value };
}

/** Variables are texts; a setting that is a number or a switch may still come from one. */
function toKind(text: string, schema: SchemaNode | null): unknown {
  if (schema?.type === "integer" || schema?.type === "number") return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
  if (schema?.type === "boolean" && /^(true|false)$/.test(text)) return text === "true";
  return text;
}

/** A text with the variables that it refers to. */
function resolveText(text: string, { schema, path, reading }: Position): string {
  if (schema?.writeOnly === true && !/^\$\{[A-Za-z_]\w*\}$/.test(text)) {
    reading.problems.push({
      code: "SW1806",
      what: `a secret stands in the file: ${formatPath(path)}`,
      place: placeOfValue(reading.yaml, path),
      why: "settings files are copied, committed and shown to colleagues.",
      fix: "put it into the environment and write ${NAME} here; if this file was ever shared, change the secret.",
    });
  }
  return text.replace(REFERENCE, (reference, name: string) => {
    const value = reading.environment[name];
    if (value !== undefined && value !== "") return value;
    reading.problems.push({
      code: "SW1805",
      what: `the environment has no ${name}`,
      place: placeOfValue(reading.yaml, path),
      why: `${formatPath(path)} refers to it, and a part without its setting would fail later.`,
      fix: `set ${name} where stillwatch is started.`,
    });
    return reference;
  });
}

function describeAlias(place: Problem["place"] & object): Problem {
  return {
    code: "SW1802",
    what: "not readable as settings: aliases and very deep nesting are not taken",
    place,
    why: "a setting should stand where it is read.",
    fix: "write the value out.",
  };
}

interface Surroundings {
  yaml: YamlText;
  schema: SchemaNode;
  help: string;
  page: string;
}

function describeIssue(issue: z.core.$ZodIssue, { yaml, schema, help, page, resolved }: Surroundings & { resolved: unknown }): Problem[] {
  const path = issue.path.map((step) => (typeof step === "symbol" ? String(step) : step));
  if (issue.code === "unrecognized_keys") return issue.keys.map((name) => describeUnknown(name, { path, yaml, schema, help, page }));
  const name = formatPath(path);
  const isMissing = path.reduce<unknown>((value, step) => Object(value)[step] as unknown, resolved) === undefined && path.length > 0;
  return [
    {
      code: "SW1804",
      what: isMissing ? `a setting is missing: ${name}` : `${name === "" ? "the file" : name}: ${describeMessage(issue)}`,
      place: placeOfValue(yaml, path),
      why: isMissing ? "its section says nothing without it." : "a value that is guessed at would be obeyed all the same.",
      fix: describeFix(findSchemaNode(schema, path), page) ?? describeFix(findSchemaNode(schema, path.slice(0, -1)), page) ?? help,
    },
  ];
}

/** What the setting is for says best what to write. */
function describeFix(node: SchemaNode | null, page: string): string | undefined {
  return node?.description === undefined ? undefined : `${page} says: ${node.description}`;
}

/** In our voice. zod never quotes the value itself. */
function describeMessage(issue: z.core.$ZodIssue): string {
  const message = issue.code === "invalid_key" ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  return message.replace(/^Invalid (input|option|string|URL): /, "").replace(/^Invalid /, "not a valid ");
}

function describeUnknown(name: string, { path, yaml, schema, help }: Surroundings & { path: SettingPath }): Problem {
  const near = suggestName(name, listNames(findSchemaNode(schema, path)));
  const elsewhere = near === null ? findByLastName(schema, name) : [];
  const meant = near ?? elsewhere[0];
  const place = placeOfName(yaml, [...path, name]);
  return {
    code: "SW1803",
    what: path.length === 0 ? "unknown setting" : `unknown setting in ${formatPath(path)}`,
    place: meant === undefined ? place : { ...place, hint: `did you mean "${meant}"?` },
    why: "a slip in a name must never leave a setting on its default.",
    fix: help,
  };
}
