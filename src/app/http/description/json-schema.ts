/** JSON Schemas as the interface's description needs them, written short. */

/** A JSON Schema. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Any text. */
export const TEXT: JsonSchema = { type: "string" };
/** A moment, RFC 3339. */
export const TIME: JsonSchema = { type: "string", format: "date-time" };
/** A count. */
export const COUNT: JsonSchema = { type: "integer", minimum: 0 };
/** A share or a probability. */
export const SHARE: JsonSchema = { type: "number", minimum: 0, maximum: 1 };
/** True or false. */
export const CLAIM: JsonSchema = { type: "boolean" };
/** An object of no fixed shape. */
export const FREE: JsonSchema = { type: "object", additionalProperties: true };

/** A list of one kind of thing. */
export function listOf(items: JsonSchema): JsonSchema {
  return { type: "array", items };
}

/** The same with null. */
export function orNull(schema: JsonSchema): JsonSchema {
  return {
    ...schema,
    type: [schema["type"], "null"].flat(),
    ...(Array.isArray(schema["enum"]) ? { enum: [...schema["enum"], null] } : {}),
  };
}

/** One of these words. */
export function oneOf(...words: readonly string[]): JsonSchema {
  return { type: "string", enum: [...words] };
}

/** With a sentence about it. */
export function told(schema: JsonSchema, description: string): JsonSchema {
  return { ...schema, description };
}

/** A component of the description. */
export function refer(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` };
}

/** An object. Every field is there but those that `optional` names; fields may be added in later versions. */
export function shape<Name extends string>(
  properties: Readonly<Record<Name, JsonSchema>>,
  { description, optional = [] }: { description?: string; optional?: readonly NoInfer<Name>[] } = {},
): JsonSchema {
  const required = (Object.keys(properties) as Name[]).filter((name) => !optional.includes(name));
  return {
    type: "object",
    ...(description === undefined ? {} : { description }),
    properties,
    ...(required.length > 0 ? { required } : {}),
  };
}

/** What lists answer. */
export function pageOf(name: string, more: Readonly<Record<string, JsonSchema>> = {}): JsonSchema {
  return shape({ ...more, data: listOf(refer(name)), next_cursor: told(orNull(TEXT), "Ask for the next page with it; null on the last.") });
}
