/**
 * A request event: one request to a target model, as its provider saw it. Field for field the contract of `docs/contracts.md` §1, in
 * camelCase. Optional fields are absent when the source does not carry them; nothing downstream may require them.
 */
export interface RequestEvent {
  requestId: string;
  /** Event time in milliseconds since the Unix epoch. */
  atMs: number;
  /** Who is billed. */
  accountId: string;
  /** The model that was asked. */
  targetModel: string;
  /** HTTP status of the answer. */
  status: number;
  inputTokens: number;
  outputTokens: number;

  /** Which of the required fields the source left untold: they hold 0 (a model, the vendor's name), and nothing may be concluded from that. */
  untold?: UntoldField[];

  organizationId?: string;
  keyHash?: string;
  /** Supplied by the caller: a hint, never an identity. */
  endUserHint?: string;
  sessionId?: string;
  /** `api`, `batch`, `console`, `cloud:<name>` or `reseller:<name>`. */
  channel?: string;
  operation?: string;
  isStream?: boolean;
  finishReason?: string;
  isRefusal?: boolean;
  errorCode?: string;
  latencyMs?: number;
  sampling?: Sampling;
  /** Text; absent in metadata-only mode. */
  system?: string;
  messages?: Message[];
  output?: string;
  /** Names of the tools that were offered. */
  tools?: string[];
  toolSchemaHash?: string;
  reasoningTokens?: number;
  cachedInputTokens?: number;
  /** Opaque references to reasoning that the API handed out with this answer. */
  reasoningHandlesIssued?: string[];
  /** Opaque references to reasoning that the caller sent back with this request. */
  reasoningHandlesSubmitted?: string[];
  client?: Client;
  /** Fields of the line that the contract does not name, by name; kept within bounds, used by nothing. */
  otherFields?: Readonly<Record<string, unknown>>;
}

/** Required fields that logs of other products may leave untold, by their names in the contract. Their order is part of the stored format. */
export const UNTOLD_FIELDS = ["status", "input_tokens", "output_tokens", "target_model"] as const;
/** One of {@link UNTOLD_FIELDS}. */
export type UntoldField = (typeof UNTOLD_FIELDS)[number];

/** One message of the conversation that was sent. */
export interface Message {
  role: string;
  content: string;
}

/** Sampling settings as the caller set them. */
export interface Sampling {
  temperature?: number;
  topP?: number;
  n?: number;
  maxOutputTokens?: number;
  logprobs?: boolean;
  seed?: number;
}

/** Network side of the caller. Country is kept for policy facts only and is never a feature. */
export interface Client {
  ip?: string;
  asn?: number;
  asName?: string;
  country?: string;
  ja4?: string;
  userAgent?: string;
}
