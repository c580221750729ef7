/** Whose reasoning is it? */
import createXxhash from "xxhash-wasm";
import { beforeAll, describe, expect, it } from "vitest";
import { createHandleMemory, type HashText } from "./handle-memory.js";

let hash: HashText;
beforeAll(async () => {
  const xxhash = await createXxhash();
  hash = (text) => xxhash.h64(text);
});

describe("a handle that was handed in", () => {
  it.each([
    ["by the account it was issued to", { accountId: "a", organizationId: "acme" }, "own"],
    ["by a colleague", { accountId: "b", organizationId: "acme" }, "same_organization"],
    ["by a stranger of another organization", { accountId: "b", organizationId: "other" }, "other_account"],
    ["by a stranger without an organization", { accountId: "b" }, "other_account"],
  ] as const)("%s", (_, who, finding) => {
    const memory = createHandleMemory({ handlesMax: 10, hash });
    memory.note({ handle: "h1", accountId: "a", organizationId: "acme" });
    expect(memory.look("h1", who)).toBe(finding);
  });

  it("is unknown where nobody was seen to get it", () => {
    expect(createHandleMemory({ handlesMax: 10, hash }).look("h1", { accountId: "a" })).toBe("unknown");
  });

  it("is no reference when it was issued to two accounts", () => {
    const memory = createHandleMemory({ handlesMax: 10, hash });
    for (const accountId of ["a", "b"]) memory.note({ handle: "h1", accountId });
    expect(memory.look("h1", { accountId: "c" })).toBe("shared");
  });

  it("two accounts without an organization are strangers", () => {
    const memory = createHandleMemory({ handlesMax: 10, hash });
    memory.note({ handle: "h1", accountId: "a" });
    expect(memory.look("h1", { accountId: "b" })).toBe("other_account");
  });
});

describe("whom an account belongs to", () => {
  const note = (options: { issuer?: string; organizationOf?: (account: bigint) => string | undefined } = {}) => {
    const { issuer = "a", ...rest } = options;
    const memory = createHandleMemory({ handlesMax: 10, hash, ...rest });
    memory.note({ handle: "h1", accountId: issuer, organizationId: "acme" });
    return memory;
  };

  it("is what the operator's list says, whatever the request claims", () => {
    const memory = note({ organizationOf: (account) => (account === hash("b") ? "other" : undefined) });
    expect(memory.look("h1", { accountId: "b", organizationId: "acme" })).toBe("other_account");
  });

  it("is known of who got the handle, too, when the list came later", () => {
    const listed: string[] = [];
    const memory = note({ organizationOf: () => listed.at(0) });
    listed.push("parent");
    expect(memory.look("h1", { accountId: "b" })).toBe("same_organization");
  });

  it("is what events said, where a gateway names nobody", () => {
    const memory = note();
    memory.note({ handle: "h2", accountId: "b", organizationId: "acme" });
    expect(memory.look("h1", { accountId: "b" })).toBe("same_organization");
  });

  it.each(["unattributed:litellm", "service:chat-backend"])("%s is nobody: what it got or hands in tells nothing", (nobody) => {
    expect(note({ issuer: nobody }).look("h1", { accountId: "b" })).toBe("unknown");
    expect(note().look("h1", { accountId: nobody })).toBe("unknown");
  });
});

describe("the memory", () => {
  it("stays within its bound, keeps the youngest and counts what it forgot", () => {
    const memory = createHandleMemory({ handlesMax: 100, hash });
    for (let index = 0; index < 1000; index++) memory.note({ handle: `h${index}`, accountId: "a" });
    expect(memory.size()).toBeLessThanOrEqual(100);
    expect(memory.size() + memory.forgotten()).toBe(1000);
    expect(memory.look("h999", { accountId: "b" })).toBe("other_account");
    expect(memory.look("h0", { accountId: "b" })).toBe("unknown");
  });
});
