import { describe, expect, it } from "vitest";
import { readCaller } from "../../sdk/index.js";
import { KEY_HEADERS_OF, keepOneKey } from "./caller-key.js";
import type { Api } from "./dialect.js";

describe("of several keys in one request", () => {
  it.each<[claim: string, api: Api, headers: Record<string, string | string[]>, kept: string[]]>([
    ["OpenAI's own goes on", "openai", { authorization: "Bearer a", "x-api-key": "b", "api-key": "c" }, ["authorization"]],
    ["Anthropic's own goes on", "anthropic", { authorization: "Bearer a", "x-api-key": "b" }, ["x-api-key"]],
    ["the only one goes on, wherever it stands", "openai", { "api-key": "c" }, ["api-key"]],
    ["an empty one is none", "openai", { authorization: "Bearer ", "x-api-key": "b" }, ["x-api-key"]],
    ["one sent twice is none", "anthropic", { "x-api-key": ["a", "b"], authorization: "Bearer a" }, ["authorization"]],
  ])("%s, and it is the account's", (_, api, headers, kept) => {
    const sent = keepOneKey({ ...headers, "content-type": "application/json" }, api);
    expect(Object.keys(sent)).toEqual([...kept, "content-type"]);
    const keyHeaders = KEY_HEADERS_OF[api];
    expect(readCaller(sent, { keyHeaders })).toEqual(readCaller(headers, { keyHeaders }));
  });
});
