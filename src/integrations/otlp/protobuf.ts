/**
 * OTLP's binary encoding as its JSON encoding, which `otlp.ts` reads: the part of opentelemetry-proto 1.x that says something about requests to
 * models. Field numbers are of `opentelemetry/proto/{common,resource,trace,logs}/v1`; fields that are not listed are passed over.
 */
import protobuf from "protobufjs";

const repeated = (type: string, id: number): protobuf.IField & { rule: string } => ({ rule: "repeated", type, id });
const field = (type: string, id: number): protobuf.IField => ({ type, id });

const root = protobuf.Root.fromJSON({
  nested: {
    AnyValue: {
      oneofs: { value: { oneof: ["stringValue", "boolValue", "intValue", "doubleValue", "arrayValue", "kvlistValue", "bytesValue"] } },
      fields: {
        stringValue: field("string", 1),
        boolValue: field("bool", 2),
        intValue: field("int64", 3),
        doubleValue: field("double", 4),
        arrayValue: field("ArrayValue", 5),
        kvlistValue: field("KeyValueList", 6),
        bytesValue: field("bytes", 7),
      },
    },
    ArrayValue: { fields: { values: repeated("AnyValue", 1) } },
    KeyValueList: { fields: { values: repeated("KeyValue", 1) } },
    KeyValue: { fields: { key: field("string", 1), value: field("AnyValue", 2) } },
    Resource: { fields: { attributes: repeated("KeyValue", 1) } },
    ExportTraceServiceRequest: { fields: { resourceSpans: repeated("ResourceSpans", 1) } },
    ResourceSpans: { fields: { resource: field("Resource", 1), scopeSpans: repeated("ScopeSpans", 2) } },
    ScopeSpans: { fields: { spans: repeated("Span", 2) } },
    Span: {
      fields: {
        traceId: field("bytes", 1),
        spanId: field("bytes", 2),
        startTimeUnixNano: field("fixed64", 7),
        endTimeUnixNano: field("fixed64", 8),
        attributes: repeated("KeyValue", 9),
        events: repeated("SpanEvent", 11),
        status: field("Status", 15),
      },
    },
    SpanEvent: { fields: { timeUnixNano: field("fixed64", 1), name: field("string", 2), attributes: repeated("KeyValue", 3) } },
    Status: { fields: { code: field("int32", 3) } },
    ExportLogsServiceRequest: { fields: { resourceLogs: repeated("ResourceLogs", 1) } },
    ResourceLogs: { fields: { resource: field("Resource", 1), scopeLogs: repeated("ScopeLogs", 2) } },
    ScopeLogs: { fields: { logRecords: repeated("LogRecord", 2) } },
    LogRecord: {
      fields: {
        timeUnixNano: field("fixed64", 1),
        body: field("AnyValue", 5),
        attributes: repeated("KeyValue", 6),
        traceId: field("bytes", 9),
        spanId: field("bytes", 10),
        observedTimeUnixNano: field("fixed64", 11),
        eventName: field("string", 12),
      },
    },
    // google.rpc.Status, which OTLP answers failures with.
    RpcStatus: { fields: { code: field("int32", 1), message: field("string", 2) } },
  },
});

/** What an exporter sends. */
export type OtlpSignal = "traces" | "logs";

const REQUESTS = { traces: root.lookupType("ExportTraceServiceRequest"), logs: root.lookupType("ExportLogsServiceRequest") };
const RPC_STATUS = root.lookupType("RpcStatus");

/** A message as `toObject` leaves it, as far as it is touched here. */
interface Identified {
  traceId?: Uint8Array | string;
  spanId?: Uint8Array | string;
}
interface Envelope {
  resourceSpans?: { scopeSpans?: { spans?: Identified[] }[] }[];
  resourceLogs?: { scopeLogs?: { logRecords?: Identified[] }[] }[];
}

/**
 * Decodes an export request into what the JSON encoding of the same request says (64-bit integers as text, ids as hexadecimal digits).
 *
 * @throws Error when the bytes are no such message, or nest deeper than any message does. Its text quotes nothing of them.
 */
export function decodeOtlp(bytes: Uint8Array, signal: OtlpSignal): object {
  const type = REQUESTS[signal];
  let envelope: Envelope;
  try {
    envelope = type.toObject(type.decode(bytes), { longs: String, bytes: Buffer });
  } catch {
    throw new Error("no export request");
  }
  const carriers = [
    ...(envelope.resourceSpans ?? []).flatMap(({ scopeSpans }) => (scopeSpans ?? []).flatMap(({ spans }) => spans ?? [])),
    ...(envelope.resourceLogs ?? []).flatMap(({ scopeLogs }) => (scopeLogs ?? []).flatMap(({ logRecords }) => logRecords ?? [])),
  ];
  for (const carrier of carriers) writeIds(carrier);
  return { [signal === "traces" ? "resourceSpans" : "resourceLogs"]: [], ...envelope };
}

function writeIds(carrier: Identified): void {
  for (const name of ["traceId", "spanId"] as const) {
    const id = carrier[name];
    if (typeof id === "object") carrier[name] = Buffer.from(id).toString("hex");
  }
}

/** The body of a failure in the binary encoding: `google.rpc.Status`. */
export function encodeRpcStatus(status: { code: number; message: string }): Uint8Array {
  return RPC_STATUS.encode(status).finish();
}
