/** Request events of what passed the proxy: native records, docs/contracts.md §1. */
import type { CheckedRequest } from "../../vocabulary/verdict.js";
import { nameUnattributed } from "../../sdk/index.js";
import type { AnswerFacts, Dialect, RequestFacts } from "./dialect.js";
import type { Report } from "./settings.js";

/** One request and how it ended. */
export interface Passed {
  requestId: string;
  startedMs: number;
  endedMs: number;
  caller: CheckedRequest | null;
  dialect: Dialect;
  request: RequestFacts;
  answer: AnswerFacts;
  status: number;
  errorCode: string | undefined;
  userAgent: string | undefined;
  address: string | undefined;
  keyHash: string | undefined;
  /** A decision said that the answer was to be shaped, and it passed as it was. */
  isUnshaped: boolean;
  /** Nobody's decisions were asked, or nobody answered in time. */
  uncheckedBy: string | undefined;
  /** What the client calls the request; any caller may write it. */
  clientRequestId: string | undefined;
}

/** Characters of one token, for what no API counted: OpenAI's rule of thumb for English. */
const TOKEN_CHARS = 4;
/** A line is no longer than the intake takes (16 MiB), counted generously: text of one request that is reported. Characters. */
const TEXT_CHARS_MAX = 2_000_000;

/** Writes one line, with its newline. */
export function writeRecord(passed: Passed, report: Exclude<Report, "none">): string {
  const { caller, dialect, request, answer, requestId } = passed;
  const isEstimated = passed.status < 400 && (answer.inputTokens === undefined || answer.outputTokens === undefined);
  const chars = (request.system?.length ?? 0) + (request.messages ?? []).reduce((sum, { content }) => sum + content.length, 0);
  const guess = (text: number): number => (passed.status < 400 ? Math.ceil(text / TOKEN_CHARS) : 0);
  const record = {
    request_id: requestId,
    at: new Date(passed.startedMs).toISOString(),
    account_id: caller?.accountId ?? nameUnattributed("proxy"),
    organization_id: caller?.organizationId,
    key_hash: passed.keyHash,
    target_model: request.targetModel,
    status: passed.status,
    error_code: passed.errorCode ?? answer.errorCode,
    input_tokens: answer.inputTokens ?? guess(chars),
    output_tokens: answer.outputTokens ?? guess(answer.output?.length ?? 0),
    reasoning_tokens: answer.reasoningTokens,
    cached_input_tokens: answer.cachedInputTokens,
    usage_estimated: isEstimated || undefined,
    end_user_hint: request.endUserHint,
    session_id: request.sessionId,
    channel: "api",
    operation: dialect.operation,
    stream: request.isStream,
    finish_reason: answer.finishReason,
    refusal: answer.isRefusal,
    latency_ms: Math.max(0, Math.round(passed.endedMs - passed.startedMs)),
    sampling: writeSampling(request.sampling),
    tools: request.tools,
    reasoning_handles_issued: answer.reasoningHandlesIssued,
    reasoning_handles_submitted: request.reasoningHandlesSubmitted,
    client: { ip: passed.address, user_agent: passed.userAgent },
    measure_unapplied: passed.isUnshaped ? "shape" : undefined,
    unchecked_by: passed.uncheckedBy,
    client_request_id: passed.clientRequestId,
    ...(report === "full" ? writeText(request, answer) : {}),
  };
  return `${JSON.stringify(record)}\n`;
}

function writeSampling(sampling: RequestFacts["sampling"]): object | undefined {
  if (sampling === undefined) return undefined;
  const { temperature, topP, n, maxOutputTokens, logprobs, seed } = sampling;
  return { temperature, top_p: topP, n, max_output_tokens: maxOutputTokens, logprobs, seed };
}

/** The latest messages are kept whole first: what is asked now tells more than what was said before. */
function writeText({ system, messages = [] }: RequestFacts, { output }: AnswerFacts): object {
  let room = TEXT_CHARS_MAX;
  const cut = (text: string | undefined): string | undefined => {
    const kept = text?.slice(0, room);
    room -= kept?.length ?? 0;
    return kept;
  };
  const kept = { system: cut(system), output: cut(output) };
  const latest = [...messages].reverse().map(({ role, content }) => ({ role: role.slice(0, ROLE_CHARS_MAX), content: cut(content) ?? "" }));
  return { ...kept, messages: latest.reverse() };
}

/** A role is a word. */
const ROLE_CHARS_MAX = 64;
