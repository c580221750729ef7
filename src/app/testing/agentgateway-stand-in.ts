/**
 * A stand-in for agentgateway, which no package registry carries: what its source does with the guardrail webhook before the model
 * (crates/agentgateway/src/llm/policy/{webhook,mod}.rs, commits 013dab18 and 05c091c2; the table in src/integrations/agentgateway/README.md). It shows that we fit what is written there, and nothing more.
 */

/** How the guardrail is configured. */
export interface StandInWiring {
  /** Of the webhook's target. */
  url: string;
  key: string;
  failureMode: "failOpen" | "failClosed";
  /** 10 s unless the target's policies say less. */
  timeoutMs: number;
  /** `raw` sends the provider's own messages, and has no way to refuse. */
  messageFormat?: "guardrail" | "raw";
}

/** What becomes of a request. */
export type StandInOutcome =
  | { kind: "passed" | "failed_open" }
  | { kind: "rejected"; status: number; body: string }
  | { kind: "failed_closed" };

/** Asks before the model. The HTTP status is not looked at, only the body: actions are told apart by their fields. */
export async function askAsAgentgateway(wiring: StandInWiring, headers: Readonly<Record<string, string>>): Promise<StandInOutcome> {
  const messages = [{ role: "user", content: "What is two plus two?" }];
  const isRaw = wiring.messageFormat === "raw";
  try {
    const answer = await fetch(`${wiring.url}/request`, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json", "x-stillwatch-key": wiring.key },
      body: JSON.stringify(isRaw ? { messages, model: "stub" } : { body: { messages } }),
      signal: AbortSignal.timeout(wiring.timeoutMs),
    });
    const parsed = JSON.parse(await answer.text()) as Record<string, unknown>;
    return isRaw ? readRaw(parsed) : readAction(parsed["action"]);
  } catch {
    return { kind: wiring.failureMode === "failOpen" ? "failed_open" : "failed_closed" };
  }
}

/** Without messages nothing is replaced, and an empty list is an error. */
function readRaw({ messages }: Record<string, unknown>): StandInOutcome {
  if (messages === undefined || messages === null) return { kind: "passed" };
  if (!Array.isArray(messages) || messages.length === 0) throw new Error("empty message array");
  return { kind: "passed" };
}

/** Mask needs a body of messages, reject text and a number, pass takes any object. */
function readAction(action: unknown): StandInOutcome {
  if (action === null || typeof action !== "object") throw new Error("no action");
  const { body, status_code: status } = action as { body?: unknown; status_code?: unknown };
  if (typeof body === "object") return { kind: "passed" };
  const isReject = typeof body === "string" && typeof status === "number" && Number.isInteger(status) && status >= 100 && status <= 999;
  return isReject ? { kind: "rejected", status, body } : { kind: "passed" };
}
