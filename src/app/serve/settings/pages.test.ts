import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import {
  writeEffective,
  fillPolicyPage,
  writeExample,
  writePolicyExample,
  writeEffectivePolicy,
  writeJsonSchema,
  writePolicySchema,
  writeReference,
  writeWritten,
} from "./pages.js";
import { readPolicy } from "../policy-file.js";
import { readSettings } from "./read-settings.js";
import { settingsSchema } from "./sections.js";
import { formatDuration } from "./values.js";

const docs = (name: string): string => readFileSync(new URL(`../../../../docs/${name}`, import.meta.url), "utf8");
const read = (text: string, environment: Record<string, string> = {}): ReturnType<typeof readSettings<typeof settingsSchema>> =>
  readSettings(text, { file: "f", schema: settingsSchema, environment, help: "" });

describe("pages are what the schema says; if not: npm run build && node scripts/write-settings.mjs", () => {
  it.each([
    ["settings.md", writeReference],
    ["stillwatch.example.yaml", writeExample],
    ["stillwatch.schema.json", writeJsonSchema],
    ["policy.schema.json", writePolicySchema],
    ["policy.example.yaml", writePolicyExample],
    ["policy.md", () => fillPolicyPage(docs("policy.md"))],
  ])("docs/%s", (name, write) => expect(docs(name)).toBe(write()));

  it("every field of a policy stands on its page", () => {
    for (const name of ["bulk_accounts", "name", "when.confidence_min", "members.organization_share_min", "parameters.choices_max"])
      expect(docs("policy.md")).toContain(`| \`${name}\` |`);
  });

  it("the example says what the defaults say", () => expect(read(writeExample()).value).toEqual(read("").value));

  it("the example's comments are settings, too", () => {
    const uncommented = writeExample()
      .split("\n")
      .map((line) => (/^\s*# ( *- |\s*[a-z_]+:( |$))/.test(line) ? line.replace("# ", "") : line))
      .join("\n");
    const { problems } = read(uncommented, {
      SECRET: "0123456789abcdef",
      URL: "https://x.example",
      PASSWORD: "p",
      RECORDS_URL: "postgres://x",
    });
    expect(problems).toEqual([]);
    expect(uncommented).toMatch(/^policy:/m);
    expect(uncommented).toMatch(/^ {4}- brokers:/m);
  });

  it("every setting is described", () => {
    const bare = (node: unknown, path: string): string[] => {
      const { properties = {}, items } = node as { properties?: Record<string, { description?: string }>; items?: unknown };
      const own = Object.entries(properties).flatMap(([name, child]) => [
        ...(child.description === undefined ? [`${path}.${name}`] : []),
        ...bare(child, `${path}.${name}`),
      ]);
      return items === undefined ? own : [...own, ...bare(items, `${path}[]`)];
    };
    expect(bare(JSON.parse(writeJsonSchema()), "")).toEqual([]);
  });
});

describe("settings as they are shown", () => {
  const text = "alerts:\n  slack:\n    - url: ${URL}\nanalysis:\n  interval: 90s\n";
  const { value, written } = read(text, { URL: "hunter2" });

  it("in force: with defaults and without secrets", () => {
    if (value === null) throw new Error("the settings are right");
    const shown = writeEffective(value);
    expect(shown).not.toContain("hunter2");
    expect(parse(shown)).toMatchObject({ alerts: { slack: [{ url: "***" }] }, analysis: { interval: "90s" }, auth: "keys" });
  });

  it("a policy in force: every rule with its defaults, and it reads as the same policy", () => {
    const { policy } = readPolicy(docs("policy.example.yaml"), { file: "f" });
    if (policy === null) throw new Error("the example is right");
    const shown = writeEffectivePolicy(policy);
    expect(parse(shown)).toMatchObject({
      bulk_accounts: 20,
      rules: [{ mode: "shadow", expires_after: "30d", when: { spoofable_max: 3 } }, {}, { scope: "campaign" }, {}, {}, {}],
    });
    expect(readPolicy(shown, { file: "f" })).toEqual({ policy, problems: [] });
  });

  it("as written: references, nothing added", () => expect(parse(writeWritten(written))).toEqual(parse(text)));
});

it.each([
  [0, "0m"],
  [1, "1ms"],
  [90_000, "90s"],
  [3_600_000, "1h"],
  [172_800_000, "2d"],
])("%d ms are %s", (milliseconds, text) => expect(formatDuration(milliseconds)).toBe(text));
