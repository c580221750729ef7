/** agentgateway's guardrail webhook. */
import { AGENTGATEWAY_PASS, readAgentgatewayCall, writeAgentgatewayAnswer } from "../../../integrations/agentgateway/webhook.js";
import type { HttpPart } from "../../serve/services.js";
import { checkForGateway, noteUnreadable } from "./check.js";
import type { GatewaySettings } from "./settings.js";

/** agentgateway appends `/request` and `/response` to the webhook's host; newer ones can set another path, which shows where a call belongs. */
export const AGENTGATEWAY_PREFIXES = ["", "/v1/gateways/agentgateway"];

const SCHEMA = {
  description: "See docs/integrations/agentgateway.md.",
  tags: ["gateways"],
  body: { type: "object", additionalProperties: true },
} as const;

/** Registers the routes. */
export const agentgatewayGateway =
  (settings: Pick<GatewaySettings, "verify_at" | "account_header" | "organization_header">): HttpPart =>
  (services) =>
  async (app) => {
    const names = { accountHeader: settings.account_header, organizationHeader: settings.organization_header };
    for (const prefix of AGENTGATEWAY_PREFIXES) {
      const before = { ...SCHEMA, summary: "agentgateway's webhook before the model" };
      app.post(`${prefix}/request`, { config: { scope: "check" }, schema: before }, ({ body, headers }, reply) => {
        services.probes?.noteCheck("agentgateway", [body, headers]);
        const call = readAgentgatewayCall({ body, headers }, names);
        if (call === null) noteUnreadable(services, "agentgateway");
        const verdict = call === null ? null : checkForGateway(services, call, "agentgateway");
        void reply.send(verdict === null ? AGENTGATEWAY_PASS : writeAgentgatewayAnswer(verdict, { verifyAt: settings.verify_at }));
      });
      const after = { ...SCHEMA, summary: "agentgateway's webhook after the model: always passes" };
      app.post(
        `${prefix}/response`,
        { config: { scope: "check" }, schema: after },
        (_request, reply) => void reply.send(AGENTGATEWAY_PASS),
      );
    }
  };
