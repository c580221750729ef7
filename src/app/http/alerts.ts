/** Alerts that reached nobody: seen, and sent again. */
import type { FastifyInstance } from "fastify";
import type { DeadLetter, HttpPart } from "../serve/services.js";
import { DEAD_LETTER } from "./description/examples.js";
import { COUNT, listOf, orNull, pageOf, shape, TEXT, TIME, told } from "./description/json-schema.js";

/** A page is some hundred kilobytes. */
const PAGE_MAX = 500;
const PAGE_DEFAULT = 100;
/** Letters named in one call: those of a page. */
const NAMED_MAX = PAGE_MAX;

/** A dead letter, as it is told. */
export interface DeadLetterLine {
  id: string;
  receiver: string;
  kind: string;
  title: string;
  who: string;
  since: string;
  link: string;
  command: string | null;
  attempts: number;
  created_at: string;
  given_up_at: string;
  last_error: string;
}

const LIST_ANSWERS = {
  200: {
    description: "A page, and what is still being tried.",
    schema: pageOf("DeadLetter", {
      waiting: shape({
        count: COUNT,
        failed: told(COUNT, "Of these, those that did not arrive at the first attempt."),
        since: orNull(TIME),
      }),
    }),
    example: { data: [DEAD_LETTER], next_cursor: null, waiting: { count: 9, failed: 9, since: "2026-05-02T09:00:00.000Z" } },
  },
};
const RETRY_ANSWERS = {
  200: { description: "Those that are tried again.", schema: shape({ retried: listOf(TEXT) }), example: { retried: [DEAD_LETTER.id] } },
};
const tags = ["alerts"];

const LIST_SCHEMA = {
  tags,
  summary: "Alerts that were given up, newest first",
  querystring: {
    type: "object",
    properties: {
      limit: { type: "integer", minimum: 1, maximum: PAGE_MAX, default: PAGE_DEFAULT },
      cursor: { type: "string", maxLength: 1_000, description: "`next_cursor` of the page before." },
    },
    additionalProperties: false,
  },
} as const;

const RETRY_SCHEMA = {
  tags,
  summary: "Send dead letters again",
  description: "Those that are named, or all: {}. They are tried as new alerts are; what does not arrive becomes a dead letter again.",
  body: {
    type: "object",
    properties: { ids: { type: "array", items: { type: "string", minLength: 1, maxLength: 100 }, minItems: 1, maxItems: NAMED_MAX } },
    additionalProperties: false,
  },
} as const;

/** `/v1/alerts/dead-letters`. */
export const alertRoutes: HttpPart =
  ({ alerts, log }) =>
  async (app: FastifyInstance) => {
    app.get<{ Querystring: { limit: number; cursor?: string } }>(
      "/v1/alerts/dead-letters",
      { config: { scope: "read", answers: LIST_ANSWERS }, schema: LIST_SCHEMA },
      async ({ query: { limit, cursor = null } }) => {
        const { data, next_cursor } = await alerts.listDead({ limit, cursor });
        const { count, failed, sinceMs } = await alerts.countWaiting();
        const since = sinceMs === null ? null : new Date(sinceMs).toISOString();
        return { data: data.map(describeLetter), next_cursor, waiting: { count, failed, since } };
      },
    );
    app.post<{ Body: { ids?: string[] } }>(
      "/v1/alerts/dead-letters/retry",
      { config: { scope: "decisions:write", answers: RETRY_ANSWERS, example: { ids: [DEAD_LETTER.id] } }, schema: RETRY_SCHEMA },
      async ({ body: { ids }, caller }) => {
        const retried = await alerts.retryDead(ids ?? null);
        log.info({ letters: retried.length, by: caller?.keyId }, "dead letters are sent again");
        return { retried };
      },
    );
  };

function describeLetter({ id, receiver, alert, attempts, createdMs, deadAtMs, lastError }: DeadLetter): DeadLetterLine {
  const { kind, title, who, sinceMs, link, command } = alert;
  const [since, created_at, given_up_at] = [sinceMs, createdMs, deadAtMs].map((atMs) => new Date(atMs).toISOString());
  return {
    id,
    receiver,
    kind,
    title,
    who,
    since,
    link,
    command: command ?? null,
    attempts,
    created_at,
    given_up_at,
    last_error: lastError,
  };
}
