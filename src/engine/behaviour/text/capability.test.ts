import { describe, expect, it } from "vitest";
import { createFeatureExtractor } from "../features.js";

const extract = await createFeatureExtractor([]);

function judge(prompt: string, tools: string[] = []): string {
  const messages = [{ role: "user", content: prompt }];
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
  })!.capability;
}

describe("a request asks for", () => {
  it.each([
    ["coding", "Write a Python function that reverses a string."],
    ["coding", "用Python编写一个函数，反转字符串。"],
    ["coding", "Écris une fonction en Python qui inverse une liste."],
    ["reasoning", "How many ways are there to seat five guests at a round table?"],
    ["reasoning", "Докажите, что корень из двух иррационален."],
    ["reasoning", "請一步一步計算：一共多少個蘋果？ 证明并求解方程。"],
    ["translation", "Translate this letter into French: see you tomorrow."],
    ["translation", "Übersetze den Satz ins Englische: Guten Morgen."],
    ["roleplay", "I want you to act as a grumpy lighthouse keeper."],
    ["roleplay", "请你扮演一位唐代诗人。"],
    ["writing", "Write a poem about autumn."],
    ["writing", "Escribe un cuento corto, un poema o una carta sobre el mar."],
    ["data_analysis", "You are an expert data analyst combining statistical rigor with deep domain knowledge."],
    ["grading", "Evaluate the quality of the response below against the scoring rubric."],
    ["general", "What colour is the sky on Mars?"],
  ])("%s: %s", (capability, prompt) => {
    expect(judge(prompt)).toBe(capability);
  });

  it.each([
    ["computer_use", ["computer", "bash"]],
    ["agentic_coding", ["bash", "str_replace_based_edit_tool"]],
    ["agentic_coding", ["get_weather", "apply_patch"]],
    ["tool_use", ["get_weather"]],
  ])("%s when it offers %j", (capability, tools) => {
    expect(judge("Go on.", tools)).toBe(capability);
  });
});
