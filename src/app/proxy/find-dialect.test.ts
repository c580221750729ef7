import { describe, expect, it } from "vitest";
import { findRoute } from "./find-dialect.js";

const nameRoute = (method: string, url: string, api: "openai" | "anthropic" | "auto" = "auto"): string => {
  const route = findRoute({ method, url }, api);
  return route === null ? "passes" : `${route.kind} ${route.dialect.operation}`;
};

describe("what is understood", () => {
  it.each([
    ["POST", "/v1/chat/completions", "ask chat"],
    ["POST", "/openai/deployments/gpt/chat/completions?api-version=2024-10-21", "ask chat"],
    ["POST", "/api/v1/chat/completions/", "ask chat"],
    ["POST", "/v1/completions", "ask completions"],
    ["POST", "/v1/responses", "ask responses"],
    ["POST", "/v1/messages", "ask messages"],
    ["POST", "/anthropic/v1/messages?beta=true", "ask messages"],
    ["GET", "/v1/responses/resp_1?stream=true", "fetch responses"],
    ["GET", "/v1/responses/resp_1/input_items", "fetch responses"],
    ["GET", "/v1/conversations/conv_1/items", "fetch responses"],
    ["POST", "/v1/responses/resp_1/cancel", "fetch responses"],
    ["GET", "/v1/chat/completions/chatcmpl-1", "fetch chat"],
  ])("%s %s: %s", (method, url, expected) => expect(nameRoute(method, url)).toBe(expected));
});

describe("a path that a lenient server reads as one of these is one of these", () => {
  it.each([
    "/v1//chat/completions",
    "/V1/Chat/Completions",
    "/v1/chat/%63ompletions",
    "/v1/chat/%2563ompletions",
    "/v1/chat%2Fcompletions",
    "/v1/files/../chat/completions",
    "/v1/./chat/completions/",
    "/v1/chat/completions;a=b",
    "/v1\\chat\\completions",
    "/v1/chat/completions?x=/files",
    "/v1/chat/completions#/files",
  ])("%s", (url) => expect(nameRoute("POST", url)).toBe("ask chat"));
});

describe("what passes", () => {
  it.each([
    ["GET", "/v1/models"],
    ["GET", "/v1/chat/completions"],
    ["POST", "/v1/embeddings"],
    ["POST", "/v1/messages/batches"],
    ["POST", "/v1/messages/count_tokens"],
    ["POST", "/v1/threads/thread_1/messages"],
    ["POST", "/v1/files?x=/v1/chat/completions"],
    ["POST", "/v1/%E0%A4%A/files"],
    ["OPTIONS", "/v1/chat/completions"],
  ])("%s %s", (method, url) => expect(nameRoute(method, url)).toBe("passes"));
});

describe("an API that is named alone", () => {
  it.each([
    ["openai", "/v1/messages", "passes"],
    ["openai", "/v1/responses", "ask responses"],
    ["anthropic", "/v1/chat/completions", "passes"],
    ["anthropic", "/v1/messages", "ask messages"],
  ] as const)("%s: %s %s", (api, url, expected) => expect(nameRoute("POST", url, api)).toBe(expected));
});
