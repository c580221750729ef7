/** A schema seen from outside: which settings there are, by path. Made from the zod schema, so that there is only one. */
import { z } from "zod";

/** The parts of JSON Schema (2020-12) that our schemas use. */
export interface SchemaNode {
  type?: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  const?: unknown;
  format?: string;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  /** A secret: referred to, never written down. */
  writeOnly?: boolean;
  properties?: Record<string, SchemaNode>;
  required?: string[];
  additionalProperties?: boolean | SchemaNode;
  items?: SchemaNode;
  anyOf?: SchemaNode[];
  oneOf?: SchemaNode[];
}

/** Where a setting stands: names of maps and positions in lists. */
export type SettingPath = readonly (string | number)[];

/** What a file may hold, before defaults and units are worked out. */
export function describeSchema(schema: z.ZodType): SchemaNode {
  return z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as SchemaNode;
}

/** The node that describes one step down, or null where the schema knows none. */
export function stepInto(node: SchemaNode | null, step: string | number): SchemaNode | null {
  if (node === null) return null;
  if (typeof step === "number") return node.items ?? firstOf(node, step);
  const child = node.properties !== undefined && Object.hasOwn(node.properties, step) ? node.properties[step] : undefined;
  if (child !== undefined) return child;
  if (typeof node.additionalProperties === "object") return node.additionalProperties;
  return firstOf(node, step);
}

function firstOf(node: SchemaNode, step: string | number): SchemaNode | null {
  for (const choice of [...(node.anyOf ?? []), ...(node.oneOf ?? [])]) {
    const found = stepInto(choice, step);
    if (found !== null) return found;
  }
  return null;
}

/** The node at a path, or null. */
export function findSchemaNode(root: SchemaNode, path: SettingPath): SchemaNode | null {
  return path.reduce<SchemaNode | null>((node, step) => stepInto(node, step), root);
}

/** Names that a map may have, ascending. */
export function listNames(node: SchemaNode | null): string[] {
  if (node === null) return [];
  const choices = [...(node.anyOf ?? []), ...(node.oneOf ?? [])].flatMap(listNames);
  return [...new Set([...Object.keys(node.properties ?? {}), ...choices])].sort();
}

/** Paths whose last name is the given one: for what was written in the wrong section. */
export function findByLastName(root: SchemaNode, name: string, prefix: readonly string[] = []): string[] {
  return Object.entries(root.properties ?? {}).flatMap(([key, child]) => [
    ...(key === name ? [[...prefix, key].join(".")] : []),
    ...findByLastName(child, name, [...prefix, key]),
  ]);
}

/** A path as people say it: `verdicts.integrations.litellm`, `sources.files[0]`. */
export function formatPath(path: SettingPath): string {
  return path.reduce<string>((text, step) => (typeof step === "number" ? `${text}[${step}]` : text === "" ? step : `${text}.${step}`), "");
}
