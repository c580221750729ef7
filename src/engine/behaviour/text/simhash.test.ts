import { expect, it } from "vitest";
import { compilePhraseBook } from "./phrase-book.js";
import { createScannedText, createScanner } from "./scanner.js";
import { createSimhasher } from "./simhash.js";
import { regionsOf } from "./sketcher.js";

const scan = createScanner(compilePhraseBook([], ["the", "a", "of", "and"]));
const simhash = createSimhasher();

function sketch(text: string) {
  const scanned = createScannedText();
  scan(text, scanned);
  const { head, tail } = regionsOf(scanned);
  return simhash(scanned, head, tail);
}

function distance(a: string, b: string): number {
  const [first, second] = [sketch(a)!, sketch(b)!];
  const bits = (value: number) => (value >>> 0).toString(2).replaceAll("0", "").length;
  return bits(first[0] ^ second[0]) + bits(first[1] ^ second[1]);
}

const ORIGINAL =
  "You are an expert data analyst combining statistical rigor with deep domain knowledge; deliver insights grounded in real data and supported by complete and transparent reasoning.";

it("is near for a text with one word changed, and far for a stranger", () => {
  expect(distance(ORIGINAL, ORIGINAL)).toBe(0);
  expect(distance(ORIGINAL, ORIGINAL.replace("insights", "findings"))).toBeLessThanOrEqual(12);
  expect(
    distance(
      ORIGINAL,
      "Mix flour, butter and sugar, rest the dough for an hour, then bake it until golden brown and let it cool on a wire rack.",
    ),
  ).toBeGreaterThan(18);
});

it("is nothing for a few words", () => {
  expect(sketch("two words")).toBeNull();
});

it("counts bits as a plain count does, whatever the number of features", () => {
  // A text of one repeated word has one bigram and one content word: the majority is the sketch of the word itself.
  const repeated = sketch("granite ".repeat(30));
  expect(repeated).toEqual(sketch("granite ".repeat(61)));
});
