/**
 * Phrases: text with alternatives, written `{a|b|c}` and nested at will. One phrase stands for thousands of wordings: a campaign draws one
 * for a scaffold and keeps it, or, when it paraphrases, draws many. Slots such as `[topic]` and `[3-90]` are filled anew each time.
 */
import { CODE_LIMITS, CODE_SUBJECTS, FIRST_NAMES, OBJECTS, PLACES, PROGRAMMING_LANGUAGES, TOPICS } from "./content/words.js";
import { drawBetween, hashText, pick, type Random } from "./random.js";

/** A parsed phrase: literal text, a choice among sequences, or a slot. */
export type Phrase = readonly (string | readonly Phrase[] | Slot)[];

/** A place for a word from a list or a number from a range, written `[topic]` or `[3-90]`. */
interface Slot {
  write(random: Random): string;
}

const LISTS: Record<string, readonly string[]> = {
  topic: TOPICS,
  place: PLACES,
  name: FIRST_NAMES,
  object: OBJECTS,
  code: PROGRAMMING_LANGUAGES,
  subject: CODE_SUBJECTS,
  limit: CODE_LIMITS,
};
const SLOT = /\[(?:([a-z]+)|(\d+)-(\d+))\]/y;

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
  const parts: (string | readonly Phrase[] | Slot)[] = [];
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
    const slot = char === "[" ? readSlot(reader) : null;
    if (slot !== null) {
      if (literal !== "") parts.push(literal);
      literal = "";
      parts.push(slot);
      continue;
    }
    literal += char;
    reader.at++;
  }
  if (literal !== "") parts.push(literal);
  return parts;
}

/** Brackets around anything else than a known list or a range are text. */
function readSlot(reader: Reader): Slot | null {
  SLOT.lastIndex = reader.at;
  const match = SLOT.exec(reader.text);
  if (!match) return null;
  const list = match[1] === undefined ? null : LISTS[match[1]];
  if (list === undefined) return null;
  reader.at += match[0].length;
  if (list !== null) return { write: (random) => pick(random, list) };
  const [from, to] = [Number(match[2]), Number(match[3])];
  return { write: (random) => String(drawBetween(random, from, to)) };
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
    else if ("write" in part) text += part.write(random);
    else text += expand(part[Math.floor(random() * part.length)], random);
  }
  return text;
}

function count(phrase: Phrase): number {
  let product = 1;
  for (const part of phrase) {
    if (typeof part !== "string" && !("write" in part)) product *= part.reduce((sum, option) => sum + count(option), 0);
  }
  return product;
}
