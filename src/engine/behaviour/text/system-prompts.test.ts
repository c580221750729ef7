import { describe, expect, it } from "vitest";
import { rememberSystemPrompts, type SystemPrompt } from "./system-prompts.js";

function createCounted() {
  const made: string[] = [];
  const read = rememberSystemPrompts((text): SystemPrompt => {
    made.push(text);
    const empty = new Uint32Array(0);
    return { halfWords: text.length, whole: null, skeleton: null, anchors: empty, gist: empty, heard: new Int32Array(0) };
  });
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
});
