/** What happens to decisions, as server-sent events. An event's id is its place in the audit, so who comes back with `Last-Event-ID` has missed nothing. */
import type { ServerResponse } from "node:http";
import type { FastifyInstance } from "fastify";
import type { DecisionBook, Services } from "../../serve/services.js";
import { TEXT } from "../description/json-schema.js";
import { tooManyListeners } from "./decision-problems.js";
import { describeDecision, describeEvent } from "./describe.js";

/** Gateways and consoles, not customers. */
const LISTENERS_MAX = 64;
/** Proxies close connections that are silent for a minute. */
const HEARTBEAT_MS = 15_000;
/** Events read at once; a listener that is far behind gets them in portions. */
const PORTION = 200;
/** Bytes that may wait for a listener that does not read; then it is let go, and comes back with `Last-Event-ID`. */
const WAITING_BYTES_MAX = 1_048_576;

interface Listener {
  response: ServerResponse;
  position: number;
  isReading: boolean;
  hasNews: boolean;
}

const STREAM_ANSWERS = {
  200: {
    description: "An event `decision` for each thing that happens: a DecisionEvent with its `decision`. Its id is its place in the audit.",
    schema: TEXT,
    type: "text/event-stream",
    example: 'id: 42\nevent: decision\ndata: {"at":"2026-05-01T10:05:00.000Z","who":"policy",…}\n\n',
  },
};

/** `/v1/decisions/stream`. */
export function addStreamRoute(app: FastifyInstance, { decisions: book }: Services): void {
  const listeners = new Set<Listener>();
  const wake = (): void => {
    for (const listener of listeners) void catchUp(listener, book);
  };
  book.onMoved(wake);
  const heartbeat = setInterval(() => {
    for (const { response } of listeners) response.write(":\n\n");
  }, HEARTBEAT_MS);
  heartbeat.unref();
  app.addHook("preClose", async () => {
    clearInterval(heartbeat);
    for (const { response } of listeners) response.end();
  });
  app.get(
    "/v1/decisions/stream",
    {
      config: { scope: "read", answers: STREAM_ANSWERS, problems: { 429: ["SW2010"] } },
      schema: {
        summary: "What happens to decisions, as server-sent events",
        description: "Who comes back with `Last-Event-ID` has missed nothing.",
        tags: ["decisions"],
      },
    },
    async (request, reply) => {
      if (listeners.size >= LISTENERS_MAX) throw tooManyListeners();
      const given = request.headers["last-event-id"];
      const position = typeof given === "string" && /^\d{1,15}$/.test(given) ? Number(given) : await book.lastEvent();
      reply.hijack();
      const response = reply.raw;
      const listener: Listener = { response, position, isReading: false, hasNews: false };
      response.writeHead(200, {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store",
        "x-accel-buffering": "no",
      });
      response.write(":\n\n");
      response.on("close", () => listeners.delete(listener));
      // A connection that breaks is closed; there is nobody to tell.
      response.on("error", () => {});
      listeners.add(listener);
      void catchUp(listener, book);
    },
  );
}

/** Sends what came since the listener's place. News that come meanwhile are sent after it. */
async function catchUp(listener: Listener, book: DecisionBook): Promise<void> {
  listener.hasNews = true;
  if (listener.isReading) return;
  listener.isReading = true;
  try {
    while (listener.hasNews && !listener.response.destroyed) {
      listener.hasNews = false;
      const events = await book.listEventsAfter(listener.position, PORTION);
      for (const { position, decision, ...event } of events) {
        const data = JSON.stringify({ ...describeEvent(event), decision: describeDecision(decision) });
        listener.response.write(`id: ${position}\nevent: decision\ndata: ${data}\n\n`);
        listener.position = position;
      }
      if (events.length === PORTION) listener.hasNews = true;
      if (listener.response.writableLength > WAITING_BYTES_MAX) listener.response.destroy();
    }
  } catch {
    // The database does not answer: the listener comes back and goes on where he was.
    listener.response.destroy();
  } finally {
    listener.isReading = false;
  }
}
