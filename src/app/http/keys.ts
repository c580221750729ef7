/** Keys over HTTP: made, listed, ended; the secret is in the answer to its making and nowhere else. */
import type { FastifyInstance } from "fastify";
import { SCOPES, type ApiKey, type HttpPart, type Scope } from "../serve/services.js";
import { KEY } from "./description/examples.js";
import { pageOf, refer } from "./description/json-schema.js";
import { answerOnce, IDEMPOTENCY_HEADERS } from "./decisions/repeatable.js";
import { HttpError } from "./problems.js";

const tags = ["keys"];
const MADE_ANSWERS = {
  201: {
    description: "The key, with its secret this once.",
    schema: refer("KeyWithSecret"),
    example: { ...KEY, secret: "sw_…" },
  },
};
const LIST_ANSWERS = {
  200: { description: "All, those that ended too.", schema: pageOf("Key"), example: { data: [KEY], next_cursor: null } },
};
const ENDED_ANSWERS = { 204: { description: "It opens nothing any more." } };

const WISH_SCHEMA = {
  type: "object",
  properties: {
    name: { type: "string", minLength: 1, maxLength: 100, description: "Who will use it." },
    scopes: { type: "array", items: { type: "string", enum: [...SCOPES] }, minItems: 1, uniqueItems: true },
    expires_at: { type: ["string", "null"], format: "date-time", description: "RFC 3339; without it the key has no end." },
  },
  required: ["name", "scopes"],
  additionalProperties: false,
} as const;

/** `/v1/keys`. */
export const keyRoutes: HttpPart =
  ({ keys, log, decisions: book }) =>
  async (app: FastifyInstance) => {
    app.post<{ Body: { name: string; scopes: Scope[]; expires_at?: string | null } }>(
      "/v1/keys",
      {
        config: {
          scope: "admin",
          answers: MADE_ANSWERS,
          example: { name: "litellm-eu", scopes: ["check"], expires_at: null },
          problems: { 409: ["SW2007"] },
        },
        schema: { summary: "Make a key; its secret is shown once", tags, body: WISH_SCHEMA, headers: IDEMPOTENCY_HEADERS },
      },
      async (request, reply) =>
        answerOnce({ request, reply: reply.header("cache-control", "no-store"), book }, async () => {
          const { name, scopes, expires_at: expiresAt = null } = request.body;
          const { key, secret } = await keys.create({ name, scopes, expiresMs: expiresAt === null ? null : Date.parse(expiresAt) });
          log.info({ key: key.id, scopes: key.scopes, by: request.caller?.keyId }, "key made");
          // A write that is sent again learns which key it made; the secret is kept nowhere, and shown this once.
          return { status: 201, body: { ...describeKey(key), secret: null }, once: { secret } };
        }),
    );
    app.get(
      "/v1/keys",
      { config: { scope: "admin", answers: LIST_ANSWERS }, schema: { summary: "All keys, without secrets", tags } },
      async () => ({
        data: (await keys.list()).map(describeKey),
        next_cursor: null,
      }),
    );
    app.delete<{ Params: { id: string } }>(
      "/v1/keys/:id",
      {
        config: { scope: "admin", answers: ENDED_ANSWERS, problems: { 404: ["SW1911"], 409: ["SW2007"] } },
        schema: { summary: "End a key", tags, headers: IDEMPOTENCY_HEADERS },
      },
      async (request, reply) =>
        answerOnce({ request, reply, book }, async () => {
          const { params, caller } = request;
          if (!(await keys.revoke(params.id))) throw unknownKey();
          log.info({ key: params.id, by: caller?.keyId }, "key revoked");
          return { status: 204, body: null };
        }),
    );
  };

/** A key as it is told over HTTP and by the command line. */
export interface KeyLine {
  id: string;
  name: string;
  scopes: readonly Scope[];
  created_at: string;
  expires_at: string | null;
  revoked_at: string | null;
}

/** Times as RFC 3339. */
export function describeKey({ id, name, scopes, createdMs, expiresMs, revokedMs }: ApiKey): KeyLine {
  const at = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
  return { id, name, scopes, created_at: new Date(createdMs).toISOString(), expires_at: at(expiresMs), revoked_at: at(revokedMs) };
}

function unknownKey(): HttpError {
  return new HttpError(
    {
      code: "SW1911",
      what: "there is no such key in force",
      why: "its id is unknown, or it was ended before.",
      fix: "list them: stillwatch keys list.",
    },
    { status: 404 },
  );
}
