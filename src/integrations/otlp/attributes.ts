/** OTLP's JSON encoding: attributes as plain values, times as milliseconds (OpenTelemetry protocol, JSON mapping). */
import { asFields, asList, asNumber, asText, type Fields } from "../../sdk/index.js";

/** Values may nest; deeper than any message does is no telemetry. */
const VALUE_DEPTH_MAX = 12;

/** A list of `{key, value}` as an object. */
export function decodeAttributes(list: unknown, depth = 0): Record<string, unknown> {
  const attributes: Record<string, unknown> = {};
  for (const item of asList(list)) {
    const { key, value } = asFields(item);
    if (typeof key === "string") attributes[key] = decodeValue(value, depth);
  }
  return attributes;
}

/** An `AnyValue` as a plain value; 64-bit integers come as text by the JSON mapping and as numbers from some exporters. */
export function decodeValue(value: unknown, depth = 0): unknown {
  if (depth > VALUE_DEPTH_MAX) return undefined;
  const fields = asFields(value);
  if (fields["stringValue"] !== undefined) return fields["stringValue"];
  if (fields["intValue"] !== undefined) return asNumber(fields["intValue"]);
  if (fields["doubleValue"] !== undefined) return asNumber(fields["doubleValue"]);
  if (fields["boolValue"] !== undefined) return fields["boolValue"];
  if (fields["arrayValue"] !== undefined) {
    return asList(asFields(fields["arrayValue"])["values"]).map((item) => decodeValue(item, depth + 1));
  }
  if (fields["kvlistValue"] !== undefined) return decodeAttributes(asFields(fields["kvlistValue"])["values"], depth + 1);
  return undefined;
}

/** Nanoseconds since the epoch, as text or number, in milliseconds; undefined where they are absent or zero (the protocol's "unknown"). */
export function decodeNanoseconds(value: unknown): number | undefined {
  const text = typeof value === "number" ? String(BigInt(Math.max(0, Math.round(value)))) : asText(value);
  if (text === undefined || !/^\d+$/.test(text)) return undefined;
  const ms = Number(text.slice(0, -6) || "0");
  return ms === 0 ? undefined : ms;
}

/** The first of several attributes that holds text. */
export function pickText(attributes: Fields, names: readonly string[]): string | undefined {
  for (const name of names) {
    const text = asText(attributes[name]);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** The first of several attributes that holds a number. */
export function pickNumber(attributes: Fields, names: readonly string[]): number | undefined {
  for (const name of names) {
    const value = asNumber(attributes[name]);
    if (value !== undefined) return value;
  }
  return undefined;
}
