/** Writes that may be sent twice: with an `Idempotency-Key` the second is answered as the first was, and not carried out. */
import { createHash } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { DecisionBook } from "../../serve/services.js";
import { repeatedKey } from "./decision-problems.js";

/** As a header. */
export const IDEMPOTENCY_HEADERS = {
  type: "object",
  properties: {
    "idempotency-key": { type: "string", minLength: 1, maxLength: 200, description: "The same write sent again is carried out once." },
  },
} as const;

/** Carries the work out once for each key and caller, and sends its answer. */
export async function answerOnce(
  { request, reply, book }: { request: FastifyRequest; reply: FastifyReply; book: DecisionBook },
  work: () => Promise<{ status: number; body: unknown }>,
): Promise<FastifyReply> {
  const key = request.headers["idempotency-key"];
  if (typeof key !== "string") {
    const { status, body } = await work();
    return reply.status(status).send(body);
  }
  const { method, url, body: sent, caller } = request;
  const requestHash = createHash("sha256")
    .update(JSON.stringify([method, url, sent]))
    .digest("hex");
  const outcome = await book.answerOnce({ caller: caller?.keyId ?? "", idempotencyKey: key, requestHash }, work);
  if (outcome.kind !== "answered") throw repeatedKey(outcome.kind);
  if (outcome.isRepeat) void reply.header("idempotency-replayed", "true");
  return reply.status(outcome.status).send(outcome.body);
}
