import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { createFeatureExtractor } from "../features.js";

/** Real prompts and published templates; see the README of that folder. */
const DATA = process.env["STILLWATCH_DATA"] ?? join(import.meta.dirname, "../../../../../shared/data");
const extract = await createFeatureExtractor([]);

interface Row {
  id: string;
  prompt?: string;
  response?: string;
  turns?: { role: string; content: string }[];
}

function readRows(path: string): Row[] {
  return gunzipSync(readFileSync(join(DATA, path)))
    .toString()
    .trim()
    .split("\n")
    .map((line): Row => JSON.parse(line));
}

const textOf = (row: Row): string => row.prompt ?? row.turns?.findLast(({ role }) => role === "user")?.content ?? "";

function featuresOf(text: string, tools: string[] = []) {
  const messages = [{ role: "user", content: text }];
  return extract({
    requestId: "r",
    atMs: 0,
    accountId: "a",
    targetModel: "m",
    status: 200,
    inputTokens: 1,
    outputTokens: 1,
    messages,
    tools,
  })!;
}

function anchorsOf(text: string): Set<number> {
  const { headAnchors, tailAnchors } = featuresOf(text).sketch;
  return new Set([...headAnchors, ...tailAnchors]);
}

/** Share of pairs with a common anchor; pairs of equal texts do not count. */
function shareOfPairs(texts: readonly string[]): number {
  const anchors = texts.map(anchorsOf);
  let pairs = 0;
  let sharing = 0;
  for (let i = 0; i < texts.length; i++) {
    for (let j = i + 1; j < texts.length; j++) {
      if (texts[i] === texts[j]) continue;
      pairs++;
      if ([...anchors[i]].some((anchor) => anchors[j].has(anchor))) sharing++;
    }
  }
  return sharing / pairs;
}

describe.skipIf(!existsSync(DATA))("anchors on real prompts", () => {
  it("at least .98 of the pairs filled from one published template share one, whatever real text fills it", () => {
    const fillings = readRows("prompts_distill/alpaca_5000.jsonl.gz").flatMap(({ prompt, response }) => [prompt ?? "", response ?? ""]);
    let at = 0;
    const next = () => fillings[(at += 37) % fillings.length];
    const shares = readRows("templates/templates_a.jsonl.gz").map((row) => {
      const template = /\{\w*\}/.test(textOf(row)) ? textOf(row) : `${textOf(row)}\n\nTask: {}`;
      return shareOfPairs(Array.from({ length: 20 }, () => template.replaceAll(/\{\w*\}/g, next)));
    });
    expect(shares.reduce((sum, share) => sum + share, 0) / shares.length).toBeGreaterThanOrEqual(0.98);
  });

  it.each([
    ["arena_users_a", 0.005],
    ["awesome_prompts_a", 0.005],
    ["bfcl_live_a", 0.005],
    ["instructionwild_user1", 0.005],
    ["oasst_zh", 0.005],
    ["realhumaneval_a", 0.005],
    ["self_instruct_user_oriented", 0.005],
  ])("of the pairs of strangers' prompts in %s at most %d share one", (file, most) => {
    expect(shareOfPairs(readRows(`prompts_benign/${file}.jsonl.gz`).slice(0, 600).map(textOf))).toBeLessThanOrEqual(most);
  });
});

describe.skipIf(!existsSync(DATA))("the capability is judged right", () => {
  it.each([
    ["prompts_distill/autoj_judge_single", "grading", 0.95],
    ["prompts_distill/codealpaca_gpt4", "coding", 0.9],
    ["prompts_distill/codealpaca_2k", "coding", 0.8],
    ["prompts_distill/gpteacher_roleplay", "roleplay", 0.75],
    ["prompts_bulk/eval_gsm8k_test", "reasoning", 0.85],
    ["prompts_distill/alpaca_5000", "general", 0.5],
  ])("in %s it is %s for a share of at least %d", (file, capability, least) => {
    const rows = readRows(`${file}.jsonl.gz`).slice(0, 1_500);
    const right = rows.filter((row) => featuresOf(textOf(row)).capability === capability).length;
    expect(right / rows.length).toBeGreaterThanOrEqual(least);
  });
});

if (!existsSync(DATA)) console.warn(`not checked: anchors and capabilities on real prompts (no ${DATA}; set STILLWATCH_DATA)`);
