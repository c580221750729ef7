/** LiteLLM's guardrail call. */
import {
  type GuardrailAnswer,
  LITELLM_GUARDRAIL_PATH,
  readGuardrailCall,
  writeGuardrailAnswer,
} from "../../../integrations/litellm/guardrail.js";
import type { HttpPart } from "../../serve/services.js";
import { checkForGateway, noteUnreadable } from "./check.js";
import type { GatewaySettings } from "./settings.js";

const SCHEMA = {
  summary: "LiteLLM's guardrail `generic_guardrail_api`",
  description: "Set `api_base` of the guardrail to this server's address and `mode: pre_call`. See docs/integrations/litellm.md.",
  tags: ["gateways"],
  body: { type: "object", additionalProperties: true },
  response: {
    200: {
      type: "object",
      properties: { action: { type: "string", enum: ["NONE", "BLOCKED"] }, blocked_reason: { type: "string" } },
      required: ["action"],
    },
  },
} as const;

/** Registers the route. */
export const litellmGateway =
  ({ verify_at: verifyAt }: Pick<GatewaySettings, "verify_at">): HttpPart =>
  (services) =>
  async (app) => {
    const answer = (body: unknown): GuardrailAnswer => {
      services.probes?.noteCheck("litellm", body);
      const call = readGuardrailCall(body);
      if (call === "answer") return { action: "NONE" };
      if (call !== null) return writeGuardrailAnswer(checkForGateway(services, call, "litellm"), { verifyAt });
      noteUnreadable(services, "litellm");
      return { action: "NONE" };
    };
    app.post(LITELLM_GUARDRAIL_PATH, { config: { scope: "check" }, schema: SCHEMA }, (request, reply) => {
      void reply.send(answer(request.body));
    });
  };
