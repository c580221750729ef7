import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { createFeatureExtractor, techniquesOf } from "../../engine/behaviour/features.js";
import { requestDetections } from "../../detections/index.js";

/** Real prompts; see the README of that folder. */
const DATA = process.env["STILLWATCH_DATA"] ?? join(import.meta.dirname, "../../../../shared/data");

interface Row {
  id: string;
  kind?: string;
  prompt?: string;
  turns?: { role: string; content: string }[];
  tools?: { name: string }[];
}

function readRows(path: string): Row[] {
  return gunzipSync(readFileSync(path))
    .toString()
    .trim()
    .split("\n")
    .map((line): Row => JSON.parse(line));
}

const extract = await createFeatureExtractor(requestDetections);

function countFirings(rows: readonly Row[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const messages = row.turns ?? [{ role: "user", content: row.prompt ?? "" }];
    const features = extract({
      requestId: row.id,
      atMs: 0,
      accountId: "a",
      targetModel: "m",
      status: 200,
      inputTokens: 1,
      outputTokens: 1,
      messages,
      tools: row.tools?.map(({ name }) => name) ?? [],
    });
    for (const technique of techniquesOf(features?.techniques ?? 0)) counts.set(technique, (counts.get(technique) ?? 0) + 1);
  }
  return counts;
}

describe.skipIf(!existsSync(DATA))("request detections on real prompts", () => {
  const benign = existsSync(DATA) ? readdirSync(join(DATA, "prompts_benign")) : [];

  it.each(benign)("each technique fires on at most 1 % of %s", (file) => {
    const rows = readRows(join(DATA, "prompts_benign", file));
    const counts = countFirings(rows);
    expect([...counts].filter(([, count]) => count / rows.length > 0.01)).toEqual([]);
  });

  it("finds grading in every request that bought critiques for a judge", () => {
    const rows = readRows(join(DATA, "prompts_distill", "autoj_judge_single.jsonl.gz"));
    const counts = countFirings(rows);
    expect((counts.get("rubric_grading") ?? 0) / rows.length).toBeGreaterThanOrEqual(0.99);
  });

  it.each([
    ["instruction generation", ["task_generation"], 1],
    ["judge / rubric grading (also benign evaluation)", ["rubric_grading", "pairwise_judging"], 0.7],
    ["tool-use trajectory", ["trajectory_generation"], 0.5],
  ] as const)("finds the published templates of kind %s", (kind, techniques, share) => {
    const rows = readRows(join(DATA, "templates", "templates_a.jsonl.gz")).filter((row) => row.kind === kind);
    let found = 0;
    for (const row of rows) {
      const counts = countFirings([row]);
      if (techniques.some((technique) => counts.has(technique))) found++;
    }
    expect(found / rows.length).toBeGreaterThanOrEqual(share);
  });

  it("stays silent on homework and benchmark questions that ask for steps", () => {
    const rows = readRows(join(DATA, "prompts_bulk", "eval_gsm8k_test.jsonl.gz")).map((row) => ({
      ...row,
      prompt: `${row.prompt}\nLet's think step by step. Show your work and explain your reasoning before the final answer.`,
    }));
    const counts = countFirings(rows);
    expect(counts.get("articulate_reasoning") ?? 0).toBe(0);
    expect(counts.get("inline_reasoning_tags") ?? 0).toBe(0);
  });
});

if (!existsSync(DATA)) console.warn(`not checked: recall and false positives on real prompts (no ${DATA}; set STILLWATCH_DATA)`);
