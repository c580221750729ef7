/** One key for each request: the account is told by it, and it is the only one that the model's server sees. */
import { findKeyHeader, KEY_HEADERS } from "../../sdk/index.js";
import type { Api } from "./dialect.js";

/** In the order in which the API's servers look for a key. */
export const KEY_HEADERS_OF: Readonly<Record<Api, readonly string[]>> = {
  openai: KEY_HEADERS,
  anthropic: ["x-api-key", "authorization", "api-key"],
};

/** Leaves out every key but the one that the account is told by: a caller could be somebody new to us with each request, and himself to the model's server. */
export function keepOneKey(headers: Readonly<Record<string, string | string[] | undefined>>, api: Api): Record<string, string | string[]> {
  const kept = findKeyHeader(headers, KEY_HEADERS_OF[api]);
  const goesOn = (name: string): boolean => name === kept || !KEY_HEADERS.includes(name);
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value !== undefined && goesOn(name) ? [[name, value]] : [])),
  );
}
