/** Who sends a request, read off the headers that a gateway passes on. */
import { createHash } from "node:crypto";
import type { CheckedRequest } from "../vocabulary/verdict.js";
import { asText } from "./record-fields.js";

/** Headers in which the gateway names the customer, in small letters. Unset ones are never read: callers could write them. */
export interface CallerHeaders {
  accountHeader?: string | undefined;
  organizationHeader?: string | undefined;
}

/** Where OpenAI-, Anthropic- and Azure-shaped clients put their key. */
const KEY_HEADERS = ["authorization", "x-api-key", "api-key"];

/**
 * Reads account, organization and request id. With an account header only that counts; without one the account is the SHA-256 of the caller's
 * key, in hex. Null when neither is there.
 *
 * @param headers Names in small letters; a header that came more than once is no identity.
 */
export function readCaller(
  headers: Readonly<Record<string, unknown>>,
  { accountHeader, organizationHeader }: CallerHeaders,
): CheckedRequest | null {
  const accountId = accountHeader === undefined ? hashKey(headers) : asText(headers[accountHeader]);
  if (accountId === undefined) return null;
  const request: CheckedRequest = { accountId };
  const organizationId = organizationHeader === undefined ? undefined : asText(headers[organizationHeader]);
  if (organizationId !== undefined) request.organizationId = organizationId;
  const requestId = asText(headers["x-request-id"]);
  if (requestId !== undefined) request.requestId = requestId;
  return request;
}

function hashKey(headers: Readonly<Record<string, unknown>>): string | undefined {
  for (const name of KEY_HEADERS) {
    const key = asText(headers[name])
      ?.replace(/^bearer +/i, "")
      .trim();
    if (key !== undefined && key !== "") return createHash("sha256").update(key).digest("hex");
  }
  return undefined;
}
