/** What people read about the settings: the reference page, the example file, the JSON Schema and the effective settings. All from the schema. */
import { readFileSync } from "node:fs";
import { stringify } from "yaml";
import { policySchema, type Policy } from "../../../engine/decisions/policy.js";
import { describeSchema, stepInto, type SchemaNode } from "./json-schema.js";
import { settingsSchema, type ServeSettings } from "./sections.js";
import { formatDuration } from "./values.js";

const MADE_BY = "made by `node scripts/write-settings.mjs` from src/app/serve/settings/sections.ts";
/** As the rest of the project's prose is set. */
const COMMENT_WIDTH = 110;

/** The JSON Schema, for editors that complete and check while one types. */
export function writeJsonSchema(): string {
  const { ...schema } = describeSchema(settingsSchema);
  return `${JSON.stringify({ title: "stillwatch.yaml", ...schema }, null, 2)}\n`;
}

/** The same for policies. */
export function writePolicySchema(): string {
  const { ...schema } = describeSchema(policySchema);
  return `${JSON.stringify({ title: "policy.yaml", ...schema }, null, 2)}\n`;
}

/** A policy in force: every rule with all its defaults. It reads as the same policy. */
export function writeEffectivePolicy({ rules, ...policy }: Policy): string {
  return stringify(mask({ ...policy, rules: rules.map(describeRule) }, describeSchema(policySchema)), { lineWidth: 0 });
}

/** Conditions that a rule of its kind has; others would be refused. */
function describeRule(rule: Policy["rules"][number]): object {
  const { match_kinds_any: kinds, ...when } = rule.when;
  if (rule.on === "campaign") return { ...rule, when };
  if (rule.scope === "campaign") return { ...rule, members: { probability_min: rule.members.probability_min } };
  return { ...rule, when: { match_kinds_any: kinds }, members: { events_min: rule.members.events_min } };
}

/** A whole policy, all of it in shadow. Written by hand: which rules to begin with is no default. */
export function writePolicyExample(): string {
  return readFileSync(new URL("policy.example.yaml", import.meta.url), "utf8");
}

const FIELDS_BEGIN = "<!-- fields: made by `node scripts/write-settings.mjs` from src/engine/decisions/policy.ts -->";
const FIELDS_END = "<!-- end of fields -->";

/** The page about policies with the table of fields as the schema says. */
export function fillPolicyPage(page: string): string {
  const [before, rest = ""] = page.split(FIELDS_BEGIN);
  const [, after = ""] = rest.split(FIELDS_END);
  return `${before}${FIELDS_BEGIN}\n\n${writePolicyFields()}\n${FIELDS_END}${after}`;
}

function writePolicyFields(): string {
  const { rules, ...rest } = describeSchema(policySchema).properties ?? {};
  const head = "| field | kind | default | |\n| --- | --- | --- | --- |\n";
  const ofRules = listRows(rules?.items ?? {}, "").map((row) => row.replace("| `.", "| `"));
  const beside = listRows({ properties: rest }, "").map((row) => row.replace("| `.", "| `"));
  return `${head}${ofRules.join("\n")}\n\nBeside \`rules\`:\n\n${head}${beside.join("\n")}\n`;
}

/** A table a section. */
export function writeReference(): string {
  const root = describeSchema(settingsSchema);
  const names = Object.keys(root.properties ?? {});
  const sections = names.map((name) => writeSection(name, stepInto(root, name) ?? {}));
  return `# Settings

<!-- ${MADE_BY} -->

\`stillwatch serve\` reads \`stillwatch.yaml\` of the folder that it is started in, or the file given with \`--config\`; without one the defaults hold.
\`stillwatch config example\` prints [a file with every setting](stillwatch.example.yaml), \`stillwatch config check\` says what is wrong with yours and
where, \`stillwatch config show --effective\` prints what is in force. Editors that know JSON Schema complete and check it with
[stillwatch.schema.json](stillwatch.schema.json).

Names that are not listed here are refused. Lengths of time are whole numbers with a unit: \`ms\`, \`s\`, \`m\`, \`h\` or \`d\`. Paths are relative to the
file. \`\${NAME}\` stands for a variable of the environment; secrets are written in no other way.

${sections.join("\n")}`;
}

function writeSection(name: string, node: SchemaNode): string {
  const rows = listRows(node, name);
  return `## \`${name}\`\n\n${node.description ?? ""}\n\n| setting | kind | default | |\n| --- | --- | --- | --- |\n${rows.join("\n")}\n`;
}

/** A section's settings; a setting of its own is its only row. */
function listRows(node: SchemaNode, path: string): string[] {
  const children = listChildren(node);
  if (children.length === 0)
    return [`| \`${path}\` | ${describeKind(node)} | ${describeDefault(node)} | ${node.writeOnly ? "a secret" : ""} |`];
  return children.flatMap(([name, child]) => {
    const own = `${path}${name}`;
    const isRequired = node.required?.includes(name.slice(1)) === true && child.default === undefined;
    const cells = [describeKind(child), isRequired ? "required" : describeDefault(child), (child.description ?? "").replaceAll("|", "\\|")];
    return [
      `| \`${own}\` | ${cells.join(" | ")} |`,
      ...listChildren(child.items ?? child).flatMap((each) => listNested(child, { own, each })),
    ];
  });
}

function listNested(parent: SchemaNode, { own, each: [name, child] }: { own: string; each: [string, SchemaNode] }): string[] {
  const holder = parent.items ?? parent;
  const prefix = parent.items === undefined ? own : `${own}[]`;
  return listRows({ properties: { [name.replace(/^\./, "")]: child }, required: holder.required }, prefix);
}

/** Names with the dot before them; `.<name>` for maps whose names are the operator's. */
function listChildren(node: SchemaNode): [string, SchemaNode][] {
  const named = Object.entries(node.properties ?? {}).map(([name, child]): [string, SchemaNode] => [`.${name}`, child]);
  return typeof node.additionalProperties === "object" ? [...named, [".<name>", node.additionalProperties]] : named;
}

function describeKind(node: SchemaNode): string {
  if (node.enum !== undefined) return node.enum.map((value) => `\`${String(value)}\``).join(", ");
  if (node.const !== undefined) return `\`${JSON.stringify(node.const).replaceAll('"', "")}\``;
  if (node.writeOnly === true) return "secret";
  if (node.format === "duration") return "length of time";
  if (node.format === "path") return "path";
  if (node.format === "uri") return "address";
  if (node.type === "array") return node.items?.type === "object" ? "list of sections" : `list of ${describeKind(node.items ?? {})}`;
  if (node.type === "object") return "section";
  const range = node.type === "integer" || node.type === "number" ? describeRange(node) : "";
  return `${{ integer: "whole number", number: "number", boolean: "true or false", string: "text" }[node.type ?? "string"] ?? "value"}${range}`;
}

function describeRange({ minimum, maximum }: SchemaNode): string {
  const isBounded = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
  if (minimum === undefined && !isBounded) return "";
  return isBounded ? `, ${minimum ?? 0} to ${maximum}` : `, ${minimum ?? 0} or more`;
}

function describeDefault(node: SchemaNode): string {
  const isSection = node.type === "object" && node.properties !== undefined;
  if (node.default === undefined || isSection) return "";
  if (Array.isArray(node.default))
    return node.default.length === 0 ? "none" : node.default.map((value) => `\`${String(value)}\``).join(", ");
  return typeof node.default === "object" ? "none" : `\`${JSON.stringify(node.default).replaceAll('"', "")}\``;
}

/** Every setting with its default; those without one as comments. */
export function writeExample(): string {
  const root = describeSchema(settingsSchema);
  const lines = [
    "# yaml-language-server: $schema=./stillwatch.schema.json",
    "# Every setting with its default. Leave out what you do not change. What each means in full: docs/settings.md",
    ...writeExampleNode(root, 0),
  ];
  return `${lines.join("\n")}\n`;
}

function writeExampleNode(node: SchemaNode, depth: number): string[] {
  const indent = "  ".repeat(depth);
  return Object.entries(node.properties ?? {}).flatMap(([name, child]) => {
    const comment = wrap(child.description ?? "", COMMENT_WIDTH - indent.length).map((line) => `${indent}# ${line}`);
    const isSection = child.type === "object" && child.properties !== undefined;
    const lead = depth === 0 ? [""] : [];
    if (isSection && child.default !== undefined) return [...lead, ...comment, `${indent}${name}:`, ...writeExampleNode(child, depth + 1)];
    if (child.default !== undefined && !isEmpty(child.default))
      return [...lead, ...comment, `${indent}${name}: ${JSON.stringify(child.default)}`.replace(/: "([\w.-]+)"$/, ": $1")];
    return [...lead, ...comment, ...writeSample(name, child).map((line) => `${indent}# ${line}`)];
  });
}

/** A setting without a default, shown as it would be written. */
function writeSample(name: string, node: SchemaNode): string[] {
  const sample = makeSample(name, node);
  return stringify({ [name]: sample }, { lineWidth: 0 })
    .trimEnd()
    .split("\n");
}

function makeSample(name: string, node: SchemaNode): unknown {
  if (node.type === "array") return [makeSample(name, node.items ?? {})];
  if (typeof node.additionalProperties === "object") return { litellm: makeSample(name, node.additionalProperties) };
  if (node.properties !== undefined)
    return Object.fromEntries(Object.entries(node.properties).map(([key, child]) => [key, makeSample(key, child)]));
  if (node.default !== undefined) return node.default;
  if (node.writeOnly === true) return `\${${name.toUpperCase()}}`;
  if (node.enum !== undefined) return node.enum[0];
  return SAMPLES[name] ?? name;
}

const SAMPLES: Readonly<Record<string, string | number>> = {
  accounts: "accounts.ndjson",
  allowlist: "allowlist.ndjson",
  brokers: "127.0.0.1:9092",
  certificate: "certificate.pem",
  enforcement: "enforcement.ndjson",
  events_kept: "45d",
  key: "key.pem",
  verify_at: "https://example.org/verify",
  account_header: "x-account-id",
  organization_header: "x-organization-id",
  link: "https://stillwatch.example.org",
  path: "/var/log/gateway/*.ndjson",
  policy: "policy.yaml",
  calibration: "calibration.json",
  false_positive_rate: 0.0001,
  releases: "releases.ndjson",
  store: "http://127.0.0.1:8123/stillwatch",
  topic: "llm-requests",
  workers: 4,
  url: "https://alerts.example.org/stillwatch",
  username: "stillwatch",
};

function isEmpty(value: unknown): boolean {
  return value !== null && typeof value === "object" && Object.keys(value).length === 0;
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** The settings in force as a file: secrets as asterisks, lengths of time with their unit. */
export function writeEffective(settings: ServeSettings): string {
  return stringify(mask(settings, describeSchema(settingsSchema)), { lineWidth: 0 });
}

/** What was written, with nothing added; secrets are references already. */
export function writeWritten(written: unknown): string {
  return stringify(mask(written, describeSchema(settingsSchema)), { lineWidth: 0 });
}

function mask(value: unknown, schema: SchemaNode | null): unknown {
  // A reference is no secret: it is shown, so that one sees where the secret comes from.
  if (schema?.writeOnly === true) return typeof value === "string" && /^\$\{\w+\}$/.test(value) ? value : "***";
  if (schema?.format === "duration" && typeof value === "number") return formatDuration(value);
  if (schema?.format === "uri" && typeof value === "string") return value.replace(/\/\/[^@/]+@/, "//***@");
  if (Array.isArray(value)) return value.map((item, index) => mask(item, stepInto(schema, index)));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, mask(child, stepInto(schema, name))]));
}
