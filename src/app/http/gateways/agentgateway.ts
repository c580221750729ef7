/** agentgateway's guardrail webhook. */
import { AGENTGATEWAY_PASS, AGENTGATEWAY_RAW_ERROR, writeAgentgatewayAnswer } from "../../../integrations/agentgateway/webhook.js";
import type { HttpPart } from "../../serve/services.js";
import { COUNT, listOf, shape, TEXT, told } from "../description/json-schema.js";
import type { CallReading } from "../../serve/work/call-reading.js";
import { addCallParser, answerWhenRead, countUnanswered } from "./call-bodies.js";
import { answerCall, CALL_PROBLEMS, describeWebhook } from "./check.js";
import { type HeaderSettings, listHeaders } from "./settings.js";

/** agentgateway appends `/request` and `/response` to the webhook's host; newer ones can set another path, which shows where a call belongs. */
export const AGENTGATEWAY_PREFIXES = ["", "/v1/gateways/agentgateway"];

const BEFORE = describeWebhook("agentgateway", { summary: "agentgateway's webhook before the model" });
const AFTER = describeWebhook("agentgateway", { summary: "agentgateway's webhook after the model: always passes" });

const CONFIG = {
  scope: "check",
  example: { body: { messages: [] } },
  answers: {
    200: {
      description: "An action without `body` passes; one with it refuses with that body and status.",
      schema: shape(
        {
          action: shape({ body: TEXT, status_code: COUNT, reason: TEXT }, { optional: ["body", "status_code", "reason"] }),
          messages: told(listOf(TEXT), "Empty, to a call with `messageFormat: raw`: an error there."),
        },
        { optional: ["action", "messages"] },
      ),
      example: { action: {} },
    },
  },
} as const;

/** Registers the routes. */
export const agentgatewayGateway =
  (settings: HeaderSettings): HttpPart =>
  (services) =>
  async (app) => {
    const names = listHeaders(settings);
    const answer = (reading: CallReading): unknown => {
      if (reading !== "answer" && reading !== "raw")
        return writeAgentgatewayAnswer(answerCall(services, reading, "agentgateway"), { verifyAt: settings.verify_at });
      services.verdicts.answerUnreadable("agentgateway", "the call is raw");
      return AGENTGATEWAY_RAW_ERROR;
    };
    const errorHandler = countUnanswered(services, () => "agentgateway");
    addCallParser(app, services);
    for (const prefix of AGENTGATEWAY_PREFIXES) {
      app.post(`${prefix}/request`, { config: { ...CONFIG, problems: CALL_PROBLEMS }, schema: BEFORE, errorHandler }, (request, reply) =>
        answerWhenRead(services, { request, reply, call: { gateway: "agentgateway", headers: request.headers, names } }, answer),
      );
      app.post(`${prefix}/response`, { config: CONFIG, schema: AFTER }, (_request, reply) => void reply.send(AGENTGATEWAY_PASS));
    }
  };
