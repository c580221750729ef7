/**
 * Amazon Bedrock model-invocation logs, from S3 (one record a line) or CloudWatch (records as text inside an envelope). The account is the IAM
 * identity: often a role that many workloads share, so what happens below the role is not told apart, and accounts of one AWS account are
 * marked as one organization. Session names of assumed roles are chosen by the caller and count as a hint only.
 */
import {
  asFields,
  asNumber,
  asText,
  asTokens,
  describeForeignRecord,
  fillTokens,
  type Fields,
  isFields,
  nameUnattributed,
  parseNestedJson,
  type Problem,
  readId,
  readTime,
  type RequestEvent,
  type SourceFormat,
  type SourceReading,
} from "../../sdk/index.js";
import { readBodies, readCounts } from "./bodies.js";

/** The format `bedrock`. */
export const bedrockFormat: SourceFormat = {
  name: "bedrock",
  title: "Bedrock model-invocation log",
  recognise(record) {
    // An envelope may begin with a notice in plain text.
    const unwrapped = isFields(record) ? unwrap(record).find(isFields) : undefined;
    if (!isFields(unwrapped)) return 0;
    if (unwrapped["schemaType"] === "ModelInvocationLog") return 1;
    return isFields(unwrapped["input"]) && unwrapped["modelId"] !== undefined && unwrapped["requestId"] !== undefined ? 0.9 : 0;
  },
  read(record): SourceReading[] {
    if (!isFields(record)) return [{ problem: describeForeignRecord(bedrockFormat.title, "it is not an object") }];
    return unwrap(record).map((inner) => {
      const reading = isFields(inner) ? readRecord(inner) : describeNotice();
      return "code" in reading ? { problem: reading } : { event: reading };
    });
  },
};

/** The records in a CloudWatch envelope (`logEvents` of a subscription, `events` of filter-log-events, a lone `message`), or the record itself. */
function unwrap(record: Fields): unknown[] {
  const events = Array.isArray(record["logEvents"]) ? record["logEvents"] : record["events"];
  if (Array.isArray(events)) return events.map((event) => parseNestedJson(asFields(event)["message"]));
  const message = record["message"] ?? record["@message"];
  if (record["schemaType"] === undefined && record["requestId"] === undefined && message !== undefined) return [parseNestedJson(message)];
  return [record];
}

/** CloudWatch log streams begin with a line of plain text when logging is switched on. */
function describeNotice(): Problem {
  return {
    code: "SW1213",
    what: "the log event is text, not a model-invocation record",
    why: "it is counted so that nothing disappears silently.",
    fix: "nothing to do: Bedrock writes such a notice when logging is switched on.",
  };
}

function readRecord(record: Fields): RequestEvent | Problem {
  const requestId = readId("requestId", record["requestId"]);
  if (typeof requestId !== "string") return requestId;
  const atMs = readTime("timestamp", record["timestamp"]);
  if (typeof atMs !== "number") return atMs;
  const targetModel = readId("modelId", record["modelId"]);
  if (typeof targetModel !== "string") return targetModel;
  const input = asFields(record["input"]);
  const output = asFields(record["output"]);
  const event: RequestEvent = {
    requestId,
    atMs,
    ...readIdentity(record),
    targetModel: nameModel(targetModel),
    status: readStatus(record),
    inputTokens: 0,
    outputTokens: 0,
    channel: "cloud:aws-bedrock",
  };
  const operation = asText(record["operation"]);
  if (operation !== undefined) {
    event.operation = operation;
    event.isStream = operation.includes("Stream");
  }
  const errorCode = asText(record["errorCode"]);
  if (errorCode !== undefined) event.errorCode = errorCode;
  const cached = asTokens(input["cacheReadInputTokenCount"]);
  if (cached !== undefined) event.cachedInputTokens = cached;
  const answer = parseNestedJson(output["outputBodyJson"]);
  const counted = readCounts(answer);
  fillTokens(event, {
    input: asTokens(input["inputTokenCount"]) ?? counted.input,
    output: asTokens(output["outputTokenCount"]) ?? counted.output,
  });
  Object.assign(event, readBodies(parseNestedJson(input["inputBodyJson"]), answer));
  return event;
}

/** The part of an inference profile's or model's ARN that names the model. */
function nameModel(modelId: string): string {
  return modelId.startsWith("arn:") ? (modelId.split("/").at(-1) ?? modelId) : modelId;
}

function readIdentity(record: Fields): Pick<RequestEvent, "accountId" | "organizationId" | "endUserHint"> {
  const awsAccount = asText(record["accountId"]);
  const arn = asText(asFields(record["identity"])["arn"]);
  const organization = awsAccount === undefined ? {} : { organizationId: awsAccount };
  if (arn === undefined) return { accountId: awsAccount ?? nameUnattributed("bedrock"), ...organization };
  // arn:aws:sts::<account>:assumed-role/<role>/<session>: every process may have its own session name.
  const assumed = /^(arn:[\w-]+:sts::\d*:assumed-role\/[^/]+)\/(.+)$/.exec(arn);
  if (assumed === null) return { accountId: arn, ...organization };
  return { accountId: assumed[1], endUserHint: assumed[2], ...organization };
}

/** Statuses of Bedrock's runtime errors (API reference of InvokeModel and Converse). */
const ERROR_STATUSES: Readonly<Record<string, number>> = {
  AccessDeniedException: 403,
  InternalServerException: 500,
  ModelErrorException: 424,
  ModelNotReadyException: 429,
  ModelStreamErrorException: 424,
  ModelTimeoutException: 408,
  ResourceNotFoundException: 404,
  ServiceQuotaExceededException: 400,
  ServiceUnavailableException: 503,
  ThrottlingException: 429,
  ValidationException: 400,
};

/** Bedrock writes the code of what failed, and none for what did not. */
function readStatus(record: Fields): number {
  const status = asNumber(record["status"]);
  if (status !== undefined && status >= 100 && status <= 599) return status;
  const errorCode = asText(record["errorCode"]);
  return errorCode === undefined ? 200 : (ERROR_STATUSES[errorCode] ?? 500);
}
