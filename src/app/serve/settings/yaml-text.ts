/** A settings file as text with places: what stands where, so that an error can point at it, and never at a secret. */
import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node, type Pair, type YAMLMap } from "yaml";
import type { Place, Problem } from "../../../vocabulary/errors.js";
import { stepInto, type SchemaNode, type SettingPath } from "./json-schema.js";

/** What an excerpt shows of a line at most, in characters. */
const EXCERPT_LENGTH_MAX = 120;
/** Lines that probably hold a secret; used where the text cannot be understood. */
const SUSPICIOUS = /secret|password|token|key|url|slack/i;

/** A parsed file. */
export interface YamlText {
  file: string;
  text: string;
  document: Document;
  lines: LineCounter;
  /** Ranges of the text that no excerpt shows. */
  hidden: [from: number, to: number][];
}

/** Parses; the problems are about YAML itself. */
export function parseYamlText(
  text: string,
  { file, schema }: { file: string; schema: SchemaNode },
): { yaml: YamlText; problems: Problem[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const yaml: YamlText = { file, text, document, lines, hidden: [] };
  hideSecrets(document.contents, { schema, hidden: yaml.hidden });
  const problems = document.errors.map((error) => ({
    code: "SW1802",
    what: `not readable as YAML: ${error.message.replace(/\.$/, "")}`,
    place: placeAt(yaml, { from: error.pos[0], to: error.pos[0] + 1, isSuspicious: true }),
    why: "a file that is half understood would be half obeyed.",
    fix: "mind indentation, and quote texts that hold : or #.",
  }));
  return { yaml, problems };
}

/** Secrets, and everything under a name that is not known: it may be a secret with a slip in its name. */
function hideSecrets(node: unknown, { schema, hidden }: { schema: SchemaNode | null; hidden: YamlText["hidden"] }): void {
  if (isMap(node)) {
    for (const pair of node.items) hideSecrets(pair.value, { schema: stepInto(schema, nameOf(pair)), hidden });
  } else if (isSeq(node)) {
    for (const item of node.items) hideSecrets(item, { schema: stepInto(schema, 0), hidden });
  } else if (isScalar(node) && node.range && (schema === null || schema.writeOnly === true)) {
    // A reference tells the name of a variable and nothing else.
    if (!/^\$\{\w+\}$/.test(String(node.value))) hidden.push([node.range[0], node.range[1]]);
  }
}

/** A pair's name. */
export function nameOf(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : String(pair.key);
}

/** Where the name of a setting stands; of its nearest section where the setting itself is absent. */
export function placeOfName(yaml: YamlText, path: SettingPath): Place {
  const found = find(yaml, path);
  const node = found.name ?? found.value;
  return node?.range ? placeAt(yaml, { from: node.range[0], to: node.range[1] }) : { file: yaml.file };
}

/** Where the value of a setting stands; of its nearest section where the setting itself is absent. */
export function placeOfValue(yaml: YamlText, path: SettingPath): Place {
  const found = find(yaml, path);
  const node = found.isWhole && isScalar(found.value) ? found.value : (found.name ?? found.value);
  return node?.range ? placeAt(yaml, { from: node.range[0], to: node.range[1] }) : { file: yaml.file };
}

interface Found {
  name: Node | null;
  value: Node | null;
  /** False where the path ends before its last step. */
  isWhole: boolean;
}

function find({ document }: YamlText, path: SettingPath): Found {
  let name: Node | null = null;
  let value: Node | null = document.contents;
  for (const step of path) {
    const next: { name: Node | null; value: Node | null } | null = isMap(value)
      ? findPair(value, String(step))
      : isSeq(value) && typeof step === "number" && value.items[step] !== undefined
        ? { name: value.items[step] as Node, value: value.items[step] as Node }
        : null;
    if (next === null) return { name, value, isWhole: false };
    ({ name, value } = next);
  }
  return { name, value, isWhole: true };
}

function findPair(map: YAMLMap, name: string): { name: Node | null; value: Node | null } | null {
  const pair = map.items.find((each) => nameOf(each) === name);
  return pair === undefined ? null : { name: pair.key as Node | null, value: pair.value as Node | null };
}

function placeAt(yaml: YamlText, { from, to, isSuspicious = false }: { from: number; to: number; isSuspicious?: boolean }): Place {
  const { line, col: column } = yaml.lines.linePos(Math.min(from, Math.max(0, yaml.text.length - 1)));
  const begin = from - (column - 1);
  const shown = showLine(yaml, { begin, isSuspicious }).slice(0, EXCERPT_LENGTH_MAX);
  const length = Math.max(1, Math.min(to - from, shown.length - column + 1));
  return { file: yaml.file, line, column, length, excerpt: shown };
}

/** The line as it stands, tabs as spaces, hidden characters as asterisks: a caret below it still points at the right one. */
function showLine({ text, hidden }: YamlText, { begin, isSuspicious }: { begin: number; isSuspicious: boolean }): string {
  const end = text.indexOf("\n", begin);
  const line = text.slice(begin, end === -1 ? undefined : end).replace(/[\t\r]/g, " ");
  const value = isSuspicious && SUSPICIOUS.test(line) ? line.search(/[:=]\s*\S/) + 1 : 0;
  return [...line.split("").entries()]
    .map(([index, character]) => {
      const at = begin + index;
      const isHidden = hidden.some(([from, to]) => at >= from && at < to) || (value > 0 && index >= value);
      return isHidden && character !== " " ? "*" : character;
    })
    .join("");
}
