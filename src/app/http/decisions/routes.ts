/** Decisions, the allowlist and the shadow report over HTTP. */
import type { FastifyInstance } from "fastify";
import { DECISION_STATES, MEASURES, type DecisionMode, type DecisionState, type Measure } from "../../../vocabulary/decision.js";
import type { HttpPart } from "../../serve/services.js";
import { DECISION, DECISION_EVENT } from "../description/examples.js";
import { pageOf, refer } from "../description/json-schema.js";
import { addAllowlistRoutes } from "./allowlist.js";
import { addAnswerRoutes } from "./answers.js";
import { unknownDecision, unusableTime } from "./decision-problems.js";
import { describeDecision, describeEvent } from "./describe.js";
import { addPendingRoute } from "./pending.js";
import { addStreamRoute } from "./stream.js";

/** A page of decisions is some hundred kilobytes. */
const PAGE_MAX = 500;
const PAGE_DEFAULT = 100;

/** How far the shadow report looks back where it is not told: the longest span that most rules decide for. */
const SHADOW_SINCE_MS = 7 * 86_400_000;

const LIST_SCHEMA = {
  type: "object",
  properties: {
    state: { type: "string", enum: [...DECISION_STATES] },
    mode: { type: "string", enum: ["shadow", "enforce"] },
    measure: { type: "string", enum: [...MEASURES] },
    campaign_id: { type: "string" },
    batch_id: { type: "string" },
    account_id: { type: "string", description: "Of the account or organization that it is about." },
    limit: { type: "integer", minimum: 1, maximum: PAGE_MAX, default: PAGE_DEFAULT },
    cursor: { type: "string", maxLength: 200, description: "`next_cursor` of the page before." },
  },
  additionalProperties: false,
} as const;

const SINCE_SCHEMA = {
  type: "object",
  properties: { since: { type: "string", format: "date-time", description: "A week before now when left out." } },
  additionalProperties: false,
} as const;

const tags = ["decisions"];
const LIST_ANSWERS = {
  200: { description: "A page.", schema: pageOf("Decision"), example: { data: [DECISION], next_cursor: null } },
};
const ONE_ANSWERS = {
  200: {
    description: "The decision.",
    schema: refer("DecisionWithEvents"),
    example: { ...DECISION, events: [DECISION_EVENT] },
  },
};
const RULE_LINE = {
  rule: "slow-down",
  measure: "throttle",
  mode: "shadow",
  accounts: 64,
  organizations: 0,
  campaigns: ["campaign--5070aa31f1aad910"],
  decisions: { shadow: 64, proposed: 0, in_force: 0, ended: 0 },
  requests: { would_have: 20_118, waited: 0, refused: 0, before: 3_402 },
};
const SHADOW_ANSWERS = {
  200: {
    description: "One line a rule, those of the policy that decided nothing included.",
    schema: refer("ShadowReport"),
    example: {
      from: "2026-04-24T10:00:00.000Z",
      to: "2026-05-01T10:00:00.000Z",
      events: { from: "2026-04-25T08:11:02.000Z", to: "2026-05-01T10:00:00.000Z" },
      left_out: 0,
      rules: [RULE_LINE],
    },
  },
};

interface ListQuery {
  state?: DecisionState;
  mode?: DecisionMode;
  measure?: Measure;
  campaign_id?: string;
  batch_id?: string;
  account_id?: string;
  limit: number;
  cursor?: string;
}

/** `/v1/decisions`, `/v1/allowlist`, `/v1/shadow-report`. */
export const decisionRoutes: HttpPart = (services) => async (app: FastifyInstance) => {
  const { decisions: book, clock, engine } = services;
  app.get<{ Querystring: ListQuery }>(
    "/v1/decisions",
    { config: { scope: "read", answers: LIST_ANSWERS }, schema: { summary: "Decisions, newest first", tags, querystring: LIST_SCHEMA } },
    async ({ query }) => {
      const { campaign_id: campaignId, batch_id: batchId, account_id: accountId, cursor = null, ...rest } = query;
      const { data, next_cursor: next } = await book.list({ ...rest, campaignId, batchId, accountId, cursor });
      return { data: data.map(describeDecision), next_cursor: next };
    },
  );
  app.get<{ Params: { id: string } }>(
    "/v1/decisions/:id",
    {
      config: { scope: "read", answers: ONE_ANSWERS, problems: { 404: ["SW2004"] } },
      schema: { summary: "One decision, with what happened to it", tags },
    },
    async ({ params: { id } }) => {
      const found = await book.find(id);
      if (found === null) throw unknownDecision();
      return { ...describeDecision(found), events: (await book.listEvents(id)).map(describeEvent) };
    },
  );
  app.get<{ Querystring: { since?: string } }>(
    "/v1/shadow-report",
    {
      config: { scope: "read", answers: SHADOW_ANSWERS, problems: { 400: ["SW2009"] } },
      schema: {
        summary: "What the rules would have done, had they acted, and what they did",
        tags,
        querystring: SINCE_SCHEMA,
      },
    },
    async ({ query: { since } }) => {
      const sinceMs = since === undefined ? clock.nowMs() - SHADOW_SINCE_MS : Date.parse(since);
      if (!(sinceMs <= clock.nowMs())) throw unusableTime("since", "it lies in the future, or is no time.");
      // Without an engine the report is the lower bound that the book keeps.
      const { shadowed, refused } = await engine.countAnswered(sinceMs).catch(() => ({ shadowed: [], refused: [] }));
      const stood = await book.listStood({ sinceMs });
      const came = stood.length === 0 ? [] : await engine.countCame(stood).catch(() => []);
      return book.reportShadow({ sinceMs, answered: { shadowed: new Map(shadowed), refused: new Map(refused), came: new Map(came) } });
    },
  );
  addPendingRoute(app, services);
  addAnswerRoutes(app, services);
  addStreamRoute(app, services);
  addAllowlistRoutes(app, services);
};
