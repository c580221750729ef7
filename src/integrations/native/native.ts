/** stillwatch's own request events: the contract of `docs/contracts.md` §1, field for field. Unknown fields are ignored, never refused. */
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

function readEvent(record: Fields): RequestEvent | Problem {
  const requestId = readId("request_id", record["request_id"]);
  if (typeof requestId !== "string") return requestId;
  const given = record["at"];
  if (given === undefined || given === null) return describeMissing("at");
  const atMs = readTime("at", given);
  if (typeof atMs !== "number") return atMs;
  const accountId = readId("account_id", record["account_id"]);
  if (typeof accountId !== "string") return accountId;
  const targetModel = readId("target_model", record["target_model"]);
  if (typeof targetModel !== "string") return targetModel;
  const status = readRequiredNumber(record, "status", STATUS_RANGE);
  if (typeof status !== "number") return status;
  const inputTokens = readRequiredNumber(record, "input_tokens", TOKENS_RANGE);
  if (typeof inputTokens !== "number") return inputTokens;
  const outputTokens = readRequiredNumber(record, "output_tokens", TOKENS_RANGE);
  if (typeof outputTokens !== "number") return outputTokens;

  const event: RequestEvent = { requestId, atMs, accountId, targetModel, status, inputTokens, outputTokens };
  return fillOptional(record, event) ?? event;
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

function readRequiredNumber(record: Fields, field: string, range: Range): number | Problem {
  const value = record[field];
  if (value === undefined || value === null) return describeMissing(field);
  return checkNumber(field, value, range);
}

function checkNumber(field: string, value: unknown, range: Range): number | Problem {
  if (typeof value !== "number") return describeWrongType(field, "a number", value);
  if (!(value >= range.from && value <= range.to)) return describeOutOfRange(field, range.says);
  if (range.isWhole === true && !Number.isInteger(value)) return describeFraction(field);
  return value;
}

/** Fills what is there; the first field of a wrong type ends it with a problem. */
function fillOptional(record: Fields, event: RequestEvent): Problem | null {
  let problem: Problem | null = null;
  // Closures over one record cost nothing measurable beside JSON.parse and keep each field to one line.
  const text = (field: string, set: (value: string) => void, charsMax = ID_CHARS_MAX): void => {
    const value = record[field];
    if (value === undefined || value === null || problem !== null) return;
    if (typeof value !== "string") problem = describeWrongType(field, "a string", value);
    else if (value.length > charsMax) problem = describeBadId(field, false);
    else set(value);
  };
  const flag = (field: string, set: (value: boolean) => void): void => {
    const value = record[field];
    if (value === undefined || value === null || problem !== null) return;
    if (typeof value === "boolean") set(value);
    else problem = describeWrongType(field, "true or false", value);
  };
  const number = (field: string, range: Range, set: (value: number) => void): void => {
    const value = record[field];
    if (value === undefined || value === null || problem !== null) return;
    const checked = checkNumber(field, value, range);
    if (typeof checked === "number") set(checked);
    else problem = checked;
  };

  text("organization_id", (value) => (event.organizationId = value));
  text("key_hash", (value) => (event.keyHash = value));
  text("end_user_hint", (value) => (event.endUserHint = value));
  text("session_id", (value) => (event.sessionId = value));
  text("channel", (value) => (event.channel = value));
  text("operation", (value) => (event.operation = value));
  flag("stream", (value) => (event.isStream = value));
  text("finish_reason", (value) => (event.finishReason = value));
  flag("refusal", (value) => (event.isRefusal = value));
  text("error_code", (value) => (event.errorCode = value));
  number("latency_ms", LATENCY_RANGE, (value) => (event.latencyMs = value));
  text("tool_schema_hash", (value) => (event.toolSchemaHash = value));
  number("reasoning_tokens", TOKENS_RANGE, (value) => (event.reasoningTokens = value));
  number("cached_input_tokens", TOKENS_RANGE, (value) => (event.cachedInputTokens = value));
  text("system", (value) => (event.system = value), Number.POSITIVE_INFINITY);
  text("output", (value) => (event.output = value), Number.POSITIVE_INFINITY);
  return problem ?? fillNested(record, event);
}

function fillNested(record: Fields, event: RequestEvent): Problem | null {
  return (
    fillMessages(record["messages"], event) ??
    fillTools(record["tools"], event) ??
    fillHandles(record, event) ??
    fillSampling(record["sampling"], event) ??
    fillClient(record["client"], event)
  );
}

function fillMessages(value: unknown, event: RequestEvent): Problem | null {
  if (value === undefined || value === null) return null;
  if (!Array.isArray(value)) return describeWrongType("messages", "an array", value);
  const messages: Message[] = [];
  for (const [index, item] of value.entries()) {
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

function fillHandles(record: Fields, event: RequestEvent): Problem | null {
  for (const field of ["reasoning_handles_issued", "reasoning_handles_submitted"] as const) {
    const value = record[field];
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
  const sampling: NonNullable<RequestEvent["sampling"]> = {};
  for (const [field, range, key] of SAMPLING_NUMBERS) {
    const given = value[field];
    if (given === undefined || given === null) continue;
    const checked = checkNumber(`sampling.${field}`, given, range);
    if (typeof checked !== "number") return checked;
    sampling[key] = checked;
  }
  const logprobs = value["logprobs"];
  if (typeof logprobs === "boolean") sampling.logprobs = logprobs;
  // Some interfaces ask for log probabilities by their number.
  else if (typeof logprobs === "number") sampling.logprobs = logprobs > 0;
  else if (logprobs !== undefined && logprobs !== null) return describeWrongType("sampling.logprobs", "true or false", logprobs);
  event.sampling = sampling;
  return null;
}

const SAMPLING_NUMBERS = [
  ["temperature", { from: 0, to: 100, says: "0 to 100" }, "temperature"],
  ["top_p", { from: 0, to: 1, says: "0 to 1" }, "topP"],
  ["n", COUNT_RANGE, "n"],
  ["max_output_tokens", TOKENS_RANGE, "maxOutputTokens"],
  ["seed", ANY_RANGE, "seed"],
] as const satisfies readonly (readonly [string, Range, string])[];

function fillClient(value: unknown, event: RequestEvent): Problem | null {
  if (value === undefined || value === null) return null;
  if (!isFields(value)) return describeWrongType("client", "an object", value);
  const client: NonNullable<RequestEvent["client"]> = {};
  for (const [field, key] of CLIENT_TEXTS) {
    const given = value[field];
    if (given === undefined || given === null) continue;
    if (typeof given !== "string") return describeWrongType(`client.${field}`, "a string", given);
    client[key] = given;
  }
  const asn = value["asn"];
  if (asn !== undefined && asn !== null) {
    const checked = checkNumber("client.asn", asn, ASN_RANGE);
    if (typeof checked !== "number") return checked;
    client.asn = checked;
  }
  event.client = client;
  return null;
}

const CLIENT_TEXTS = [
  ["ip", "ip"],
  ["as_name", "asName"],
  ["country", "country"],
  ["ja4", "ja4"],
  ["user_agent", "userAgent"],
] as const;
