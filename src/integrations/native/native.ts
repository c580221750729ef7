/** stillwatch's own request events: the contract of `docs/contracts.md` §1, field for field. Unknown fields are handed on, never refused. */
import {
  describeBadId,
  describeFraction,
  describeMissing,
  describeOutOfRange,
  describeWrongType,
  type Fields,
  flattenText,
  ID_CHARS_MAX,
  isFields,
  listToolNames,
  type Message,
  type Problem,
  readId,
  readTime,
  type RequestEvent,
  type SourceFormat,
  type SourceReading,
  TOKENS_MAX,
} from "../../sdk/index.js";

/** The format `native`. */
export const nativeFormat: SourceFormat = {
  name: "native",
  title: "stillwatch request event",
  recognise(record) {
    if (!isFields(record)) return 0;
    const names = ["request_id", "at", "account_id", "target_model", "status", "input_tokens", "output_tokens"];
    return names.filter((name) => record[name] !== undefined).length / names.length;
  },
  read(record): SourceReading[] {
    if (!isFields(record)) {
      return [{ problem: { ...describeWrongType("the record", "an object", record), code: "SW1202" } }];
    }
    const reading = readEvent(record);
    return ["code" in reading ? { problem: reading } : { event: reading }];
  },
};

/** The fields that are read, in any order. */
const FIELD_NAMES = [
  "request_id",
  "at",
  "account_id",
  "target_model",
  "status",
  "input_tokens",
  "output_tokens",
  "organization_id",
  "key_hash",
  "end_user_hint",
  "session_id",
  "channel",
  "operation",
  "stream",
  "finish_reason",
  "refusal",
  "error_code",
  "latency_ms",
  "tool_schema_hash",
  "reasoning_tokens",
  "cached_input_tokens",
  "system",
  "output",
  "messages",
  "tools",
  "reasoning_handles_issued",
  "reasoning_handles_submitted",
  "sampling",
  "client",
] as const;
type FieldName = (typeof FIELD_NAMES)[number];

const PLACES: ReadonlyMap<string, number> = new Map(FIELD_NAMES.map((name, place) => [name, place]));
const PLACE = Object.fromEntries(PLACES) as Record<FieldName, number>;
/** Place of the field that last stood behind the field of each place; the last entry is for the first field of a record. */
const PLACE_BEHIND = new Uint8Array(FIELD_NAMES.length + 1);

/** A record taken apart. */
interface Gathered {
  /** At the places of their fields. */
  values: unknown[];
  /** Fields that no contract names; undefined where there are none, as in most logs. */
  others: Record<string, unknown> | undefined;
}

/**
 * The values of a record at the places of their fields. One walk over what is there: with so many optional fields hardly two records have
 * one shape to V8, and asking each for every field by its name would miss its caches.
 */
function gatherFields(record: Fields): Gathered {
  const values = new Array<unknown>(FIELD_NAMES.length).fill(undefined);
  let others: Record<string, unknown> | undefined;
  let before: number = FIELD_NAMES.length;
  for (const name in record) {
    // The fields of a log come in the same order again and again: mostly the guess is right. It changes nothing but the time taken.
    let place: number | undefined = PLACE_BEHIND[before];
    if (FIELD_NAMES[place] !== name) {
      place = PLACES.get(name);
      if (place === undefined) {
        // Null counts as absent here as everywhere. Without a prototype no name is special.
        if (record[name] !== null) (others ??= Object.create(null) as Record<string, unknown>)[name] = record[name];
        continue;
      }
      PLACE_BEHIND[before] = place;
    }
    values[place] = record[name];
    before = place;
  }
  return { values, others };
}

function readEvent(record: Fields): RequestEvent | Problem {
  const { values, others } = gatherFields(record);
  const requestId = readId("request_id", values[PLACE.request_id]);
  if (typeof requestId !== "string") return requestId;
  const given = values[PLACE.at];
  if (given === undefined || given === null) return describeMissing("at");
  const atMs = readTime("at", given);
  if (typeof atMs !== "number") return atMs;
  const accountId = readId("account_id", values[PLACE.account_id]);
  if (typeof accountId !== "string") return accountId;
  const targetModel = readId("target_model", values[PLACE.target_model]);
  if (typeof targetModel !== "string") return targetModel;
  const status = readRequiredNumber("status", values, STATUS_RANGE);
  if (typeof status !== "number") return status;
  const inputTokens = readRequiredNumber("input_tokens", values, TOKENS_RANGE);
  if (typeof inputTokens !== "number") return inputTokens;
  const outputTokens = readRequiredNumber("output_tokens", values, TOKENS_RANGE);
  if (typeof outputTokens !== "number") return outputTokens;

  const check: Check = { values, problem: null };
  // Every field is named, so that all events have one shape to whoever reads them.
  const event: RequestEvent = {
    requestId,
    atMs,
    accountId,
    targetModel,
    status,
    inputTokens,
    outputTokens,
    organizationId: readText(check, "organization_id"),
    keyHash: readText(check, "key_hash"),
    endUserHint: readText(check, "end_user_hint"),
    sessionId: readText(check, "session_id"),
    channel: readText(check, "channel"),
    operation: readText(check, "operation"),
    isStream: readFlag(check, "stream"),
    finishReason: readText(check, "finish_reason"),
    isRefusal: readFlag(check, "refusal"),
    errorCode: readText(check, "error_code"),
    latencyMs: readNumber(check, "latency_ms", LATENCY_RANGE),
    toolSchemaHash: readText(check, "tool_schema_hash"),
    reasoningTokens: readNumber(check, "reasoning_tokens", TOKENS_RANGE),
    cachedInputTokens: readNumber(check, "cached_input_tokens", TOKENS_RANGE),
    system: readText(check, "system", Number.POSITIVE_INFINITY),
    output: readText(check, "output", Number.POSITIVE_INFINITY),
    messages: undefined,
    tools: undefined,
    reasoningHandlesIssued: undefined,
    reasoningHandlesSubmitted: undefined,
    sampling: undefined,
    client: undefined,
    otherFields: others,
    untold: undefined,
  };
  return check.problem ?? fillNested(values, event) ?? event;
}

interface Range {
  from: number;
  to: number;
  says: string;
  /** Counts have no fractions. */
  isWhole?: boolean;
}
const STATUS_RANGE: Range = { from: 100, to: 599, says: "the HTTP statuses 100 to 599", isWhole: true };
const TOKENS_RANGE: Range = { from: 0, to: TOKENS_MAX, says: `0 to ${TOKENS_MAX}`, isWhole: true };
/** A month: batch answers may take a day; what takes longer is a unit error. */
const LATENCY_RANGE: Range = { from: 0, to: 2_678_400_000, says: "0 to one month in milliseconds" };
const ASN_RANGE: Range = { from: 0, to: 4_294_967_295, says: "the 32-bit autonomous system numbers", isWhole: true };
const COUNT_RANGE: Range = { from: 0, to: 1_000_000, says: "0 to 1000000", isWhole: true };
const ANY_RANGE: Range = { from: -Number.MAX_VALUE, to: Number.MAX_VALUE, says: "finite numbers" };

function readRequiredNumber(field: FieldName, values: readonly unknown[], range: Range): number | Problem {
  const value = values[PLACE[field]];
  if (value === undefined || value === null) return describeMissing(field);
  return checkNumber(field, value, range);
}

function checkNumber(field: string, value: unknown, range: Range): number | Problem {
  if (typeof value !== "number") return describeWrongType(field, "a number", value);
  if (!(value >= range.from && value <= range.to)) return describeOutOfRange(field, range.says);
  if (range.isWhole === true && !Number.isInteger(value)) return describeFraction(field);
  return value;
}

/** Optional fields under way: the first one of a wrong type ends it. */
interface Check {
  values: readonly unknown[];
  problem: Problem | null;
}

function readText(check: Check, field: FieldName, charsMax = ID_CHARS_MAX): string | undefined {
  const value = check.values[PLACE[field]];
  if (value === undefined || value === null || check.problem !== null) return undefined;
  if (typeof value === "string" && value.length <= charsMax) return value;
  check.problem = typeof value === "string" ? describeBadId(field, false) : describeWrongType(field, "a string", value);
  return undefined;
}

function readFlag(check: Check, field: FieldName): boolean | undefined {
  const value = check.values[PLACE[field]];
  if (value === undefined || value === null || check.problem !== null) return undefined;
  if (typeof value === "boolean") return value;
  check.problem = describeWrongType(field, "true or false", value);
  return undefined;
}

function readNumber(check: Check, field: FieldName, range: Range): number | undefined {
  const value = check.values[PLACE[field]];
  if (value === undefined || value === null || check.problem !== null) return undefined;
  const checked = checkNumber(field, value, range);
  if (typeof checked === "number") return checked;
  check.problem = checked;
  return undefined;
}

function fillNested(values: readonly unknown[], event: RequestEvent): Problem | null {
  return (
    fillMessages(values[PLACE.messages], event) ??
    fillTools(values[PLACE.tools], event) ??
    fillHandles(values, event) ??
    fillSampling(values[PLACE.sampling], event) ??
    fillClient(values[PLACE.client], event)
  );
}

function fillMessages(value: unknown, event: RequestEvent): Problem | null {
  if (value === undefined || value === null) return null;
  if (!Array.isArray(value)) return describeWrongType("messages", "an array", value);
  const messages: Message[] = [];
  for (let index = 0; index < value.length; index++) {
    const item: unknown = value[index];
    if (!isFields(item)) return describeWrongType(`messages[${index}]`, "an object", item);
    const role = item["role"];
    if (typeof role !== "string") return describeWrongType(`messages[${index}].role`, "a string", role);
    const content = item["content"];
    if (typeof content === "number" || typeof content === "boolean") {
      return describeWrongType(`messages[${index}].content`, "a string", content);
    }
    messages.push({ role, content: flattenText(content) });
  }
  event.messages = messages;
  return null;
}

function fillTools(value: unknown, event: RequestEvent): Problem | null {
  if (value === undefined || value === null) return null;
  if (!Array.isArray(value)) return describeWrongType("tools", "an array of names", value);
  const names = listToolNames(value);
  if (names.length !== value.length)
    return describeWrongType(
      "tools",
      "an array of names",
      value.find((item) => typeof item !== "string"),
    );
  event.tools = names;
  return null;
}

function fillHandles(values: readonly unknown[], event: RequestEvent): Problem | null {
  for (const field of ["reasoning_handles_issued", "reasoning_handles_submitted"] as const) {
    const value = values[PLACE[field]];
    if (value === undefined || value === null) continue;
    if (!Array.isArray(value)) return describeWrongType(field, "an array of strings", value);
    const handles: string[] = [];
    for (const item of value) {
      if (typeof item !== "string") return describeWrongType(`an entry of ${field}`, "a string", item);
      handles.push(item);
    }
    if (field === "reasoning_handles_issued") event.reasoningHandlesIssued = handles;
    else event.reasoningHandlesSubmitted = handles;
  }
  return null;
}

function fillSampling(value: unknown, event: RequestEvent): Problem | null {
  if (value === undefined || value === null) return null;
  if (!isFields(value)) return describeWrongType("sampling", "an object", value);
  // Every field is named here too: fields set by computed names would leave V8 without a shape to remember.
  const sampling: NonNullable<RequestEvent["sampling"]> = {
    temperature: undefined,
    topP: undefined,
    n: undefined,
    maxOutputTokens: undefined,
    seed: undefined,
    logprobs: undefined,
  };
  const check: NestedCheck = { fields: value, name: "sampling", problem: null };
  sampling.temperature = readNestedNumber(check, "temperature", TEMPERATURE_RANGE);
  sampling.topP = readNestedNumber(check, "top_p", SHARE_RANGE);
  sampling.n = readNestedNumber(check, "n", COUNT_RANGE);
  sampling.maxOutputTokens = readNestedNumber(check, "max_output_tokens", TOKENS_RANGE);
  sampling.seed = readNestedNumber(check, "seed", ANY_RANGE);
  if (check.problem !== null) return check.problem;
  const logprobs = value["logprobs"];
  if (typeof logprobs === "boolean") sampling.logprobs = logprobs;
  // Some interfaces ask for log probabilities by their number.
  else if (typeof logprobs === "number") sampling.logprobs = logprobs > 0;
  else if (logprobs !== undefined && logprobs !== null) return describeWrongType("sampling.logprobs", "true or false", logprobs);
  event.sampling = sampling;
  return null;
}

const TEMPERATURE_RANGE: Range = { from: 0, to: 100, says: "0 to 100" };
const SHARE_RANGE: Range = { from: 0, to: 1, says: "0 to 1" };

/** An object inside of a record under way: the first field of a wrong type ends it. */
interface NestedCheck {
  fields: Fields;
  name: string;
  problem: Problem | null;
}

function readNestedNumber(check: NestedCheck, field: string, range: Range): number | undefined {
  const value = check.fields[field];
  if (value === undefined || value === null || check.problem !== null) return undefined;
  if (typeof value === "number" && value >= range.from && value <= range.to && (range.isWhole !== true || Number.isInteger(value)))
    return value;
  const checked = checkNumber(`${check.name}.${field}`, value, range);
  if (typeof checked !== "number") check.problem = checked;
  return undefined;
}

function readNestedText(check: NestedCheck, field: string): string | undefined {
  const value = check.fields[field];
  if (value === undefined || value === null || check.problem !== null) return undefined;
  if (typeof value === "string") return value;
  check.problem = describeWrongType(`${check.name}.${field}`, "a string", value);
  return undefined;
}

function fillClient(value: unknown, event: RequestEvent): Problem | null {
  if (value === undefined || value === null) return null;
  if (!isFields(value)) return describeWrongType("client", "an object", value);
  const check: NestedCheck = { fields: value, name: "client", problem: null };
  const client: NonNullable<RequestEvent["client"]> = {
    ip: readNestedText(check, "ip"),
    asName: readNestedText(check, "as_name"),
    country: readNestedText(check, "country"),
    ja4: readNestedText(check, "ja4"),
    userAgent: readNestedText(check, "user_agent"),
    asn: readNestedNumber(check, "asn", ASN_RANGE),
  };
  if (check.problem !== null) return check.problem;
  event.client = client;
  return null;
}
