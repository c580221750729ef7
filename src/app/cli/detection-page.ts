/** What a person reads about detections: the table of all, and the page of one, rendered from the declaration so that it cannot go stale. */
import type { Detection, EvidenceGroup } from "../../sdk/index.js";
import { padText, wrapText } from "./terminal-text.js";

const PAGE_COLUMNS = 100;
const SPOOFABLE: Readonly<Record<1 | 2 | 3, string>> = {
  1: "1: faking it costs money and leaves traces",
  2: "2: faking it takes effort",
  3: "3: faking it is free",
};
const GROUPS: Readonly<Record<EvidenceGroup, string>> = {
  content: "content: what is asked",
  behaviour: "behaviour: when and how it is asked",
  infrastructure: "infrastructure: from where",
  registration: "registration: how the accounts came about",
  possession: "possession: what was handed out to somebody else",
};

/** One line a detection. */
export function renderDetectionTable(detections: readonly Detection[]): string {
  const rows = [["name", "level", "group", "maturity", "spoofable", "title"]];
  for (const { name, level, group, maturity, spoofable, title } of detections)
    rows.push([name, level, group, maturity, String(spoofable), title]);
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => padText(cell, widths[column]))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}

/** The page of one detection. */
export function renderDetection(detection: Detection): string {
  const lines = [`${detection.title} (${detection.name})`, ""];
  lines.push(...wrapText(detection.looksFor, PAGE_COLUMNS), "");
  lines.push(`  level      ${detection.level}`);
  lines.push(`  group      ${GROUPS[detection.group]}`);
  lines.push(`  maturity   ${detection.maturity}`);
  lines.push(`  spoofable  ${SPOOFABLE[detection.spoofable]}`);
  if (detection.level === "request") lines.push(`  techniques ${detection.techniques.join(", ")}`);
  lines.push("", "What looks the same and is innocent", "", ...bullets(detection.innocentTwins));
  lines.push("", "Numbers, and why", "");
  for (const [name, { value, unit, why }] of Object.entries(detection.thresholds)) {
    lines.push(`  ${name} = ${value} ${unit}`, ...wrapText(why, PAGE_COLUMNS - 4).map((line) => `    ${line}`));
  }
  if (detection.level === "request") {
    const counts = Object.entries(detection.phrases).map(([group, phrases]) => `${group} ${phrases.length}`);
    lines.push("", "Phrases it listens for, by group", "", ...wrapText(counts.join(", "), PAGE_COLUMNS - 2).map((line) => `  ${line}`));
  }
  lines.push("", "Sources", "", ...bullets(detection.sources));
  return `${lines.join("\n")}\n`;
}

function bullets(sentences: readonly string[]): string[] {
  return sentences.flatMap((sentence) =>
    wrapText(sentence, PAGE_COLUMNS - 4).map((line, index) => (index === 0 ? `  - ${line}` : `    ${line}`)),
  );
}
