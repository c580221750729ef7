/** `POST /v1/events` and what other products send: taken in when durable, refused with a reason, never half of it. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { JournalFull } from "../../../store/hand-over/journal.js";
import { createIntake, type Intake } from "../../serve/intake.js";
import type { HttpPart, Metrics } from "../../serve/services.js";
import { HttpError } from "../problems.js";
import { createMemoryGate, decompress, type MemoryGate } from "./bodies.js";
import { journalCannotWrite, journalIsFull, noRecords, unknownFormat } from "./intake-problems.js";
import { finishLines, splitAny, splitDocument } from "./lines.js";
import { FORMAT_NAMES, type IntakeSettings } from "./settings.js";

/** What all routes of this part share. */
export interface IntakeRoutes {
  app: FastifyInstance;
  intake: Intake;
  gate: MemoryGate;
  settings: IntakeSettings;
  metrics: Metrics;
}

/** Where records come in over HTTP. */
export function createIntakePart(settings: IntakeSettings): HttpPart {
  return (services) => async (app) => {
    const gate = createMemoryGate(settings.in_flight_bytes_max);
    // Bodies are bytes here: their records are read once, by the engine.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
    app.addHook("onRequest", async (request, reply) => {
      const bytes = Number(request.headers["content-length"] ?? app.initialConfig.bodyLimit ?? 0) || 0;
      holdUntilAnswered(gate, reply.raw, bytes);
    });
    const routes: IntakeRoutes = { app, intake: createIntake(services), gate, settings, metrics: services.metrics };
    addEventRoutes(routes);
  };
}

/** Counts bytes as held until the connection is done with the answer, whatever becomes of it. */
export function holdUntilAnswered(gate: MemoryGate, answer: NodeJS.EventEmitter, bytes: number): void {
  gate.reserve(bytes);
  answer.once("close", () => gate.release(bytes));
}

const TAKEN = {
  202: {
    description:
      "Durable: a stop at any moment loses none of it. Lines that cannot be read are taken too and shown in /v1/quarantine; a request id counts once, however often it is sent.",
    type: "object",
    properties: { records: { type: "integer", description: "Lines that hold something." } },
    required: ["records"],
  },
} as const;

function addEventRoutes(routes: IntakeRoutes): void {
  const { app } = routes;
  app.post<{ Querystring: { format?: string } }>(
    "/v1/events",
    {
      config: { scope: "events:write" },
      schema: {
        summary: "Request events in",
        description:
          "NDJSON, plain, gzip or zstd, of request events (docs/contracts.md) or of another product's records (?format=). With Content-Type application/json: one object or one array.",
        consumes: ["application/x-ndjson", "application/json"],
        querystring: { type: "object", properties: { format: { type: "string", enum: [...FORMAT_NAMES], default: "native" } } },
        response: TAKEN,
      },
      // The list is checked below, to answer with the names.
      validatorCompiler: () => () => true,
    },
    async (request, reply) => {
      const format = request.query.format ?? "native";
      if (!FORMAT_NAMES.includes(format)) throw unknownFormat(FORMAT_NAMES);
      const body = await readBody(routes, request, reply);
      const lines = isDocument(request) ? splitDocument(body) : finishLines(body);
      return reply.status(202).send(await takeLines(routes, lines, { format, source: "http" }));
    },
  );
  app.post(
    "/v1/integrations/litellm/logs",
    {
      config: { scope: "events:write" },
      schema: {
        summary: "LiteLLM's generic API callback",
        description: "`log_format` json_array, ndjson or single. LiteLLM does not send again what was refused.",
        consumes: ["application/json"],
        response: TAKEN,
      },
    },
    async (request, reply) => {
      const lines = splitAny(await readBody(routes, request, reply));
      return reply.status(202).send(await takeLines(routes, lines, { format: "litellm", source: "litellm" }));
    },
  );
}

function isDocument({ headers }: FastifyRequest): boolean {
  return /^application\/json\b/i.test(headers["content-type"] ?? "");
}

/** The body, decompressed. Throws SW1922 to SW1924, SW1927, SW1928. */
export async function readBody({ gate, settings }: IntakeRoutes, request: FastifyRequest, reply: FastifyReply): Promise<Buffer> {
  const { body } = request;
  if (!(body instanceof Buffer) || body.length === 0) throw noRecords();
  const encoding = (request.headers["content-encoding"] ?? "").trim().toLowerCase();
  const content = await decompress(body, { encoding, bytesMax: settings.decompressed_bytes_max });
  if (content !== body) holdUntilAnswered(gate, reply.raw, content.length);
  return content;
}

/** Hands lines to the journal; answers when they are durable. */
export async function takeLines(
  { intake, metrics }: Pick<IntakeRoutes, "intake" | "metrics">,
  lines: Buffer,
  { format, source }: { format: string; source: string },
): Promise<{ records: number }> {
  if (lines.length === 0) throw noRecords();
  try {
    return await intake.take(format, lines, source);
  } catch (error) {
    if (error instanceof HttpError) throw error;
    const isFull = error instanceof JournalFull;
    metrics.count("stillwatch_intake_refused_total", { source, reason: isFull ? "backlog" : "disk" });
    throw isFull ? journalIsFull() : journalCannotWrite();
  }
}
