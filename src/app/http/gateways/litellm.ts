/** LiteLLM's guardrail call. */
import { type GuardrailAnswer, LITELLM_GUARDRAIL_PATH, writeGuardrailAnswer } from "../../../integrations/litellm/guardrail.js";
import type { HttpPart } from "../../serve/services.js";
import { oneOf, shape, TEXT } from "../description/json-schema.js";
import type { CallReading } from "../../serve/work/call-reading.js";
import { addCallParser, answerWhenRead, countUnanswered } from "./call-bodies.js";
import { answerCall, CALL_PROBLEMS, describeWebhook } from "./check.js";
import type { GatewaySettings } from "./settings.js";

const SCHEMA = describeWebhook("litellm", {
  summary: "LiteLLM's guardrail `generic_guardrail_api`",
  hint: "Set `api_base` of the guardrail to this server's address and `mode: pre_call`.",
});

const CONFIG = {
  scope: "check",
  problems: CALL_PROBLEMS,
  example: {
    input_type: "request",
    litellm_call_id: "req-1",
    model: "model-large",
    texts: [],
    request_data: { user_api_key_hash: "9f2c…" },
  },
  answers: {
    200: {
      description: "`BLOCKED` becomes an error of LiteLLM with the reason.",
      schema: shape({ action: oneOf("NONE", "BLOCKED"), blocked_reason: TEXT }, { optional: ["blocked_reason"] }),
      example: { action: "NONE" },
    },
  },
} as const;

/** Registers the route. */
export const litellmGateway =
  ({ verify_at: verifyAt }: Pick<GatewaySettings, "verify_at">): HttpPart =>
  (services) =>
  async (app) => {
    const answer = (reading: CallReading): GuardrailAnswer =>
      reading === "answer" || reading === "raw"
        ? { action: "NONE" }
        : writeGuardrailAnswer(answerCall(services, reading, "litellm"), { verifyAt });
    const errorHandler = countUnanswered(services, () => "litellm");
    addCallParser(app, services);
    app.post(LITELLM_GUARDRAIL_PATH, { config: CONFIG, schema: SCHEMA, errorHandler }, (request, reply) =>
      answerWhenRead(services, { request, reply, call: { gateway: "litellm" } }, answer),
    );
  };
