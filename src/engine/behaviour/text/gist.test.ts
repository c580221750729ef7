import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createTextKernel } from "./kernel/kernel.js";
import { compilePhraseBook } from "./phrase-book.js";
import { STOP_WORDS } from "./stop-words.js";
import { loadWordVectors } from "./word-vectors.js";

const kernel = createTextKernel(compilePhraseBook([], STOP_WORDS), await loadWordVectors());

function gistOf(text: string): number[] {
  kernel.load(text);
  return Array.from(kernel.readPrompt(0).headGist).flatMap((part) =>
    Array.from({ length: 8 }, (_, number) => ((part >>> (4 * number)) & 15) - 8),
  );
}

function cosine(a: string, b: string): number {
  const dot = (x: number[], y: number[]): number => x.reduce((sum, value, i) => sum + value * y[i], 0);
  const [first, second] = [gistOf(a), gistOf(b)];
  return dot(first, second) / Math.sqrt(dot(first, first) * dot(second, second));
}

const ORIGINAL =
  "You are an expert data analyst combining statistical rigor with deep domain knowledge. Your goal is to deliver data-driven insights, grounded in real data and supported by complete and transparent reasoning.";

describe("gists", () => {
  it.each([
    [
      "the same in other words",
      "Act as a seasoned data scientist with quantitative discipline and profound subject expertise, and produce findings rooted in actual data, justified by thorough, open reasoning.",
    ],
    [
      "the same in another order",
      "Data-driven insights, grounded in real data and supported by transparent and complete reasoning, are your goal. You combine deep domain knowledge with statistical rigor, being an expert data analyst.",
    ],
  ])("of %s point the same way", (_, text) => {
    expect(cosine(ORIGINAL, text)).toBeGreaterThan(0.5);
  });

  it.each([
    "My grandmother's apple cake recipe uses butter, cinnamon and walnuts; how long does the dough rest in the refrigerator before baking?",
    "Сочини короткий рассказ о старом моряке, который каждый вечер зажигает маяк и ждёт корабль своего пропавшего брата на далёком берегу",
    "请写一篇关于春天的散文，描写江南水乡的小桥流水、油菜花田以及清晨集市上的人们，语言要优美自然",
  ])("of a stranger do not: %s", (text) => {
    expect(gistOf(text)).toHaveLength(32);
    expect(Math.abs(cosine(ORIGINAL, text))).toBeLessThan(0.4);
  });

  it("of too few words are none", () => {
    expect(gistOf("what is data analysis")).toEqual([]);
  });

  it("never store a number as 0, and depend on the text alone", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("rocket", "biscuit", "Пирог", "数据", "zyzzx", "analysis", "river", "verb"), { minLength: 10 }),
        (words) => {
          const first = gistOf(words.join(" "));
          gistOf(ORIGINAL);
          expect(gistOf(words.join(" "))).toEqual(first);
          for (const number of first) expect(number).toBeGreaterThanOrEqual(-7);
        },
      ),
      { numRuns: 100 },
    );
  });
});
