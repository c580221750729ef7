/** One question to `stillwatch serve`, and whatever may come of it. */
import { cutToEdges } from "../../vocabulary/edges.js";
import { readConversation } from "../conversation.js";
import type { CheckedRequest, Verdict, VerdictKind, VerdictState } from "../../vocabulary/verdict.js";

/** Whom to ask, and how long to wait. */
export interface AskOptions {
  /** Where `stillwatch serve` listens, such as `http://127.0.0.1:8484`. */
  url: string;
  /** A key with the scope `check`. */
  key: string;
  /** Names who asks in the counts of checks: small letters, digits, `-` and `_`. */
  integration: string;
  timeoutMs: number;
}

/** The answer; or why there is none, in words that hold neither an address nor a text. */
export type Asked = { verdict: Verdict } | { failure: string };

/** Every kind of verdict that a service can carry out; `satisfies` keeps the list whole. */
const KINDS = { allow: 1, throttle: 1, step_up: 1, shape: 1, block: 1 } satisfies Record<VerdictKind, 1>;

/** Every state that one can be in. */
const STATES = { checked: 1, unchecked: 1, error: 1 } satisfies Record<VerdictState, 1>;

/** Asks for a verdict. Never throws: a guard that fails must not take the service with it. `more` goes along unread, for probes. */
export async function askVerdict(
  { url, key, integration, timeoutMs }: AskOptions,
  request: CheckedRequest,
  more: Readonly<Record<string, string>> = {},
): Promise<Asked> {
  try {
    const response = await fetch(new URL(`/v1/check?integration=${encodeURIComponent(integration)}`, url), {
      method: "POST",
      headers: { "content-type": "application/json", "x-stillwatch-key": key },
      body: JSON.stringify({
        ...more,
        account_id: request.accountId,
        organization_id: request.organizationId,
        request_id: request.requestId,
        target_model: request.targetModel,
        session_id: request.sessionId,
        reasoning_handles_submitted: request.reasoningHandlesSubmitted,
        is_fetch: request.isFetch,
        ...writeAsked(request),
      }),
      signal: AbortSignal.timeout(timeoutMs),
      redirect: "error",
    });
    if (!response.ok) return { failure: `stillwatch answered ${response.status}` };
    const verdict: unknown = await response.json();
    // Another server's answer must not read as a refusal, nor as a pass.
    return isVerdict(verdict) ? { verdict } : { failure: "what answered is not stillwatch" };
  } catch (error) {
    // The name tells a time-out from a refused connection; the message may hold the address.
    return { failure: `stillwatch could not be asked (${error instanceof Error ? error.name : "unknown"})` };
  }
}

/** What a verdict looks at: the network side, the instructions, and of the conversation the last question, of long ones both edges. */
function writeAsked({ client, messages, system }: CheckedRequest): object {
  const told = client === undefined ? {} : { client: { ip: client.ip, ja4: client.ja4, user_agent: client.userAgent } };
  if (messages === undefined && system === undefined) return told;
  const conversation = readConversation(messages, system);
  const question = conversation.messages?.findLast(({ role }) => role === "user")?.content;
  return {
    ...told,
    ...(conversation.system === undefined ? {} : { system: cutToEdges(conversation.system).edges }),
    ...(question === undefined ? {} : { messages: [{ role: "user", content: cutToEdges(question).edges }] }),
  };
}

function isVerdict(value: unknown): value is Verdict {
  const { verdict, state } = Object(value) as Partial<Verdict>;
  return isIn(KINDS, verdict) && isIn(STATES, state);
}

function isIn(names: object, value: unknown): boolean {
  return typeof value === "string" && Object.hasOwn(names, value);
}
