/** What all gateways have in common: a check, and the count of what could not be checked or carried out. */
import type { FastifySchema } from "fastify";
import type { CheckedRequest, Verdict } from "../../../vocabulary/verdict.js";
import type { Services } from "../../serve/services.js";

/** Checks a request for a gateway that cannot change answers: a `shape` passes there and is counted, so that nobody believes it was done. */
export function checkForGateway(services: Pick<Services, "verdicts" | "metrics">, request: CheckedRequest, integration: string): Verdict {
  const verdict = services.verdicts.check(request, integration);
  if (verdict.verdict === "shape") services.metrics.count("stillwatch_unapplied_measures_total", { integration, measure: "shape" });
  return verdict;
}

/** A call that does not say whose request it is: it passes, because a gateway that is wired wrongly is no attack, and counts as not checked. */
export function noteUnreadable({ verdicts, metrics }: Pick<Services, "verdicts" | "metrics">, integration: string): void {
  metrics.count("stillwatch_checks_total", { integration, verdict: "allow", state: "error" });
  verdicts.noteUnchecked(integration, 1);
}

/** What the description of the interface says of a webhook. Any JSON object is taken: what of it is read is told by the product's page. */
export function describeWebhook(product: string, { summary, hint }: { summary: string; hint?: string }): FastifySchema {
  const description = `${hint === undefined ? "" : `${hint} `}See docs/integrations/${product}.md.`;
  return { summary, description, tags: ["gateways"], body: { type: "object", additionalProperties: true } };
}
