/** An explanation as a person reads it in a terminal. */
import type { Explanation } from "../report/explain.js";
import { EXEMPLAR_CHARS_MAX, IDENTIFIER_CHARS_MAX, makeVisible } from "../report/text.js";
import { capitalise } from "../report/wording.js";
import { choosePalette, TERMINAL_COLUMNS_MAX, TERMINAL_COLUMNS_MIN, wrapText } from "./terminal-text.js";

/** Of what an analysis wrote, which acts on nobody. */
const CLOSING = "A probability is not proof, and nothing was done to any account.";

/** Renders headline and sections, wrapped; text that strangers chose holds no control character any more. */
export function renderExplanation(
  explanation: Explanation,
  { width, isColour, closing = CLOSING }: { width: number; isColour: boolean; closing?: string },
): string {
  const columns = Math.min(TERMINAL_COLUMNS_MAX, Math.max(TERMINAL_COLUMNS_MIN, Math.floor(width) || 80));
  const palette = choosePalette(isColour);
  const lines = [
    "",
    palette.bold(`${capitalise(explanation.kind)} ${makeVisible(explanation.id, IDENTIFIER_CHARS_MAX)}`),
    ...wrapText(makeVisible(explanation.headline), columns),
  ];
  for (const section of explanation.sections) {
    lines.push("", palette.bold(section.title));
    for (const item of section.items) {
      const [first = "", ...rest] = wrapText(makeVisible(item.text, EXEMPLAR_CHARS_MAX), columns - 4);
      lines.push(`  • ${first}`, ...rest.map((line) => `    ${line}`));
      if (item.figures !== undefined)
        lines.push(...wrapText(makeVisible(item.figures), columns - 4).map((line) => `    ${palette.dim(line)}`));
    }
  }
  lines.push("", palette.dim(closing));
  return `${lines.join("\n")}\n`;
}
