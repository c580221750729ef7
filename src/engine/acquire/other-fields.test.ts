import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { boundOtherFields } from "./other-fields.js";

const OUT = "(left out)";
const keep = (fields: Record<string, unknown>): unknown => JSON.parse(JSON.stringify(boundOtherFields(fields)));
const nested = (depth: number): unknown => JSON.parse("[".repeat(depth) + "]".repeat(depth)) as unknown;

describe("a value under a name that no contract has", () => {
  it.each<[string, unknown, unknown]>([
    ["a number", 12.5, 12.5],
    ["a time in milliseconds", 1_771_057_800_000, 1_771_057_800_000],
    ["a flag", false, false],
    ["null", null, null],
    ["a label", "gold", "gold"],
    ["an identifier", "eu-west-1", "eu-west-1"],
    ["a model", "claude-sonnet-4-5", "claude-sonnet-4-5"],
    ["a UUID", "7c9e6679-7425-40de-944b-e07fc1f90ae7", "7c9e6679-7425-40de-944b-e07fc1f90ae7"],
    ["a small object", { region: "eu", zones: [1, 2] }, { region: "eu", zones: [1, 2] }],
    ["two words", "gold tier", OUT],
    ["words of another script", "金のアカウント", OUT],
    ["a line break between words", "a\nb", OUT],
    ["an address of mail", "a@example.org", OUT],
    ["an identifier of 41 characters", "ab-".repeat(13) + "ab", OUT],
    ["nothing between quotes", "", OUT],
    ["a card number", 4_111_111_111_111_111, OUT],
    ["a card number as text", "4111111111111111", OUT],
    ["tokens of a text", [15339, 1917, 11, 856, 3636, 374, 6366, 315, 9], OUT],
    ["a list with words in it", ["eu", "my dear friend"], ["eu", OUT]],
    ["a large object", { list: Array.from({ length: 300 }, () => 1) }, OUT],
    ["arrays in arrays, deep enough to break a stack", nested(200_000), OUT],
  ])("%s", (_, value, kept) => {
    expect(keep({ field: value })).toEqual({ field: kept });
  });

  // None of these is anybody's; beginnings and lengths are as their issuers make them.
  it.each([
    "sk-ant-api03-abc",
    "sk-proj-a1",
    "rk_live_51",
    "ghp_1a2b3c",
    "github_pat_11AA",
    "glpat-abc",
    "xoxb-12-34",
    "hf_abcdef",
    "AKIAIOSFODNN7EXAM",
    "AIzaSyA1",
    "ya29.a0A",
    "eyJhbGciOi.eyJz.abc",
    "Bearer:abc",
    "password:hunter2",
    "my-pass-word-is-hunter2",
    "token/abc",
    "Api-Key-1",
    "0123456789abcdef",
    "d41d8cd98f00b204e9800998ecf8427e",
    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "MTk4NjIy.Cl2FMQ.ZnCjm1",
    "aB3-dE5-gH7-jK9-mN1-p",
    "https://user:hunter2@host",
    "Basic dXNlcg==",
    "bXkgcGFzc3dvcmQ=",
  ])("%s looks like a credential and does not stay", (value) => {
    expect(keep({ field: value, list: [value], object: { field: value } })).toEqual({ field: OUT, list: [OUT], object: { field: OUT } });
  });
});

describe("a name of text or of a secret", () => {
  it.each(
    (
      "prompt user_prompt systemPrompt PROMPT_2 content message messages last_msg text TEXT_raw body requestBody input raw-input output completion " +
      "response reply question answer query searchQuery instruction transcript chat_history conversation key api_key API-Key apiKey x.api.key token " +
      "session_token client_secret auth authorization oauth2 cookie Set-Cookie password pass_word passwd pwd credential session_id bearer jwt private_key"
    ).split(" "),
  )("%s hides its value, at any depth, whatever it is", (name) => {
    for (const value of ["hello", 12345678, true, ["a"], { a: 1 }])
      expect(keep({ [name]: value, meta: { deep: [{ [name]: value, tier: "gold" }] } })).toEqual({
        [name]: OUT,
        meta: { deep: [{ [name]: OUT, tier: "gold" }] },
      });
  });

  it("hides what a hostile line brings, all at once", () => {
    const kept = keep({
      user_prompt: "tell me about my illness",
      message: "my password is hunter2",
      metadata: { prompt: "secret plans", tier: "gold", more: { note: "two words", session_token: "abc" } },
      api_key: "sk-ant-api03-xyz",
      authorization: "Bearer abc",
      trace: "sk-ant-api03-xyz",
    });
    expect(kept).toEqual({
      user_prompt: OUT,
      message: OUT,
      metadata: { prompt: OUT, tier: "gold", more: { note: OUT, session_token: OUT } },
      api_key: OUT,
      authorization: OUT,
      trace: OUT,
    });
  });
});

describe("names", () => {
  it.each(["my dear friend", "プロンプト", "рrompt", "sk-ant-api03-xyz", "0", "n".repeat(65), "d41d8cd98f00b204e9800998ecf8427e", ""])(
    "%j is no name: its field is counted, not named",
    (name) => {
      expect(keep({ [name]: 1 })).toEqual({ "…": "1 more left out" });
      expect(keep({ zone: { [name]: 1, id: 2 } })).toEqual({ zone: { id: 2, "…": "1 more left out" } });
    },
  );

  it("none is special", () => {
    const fields = JSON.parse('{"__proto__": {"__proto__": 1}, "constructor": 2}') as Record<string, unknown>;
    expect(JSON.stringify(boundOtherFields(fields))).toBe('{"__proto__":{"__proto__":1},"constructor":2}');
  });

  it("too many are counted", () => {
    const many = Object.fromEntries(Array.from({ length: 70 }, (_, index) => [`f${String(index).padStart(2, "0")}`, index]));
    const kept = keep({ ...many, ["n".repeat(129)]: 1 }) as Record<string, unknown>;
    expect(Object.keys(kept)).toHaveLength(65);
    expect(kept["…"]).toBe("7 more left out");
  });
});

describe("whatever stands in a line", () => {
  const lines = fc.dictionary(fc.string({ maxLength: 200 }), fc.jsonValue({ maxDepth: 4 }));

  it("is bounded, and the same in any order", () => {
    fc.assert(
      fc.property(lines, (fields) => {
        const text = JSON.stringify(boundOtherFields(fields));
        expect(text.length).toBeLessThan(16 * 1024);
        const reversed = Object.fromEntries(Object.entries(fields).toReversed());
        expect(JSON.stringify(boundOtherFields(reversed))).toBe(text);
      }),
    );
  });

  it("holds no sentence afterwards: no space but in the marks for what was left out", () => {
    const sentence = fc.stringMatching(/^[a-z]{1,9}( [a-z]{1,9}){1,8}$/);
    const values = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        sentence,
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(fc.string(), tie("value"), { maxKeys: 3 }),
      ),
    })).value;
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom("tier", "zone", "note"), values), (fields) => {
        const text = JSON.stringify(boundOtherFields(fields)).replaceAll(/"\(left out\)"|"[0-9]+ more left out"/g, "");
        expect(text).not.toContain(" ");
      }),
    );
  });
});
