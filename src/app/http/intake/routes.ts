/** `POST /v1/events` and what other products send: taken in when durable, refused with a reason, never half of it. */
import type { IncomingMessage } from "node:http";
import { errorCodes, type FastifyRequest } from "fastify";
import { createIntake } from "../../serve/intake.js";
import type { HttpPart } from "../../serve/services.js";
import { createInlineWork } from "../../serve/work/record-work.js";
import { REQUEST_EVENT } from "../description/examples.js";
import { FREE, TEXT, told } from "../description/json-schema.js";
import { collectPieces, createMemoryGate } from "./bodies.js";
import { INTAKE_PROBLEMS, NDJSON_BODY, TAKEN } from "./descriptions.js";
import { JSON_DOCUMENT, NDJSON, readMediaType, refuseOtherTypes } from "./media-types.js";
import { addOtlpRoutes } from "./otlp.js";
import { addQuarantineRoutes } from "./quarantine.js";
import { FORMAT_QUERY, holdUntilAnswered, type IntakeRoutes, pickFormat, readBody, takeRecords } from "./taking.js";

const MIB = 1024 * 1024;
/** Bodies in memory at one time: eight of the largest that are taken by default, of a process that is told to stay below a gigabyte. */
const IN_FLIGHT_BYTES_MAX = 256 * MIB;
/** A body after decompression: twice the largest plain one by default. Logs compress tenfold; senders part what is larger. */
const DECOMPRESSED_BYTES_MAX = 64 * MIB;

/** Bounds of memory; smaller in tests. */
export interface IntakeLimits {
  inFlightBytesMax?: number;
  decompressedBytesMax?: number;
}

/** What counts call each way, where it is not `http`. */
const SOURCES: Readonly<Record<string, string>> = {
  "/v1/traces": "otlp_traces",
  "/v1/logs": "otlp_logs",
  "/v1/integrations/litellm/logs": "litellm",
};

/** Where records come in over HTTP. */
export function createIntakePart(limits: IntakeLimits = {}): HttpPart {
  const { inFlightBytesMax = IN_FLIGHT_BYTES_MAX, decompressedBytesMax = DECOMPRESSED_BYTES_MAX } = limits;
  return (services) => async (app) => {
    const { metrics } = services;
    const gate = createMemoryGate(inFlightBytesMax);
    // Bodies are bytes here: their records are read once, by the engine. And they stay in pieces, which are handed to another thread: put together in
    // this one, memory that is made anew for every body would keep its collector busy.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser("*", async (request: FastifyRequest, body: IncomingMessage) => {
      const bytesMax = app.initialConfig.bodyLimit ?? DECOMPRESSED_BYTES_MAX;
      const isTooLarge = Number(request.headers["content-length"]) > bytesMax;
      const pieces = isTooLarge ? null : await collectPieces(body, bytesMax);
      if (pieces === null) throw new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE();
      return pieces;
    });
    app.addHook("onRequest", async (request, reply) => {
      refuseOtherTypes(request);
      const bytes = Number(request.headers["content-length"] ?? app.initialConfig.bodyLimit ?? 0) || 0;
      try {
        holdUntilAnswered(gate, reply.raw, bytes);
      } catch (error) {
        metrics.count("stillwatch_intake_refused_total", { source: SOURCES[request.routeOptions.url ?? ""] ?? "http", reason: "memory" });
        throw error;
      }
    });
    const { work = createInlineWork() } = services;
    const routes: IntakeRoutes = { app, intake: createIntake({ ...services, work }), work, gate, decompressedBytesMax, metrics };
    addEventRoutes(routes);
    addOtlpRoutes(routes);
    addQuarantineRoutes(routes, services.engine);
  };
}

const LITELLM_CALL = { litellm_call_id: "req-1", status: "success" };

function addEventRoutes(routes: IntakeRoutes): void {
  const { app } = routes;
  app.post<{ Querystring: { format?: string } }>(
    "/v1/events",
    {
      config: {
        scope: "events:write",
        answers: TAKEN,
        takes: { [NDJSON]: NDJSON_BODY, [JSON_DOCUMENT]: { schema: FREE, example: REQUEST_EVENT } },
        problems: INTAKE_PROBLEMS,
      },
      schema: {
        summary: "Request events in",
        tags: ["events"],
        description:
          "NDJSON, plain, gzip or zstd, of request events (docs/contracts.md) or of another product's records (?format=). With Content-Type application/json: one object or one array. Without a Content-Type: NDJSON.",
        querystring: FORMAT_QUERY,
      },
      // The format is checked by `pickFormat`, which answers with the names.
      validatorCompiler: () => () => true,
    },
    async (request, reply) => {
      const format = pickFormat(request.query);
      const body = await readBody(routes, request, reply);
      const shape = { kind: readMediaType(request) === JSON_DOCUMENT ? "document" : "lines" } as const;
      return reply.status(202).send(await takeRecords(routes, body, { format, source: "http", shape, caller: request.caller }));
    },
  );
  app.post(
    "/v1/integrations/litellm/logs",
    {
      config: {
        scope: "events:write",
        answers: TAKEN,
        takes: {
          [JSON_DOCUMENT]: { schema: FREE, example: LITELLM_CALL },
          [NDJSON]: { schema: told(TEXT, "One record a line."), example: `${JSON.stringify(LITELLM_CALL)}\n` },
        },
        problems: INTAKE_PROBLEMS,
      },
      schema: {
        summary: "LiteLLM's generic API callback",
        description: "`log_format` json_array, ndjson or single. LiteLLM does not send again what was refused.",
        tags: ["events", "gateways"],
      },
    },
    async (request, reply) => {
      const body = await readBody(routes, request, reply);
      return reply
        .status(202)
        .send(await takeRecords(routes, body, { format: "litellm", source: "litellm", shape: { kind: "any" }, caller: request.caller }));
    },
  );
}
