/** Fitting text into terminal columns. Widths count columns, not characters: a name in Chinese takes two columns a character. */
import pc from "picocolors";
import stringWidth from "string-width";

/** Narrowest and widest text that is laid out; wider lines are hard to read. */
export const TERMINAL_COLUMNS_MIN = 60;
export const TERMINAL_COLUMNS_MAX = 100;

/** The terminal that standard output is; a file or a pipe has no colours. */
export function describeTerminal(): { width: number; isColour: boolean } {
  const { columns, isTTY } = process.stdout;
  return { width: columns ?? TERMINAL_COLUMNS_MAX, isColour: isTTY && process.env["NO_COLOR"] === undefined };
}

/** Colours that a summary uses; all are the identity function when colour is off. */
export type Palette = ReturnType<typeof pc.createColors>;

/** Chooses colours once, so that rendering stays a pure function. */
export function choosePalette(isColour: boolean): Palette {
  return pc.createColors(isColour);
}

/** Cuts to `columns`, the last one an ellipsis where something was cut. */
export function fitText(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text;
  let fitted = "";
  let width = 0;
  for (const character of text) {
    width += stringWidth(character);
    if (width > columns - 1) break;
    fitted += character;
  }
  return `${fitted}…`;
}

/** Cuts or fills with spaces to exactly `columns`. */
export function padText(text: string, columns: number, side: "left" | "right" = "left"): string {
  const fitted = fitText(text, columns);
  const space = " ".repeat(Math.max(0, columns - stringWidth(fitted)));
  return side === "left" ? fitted + space : space + fitted;
}

/** Breaks at spaces into at most `linesMax` lines of `columns`; a word longer than a line is cut. */
export function wrapText(text: string, columns: number, linesMax = Number.POSITIVE_INFINITY): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (stringWidth(longer) <= columns) {
      line = longer;
      continue;
    }
    if (line !== "") lines.push(line);
    if (lines.length > linesMax) break;
    line = fitText(word, columns);
  }
  if (line !== "") lines.push(line);
  if (lines.length <= linesMax) return lines;
  const kept = lines.slice(0, linesMax);
  kept[linesMax - 1] = fitText(`${kept[linesMax - 1] ?? ""} ${lines[linesMax] ?? ""}`, columns);
  return kept;
}
