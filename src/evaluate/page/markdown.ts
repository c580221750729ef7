/** Small parts of a page. */

/** A table; columns whose title begins with `>` are aligned to the right. */
export function writeTable(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const isRight = titles.map((title) => title.startsWith(">"));
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [
    line(titles.map((title) => title.replace(/^>/, ""))),
    line(isRight.map((right) => (right ? "---:" : "---"))),
    ...rows.map((cells) => line(cells)),
  ].join("\n");
}

/** A share as a percentage with one decimal; never rounds to a false 0 or 100. A dash where there is none. */
export function formatPercent(share: number | null | undefined): string {
  if (share === null || share === undefined || Number.isNaN(share)) return "–";
  if (share > 0 && share < 0.0005) return "< 0.1 %";
  if (share < 1 && share >= 0.9995) return "> 99.9 %";
  return `${(100 * share).toFixed(1).replace(/\.0$/, "")} %`;
}

/** A list in words, or a word for an empty one. */
export function listWords(words: readonly string[], none = "none"): string {
  return words.length === 0 ? none : words.join(", ");
}

/** `1 organization`, `2 organizations`. */
export function countNoun(count: number, singular: string, plural = `${singular}s`): string {
  return `${String(count).replace(/\B(?=(\d{3})+$)/g, ",")} ${count === 1 ? singular : plural}`;
}
