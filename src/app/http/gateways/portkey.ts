/** Portkey's webhook guardrail. */
import { PORTKEY_PASS, type PortkeyAnswer, writePortkeyAnswer } from "../../../integrations/portkey/webhook.js";
import type { HttpPart } from "../../serve/services.js";
import { CLAIM, FREE, shape } from "../description/json-schema.js";
import type { CallReading } from "../../serve/work/call-reading.js";
import { addCallParser, answerWhenRead, countUnanswered } from "./call-bodies.js";
import { answerCall, CALL_PROBLEMS, describeWebhook } from "./check.js";
import type { GatewaySettings } from "./settings.js";

/** Set as `webhookURL`. */
export const PORTKEY_PATH = "/v1/gateways/portkey";

const SCHEMA = describeWebhook("portkey", { summary: "Portkey's webhook guardrail, before the request" });

const CONFIG = {
  scope: "check",
  problems: CALL_PROBLEMS,
  example: {
    eventType: "beforeRequestHook",
    metadata: { _user: "acct-1", request_id: "req-1" },
    request: { json: { model: "model-large" } },
  },
  answers: {
    200: {
      description: "`verdict: false` denies, where the guardrail has `deny: true`.",
      schema: shape({ verdict: CLAIM, data: FREE }),
      example: { verdict: true, data: {} },
    },
  },
} as const;

/** Registers the route. */
export const portkeyGateway =
  ({
    verify_at: verifyAt,
    portkey_account: accountField,
    portkey_organization: organizationField,
  }: Pick<GatewaySettings, "verify_at" | "portkey_account" | "portkey_organization">): HttpPart =>
  (services) =>
  async (app) => {
    const answer = (reading: CallReading): PortkeyAnswer =>
      reading === "answer" || reading === "raw" ? PORTKEY_PASS : writePortkeyAnswer(answerCall(services, reading, "portkey"), { verifyAt });
    const call = { gateway: "portkey", identity: { accountField, organizationField } } as const;
    const errorHandler = countUnanswered(services, () => "portkey");
    addCallParser(app, services);
    app.post(PORTKEY_PATH, { config: CONFIG, schema: SCHEMA, errorHandler }, (request, reply) =>
      answerWhenRead(services, { request, reply, call }, answer),
    );
  };
