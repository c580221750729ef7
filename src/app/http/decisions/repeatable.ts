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

/** What a write answers; without a body nothing is sent. */
interface Answered {
  status: number;
  body: unknown;
  /** Added to the body of the first answer, and kept nowhere: a repeated write is answered without it. */
  once?: object;
}

/** Carries the work out once for each key and caller, and sends its answer. */
export async function answerOnce(
  { request, reply, book }: { request: FastifyRequest; reply: FastifyReply; book: Pick<DecisionBook, "answerOnce"> },
  work: () => Promise<Answered>,
): Promise<FastifyReply> {
  const key = request.headers["idempotency-key"];
  if (typeof key !== "string") {
    return send(reply, await work());
  }
  const { method, url, body: sent, caller } = request;
  const requestHash = createHash("sha256")
    .update(JSON.stringify([method, url, sent]))
    .digest("hex");
  let once: object | undefined;
  const outcome = await book.answerOnce({ caller: caller?.keyId ?? "", idempotencyKey: key, requestHash }, async () => {
    const { once: shownOnce, ...kept } = await work();
    once = shownOnce;
    return kept;
  });
  if (outcome.kind !== "answered") throw repeatedKey(outcome.kind);
  if (outcome.isRepeat) void reply.header("idempotency-replayed", "true");
  return send(reply, { ...outcome, ...(once === undefined ? {} : { once }) });
}

function send(reply: FastifyReply, { status, body, once }: Answered): FastifyReply {
  void reply.status(status);
  return body === null ? reply.send() : reply.send(once === undefined ? body : { ...body, ...once });
}
