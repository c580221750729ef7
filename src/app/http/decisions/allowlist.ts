/** The allowlist over HTTP. Every entry has a reason, who added it, and an end. */
import { createHash } from "node:crypto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { PartyScope } from "../../../vocabulary/decision.js";
import type { Services } from "../../serve/services.js";
import { ALLOWLIST_ENTRY } from "../description/examples.js";
import { pageOf, refer } from "../description/json-schema.js";
import { unknownEntry, unusableTime } from "./decision-problems.js";
import { describeAllowed } from "./describe.js";
import { answerOnce, IDEMPOTENCY_HEADERS } from "./repeatable.js";

/** Nobody is spared for longer without being looked at again. */
const LONGEST_MS = 366 * 86_400_000;

const ENTRY_SCHEMA = {
  type: "object",
  properties: {
    scope: {
      type: "object",
      properties: {
        kind: { type: "string", enum: ["account", "organization"] },
        id: { type: "string", minLength: 1, maxLength: 500 },
      },
      required: ["kind", "id"],
      additionalProperties: false,
    },
    reason: { type: "string", minLength: 1, maxLength: 1_000 },
    expires_at: { type: "string", format: "date-time", description: "At most a year from now." },
  },
  required: ["scope", "reason", "expires_at"],
  additionalProperties: false,
} as const;

const tags = ["decisions"];
const LIST_ANSWERS = {
  200: { description: "All that are in force.", schema: pageOf("AllowlistEntry"), example: { data: [ALLOWLIST_ENTRY], next_cursor: null } },
};
const ADDED_ANSWERS = { 201: { description: "The entry.", schema: refer("AllowlistEntry"), example: ALLOWLIST_ENTRY } };
const ENDED_ANSWERS = { 204: { description: "New findings may be decided about." } };
const { scope: EXAMPLE_SCOPE, reason: EXAMPLE_REASON, expires_at: EXAMPLE_END } = ALLOWLIST_ENTRY;

/** The same write has the same entry, also where a stop came between the entry and the note that it was answered. */
function nameEntry({ headers, caller, body }: FastifyRequest): string | undefined {
  const key = headers["idempotency-key"];
  if (typeof key !== "string") return undefined;
  // With what it says: a key that is used again for somebody else, days later, is another write.
  const digest = createHash("sha256").update(JSON.stringify([caller?.keyId ?? "", key, body]));
  return `alw_${digest.digest("hex").slice(0, 16)}`;
}

/** `/v1/allowlist`. */
export function addAllowlistRoutes(app: FastifyInstance, { decisions: book, clock, log }: Services): void {
  app.get(
    "/v1/allowlist",
    { config: { scope: "read", answers: LIST_ANSWERS }, schema: { summary: "Who is never acted on", tags } },
    async () => ({
      data: (await book.listAllowed()).map(describeAllowed),
      next_cursor: null,
    }),
  );
  app.post<{ Body: { scope: PartyScope; reason: string; expires_at: string } }>(
    "/v1/allowlist",
    {
      config: {
        scope: "allowlist:write",
        answers: ADDED_ANSWERS,
        example: { scope: EXAMPLE_SCOPE, reason: EXAMPLE_REASON, expires_at: EXAMPLE_END },
        problems: { 400: ["SW2009"], 409: ["SW2007"] },
      },
      schema: { summary: "Spare somebody; what stands against him is taken back", tags, body: ENTRY_SCHEMA, headers: IDEMPOTENCY_HEADERS },
    },
    async (request, reply) =>
      answerOnce({ request, reply, book }, async () => {
        const { scope, reason, expires_at: expiresAt } = request.body;
        const expiresMs = Date.parse(expiresAt);
        const nowMs = clock.nowMs();
        if (!(expiresMs > nowMs)) throw unusableTime("expires_at", "an entry that has ended spares nobody.");
        if (expiresMs > nowMs + LONGEST_MS)
          throw unusableTime("expires_at", "nobody is spared for more than a year without being looked at again.");
        const entry = await book.allow({ id: nameEntry(request), scope, reason, addedBy: request.caller?.name ?? "anybody", expiresMs });
        log.info({ entry: entry.id, by: request.caller?.keyId }, "allowlist entry added");
        return { status: 201, body: describeAllowed(entry) };
      }),
  );
  app.delete<{ Params: { id: string } }>(
    "/v1/allowlist/:id",
    {
      config: { scope: "allowlist:write", answers: ENDED_ANSWERS, problems: { 404: ["SW2008"], 409: ["SW2007"] } },
      schema: { summary: "End an entry", tags, headers: IDEMPOTENCY_HEADERS },
    },
    async (request, reply) =>
      answerOnce({ request, reply, book }, async () => {
        const { params, caller } = request;
        if (!(await book.disallow(params.id, caller?.name ?? "anybody"))) throw unknownEntry();
        log.info({ entry: params.id, by: caller?.keyId }, "allowlist entry removed");
        return { status: 204, body: null };
      }),
  );
}
