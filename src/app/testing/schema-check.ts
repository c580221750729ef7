/** Holds values against the schemas of the interface's description, as strictly as they are written; for tests. */
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { Interface } from "../http/description/describe-interface.js";

/** What of a value is not as its schema says; empty where all is. Fields that a schema does not name are told too. */
export type SchemaCheck = (schema: unknown, value: unknown) => string[];

/** Schemas refer to the components of the document. */
export function createSchemaCheck({ components }: Interface): SchemaCheck {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  const closed = close(components);
  const compiled = new Map<string, ValidateFunction>();
  return (schema, value) => {
    const name = JSON.stringify(schema);
    const validate = compiled.get(name) ?? ajv.compile({ ...close(schema), components: closed });
    compiled.set(name, validate);
    validate(value);
    return (validate.errors ?? []).map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`);
  };
}

/** Clients must bear new fields; a test must not. */
function close(schema: unknown): object {
  return JSON.parse(JSON.stringify(schema), (_key, each: unknown) => {
    const isOpen = each !== null && typeof each === "object" && "properties" in each && !("additionalProperties" in each);
    return isOpen ? { ...each, additionalProperties: false } : each;
  }) as object;
}
