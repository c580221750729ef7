/** Placing labels of marks on a time axis in rows, so that none lies over another. */

/** Width of a character of the 11-pixel label font, in pixels; system fonts lie between 5.4 and 6.3. */
const LABEL_CHARACTER_PX = 6;
const LABEL_GAP_PX = 10;

/** A mark that wants a label. */
export interface Mark {
  x: number;
  label: string;
}

/** A mark with its place; `row` is null where no row had room, and the label must be told elsewhere. */
export interface PlacedMark<Kind extends Mark> {
  mark: Kind;
  row: number | null;
  anchor: "start" | "end";
}

/** Places labels from left to right into the first row with room. Labels that would leave the picture grow to the left. */
export function placeLabels<Kind extends Mark>(
  marks: readonly Kind[],
  { width, rows }: { width: number; rows: number },
): PlacedMark<Kind>[] {
  const taken: { from: number; to: number }[][] = Array.from({ length: rows }, () => []);
  const ordered = [...marks].sort((a, b) => a.x - b.x || (a.label < b.label ? -1 : 1));
  return ordered.map((mark) => {
    const extent = mark.label.length * LABEL_CHARACTER_PX + LABEL_GAP_PX;
    const anchor = mark.x + extent > width ? "end" : "start";
    const from = anchor === "end" ? mark.x - extent : mark.x;
    const to = from + extent;
    const row = from < 0 ? -1 : taken.findIndex((spans) => spans.every((span) => to <= span.from || from >= span.to));
    if (row < 0) return { mark, row: null, anchor };
    taken[row]?.push({ from, to });
    return { mark, row, anchor };
  });
}
