// Writes GLOSSARY.md from the doc comments in src/vocabulary: one section per file, one entry per exported noun (functions are verbs).
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import { parseSync } from "oxc-parser";

/** @typedef {{ name: string, line: number, text: string, path: string, isNoun: boolean }} Entry */

const INTRODUCTION = `# Glossary

Generated from the doc comments in \`src/vocabulary\` by \`npm run glossary\`; edit those, not this page.

One word, one meaning. Some words never stand alone because they mean too many things: say *target model* (the one that is asked), *request
event* (one request, as its provider saw it), *account* (who is billed), *end-user hint* (what a caller says about its own user; never an
identity). *Indicator*, *sighting*, *marking* and *finding* belong to the exchange formats and are used at that border only.
`;

/**
 * Renders the page, and lists the exports that have nothing to say.
 *
 * @param {{ path: string, text: string }[]} files
 * @returns {{ text: string, undocumented: { path: string, line: number, name: string }[] }}
 */
export function renderGlossary(files) {
  /** @type {string[]} */
  const sections = [];
  /** @type {{ path: string, line: number, name: string }[]} */
  const undocumented = [];
  for (const { path, text } of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const { header, entries } = readFile(path, text);
    for (const entry of entries) if (entry.text === "") undocumented.push(entry);
    const written = entries.filter((entry) => entry.isNoun && entry.text !== "").map((entry) => `- **${entry.name}**: ${entry.text}`);
    if (written.length === 0) continue;
    const title = path.replace(/^.*\//, "").replace(/\.ts$/, "").replaceAll("-", " ");
    sections.push([`## ${title}`, ...(header === "" ? [] : [header]), written.join("\n")].join("\n\n"));
  }
  return { text: `${INTRODUCTION}\n${sections.join("\n\n")}\n`, undocumented };
}

/**
 * @param {string} path
 * @param {string} text
 * @returns {{ header: string, entries: Entry[] }}
 */
function readFile(path, text) {
  const { program, comments } = parseSync(path, text);
  const docs = comments.filter(({ type, value }) => type === "Block" && value.startsWith("*"));
  /** The doc comment that ends right before `start`, with nothing but white space between. @param {number} start */
  const findDoc = (start) => docs.find(({ end }) => end <= start && text.slice(end, start).trim() === "");
  /** @type {Entry[]} */
  const entries = [];
  const used = new Set();
  for (const node of program.body) {
    if (node.type !== "ExportNamedDeclaration" || !node.declaration) continue;
    const doc = findDoc(node.start);
    if (doc) used.add(doc.start);
    const line = text.slice(0, node.start).split("\n").length;
    const isNoun = node.declaration.type !== "FunctionDeclaration";
    for (const name of listNames(node.declaration)) entries.push({ name, line, path, isNoun, text: doc ? cleanComment(doc.value) : "" });
  }
  const first = docs[0];
  const isHeader = first !== undefined && !used.has(first.start) && text.slice(0, first.start).trim() === "";
  return { header: isHeader ? cleanComment(first.value, "\n\n") : "", entries };
}

/**
 * @param {import("oxc-parser").Declaration} declaration
 * @returns {string[]}
 */
function listNames(declaration) {
  if (declaration.type === "VariableDeclaration")
    return declaration.declarations.flatMap(({ id }) => (id.type === "Identifier" ? [id.name] : []));
  return "id" in declaration && declaration.id && "name" in declaration.id ? [declaration.id.name] : [];
}

/**
 * One line per paragraph; list items keep their lines when the paragraphs do.
 *
 * @param {string} value
 * @param {string} [between] what stands between paragraphs
 */
function cleanComment(value, between = " ") {
  return value
    .replace(/^\*/, "")
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, "").trimEnd())
    .join("\n")
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.trim().replace(/\n(?!\d+\. |- )\s*/g, " "))
    .filter((paragraph) => paragraph !== "")
    .map((paragraph) => (between === " " ? paragraph.replaceAll("\n", " ") : paragraph))
    .join(between)
    .replace(/\{@link (\w+)\}/g, "`$1`");
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const root = join(dirname(fileURLToPath(import.meta.url)), "..");
  const folder = join(root, "src/vocabulary");
  const names = readdirSync(folder).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"));
  const files = names.map((name) => ({ path: `src/vocabulary/${name}`, text: readFileSync(join(folder, name), "utf8") }));
  writeFileSync(join(root, "GLOSSARY.md"), renderGlossary(files).text);
}
