/** `/v1/check` and `/v1/reasoning-handles/check`: the two calls that a gateway makes while a customer waits. */
import type { FastifyInstance } from "fastify";
import { asText } from "../../../sdk/index.js";
import { MATCH_KINDS } from "../../../vocabulary/known.js";
import type { HandleVerdict } from "../../../engine/decisions/check-handles.js";
import type { Verdict } from "../../../vocabulary/verdict.js";
import type { HttpPart, Services } from "../../serve/services.js";
import type { CallReading } from "../../serve/work/call-reading.js";
import { addCallParser, answerWhenRead, countUnanswered } from "../gateways/call-bodies.js";
import { CALL_PROBLEMS } from "../gateways/check.js";
import { unreadableBody } from "../problems.js";
import { COUNT, oneOf, pageOf, refer, shape, TEXT, TIME, listOf } from "../description/json-schema.js";

/** Names who asks, in the query: the integration's `on_unavailable` and its count of checks follow from it. */
interface CheckQuery {
  integration?: string;
}

/** The answer's fields, for the interface's description and for fast writing. */
export const VERDICT_SCHEMA = {
  type: "object",
  properties: {
    verdict: { type: "string", enum: ["allow", "throttle", "step_up", "shape", "block"] },
    state: { type: "string", enum: ["checked", "unchecked", "error"] },
    decision_id: { type: ["string", "null"] },
    because: { type: "array", items: { type: "string" } },
    reason: {
      type: "string",
      description: "What the rule tells the person concerned, where a decision keeps the request from passing: repeat it in the refusal.",
    },
    expires_at: {
      type: "string",
      format: "date-time",
      description:
        "When the decision ends. Whoever keeps the verdict for when nobody answers forgets it then; it may be taken back earlier.",
    },
    retry_after_ms: { type: "number" },
    measures: { type: "object", additionalProperties: true },
    match: {
      type: "object",
      description: "What of a known campaign the request or its account showed, where anything did.",
      properties: {
        campaign_id: { type: "string" },
        family_id: { type: ["string", "null"] },
        kinds: { type: "array", items: { type: "string", enum: [...MATCH_KINDS] } },
        confidence: { type: "number", description: "Probability that the account is the campaign's, by what matched and nothing else." },
        acts: { type: "string", enum: ["enforce", "shadow", "none"], description: "Whether a standing order answered by it." },
      },
      required: ["campaign_id", "family_id", "kinds", "confidence", "acts"],
    },
    snapshot_age_ms: { type: "number" },
  },
  required: ["verdict", "state", "decision_id", "because", "snapshot_age_ms"],
} as const;

const CHECK_SCHEMA = {
  summary: "One request's verdict, from memory",
  description:
    "Takes a request event without its outcome; `account_id` is needed, other fields that are not known are passed over. `is_fetch: true` says that an answer of before is fetched again, as when a background response is polled: a throttle counts it for nothing. `client`, `system` and `messages` are held against known campaigns in memory and kept nowhere; of long texts send beginning and end, and no pictures: above 4 MiB a check is refused (413), and counted as unchecked: its request goes as the gateway's own failure mode says. A check of 64 KiB and more is read beside the others, and has five seconds to arrive. Of reasoning handles the first thousand are looked at, a million characters of them together: where replays are refused, a request with more is `unchecked` unless it is refused anyway. A request that cannot be read passes with `state: error`.",
  tags: ["verdicts"],
  querystring: { type: "object", properties: { integration: { type: "string", maxLength: 64, pattern: "^[a-z0-9_-]+$" } } },
  body: { type: "object", additionalProperties: true },
  response: { 200: VERDICT_SCHEMA },
} as const;

/** What it answers, for the description. */
const CHECK_CONFIG = {
  scope: "check",
  problems: CALL_PROBLEMS,
  example: {
    account_id: "acct-1",
    request_id: "req-1",
    target_model: "model-large",
    reasoning_handles_submitted: ["rh-1"],
    client: { ip: "192.0.2.7", user_agent: "OpenAI/Python 1.66.3" },
  },
  answers: {
    200: {
      description: "The verdict, and whether the request was checked at all.",
      schema: VERDICT_SCHEMA,
      example: {
        verdict: "throttle",
        state: "checked",
        decision_id: "dec_0123456789abcdef01234567",
        because: ["Your account is limited while we look at unusual use. Write to abuse@example.com to appeal."],
        reason: "Your account is limited while we look at unusual use. Write to abuse@example.com to appeal.",
        expires_at: "2026-05-04T12:00:00.000Z",
        retry_after_ms: 8_200,
        snapshot_age_ms: 412,
      },
    },
  },
} as const;

const FINDING = shape({ handle: TEXT, finding: oneOf("own", "same_organization", "other_account", "shared", "unknown") });

const HANDLES_CONFIG = {
  scope: "check",
  problems: CALL_PROBLEMS,
  example: { account_id: "acct-1", handles: ["rh-1", "rh-2"] },
  answers: {
    200: {
      description:
        "`deny` when one of them was issued to somebody else, `verdicts.reasoning_handles` is `enforce` and the allowlist does not spare who hands it in. `unchecked`: what was issued before the start is not known yet, and `on_unavailable` answers.",
      schema: shape({
        verdict: oneOf("allow", "deny"),
        state: oneOf("checked", "unchecked"),
        replayed: COUNT,
        because: listOf(TEXT),
        findings: listOf(FINDING),
      }),
      example: {
        verdict: "deny",
        state: "checked",
        replayed: 1,
        because: ["A reasoning handle in this request was issued to an account of somebody else."],
        findings: [{ handle: "rh-1", finding: "other_account" }],
      },
    },
  },
} as const;

const HANDLES_SCHEMA = {
  summary: "Whether reasoning handles were issued to somebody else",
  description: "A thousand at a time, in 512 KiB: more is refused (400, 413) and counted as unchecked.",
  tags: ["verdicts"],
  querystring: { type: "object", properties: { integration: { type: "string", maxLength: 64, pattern: "^[a-z0-9_-]+$" } } },
  body: {
    type: "object",
    properties: {
      account_id: { type: "string", minLength: 1 },
      organization_id: { type: "string" },
      handles: { type: "array", items: { type: "string", minLength: 1 }, minItems: 1, maxItems: 1000 },
    },
    required: ["account_id", "handles"],
  },
} as const;

/** A day: what a person asks for first after something was down. */
const SPAN_MS_DEFAULT = 86_400_000;

const UNCHECKED_CONFIG = {
  scope: "read",
  problems: { 503: ["SW1914"] },
  answers: {
    200: {
      description: "A page, oldest first, and sums over the whole span.",
      schema: pageOf("UncheckedRequest", { from: TIME, to: TIME, totals: refer("CheckTotals") }),
      example: {
        from: "2026-05-01T00:00:00.000Z",
        to: "2026-05-02T00:00:00.000Z",
        totals: { events: 5_000, checked: 4_998, unchecked: 1, error: 0, none: 1, unheeded: 0, unserved: 0 },
        data: [
          { request_id: "req-7", account_id: "acct-1", at: "2026-05-01T10:00:00.000Z", channel: "api", state: "none", integration: null },
        ],
        next_cursor: null,
      },
    },
  },
} as const;

const UNCHECKED_SCHEMA = {
  summary: "Requests that came without being checked, and how many were",
  description: "Compares the events with the checks that gateways asked for, by the request's id.",
  tags: ["verdicts"],
  querystring: {
    type: "object",
    properties: {
      from: { type: "string", format: "date-time", description: "Event time; a day before `to` when left out." },
      to: { type: "string", format: "date-time", description: "Event time, excluded; now when left out." },
      limit: { type: "integer", minimum: 1, maximum: 1000, default: 100 },
      cursor: { type: "string", description: "`next_cursor` of the page before." },
    },
    additionalProperties: false,
  },
} as const;

/** Of long texts a check looks at the edges, so more is a mistake of whoever sends it. What is above 64 KiB is read by another thread. */
const CHECK_BYTES_MAX = 4 * 1024 * 1024;
/** A hundred pieces of encrypted reasoning. They come back with the answer, written where verdicts are given. */
const HANDLES_BYTES_MAX = 512 * 1024;

const NO_ACCOUNT = "`account_id` is missing or no text";

/** The verdict for what became of a check's body. */
function answerCheck({ verdicts }: Pick<Services, "verdicts">, reading: CallReading, integration: string): Verdict {
  if (reading === null) return verdicts.answerUnreadable(integration, NO_ACCOUNT);
  // "answer" and "raw" are what gateways send, and no check's body reads as one.
  if (typeof reading === "string") return verdicts.answerUnreadable(integration, "the call cannot be read");
  return verdicts.check(reading, integration);
}

/** The same for a question about handles alone. Throws SW1903 where it is none. */
function answerHandles({ verdicts }: Pick<Services, "verdicts">, reading: CallReading, integration: string): HandleVerdict {
  if (reading === null || typeof reading === "string") throw unreadableBody();
  const { accountId, organizationId, reasoningHandlesSubmitted: handles = [] } = reading;
  return verdicts.checkHandles({ accountId, organizationId, handles }, integration);
}

/** Passes the schema of the call until its body is read. */
const standInForHandles = (): object => ({ account_id: "-", handles: ["-"] });

/** Registers the routes. */
export const verdictRoutes: HttpPart = (services) => async (app: FastifyInstance) => {
  const readIntegration = (query: unknown): string => asText((query as CheckQuery).integration) ?? "api";
  const errorHandler = countUnanswered(services, ({ query }) => readIntegration(query));
  await app.register(async (checks) => {
    addCallParser(checks, services);
    checks.post<{ Querystring: CheckQuery }>(
      "/v1/check",
      { config: CHECK_CONFIG, schema: CHECK_SCHEMA, bodyLimit: CHECK_BYTES_MAX, errorHandler },
      // Not asynchronous: a promise for each request costs more than the check.
      (request, reply) => {
        const integration = request.query.integration ?? "api";
        answerWhenRead(services, { request, reply, call: { gateway: "check" }, integration }, (reading) =>
          answerCheck(services, reading, integration),
        );
      },
    );
  });
  await app.register(async (handles) => {
    addCallParser(handles, services, standInForHandles);
    handles.post<{ Querystring: CheckQuery }>(
      "/v1/reasoning-handles/check",
      { config: HANDLES_CONFIG, schema: HANDLES_SCHEMA, bodyLimit: HANDLES_BYTES_MAX, errorHandler },
      (request, reply) => {
        const integration = request.query.integration ?? "api";
        answerWhenRead(services, { request, reply, call: { gateway: "handles" }, integration }, (reading) =>
          answerHandles(services, reading, integration),
        );
      },
    );
  });
  app.get<{ Querystring: { from?: string; to?: string; limit: number; cursor?: string } }>(
    "/v1/unchecked",
    { config: UNCHECKED_CONFIG, schema: UNCHECKED_SCHEMA },
    async ({ query: { from, to, limit, cursor } }) => {
      const toMs = to === undefined ? services.clock.nowMs() : Date.parse(to);
      const fromMs = from === undefined ? toMs - SPAN_MS_DEFAULT : Date.parse(from);
      const { totals, data, next_cursor } = await services.engine.listUnchecked({ fromMs, toMs, limit, cursor: cursor ?? null });
      return { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString(), totals, data, next_cursor };
    },
  );
};
