import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { StillwatchError } from "../vocabulary/errors.js";
import { parseStoreUrl } from "./store-url.js";

afterEach(() => vi.unstubAllEnvs());

describe("parseStoreUrl", () => {
  it.each<[string, ReturnType<typeof parseStoreUrl>]>([
    ["http://127.0.0.1:8123", { url: "http://127.0.0.1:8123", database: "stillwatch" }],
    ["http://127.0.0.1:8123/", { url: "http://127.0.0.1:8123", database: "stillwatch" }],
    ["https://store.example/abuse", { url: "https://store.example", database: "abuse" }],
    ["http://ada@store.example:8123/abuse", { url: "http://store.example:8123", database: "abuse", username: "ada" }],
    [
      "http://ada:p%40ss%2Fword@store.example/a%20b",
      { url: "http://store.example", database: "a b", username: "ada", password: "p@ss/word" },
    ],
  ])("reads %s", (text, address) => {
    vi.stubEnv("STILLWATCH_STORE_PASSWORD", undefined);
    expect(parseStoreUrl(text)).toEqual(address);
  });

  it("takes the password from the environment where the address has none", () => {
    vi.stubEnv("STILLWATCH_STORE_PASSWORD", "from-outside");
    expect(parseStoreUrl("http://ada@store.example")).toMatchObject({ password: "from-outside" });
    expect(parseStoreUrl("http://ada:own@store.example")).toMatchObject({ password: "own" });
  });

  it.each([
    "",
    "store.example:8123",
    "clickhouse://store.example",
    "file:///etc/passwd",
    "http://",
    "ada:secret@store",
    "http://ada:%zz@store.example",
    "http://%zz@store.example",
    "http://store.example/%zz",
    "http://store.example/%ff",
  ])("refuses %j with a code", (text) => {
    expect(() => parseStoreUrl(text)).toThrow(expect.objectContaining({ problem: expect.objectContaining({ code: "SW1005" }) }));
  });

  it("never repeats what was typed in an error: it may hold a password", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{12}$/), (secret) => {
        try {
          parseStoreUrl(`ftp://ada:${secret}@store.example`);
          expect.unreachable();
        } catch (error) {
          expect(error).toBeInstanceOf(StillwatchError);
          expect(JSON.stringify(error) + String(error)).not.toContain(secret);
        }
      }),
    );
  });

  it("reads back any name and password", () => {
    const text = fc.string({ minLength: 1, maxLength: 20, unit: "binary" });
    fc.assert(
      fc.property(text, text, (username, password) => {
        const url = `http://${encodeURIComponent(username)}:${encodeURIComponent(password)}@store.example`;
        expect(parseStoreUrl(url)).toMatchObject({ username, password });
      }),
    );
  });
});
