/** Who sends a request, read off the headers that a gateway passes on. */
import { createHash } from "node:crypto";
import type { CheckedRequest } from "../vocabulary/verdict.js";
import { asText, ID_CHARS_MAX } from "./record-fields.js";

/** Headers in which the gateway names the customer, in small letters. Unset ones are never read: callers could write them. */
export interface CallerHeaders {
  accountHeader?: string | undefined;
  organizationHeader?: string | undefined;
  /** Headers in which the gateway tells the caller's address and JA4, under the same condition. */
  addressHeader?: string | undefined;
  ja4Header?: string | undefined;
  /** Where a key is looked for, the first that holds one first. Default: {@link KEY_HEADERS}. */
  keyHeaders?: readonly string[] | undefined;
}

/** Where OpenAI-, Anthropic- and Azure-shaped clients put their key. */
export const KEY_HEADERS: readonly string[] = ["authorization", "x-api-key", "api-key"];

/**
 * Reads account, organization and request id. With an account header only that counts; without one the account is the SHA-256 of the caller's
 * key, in hex. Null when neither is there.
 *
 * @param headers Names in small letters; a header that came more than once is no identity.
 */
export function readCaller(
  headers: Readonly<Record<string, unknown>>,
  { accountHeader, organizationHeader, addressHeader, ja4Header, keyHeaders = KEY_HEADERS }: CallerHeaders,
): CheckedRequest | null {
  const accountId = accountHeader === undefined ? hashKey(headers, keyHeaders) : asText(headers[accountHeader]);
  if (accountId === undefined) return null;
  const request: CheckedRequest = { accountId };
  const organizationId = organizationHeader === undefined ? undefined : asText(headers[organizationHeader]);
  if (organizationId !== undefined) request.organizationId = organizationId;
  const requestId = asText(headers["x-request-id"]);
  if (requestId !== undefined) request.requestId = requestId;
  const client = readClient(headers, { addressHeader, ja4Header });
  if (client !== undefined) request.client = client;
  return request;
}

/** What is told of the caller's side of the network; undefined where nothing is. The program is what it says of itself. */
export function readClient(
  headers: Readonly<Record<string, unknown>>,
  { addressHeader, ja4Header }: Pick<CallerHeaders, "addressHeader" | "ja4Header">,
): CheckedRequest["client"] {
  const read = (name: string | undefined): string | undefined =>
    name === undefined ? undefined : asText(headers[name])?.slice(0, ID_CHARS_MAX);
  return writeClient({ ip: read(addressHeader), ja4: read(ja4Header), userAgent: read("user-agent") });
}

/** Without what is not told; undefined where nothing is. */
export function writeClient(told: {
  ip?: string | undefined;
  ja4?: string | undefined;
  userAgent?: string | undefined;
}): CheckedRequest["client"] {
  const { ip = "", ja4 = "", userAgent = "" } = told;
  if (ip === "" && ja4 === "" && userAgent === "") return undefined;
  const known: NonNullable<CheckedRequest["client"]> = {};
  if (ip !== "") known.ip = ip;
  if (ja4 !== "") known.ja4 = ja4;
  if (userAgent !== "") known.userAgent = userAgent;
  return known;
}

/** Null where no header holds a key. */
export function findKeyHeader(headers: Readonly<Record<string, unknown>>, keyHeaders: readonly string[] = KEY_HEADERS): string | null {
  return keyHeaders.find((name) => readKey(headers[name]) !== null) ?? null;
}

function hashKey(headers: Readonly<Record<string, unknown>>, keyHeaders: readonly string[]): string | undefined {
  const name = findKeyHeader(headers, keyHeaders);
  const key = name === null ? null : readKey(headers[name]);
  return key === null ? undefined : createHash("sha256").update(key).digest("hex");
}

function readKey(value: unknown): string | null {
  const key = asText(value)
    ?.replace(/^bearer +/i, "")
    .trim();
  return key === undefined || key === "" ? null : key;
}
