/** What was set aside, and records that are given again because they can be read now (decision 22). */
import type { EngineLink } from "../../serve/services.js";
import { COUNT, listOf, pageOf, refer, shape, told } from "../description/json-schema.js";
import { INTAKE_PROBLEMS, NDJSON_BODY } from "./descriptions.js";
import { noRecords } from "./intake-problems.js";
import { FORMAT_QUERY, type IntakeRoutes, pickFormat, readBody, takeRecords } from "./taking.js";

/** Entries on one page at most: an answer of some hundred kilobytes. */
const PAGE_ENTRIES_MAX = 1000;
const PAGE_ENTRIES_DEFAULT = 100;
/** Reasons told for one body; the rest are counted. A person mends the first kinds first. */
const REASONS_MAX = 100;

const tags = ["events"];
const WRONG = { code: "SW1203", what: "no account_id", why: "it says who is billed.", fix: "log who called." };
const SEGMENT = "0001777629600000-native.ndjson";
const LIST_ANSWERS = {
  200: {
    description: "A page.",
    schema: pageOf("Quarantined"),
    example: {
      data: [
        {
          ...WRONG,
          file: SEGMENT,
          line: 3,
          column: null,
          format: "native",
          received_from: "2026-05-01T10:00:00.000Z",
          source: "/var/log/gateway/b.ndjson",
          source_line: 722,
          received_at: "2026-05-01T10:00:00.412Z",
        },
      ],
      next_cursor: null,
    },
  },
};
const REPLAY_ANSWERS = {
  202: {
    description: "Those that could be read are durable.",
    schema: shape({
      records: COUNT,
      unreadable_records: COUNT,
      unreadable: told(listOf(refer("Unreadable")), `The first ${REASONS_MAX}.`),
    }),
    example: { records: 1, unreadable_records: 1, unreadable: [{ ...WRONG, line: 2 }] },
  },
};

/** `GET /v1/quarantine`, `POST /v1/quarantine/replay`. */
export function addQuarantineRoutes(routes: IntakeRoutes, engine: EngineLink): void {
  const { app } = routes;
  app.get<{ Querystring: { limit: number; cursor?: string } }>(
    "/v1/quarantine",
    {
      config: { scope: "read", answers: LIST_ANSWERS, problems: { 503: ["SW1914"] } },
      schema: {
        summary: "Records that could not be read, newest first",
        tags,
        description:
          "Code, place, reason and fix of each; never its text, which is not kept. `source` and `source_line` say where it came from: a followed file's line, or the line of a body that a key's owner sent at `received_at`. `file` is a segment of the journal, deleted once it was stored.",
        querystring: {
          type: "object",
          properties: {
            limit: { type: "integer", minimum: 1, maximum: PAGE_ENTRIES_MAX, default: PAGE_ENTRIES_DEFAULT },
            cursor: { type: "string", description: "`next_cursor` of the page before." },
          },
          additionalProperties: false,
        },
      },
    },
    async ({ query: { limit, cursor } }) => engine.listQuarantine({ limit, cursor: cursor ?? null }),
  );
  app.post<{ Querystring: { format?: string } }>(
    "/v1/quarantine/replay",
    {
      config: {
        scope: "events:write",
        answers: REPLAY_ANSWERS,
        takes: { "application/x-ndjson": NDJSON_BODY },
        problems: INTAKE_PROBLEMS,
      },
      schema: {
        tags,
        summary: "Records given again: those that can be read now are taken in",
        description:
          "NDJSON as for /v1/events, from where the records came from: their text is not kept here. Every line is read before the answer; readable ones are taken in (202: durable), the others are told with their reasons and not kept. A request id that is stored counts once.",
        querystring: FORMAT_QUERY,
      },
      validatorCompiler: () => () => true,
    },
    async (request, reply) => {
      const format = pickFormat(request.query);
      const { readable, unreadable } = await routes.work.readAgain(format, Buffer.concat(await readBody(routes, request, reply)));
      if (readable.length === 0 && unreadable.length === 0) throw noRecords();
      const { records } =
        readable.length === 0
          ? { records: 0 }
          : await takeRecords(routes, [readable], { format, source: "replay", shape: { kind: "as_is" }, caller: request.caller });
      return reply.status(202).send({ records, unreadable_records: unreadable.length, unreadable: unreadable.slice(0, REASONS_MAX) });
    },
  );
}
