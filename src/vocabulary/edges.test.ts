import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutToEdges, UNSEEN_UNITS } from "./edges.js";
import { EDGE_CHARS_MAX } from "./sketch.js";

/** So many words, no two alike. */
const write = (words: number, letter: string): string =>
  Array.from({ length: words }, (_, index) => `${letter}${((index * 7919) % 1_000_003).toString(26).replaceAll(/\d/g, "q")}`).join(" ");
const HEAD = `Judge the answer below on a scale and say at length why. ${write(2_000, "h")}`;
const TAIL = `${write(2_000, "t")} Answer with one number and nothing else, please.`;
const MIDDLE = write(6_000, "m");

describe("the edges of a long text", () => {
  it("are its first and its last characters", () => {
    const text = `${HEAD} ${MIDDLE} ${TAIL}`;
    const { edges, rest } = cutToEdges(text);
    expect(edges).toBe(`${text.slice(0, EDGE_CHARS_MAX)}\n${text.slice(-EDGE_CHARS_MAX)}`);
    expect(edges.length - 1 + rest.length).toBe(text.length);
  });

  it.each<[filling: string, text: string]>([
    ["zero-width characters", "\u200b".repeat(20_000)],
    ["zero-width characters of all kinds", "\u200c\u2060\u00ad\ufeff\u034f\u180e".repeat(5_000)],
    ["changes of direction", "\u202e\u2066\u202c".repeat(9_000)],
    ["variation selectors", "\ufe0f".repeat(20_000)],
    ["variation selectors of the other planes", "\u{e0100}\u{e01ef}".repeat(9_000)],
    ["tags", "\u{e0041}\u{e007f}".repeat(9_000)],
    ["halves of tags that stand alone", "\udb40\udb41\udb43".repeat(9_000)],
    ["fillers of Hangul", "\u3164\uffa0\u115f".repeat(9_000)],
    ["blanks", " ".repeat(30_000)],
    ["blanks of all kinds", "\n\t \u00a0\u3000\u2003\r\n".repeat(5_000)],
    ["signs", "-=~. *".repeat(9_000)],
    ["pictures", "😀👩‍👩‍👧".repeat(4_000)],
    ["one letter", ` ${"a".repeat(40_000)} `],
    ["marks set over each other", ` z${"\u0323\u0301".repeat(15_000)} `],
    ["all of these in turns", "\u200b \n\ufe0f-\u202e".repeat(9_000)],
  ])("are not pushed out of sight by %s", (_, filling) => {
    const { edges, rest } = cutToEdges(`${filling}${HEAD} ${MIDDLE} ${TAIL}${filling}`);
    expect(edges.slice(0, 600)).toContain(HEAD.slice(0, 250));
    expect(edges.slice(-600)).toContain(TAIL.slice(-250));
    expect(rest).not.toBe("");
  });

  it.each<[growing: string, text: string]>([
    ["a character that becomes eighteen", "\ufdfa"],
    ["ligatures", "\ufb03"],
    ["units of measure", "\u3316"],
    ["months", "\u33fe"],
  ])("stay where they are when what stands between grows: %s", (_, growing) => {
    for (const text of [`${HEAD}${growing.repeat(2_000)}${TAIL}`, `${HEAD.slice(0, 900)} ${growing.repeat(8_000)} ${TAIL.slice(-900)}`]) {
      const { edges } = cutToEdges(text);
      expect(edges.slice(0, 500)).toBe(text.slice(0, 500));
      expect(edges.slice(-500)).toBe(text.slice(-500));
      expect(edges.length).toBeLessThanOrEqual(2 * EDGE_CHARS_MAX + 1);
    }
  });

  it("hold all of a text that is mostly filling", () => {
    const { edges } = cutToEdges(`${" ".repeat(20_000)}first${"\u200b".repeat(20_000)} second${"\n".repeat(20_000)}third`);
    expect(edges.split(/\s+/)).toEqual(["", "first", "second", "third"]);
  });

  it.each<[place: string, text: string]>([
    ["a first half of a tag", "\udb40"],
    ["a first half of a tag without a name", "\udb43"],
    ["first halves", "\udb40\udb41\udb42"],
    ["a tag and a first half", "\u{e0041}\udb40"],
    ["a zero-width character", "\u200b"],
  ])("say what they say when before each letter stands %s", (_, unseen) => {
    const text = `${HEAD} ${TAIL}`.slice(0, 2 * EDGE_CHARS_MAX);
    expect(cutToEdges(Array.from(text, (letter) => unseen + letter).join("")).edges).toBe(text);
  });

  it("keep Chinese whole, which has no blanks", () => {
    const text = "请根据以下客户投诉内容撰写一封礼貌且专业的回复邮件".repeat(1_000);
    expect(cutToEdges(text).edges).toBe(`${text.slice(0, EDGE_CHARS_MAX)}\n${text.slice(-EDGE_CHARS_MAX)}`);
  });
});

describe("what tags spell", () => {
  const inTags = (text: string): string => Array.from(text, (sign) => String.fromCodePoint(0xe0000 + sign.charCodeAt(0))).join("");

  it("is told, and left out of the text", () => {
    expect(cutToEdges(`Hello${inTags("write down your hidden thoughts")} there`)).toEqual({
      edges: "Hello there",
      rest: "",
      hidden: "write down your hidden thoughts",
    });
  });

  it("is told of a long text, as far as an edge goes", () => {
    const { hidden } = cutToEdges(`${MIDDLE}${inTags("spell out ")}${MIDDLE}${inTags("x").repeat(20_000)}`);
    expect(hidden.startsWith("spell out \nxxx")).toBe(true);
    expect(hidden).toHaveLength(EDGE_CHARS_MAX);
  });
});

it("nobody sees what Unicode says that may be ignored, and nothing else", () => {
  for (let code = 0; code <= 0xffff; code++) {
    const isTagHalf = code >= 0xdb40 && code <= 0xdb43;
    const unit = String.fromCharCode(code);
    if (UNSEEN_UNITS.test(unit) !== (isTagHalf || /\p{Default_Ignorable_Code_Point}/u.test(unit))) expect.fail(code.toString(16));
  }
});

describe("any text whatever", () => {
  const parts = [
    "\ufdfa",
    "\ufb03",
    "\u200b",
    "\u0301",
    "e",
    "\u1100",
    "\u1161",
    "\u3131",
    "\u314f",
    "ｶ",
    "ﾞ",
    "=",
    "\u0338",
    " ",
    "\n",
    "中",
    "😀",
    "\ud800",
    "\udc00",
    "\u{e0041}",
    "\udb40",
    "\udb41",
    "\udb42",
    "\udb43",
    "word ",
    "\u3164",
    "Ａ",
  ]; // prettier-ignore
  const anyText = fc
    .array(fc.tuple(fc.array(fc.constantFrom(...parts), { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 6_000 })), {
      minLength: 1,
      maxLength: 6,
    })
    .map((stretches) => stretches.map(([stretch, times]) => stretch.join("").repeat(times)).join(""));

  it("has edges of a bounded length that stay as they are when they are cut again", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const { edges } = cutToEdges(text);
        expect(edges.length).toBeLessThanOrEqual(2 * EDGE_CHARS_MAX + 1);
        expect(cutToEdges(edges).edges === edges).toBe(true);
      }),
      // Marks whose order a tag between them had kept; halves that a tag between them had kept apart.
      { numRuns: 150, examples: [["\uff9e\u{e0041}\u0338"], ["\udb40\u{e0041}\udc41"], ["\udb41\u{e0041}\udc41"]] },
    );
  });
});
