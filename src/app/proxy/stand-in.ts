/** What stands in the place of reasoning that is summarised: how much there was, and nothing of it. The proxy asks no model to write more. */

const STAND_IN = /^\[Reasoning left out: (?:about )?\d+ words?\.\]$/;

/** Counts words as a reader would, roughly: runs without blanks; scripts without blanks count by the five characters. */
export function countWords(text: string): number {
  let words = 0;
  for (const run of text.split(/\s+/)) words += Math.ceil(run.length / LONG_WORD_CHARS);
  return words;
}

/** Longer runs are no single words but text without blanks, as in Chinese or Japanese; the longest common English words are shorter. */
const LONG_WORD_CHARS = 20;

/** Writes it. The number is rounded to two figures: the exact one is nobody's business. */
export function writeStandIn(words: number): string {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, words))) - 1);
  const rounded = Math.round(words / step) * step;
  return `[Reasoning left out: ${rounded === words ? "" : "about "}${rounded} ${rounded === 1 ? "word" : "words"}.]`;
}

/** True for what {@link writeStandIn} writes. */
export function isStandIn(text: unknown): boolean {
  return typeof text === "string" && STAND_IN.test(text);
}
