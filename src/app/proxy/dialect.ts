/** What the proxy has to know of an API: where things stand in requests and answers, and how its errors look. */
import { type Fields, listRefusalHeaders, type Refusal, type RequestEvent } from "../../sdk/index.js";
import type { MeasureParameters } from "../../vocabulary/decision.js";

/** How answers are shaped; see `shape` in docs/policy.md. */
export type Shape = NonNullable<MeasureParameters["shape"]>;

/** Names of the APIs, as `--api` has them. */
export const APIS = ["openai", "anthropic"] as const;
/** One of {@link APIS}. */
export type Api = (typeof APIS)[number];

/** What of a request goes into its event. Text is left out later where it is not to be reported. */
export type RequestFacts = Pick<
  RequestEvent,
  "targetModel" | "isStream" | "system" | "messages" | "tools" | "sampling" | "endUserHint" | "sessionId" | "reasoningHandlesSubmitted"
>;

/** What of an answer goes into its event. Token counts are absent where the API did not tell them. */
export type AnswerFacts = Partial<
  Pick<
    RequestEvent,
    | "output"
    | "finishReason"
    | "inputTokens"
    | "outputTokens"
    | "reasoningTokens"
    | "cachedInputTokens"
    | "isRefusal"
    | "reasoningHandlesIssued"
    | "errorCode"
  >
>;

/** Reads the messages of a stream while they pass. */
export interface StreamReader {
  read(message: Fields): void;
  tell(): AnswerFacts;
}

/** Turns each message of a stream into those that the client gets: none, itself, or more. */
export type StreamShaper = (message: Fields) => readonly Fields[];

/** A fault of ours or of the way to the model, as the API's own clients read it. */
export interface Failure {
  status: number;
  code: string;
  message: string;
  retryAfterSeconds?: number;
}

/** One kind of request of one API. */
export interface Dialect {
  api: Api;
  operation: "chat" | "completions" | "responses" | "messages";
  readRequest(body: Fields): RequestFacts;
  /** What the proxy itself put into an earlier answer is taken out again. Answers the same object where nothing was there. */
  restoreRequest(body: Fields): Fields;
  /** The request with fewer choices and without log probabilities. Answers the same object where nothing had to change. */
  limitRequest(body: Fields, shape: Shape): Fields;
  readAnswer(answer: Fields): AnswerFacts;
  shapeAnswer(answer: Fields, shape: Shape): Fields;
  createStreamReader(): StreamReader;
  createStreamShaper(shape: Shape): StreamShaper;
}

/** The body of an error in the API's own shape. */
export function writeFailure(api: Api, { status, code, message }: Failure, extra: Fields = {}): Fields {
  if (api === "anthropic") {
    return {
      type: "error",
      error: { type: nameAnthropicError(status), message, details: { error_code: code, ...extra } },
      request_id: null,
    };
  }
  return { error: { message, type: nameOpenaiError(status), param: null, code, ...extra } };
}

function nameAnthropicError(status: number): string {
  const names: Readonly<Record<number, string>> = {
    400: "invalid_request_error",
    403: "permission_error",
    413: "request_too_large",
    415: "invalid_request_error",
    429: "rate_limit_error",
    504: "timeout_error",
  };
  return names[status] ?? "api_error";
}

function nameOpenaiError(status: number): string {
  if (status === 429) return "rate_limit_error";
  if (status === 403) return "access_refused";
  return status < 500 ? "invalid_request_error" : "server_error";
}

/** A refusal in the API's own shape, with its headers. */
export function writeRefusal(api: Api, refusal: Refusal): { status: number; headers: Record<string, string>; body: Fields } {
  const { status, decisionId, verifyAt } = refusal;
  const extra = { decision_id: decisionId, ...(verifyAt === undefined ? {} : { verify_at: verifyAt }) };
  return { status, headers: listRefusalHeaders(refusal), body: writeFailure(api, refusal, extra) };
}
