/** The numbers on a detection's page: written from its declaration between two marks, so that page and program cannot drift apart. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Detection } from "../../sdk/index.js";

const START = "<!-- numbers: written by `stillwatch detections test --update` -->";
const END = "<!-- end of numbers -->";

/** The page with today's numbers; null when there is no page or it has no marks (its author keeps the numbers by hand). */
export function refreshReadme(detection: Detection, folder: string): { path: string; text: string; isCurrent: boolean } | null {
  const path = join(folder, "README.md");
  if (!existsSync(path)) return null;
  const before = readFileSync(path, "utf8");
  const [from, to] = [before.indexOf(START), before.indexOf(END)];
  if (from < 0 || to < from) return null;
  const text = `${before.slice(0, from)}${START}\n\n${renderNumbers(detection)}\n${before.slice(to)}`;
  return { path, text, isCurrent: text === before };
}

function renderNumbers({ thresholds }: Detection): string {
  const rows = Object.entries(thresholds).map(([name, { value, unit, why }]) => `| \`${name}\` | ${value} ${unit} | ${why} |\n`);
  return `| number | value | why |\n| --- | --- | --- |\n${rows.join("")}`;
}
