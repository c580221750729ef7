/** OTLP/HTTP: traces and logs in both encodings, as an OpenTelemetry collector or an SDK sends them. */
import type { FastifyReply, FastifyRequest } from "fastify";
import { encodeRpcStatus, type OtlpSignal } from "../../../integrations/otlp/protobuf.js";
import { describeHttpError } from "../problems.js";
import { FREE, TEXT } from "../description/json-schema.js";
import { INTAKE_PROBLEMS } from "./descriptions.js";
import { GENERATIVE_MARK } from "./shape-body.js";
import { JSON_DOCUMENT, PROTOBUF, readMediaType } from "./media-types.js";
import { hasBody, type IntakeRoutes, readBody, takeBody } from "./taking.js";

/** Where exporters send to. */
const PATHS: Readonly<Record<OtlpSignal, string>> = { traces: "/v1/traces", logs: "/v1/logs" };

const OTLP_ANSWERS = { 200: { description: "An empty success in the encoding of the request: durable.", schema: FREE, example: {} } };
const binary = { schema: { ...TEXT, format: "binary" }, example: "" };
const OTLP_BODIES = {
  traces: { [PROTOBUF]: binary, [JSON_DOCUMENT]: { schema: FREE, example: { resourceSpans: [] } } },
  logs: { [PROTOBUF]: binary, [JSON_DOCUMENT]: { schema: FREE, example: { resourceLogs: [] } } },
};

/** Adds both routes. */
export function addOtlpRoutes(routes: IntakeRoutes): void {
  for (const signal of ["traces", "logs"] as const) addRoute(routes, signal);
}

function addRoute(routes: IntakeRoutes, signal: OtlpSignal): void {
  routes.app.post(
    PATHS[signal],
    {
      config: { scope: "events:write", answers: OTLP_ANSWERS, takes: OTLP_BODIES[signal], problems: INTAKE_PROBLEMS, failsAs: "RpcStatus" },
      errorHandler: (error, request, reply) => {
        sendFailure(error, request, reply);
      },
      schema: {
        summary: `OpenTelemetry ${signal} in (OTLP/HTTP)`,
        description: `Protobuf or JSON, plain or gzip. Answered when durable. What says nothing about requests to models (no attribute ${GENERATIVE_MARK}*) is counted and passed over.`,
        tags: ["events"],
      },
    },
    async (request, reply) => {
      const isBinary = isProtobuf(request);
      const body = await readBodyOrNothing(routes, request, reply);
      const source = `otlp_${signal}`;
      const { isEmpty } = await takeBody(routes, body, {
        format: "otlp",
        source,
        shape: { kind: "otlp", signal, isBinary },
        caller: request.caller,
      });
      if (isEmpty) routes.metrics.count("stillwatch_intake_passed_over_total", { source });
      // Success without partial_success: an empty message in the encoding of the request.
      return isBinary
        ? reply.header("content-type", PROTOBUF).send(Buffer.alloc(0))
        : reply.header("content-type", JSON_DOCUMENT).send("{}");
    },
  );
}

/** What the protocol says first; also where nothing is said. */
function isProtobuf(request: FastifyRequest): boolean {
  return readMediaType(request) !== JSON_DOCUMENT;
}

/** An empty protobuf message has no bytes and is whole. */
async function readBodyOrNothing(routes: IntakeRoutes, request: FastifyRequest, reply: FastifyReply): Promise<readonly Buffer[]> {
  return !hasBody(request) && isProtobuf(request) ? [] : readBody(routes, request, reply);
}

/** Codes of gRPC that stand for HTTP's, for `google.rpc.Status`. */
const RPC_CODES: Readonly<Record<number, number>> = { 400: 3, 415: 3, 401: 16, 403: 7, 413: 8, 429: 8, 503: 14 };
const RPC_UNKNOWN = 2;
const UNKNOWN_TYPE = "SW1905";

/** The protocol wants `google.rpc.Status` in the encoding of the request; status, Retry-After and our code are as everywhere. */
function sendFailure(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { body, retryAfterMs } = describeHttpError(error);
  if (retryAfterMs !== undefined) void reply.header("retry-after", String(Math.max(1, Math.ceil(retryAfterMs / 1000))));
  const status = { code: RPC_CODES[body.status] ?? RPC_UNKNOWN, message: `${body.code} ${body.title}: ${body.detail} ${body.fix}` };
  void reply.status(body.status);
  // A type that is none of the protocol's is no exporter's: whoever it is can read text.
  return isProtobuf(request) && body.code !== UNKNOWN_TYPE
    ? reply.header("content-type", PROTOBUF).send(Buffer.from(encodeRpcStatus(status)))
    : reply.header("content-type", JSON_DOCUMENT).send(JSON.stringify(status));
}
