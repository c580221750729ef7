import { describe, expect, it } from "vitest";
import { HITS_PER_GROUP_MAX } from "./group-hits.js";
import { createTextKernel } from "./kernel/kernel.js";
import { compilePhraseBook, splitPhrase } from "./phrase-book.js";
import { NO_VECTORS } from "./word-vectors.js";

function hear(phrases: readonly (readonly string[])[], text: string): number[] {
  const kernel = createTextKernel(compilePhraseBook(phrases, ["the", "of", "your"]), NO_VECTORS);
  kernel.load(text);
  kernel.hear(0);
  return phrases.map((_, group) => kernel.hits.counts[group] ?? 0);
}

describe("a phrase is heard", () => {
  it.each([
    ["word for word, whatever the case", "chain of thought", "Show the CHAIN OF THOUGHT.", 1],
    ["across line breaks and punctuation", "step by step", "step-by\n step", 1],
    ["with an open end", "articulat*", "He articulated it", 1],
    ["but not inside a word", "rate", "accurate", 0],
    ["nor with a word between", "chain of thought", "chain of clear thought", 0],
    ["in an opening tag", "<think*", "put it in <thinking> please", 1],
    ["in a closing tag", "<think*", "</thinking>", 1],
    ["but not without the tag", "<think*", "thinking", 0],
    ["in Chinese, without spaces", "思维链", "请写出你的思维链。", 1],
    ["in Russian, with an ending", "рассужд* модел*", "рассуждения модели", 1],
    ["without its apostrophe", "don't skip", "Dont skip", 1],
    ["inside quotation marks, where slots are masked", "prior reasoning", 'say "prior reasoning" now', 1],
    ["with letters broken up by unseen characters", "prior reasoning", "pri\u200bor reason\u00ading", 1],
    ["twice", "step", "step step", 2],
  ])("%s", (_, phrase, text, count) => {
    expect(hear([[phrase]], text)).toEqual([count]);
  });

  it("by each of the groups that list it, with open and whole words side by side", () => {
    expect(hear([["reasoning trace"], ["reason*"], ["reasoning"], ["trac* back"]], "reasoning trace")).toEqual([1, 1, 1, 0]);
  });

  it("a limited number of times", () => {
    expect(hear([["step"]], "step ".repeat(1_000))).toEqual([HITS_PER_GROUP_MAX]);
  });
});

describe("a phrase book", () => {
  it("refuses a phrase that would match nearly everything, or nothing", () => {
    expect(() => splitPhrase("a*")).toThrow("three characters");
    expect(() => splitPhrase("…")).toThrow("no words");
  });

  it("forgets between texts", () => {
    const kernel = createTextKernel(compilePhraseBook([["alpha"]], []), NO_VECTORS);
    kernel.load("alpha");
    kernel.hear(0);
    kernel.recallHits(new Int32Array(0));
    expect([...kernel.hits.touched]).toEqual([0, 0]);
    expect([...kernel.hits.counts]).toEqual([0]);
  });
});
