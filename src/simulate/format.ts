/** Writes contract lines (docs: contracts §1 and §2): snake_case names, times as RFC 3339. */
import type { Account, AllowlistEntry, Enforcement, Release } from "../vocabulary/account.js";
import type { Client, RequestEvent } from "../vocabulary/request-event.js";
import type { TruthOfAccount } from "./profile.js";

/**
 * One line of `requests.ndjson`, without the line end. Put together by hand: worlds of millions of requests spend most of their time here.
 */
export function formatRequest(event: RequestEvent): string {
  let line = `{"request_id":"${event.requestId}","at":"${formatTime(event.atMs)}","account_id":"${event.accountId}","target_model":"${event.targetModel}"`;
  line += `,"status":${event.status},"input_tokens":${event.inputTokens},"output_tokens":${event.outputTokens}`;
  for (const [property, name] of REQUEST_NAMES) {
    const value = event[property];
    if (value !== undefined) line += `,"${name}":${JSON.stringify(value)}`;
  }
  if (event.sampling) line += `,"sampling":${JSON.stringify(rename(event.sampling, SAMPLING_NAMES))}`;
  if (event.client) line += `,"client":${formatClient(event.client)}`;
  return `${line}}`;
}

/** Requests share their client objects, so that each object's text is made once. */
const clientTexts = new WeakMap<Client, string>();

function formatClient(client: Client): string {
  const known = clientTexts.get(client);
  if (known !== undefined) return known;
  const text = JSON.stringify(rename(client, CLIENT_NAMES));
  clientTexts.set(client, text);
  return text;
}

/** One line of `accounts.ndjson`. */
export function formatAccount(account: Account): string {
  return JSON.stringify(rename(account, ACCOUNT_NAMES, { created_at: formatTime(account.createdAtMs) }));
}

/** One line of `releases.ndjson`. */
export function formatRelease(release: Release): string {
  return JSON.stringify({ target_model: release.targetModel, released_at: formatTime(release.releasedAtMs) });
}

/** One line of `enforcement.ndjson`. */
export function formatEnforcement(entry: Enforcement): string {
  return JSON.stringify({ account_id: entry.accountId, at: formatTime(entry.atMs), measure: entry.measure, reason: entry.reason });
}

/** One line of `allowlist.ndjson`. */
export function formatAllowlistEntry(entry: AllowlistEntry): string {
  return JSON.stringify({
    account_id: entry.accountId,
    organization_id: entry.organizationId,
    reason: entry.reason,
    expires_at: formatTime(entry.expiresAtMs),
  });
}

/**
 * The truth line of an account. Beyond the contract: `crowd` names the organization or crowd within a segment, `successor_of` the campaign
 * that was taken over, `harvest_requests` how much of the account's traffic is harvest; a pool's account that has not harvested yet has 0.
 */
export function formatAccountTruth(accountId: string, truth: TruthOfAccount, harvestRequests = 0): string {
  return JSON.stringify({
    account_id: accountId,
    label: truth.label,
    campaign: truth.campaign,
    segment: truth.segment,
    crowd: truth.crowd ?? undefined,
    successor_of: truth.successorOf,
    ...(truth.label === "attack" ? { harvest_requests: harvestRequests } : {}),
  });
}

/** The truth line of a harvest request. */
export function formatRequestTruth(requestId: string, campaign: string): string {
  return `{"request_id":${JSON.stringify(requestId)},"campaign":${JSON.stringify(campaign)}}`;
}

function formatTime(atMs: number): string {
  return new Date(atMs).toISOString();
}

/** Pairs of property and contract name, in the order of the contract. */
type Names = readonly (readonly [property: string, name: string])[];

const REQUEST_NAMES: readonly (readonly [property: keyof RequestEvent, name: string])[] = [
  ["organizationId", "organization_id"],
  ["keyHash", "key_hash"],
  ["endUserHint", "end_user_hint"],
  ["sessionId", "session_id"],
  ["channel", "channel"],
  ["operation", "operation"],
  ["isStream", "stream"],
  ["finishReason", "finish_reason"],
  ["isRefusal", "refusal"],
  ["errorCode", "error_code"],
  ["latencyMs", "latency_ms"],
  ["system", "system"],
  ["messages", "messages"],
  ["output", "output"],
  ["tools", "tools"],
  ["toolSchemaHash", "tool_schema_hash"],
  ["reasoningTokens", "reasoning_tokens"],
  ["cachedInputTokens", "cached_input_tokens"],
  ["reasoningHandlesIssued", "reasoning_handles_issued"],
  ["reasoningHandlesSubmitted", "reasoning_handles_submitted"],
];
const SAMPLING_NAMES: Names = [
  ["temperature", "temperature"],
  ["topP", "top_p"],
  ["n", "n"],
  ["maxOutputTokens", "max_output_tokens"],
  ["logprobs", "logprobs"],
  ["seed", "seed"],
];
const CLIENT_NAMES: Names = [
  ["ip", "ip"],
  ["asn", "asn"],
  ["asName", "as_name"],
  ["country", "country"],
  ["ja4", "ja4"],
  ["userAgent", "user_agent"],
];
const ACCOUNT_NAMES: Names = [
  ["accountId", "account_id"],
  ["", "created_at"],
  ["organizationId", "organization_id"],
  ["plan", "plan"],
  ["programme", "programme"],
  ["verification", "verification"],
  ["emailDomain", "email_domain"],
  ["emailHash", "email_hash"],
  ["phoneCountry", "phone_country"],
  ["billingCountry", "billing_country"],
  ["paymentFingerprint", "payment_fingerprint"],
  ["paymentKind", "payment_kind"],
  ["signupIp", "signup_ip"],
  ["signupJa4", "signup_ja4"],
  ["referrer", "referrer"],
];

function rename(source: object, names: Names, made: Record<string, unknown> = {}): Record<string, unknown> {
  const values = source as Record<string, unknown>;
  const result: Record<string, unknown> = {};
  for (const [property, name] of names) {
    const value = property === "" ? made[name] : values[property];
    if (value !== undefined) result[name] = value;
  }
  return result;
}
