/** What all gateways have in common: a check, and the count of what could not be checked or carried out. */
import type { FastifySchema } from "fastify";
import type { CheckedRequest, Verdict } from "../../../vocabulary/verdict.js";
import type { Services } from "../../serve/services.js";

/** Checks a request for a gateway that cannot change answers: a `shape` passes there and is counted, so that nobody believes it was done. */
function checkForGateway(services: Pick<Services, "verdicts" | "metrics">, request: CheckedRequest, integration: string): Verdict {
  const verdict = services.verdicts.check(request, integration);
  if (verdict.verdict === "shape") services.metrics.count("stillwatch_unapplied_measures_total", { integration, measure: "shape" });
  return verdict;
}

/** Answers a gateway's call; null is one that does not say whose request it is. */
export function answerCall(
  services: Pick<Services, "verdicts" | "metrics">,
  request: CheckedRequest | "unreadable" | null,
  integration: string,
): Verdict {
  if (request === "unreadable") return services.verdicts.answerUnreadable(integration, "the call cannot be read");
  if (request === null) return services.verdicts.answerUnreadable(integration, "the call does not say whose request it is");
  return checkForGateway(services, request, integration);
}

/** What a call with a large body may be answered instead of a verdict. */
export const CALL_PROBLEMS = { 408: ["SW1932"], 429: ["SW1928"], 503: ["SW1929"] } as const;

/** What the description of the interface says of a webhook. Any JSON object is taken: what of it is read is told by the product's page. */
export function describeWebhook(product: string, { summary, hint }: { summary: string; hint?: string }): FastifySchema {
  const description = `${hint === undefined ? "" : `${hint} `}See docs/integrations/${product}.md.`;
  return { summary, description, tags: ["gateways"], body: { type: "object", additionalProperties: true } };
}
