/** What can be wrong with a call about decisions or the allowlist. */
import { HttpError } from "../problems.js";

/** No decision, batch or entry has this id. */
export function unknownDecision(): HttpError {
  return new HttpError(
    {
      code: "SW2004",
      what: "there is no such decision",
      why: "no decision and no batch has this id.",
      fix: "list them: stillwatch decisions list, or GET /v1/decisions.",
    },
    { status: 404 },
  );
}

/** None of those that were named can be moved so. */
export function unmovable(wish: "approve" | "reject" | "rollback", states: readonly string[]): HttpError {
  const known = [...new Set(states)].sort().join(", ");
  return new HttpError(
    {
      code: "SW2005",
      what: `nothing to ${wish === "rollback" ? "roll back" : wish}: ${known}`,
      why:
        wish === "rollback"
          ? "only what waits or is in force, before its end, can be taken back."
          : "only proposals before their end wait for an answer, and nobody on the allowlist is acted on.",
      fix: "look at it: stillwatch decisions show <id>.",
    },
    { status: 409 },
  );
}

/** Neither ids nor a batch, or both. */
export function unclearChoice(): HttpError {
  return new HttpError(
    {
      code: "SW2006",
      what: "say which decisions: either ids or batch_id",
      why: "an answer to decisions that nobody named would be an answer to all.",
      fix: 'send {"ids": ["dec_…"]} or {"batch_id": "bat_…"}.',
    },
    { status: 400 },
  );
}

/** The same idempotency key came with another request, or while the first is carried out. */
export function repeatedKey(kind: "running" | "other"): HttpError {
  return new HttpError(
    {
      code: "SW2007",
      what: kind === "running" ? "the same request is being carried out" : "the Idempotency-Key was used for another request",
      why: "a key stands for one write.",
      fix: kind === "running" ? "ask again in a moment; the answer will be the first one's." : "use a new key for a new write.",
    },
    { status: 409, ...(kind === "running" ? { retryAfterMs: 1_000 } : {}) },
  );
}

/** No entry of the allowlist has this id. */
export function unknownEntry(): HttpError {
  return new HttpError(
    {
      code: "SW2008",
      what: "there is no such entry on the allowlist",
      why: "its id is unknown, it was removed, or it has ended.",
      fix: "list them: stillwatch allowlist list, or GET /v1/allowlist.",
    },
    { status: 404 },
  );
}

/** An end that is past, no time, or further away than a year. */
export function unusableTime(field: string, why: string): HttpError {
  return new HttpError(
    {
      code: "SW2009",
      what: `${field} is not usable`,
      why,
      fix: "write a time such as 2026-05-01T00:00:00Z.",
    },
    { status: 400 },
  );
}

/** As many listen to the stream as may. */
export function tooManyListeners(): HttpError {
  return new HttpError(
    {
      code: "SW2010",
      what: "too many listen to the stream of decisions",
      why: "each takes memory and a connection.",
      fix: "let one listener pass them on, or ask GET /v1/decisions now and then.",
    },
    { status: 429, retryAfterMs: 30_000 },
  );
}
