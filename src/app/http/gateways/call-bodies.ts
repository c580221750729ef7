/** Bodies of gateways' calls: small ones are parsed here, large ones by another thread, which hands back what a check looks at; and whoever cannot be answered counts. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type CallReading, type GatewayCall, readCall } from "../../serve/work/call-reading.js";
import { WorkFailed } from "../../serve/work/record-thread.js";
import { createInlineWork } from "../../serve/work/record-work.js";
import type { Services } from "../../serve/services.js";
import { bodyNotMadeReady } from "../intake/intake-problems.js";

/** Parsing more takes longer than a message to another thread: a millisecond, in which no other verdict is given. */
const LARGE_BYTES = 128 * 1024;

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

/** Reads a call and answers it. */
export function answerWhenRead(
  services: Pick<Services, "probes" | "work">,
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
  const { work = createInlineWork() } = services;
  void work
    .readCall(call, bytes)
    // What fails over the answer is told, too: nobody else hears of it, and the gateway would wait.
    .then((reading) => void reply.send(write(reading)))
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
