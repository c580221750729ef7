import { describe, expect, it } from "vitest";
import { createTextKernel } from "./kernel/kernel.js";
import { compilePhraseBook } from "./phrase-book.js";
import { rememberSystemPrompts, type SystemPrompt } from "./system-prompts.js";
import { NO_VECTORS } from "./word-vectors.js";

const kernel = createTextKernel(compilePhraseBook([], []), NO_VECTORS);

function createCounted(fingerprint = kernel.fingerprint) {
  const made: string[] = [];
  const read = rememberSystemPrompts((text): SystemPrompt => {
    made.push(text);
    const empty = new Uint32Array(0);
    return { halfWords: text.length, whole: null, skeleton: null, anchors: empty, gist: empty, heard: new Int32Array(0) };
  }, fingerprint);
  return { made, read };
}

describe("remembered system prompts", () => {
  it("are read once while they are in use, however many others pass", () => {
    const { made, read } = createCounted();
    for (let i = 0; i < 40_000; i++) {
      read(`passing ${i}`);
      expect(read("in use").halfWords).toBe(6);
    }
    expect(made.filter((text) => text === "in use")).toHaveLength(1);
  });

  it("are forgotten when they are not", () => {
    const { made, read } = createCounted();
    read("once");
    for (let i = 0; i < 40_000; i++) read(`passing ${i}`);
    expect(read("once").halfWords).toBe(4);
    expect(made.filter((text) => text === "once")).toHaveLength(2);
  });

  it("are not remembered when very long", () => {
    const { made, read } = createCounted();
    const long = "x".repeat(20_000);
    expect(read(long)).toEqual(read(long));
    expect(made).toHaveLength(2);
  });

  it("are told apart even where their fingerprints are one", () => {
    const { read } = createCounted(() => 7);
    expect([read("one"), read("three"), read("one")].map(({ halfWords }) => halfWords)).toEqual([3, 5, 3]);
  });

  it("have fingerprints of their own, whatever was loaded before", () => {
    const texts = Array.from({ length: 2_000 }, (_, i) => `You are assistant number ${i} of the ${"very ".repeat(i % 7)}last shop.`);
    const prints = texts.map(kernel.fingerprint);
    expect(new Set(prints).size).toBe(texts.length);
    expect(texts.toReversed().map(kernel.fingerprint).toReversed()).toEqual(prints);
  });
});
