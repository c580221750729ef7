/**
 * Phrases: text with alternatives, written `{a|b|c}` and nested at will. One phrase stands for thousands of wordings: a campaign draws one
 * for a scaffold and keeps it, or, when it paraphrases, draws many.
 */
import { hashText, type Random } from "./random.js";

/** A parsed phrase: literal text, or a choice among sequences. */
export type Phrase = readonly (string | readonly Phrase[])[];

const parsed = new Map<string, Phrase>();
/** Phrases kept parsed; those put together on the spot come once and must not pile up. */
const PARSED_MAX = 4096;

/** Parses a phrase; the same text is parsed once. A lone `|` outside braces is text. */
export function parsePhrase(text: string): Phrase {
  const known = parsed.get(text);
  if (known) return known;
  const reader = { text, at: 0 };
  const phrase = readSequence(reader, false);
  if (parsed.size >= PARSED_MAX) parsed.clear();
  parsed.set(text, phrase);
  return phrase;
}

/** Writes one wording of a phrase. */
export function writePhrase(phrase: string, random: Random): string {
  return expand(parsePhrase(phrase), random);
}

/** Number of wordings of a phrase, as an estimate of its variety (repeats counted). */
export function countWordings(phrase: string): number {
  return count(parsePhrase(phrase));
}

/** A number in [0, 1) that depends on the text only; what halves are cut by. */
export function placeText(text: string): number {
  return hashText(text) / 4294967296;
}

interface Reader {
  text: string;
  at: number;
}

function readSequence(reader: Reader, isInside: boolean): Phrase {
  const parts: (string | readonly Phrase[])[] = [];
  let literal = "";
  while (reader.at < reader.text.length) {
    const char = reader.text[reader.at];
    if (char === "{") {
      reader.at++;
      if (literal !== "") parts.push(literal);
      literal = "";
      parts.push(readChoice(reader));
      continue;
    }
    if (isInside && (char === "|" || char === "}")) break;
    literal += char;
    reader.at++;
  }
  if (literal !== "") parts.push(literal);
  return parts;
}

function readChoice(reader: Reader): readonly Phrase[] {
  const options: Phrase[] = [];
  for (;;) {
    options.push(readSequence(reader, true));
    const char = reader.text[reader.at];
    reader.at++;
    if (char !== "|") return options;
  }
}

function expand(phrase: Phrase, random: Random): string {
  let text = "";
  for (const part of phrase) {
    if (typeof part === "string") text += part;
    else text += expand(part[Math.floor(random() * part.length)], random);
  }
  return text;
}

function count(phrase: Phrase): number {
  let product = 1;
  for (const part of phrase) {
    if (typeof part !== "string") product *= part.reduce((sum, option) => sum + count(option), 0);
  }
  return product;
}
