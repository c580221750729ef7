/** Portkey's webhook guardrail. */
import { PORTKEY_PASS, type PortkeyAnswer, readPortkeyCall, writePortkeyAnswer } from "../../../integrations/portkey/webhook.js";
import type { HttpPart } from "../../serve/services.js";
import { CLAIM, FREE, shape } from "../description/json-schema.js";
import { answerCall, describeWebhook } from "./check.js";
import type { GatewaySettings } from "./settings.js";

/** Set as `webhookURL`. */
export const PORTKEY_PATH = "/v1/gateways/portkey";

const SCHEMA = describeWebhook("portkey", { summary: "Portkey's webhook guardrail, before the request" });

const CONFIG = {
  scope: "check",
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
    const answer = (body: unknown): PortkeyAnswer => {
      services.probes?.noteCheck("portkey", body);
      const call = readPortkeyCall(body, { accountField, organizationField });
      return call === "answer" ? PORTKEY_PASS : writePortkeyAnswer(answerCall(services, call, "portkey"), { verifyAt });
    };
    app.post(PORTKEY_PATH, { config: CONFIG, schema: SCHEMA }, (request, reply) => {
      void reply.send(answer(request.body));
    });
  };
