/** Keys over HTTP: made, listed, ended; the secret is in the answer to its making and nowhere else. */
import type { FastifyInstance } from "fastify";
import { SCOPES, type ApiKey, type HttpPart, type Scope } from "../serve/services.js";
import { HttpError } from "./problems.js";

const ANY = { type: "object", additionalProperties: true } as const;

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
  ({ keys, log }) =>
  async (app: FastifyInstance) => {
    app.post<{ Body: { name: string; scopes: Scope[]; expires_at?: string | null } }>(
      "/v1/keys",
      {
        config: { scope: "admin" },
        schema: { summary: "Make a key; its secret is shown once", body: WISH_SCHEMA, response: { 201: ANY } },
      },
      async ({ body: { name, scopes, expires_at: expiresAt = null }, caller }, reply) => {
        const { key, secret } = await keys.create({ name, scopes, expiresMs: expiresAt === null ? null : Date.parse(expiresAt) });
        log.info({ key: key.id, scopes: key.scopes, by: caller?.keyId }, "key made");
        return reply
          .status(201)
          .header("cache-control", "no-store")
          .send({ ...describeKey(key), secret });
      },
    );
    app.get(
      "/v1/keys",
      { config: { scope: "admin" }, schema: { summary: "All keys, without secrets", response: { 200: ANY } } },
      async () => ({
        data: (await keys.list()).map(describeKey),
        next_cursor: null,
      }),
    );
    app.delete<{ Params: { id: string } }>(
      "/v1/keys/:id",
      { config: { scope: "admin" }, schema: { summary: "End a key", response: { 204: { type: "null" } } } },
      async ({ params: { id }, caller }, reply) => {
        if (!(await keys.revoke(id))) throw unknownKey();
        log.info({ key: id, by: caller?.keyId }, "key revoked");
        return reply.status(204).send();
      },
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
