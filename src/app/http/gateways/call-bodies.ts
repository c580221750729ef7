/** Bodies of gateways' calls: small ones are parsed here, large ones by another thread, which hands back what a check looks at; and whoever cannot be answered counts. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type CallReading, type GatewayCall, readCall } from "../../serve/work/call-reading.js";
import { WorkFailed } from "../../serve/work/record-thread.js";
import { createInlineWork } from "../../serve/work/record-work.js";
import type { Services } from "../../serve/services.js";
import { createMemoryGate, type MemoryGate } from "../intake/bodies.js";
import { bodyNotMadeReady } from "../intake/intake-problems.js";

/** Parsing more takes longer than a message to another thread: a millisecond, in which no other verdict is given. */
const LARGE_BYTES = 128 * 1024;

/**
 * Bytes of large calls that may wait for the thread, which reads one after the other: two of the largest that `listen.body_bytes_max` takes where nothing is set. Gateways wait a second or
 * two, so that a longer line would hold memory for callers who are gone when it is their turn.
 */
const WAITING_BYTES_MAX = 64 * 1024 * 1024;

/** One for all gateways of a server: they share the thread. */
const gates = new WeakMap<object, MemoryGate>();

function findGate(verdicts: Services["verdicts"]): MemoryGate {
  const gate = gates.get(verdicts) ?? createMemoryGate(WAITING_BYTES_MAX);
  gates.set(verdicts, gate);
  return gate;
}

/** Bytes that were not parsed, by what stands in for the body meanwhile. */
const unparsed = new WeakMap<object, Buffer>();

/** Leaves large bodies as they came. */
export function addCallParser(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser("error", "error");
  app.removeContentTypeParser("application/json");
  app.addContentTypeParser<Buffer>("application/json", { parseAs: "buffer" }, (request, bytes, done) => {
    if (bytes.length < LARGE_BYTES) {
      void parse(request, bytes.toString("utf8"), done);
      return;
    }
    const standIn = {};
    unparsed.set(standIn, bytes);
    done(null, standIn);
  });
}

/** Reads a call and answers it; one whose caller went away meanwhile went as the gateway's own failure mode says, and is not told as checked. Throws SW1928 where too much waits. */
export function answerWhenRead(
  services: Pick<Services, "probes" | "verdicts" | "work">,
  { request, reply, call }: { request: FastifyRequest; reply: FastifyReply; call: GatewayCall },
  write: (reading: CallReading) => unknown,
): void {
  const { body } = request;
  const bytes = typeof body === "object" && body !== null ? unparsed.get(body) : undefined;
  services.probes?.noteCheck(call.gateway, bytes ?? (call.gateway === "agentgateway" ? [body, call.headers] : body));
  if (bytes === undefined) {
    void reply.send(write(readCall(call, body)));
    return;
  }
  const { work = createInlineWork(), verdicts } = services;
  const gate = findGate(verdicts);
  const { length } = bytes;
  // Of an answer that a gateway shows, nothing is checked.
  const isAbandoned = (reading: CallReading): boolean => reply.raw.destroyed && reading !== "answer" && reading !== "raw";
  gate.reserve(length);
  void work
    .readCall(call, bytes)
    // Not when the connection closes: what waits for the thread is held whether anybody waits for it or not.
    .finally(() => gate.release(length))
    // What fails over the answer is told, too: nobody else hears of it, and the gateway would wait.
    .then((reading) => (isAbandoned(reading) ? verdicts.noteUnchecked(call.gateway) : void reply.send(write(reading))))
    .catch((error: unknown) => void reply.send(error instanceof WorkFailed ? bodyNotMadeReady() : error));
}

/**
 * For a route on which requests are checked: a call of somebody who may ask, and that could not be answered, is counted as unchecked, because its request goes as the
 * gateway's own failure mode says.
 */
export function countUnanswered(
  services: Pick<Services, "verdicts">,
  integrationOf: (request: FastifyRequest) => string,
): (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => void {
  return (error, request, reply) => {
    if (request.caller !== null) services.verdicts.answerUnreadable(integrationOf(request), "its call cannot be read");
    // To whoever answers all other errors.
    void reply.send(error);
  };
}
