/** Who waits for a rule's `for`, over HTTP: nothing has been decided about them, and nobody is asked yet. */
import type { FastifyInstance } from "fastify";
import type { Waiting } from "../../../engine/decisions/holding.js";
import type { Services } from "../../serve/services.js";
import { pageOf } from "../description/json-schema.js";
import { describePending, type PendingLine } from "./describe.js";

/** A page is a hundred kilobytes or two. */
const PAGE_MAX = 500;
const PAGE_DEFAULT = 100;

const PENDING_QUERY = {
  type: "object",
  properties: {
    rule: { type: "string" },
    campaign_id: { type: "string" },
    limit: { type: "integer", minimum: 1, maximum: PAGE_MAX, default: PAGE_DEFAULT },
    cursor: { type: "string", maxLength: 2_000, description: "`next_cursor` of the page before." },
  },
  additionalProperties: false,
} as const;

const PENDING: PendingLine = {
  rule: "stop",
  measure: "block",
  mode: "enforce",
  scope: { kind: "account", id: "acct_7f31" },
  campaign_id: "campaign--5070aa31f1aad910",
  window: "7d",
  since: "2026-05-01T10:00:00.000Z",
  due: "2026-05-01T12:00:00.000Z",
  seen_until: "2026-05-01T11:20:00.000Z",
};

const PENDING_ANSWERS = {
  200: { description: "A page, the first due first.", schema: pageOf("Pending"), example: { data: [PENDING], next_cursor: null } },
};

interface PendingQuery {
  rule?: string;
  campaign_id?: string;
  limit: number;
  cursor?: string;
}

/** `/v1/decisions/pending`. */
export function addPendingRoute(app: FastifyInstance, { decisions: book }: Services): void {
  app.get<{ Querystring: PendingQuery }>(
    "/v1/decisions/pending",
    {
      config: { scope: "read", answers: PENDING_ANSWERS },
      schema: {
        summary: "Whom a rule holds for, and not yet for as long as its `for` says",
        tags: ["decisions"],
        querystring: PENDING_QUERY,
      },
    },
    async ({ query: { rule, campaign_id: campaignId, limit, cursor } }) => {
      const wanted = book
        .listWaiting()
        .filter((each) => (rule === undefined || each.rule.name === rule) && (campaignId === undefined || each.campaignId === campaignId));
      const from = cursor === undefined ? 0 : wanted.findIndex((each) => isBehind(each, cursor));
      const data = from < 0 ? [] : wanted.slice(from, from + limit);
      const last = data.at(-1);
      return {
        data: data.map(describePending),
        next_cursor: from >= 0 && from + limit < wanted.length && last !== undefined ? writeCursor(last) : null,
      };
    },
  );
}

/** Sorts as the list does: by when it is due, then by rule and whom it is about. */
function writeCursor({ dueMs, rule, scope }: Waiting): string {
  return Buffer.from(`${String(dueMs).padStart(DIGITS, "0")}${JSON.stringify([rule.name, scope.kind, scope.id])}`).toString("base64url");
}

/** Of a time in milliseconds, for the next 280,000 years. */
const DIGITS = 16;

function isBehind(each: Waiting, cursor: string): boolean {
  const place = (text: string): string => Buffer.from(text, "base64url").toString();
  return place(writeCursor(each)) > place(cursor);
}
