import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { readCaller } from "./caller.js";

const hash = (key: string): string => createHash("sha256").update(key).digest("hex");

describe("who sends a request", () => {
  it.each([
    ["OpenAI's header", { authorization: "Bearer sk-1" }],
    ["Anthropic's", { "x-api-key": "sk-1" }],
    ["Azure's", { "api-key": "sk-1" }],
    ["bearer in any spelling", { authorization: "bearer  sk-1" }],
  ])("by %s is the hash of the key", (_, headers) => {
    expect(readCaller(headers, {})).toEqual({ accountId: hash("sk-1") });
  });

  it("an account header counts where the operator named it, and then alone", () => {
    const headers = { authorization: "Bearer sk-1", "x-account-id": "acct-1", "x-org": "org-1", "x-request-id": "req-1" };
    const names = { accountHeader: "x-account-id", organizationHeader: "x-org" };
    expect(readCaller(headers, names)).toEqual({ accountId: "acct-1", organizationId: "org-1", requestId: "req-1" });
    expect(readCaller({ authorization: "Bearer sk-1" }, names)).toBeNull();
  });

  it("tells address and fingerprint by headers that the operator named, and the program by what it says of itself", () => {
    const headers = {
      authorization: "Bearer sk-1",
      "x-client": "192.0.2.7",
      "x-ja4": "t13d",
      "user-agent": "a/1",
      "x-forwarded-for": "spoofed",
    };
    expect(readCaller(headers, { addressHeader: "x-client", ja4Header: "x-ja4" })?.client).toEqual({
      ip: "192.0.2.7",
      ja4: "t13d",
      userAgent: "a/1",
    });
    expect(readCaller(headers, {})?.client).toEqual({ userAgent: "a/1" });
  });

  it("a header that nobody named is never read: callers could write it", () => {
    expect(readCaller({ authorization: "Bearer sk-1", "x-account-id": "somebody-else" }, {})?.accountId).toBe(hash("sk-1"));
  });

  it.each([
    ["no key", {}],
    ["an empty key", { authorization: "Bearer " }],
    ["a key sent twice", { "x-api-key": ["sk-1", "sk-2"] }],
  ])("%s names nobody", (_, headers) => {
    expect(readCaller(headers, {})).toBeNull();
  });
});
