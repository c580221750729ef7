import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { simulateWorld } from "../world.js";
import { readLibrary } from "./library-reader.js";
import { markSlots, recognisePrompts } from "./prompts.js";

let folder = "";

function write(name: string, rows: readonly object[]): void {
  const path = join(folder, name);
  mkdirSync(join(path, ".."), { recursive: true });
  const text = rows.map((row) => JSON.stringify(row)).join("\n");
  writeFileSync(path, name.endsWith(".gz") ? gzipSync(text) : text);
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "stillwatch-library-"));
  write(
    "prompts/teacher/x1.jsonl.gz",
    Array.from({ length: 400 }, (_, i) => ({
      id: `t:${i}`,
      prompt: `How many legs have ${i} spiders and one hen?`,
      response: `${8 * i + 2}`,
    })),
  );
  write(
    "prompts/people.ndjson",
    Array.from({ length: 300 }, (_, i) => ({
      id: `p:${i}`,
      user: `u${i % 60}`,
      turns: [
        { role: "user", content: `my pond number ${i} is green, why?` },
        { role: "assistant", content: "Algae." },
        { role: "user", content: "and now?" },
      ],
    })),
  );
  write(
    "prompts/jobs.jsonl",
    Array.from({ length: 80 }, (_, i) => ({ id: `b:${i}`, template: `t${i % 4}`, prompt: `Sort the parcel ${i}` })),
  );
  write(
    "prompts/exam.jsonl",
    Array.from({ length: 80 }, (_, i) => ({ id: `e:${i}`, subject: "geography", prompt: `Capital number ${i}?` })),
  );
  write("prompts/frames.jsonl", [
    {
      id: "f:1",
      kind: "reasoning trace",
      commit: "abc",
      prompt: "Solve this with every thought written down before the result: {problem}",
    },
  ]);
  write("prompts/list.csv", []);
  const rates = ["client,t_s,rate_rps,cv,arrival,p1,p2"];
  for (let client = 0; client < 12; client++)
    for (let window = 0; window < 200; window++) rates.push(`${client},${window * 600},${1 + (window % 24 < 8 ? 5 : 0)},1,Gamma,1,1`);
  mkdirSync(join(folder, "traces"), { recursive: true });
  writeFileSync(join(folder, "traces", "r.csv"), rates.join("\n"));
  write("traces/s.jsonl", [
    {
      id: "s1",
      tool_tokens: 1,
      requests: [
        { t: 0, out: 10, type: "n" },
        { t: 9, out: 20, type: "n" },
      ],
    },
    { id: "s2", requests: [{ t: 0, out: 10 }] },
  ]);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a library", () => {
  it("tells files apart by the shape of their rows", () => {
    const library = readLibrary({ prompts: join(folder, "prompts"), traces: join(folder, "traces") });
    expect(library?.items.reasoning).toHaveLength(400);
    expect(library?.conversations).toHaveLength(300);
    expect(library?.conversations[0]).toMatchObject({ turns: [expect.any(String), "and now?"], answers: ["Algae.", null] });
    expect(library?.bulk.map((job) => job.prompts.length)).toEqual([20, 20, 20, 20]);
    expect(library?.benchmarks).toHaveLength(1);
    expect(library?.templates[0]).toMatchObject({ capability: "reasoning", prompt: expect.stringContaining("%ITEM%") });
    expect(library?.rates).toHaveLength(12);
    expect(library?.sessions).toHaveLength(2);
    expect(library?.counts).toMatchObject({ prompts_files: 5, traces_files: 2 });
  });

  it("cuts halves that share nothing, keep people whole, and together hold all", () => {
    const texts = (half: "first" | "second") => readLibrary({ prompts: join(folder, "prompts"), half });
    const [first, second] = [texts("first"), texts("second")];
    const items = (library: typeof first) => (library?.items.reasoning ?? []).map((item) => item.text);
    expect(new Set([...items(first), ...items(second)]).size).toBe(400);
    expect(items(first).length + items(second).length).toBe(400);
    expect(items(first).length).toBeGreaterThan(120);
    const people = (library: typeof first) =>
      new Set((library?.conversations ?? []).map((each) => Number(/\d+/.exec(each.turns[0] ?? "")?.[0]) % 60));
    for (const person of people(first)) expect(people(second)).not.toContain(person);
  });

  it("puts its prompts into the world, and none of the other half's", () => {
    const library = readLibrary({ prompts: join(folder, "prompts"), half: "first" });
    const other = new Set(
      (readLibrary({ prompts: join(folder, "prompts"), half: "second" })?.items.reasoning ?? []).map((item) => item.text),
    );
    const world = simulateWorld({
      seed: 3,
      accounts: 400,
      requests: 4000,
      campaigns: ["deepseek"],
      campaignAccounts: 40,
      lookAlikes: [],
      ...(library ? { library } : {}),
    });
    let spiders = 0;
    for (const { event, campaign } of world.requests()) {
      const found = /How many legs have \d+ spiders and one hen\?/.exec(event.messages?.at(-1)?.content ?? "");
      if (campaign === null || !found) continue;
      spiders++;
      if (spiders < 100) expect(other.has(found[0])).toBe(false);
    }
    expect(spiders).toBeGreaterThan(50);
  });

  it.each([
    ["a missing folder", { prompts: "no-such-folder" }, "SW1503"],
    ["a folder without prompts", { prompts: "traces" }, "SW1504"],
    ["a folder without traces", { traces: "prompts" }, "SW1504"],
  ])("refuses %s instead of falling back unnoticed", (_name, wish, code) => {
    const inside = Object.fromEntries(Object.entries(wish).map(([key, name]) => [key, join(folder, name)]));
    expect(() => readLibrary(inside)).toThrow(code);
  });

  it("is null when nothing is asked for", () => {
    expect(readLibrary({})).toBeNull();
  });
});

describe("shapes", () => {
  it.each([
    ["harvested prompts", "a.jsonl", { id: 1, prompt: "x", response: "y" }, "distill"],
    ["a query pool", "a.jsonl", { id: 1, prompt: "x", reference: "y" }, "distill"],
    ["people's sessions with answers", "a.jsonl", { user: "u", prompt: "x", response: "y", t_s: 1 }, "user"],
    ["passed-around prompts", "a.jsonl", { act: "a", prompt: "x" }, "user"],
    ["tool calls of people in a benign folder", "prompts_benign/a.jsonl", { prompt: "x", response: "y" }, "user"],
    ["trajectories in a distill folder", "prompts_distill/a.jsonl", { prompt: "x", turns: [], response: "y" }, "distill"],
    ["pipelines", "prompts_bulk/a.jsonl", { template: "t", prompt: "x" }, "bulk"],
    ["benchmark questions", "prompts_bulk/a.jsonl", { prompt: "x" }, "benchmark"],
    ["templates", "a.jsonl", { kind: "judge", commit: "c", prompt: "x {}" }, "template"],
    ["a network list", "a.csv", { start: "1.0.0.0", end: "1.0.0.255" }, null],
  ])("recognises %s", (_name, file, row, kind) => {
    expect(recognisePrompts(file, [row])).toBe(kind);
  });

  it.each([
    ["Q: {question}\nA: {answer}", "Q: %ITEM%\nA: %ANSWER%"],
    ["Box it: \\boxed{{}}\n{prompt}", "Box it: \\boxed{}\n%ITEM%"],
    ["{{TASK}} {task}", "{TASK} %ITEM%"],
    ['Return {"score": 1} for {}', 'Return {"score": 1} for %ITEM%'],
  ])("marks the slots of %j", (template, marked) => {
    expect(markSlots(template)).toBe(marked);
  });
});
