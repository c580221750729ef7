/**
 * Text that strangers chose. Identifiers, model names and exemplars come from the accounts under examination, so before a person sees them
 * they lose every power but that of being read: no terminal escapes, no reordering of the line (CVE-2021-42574, "Trojan Source"), no
 * invisible characters that make two ids look alike, no length that hides the rest of the page.
 */

/** Characters of an identifier that are shown; real ones are far shorter. */
export const IDENTIFIER_CHARS_MAX = 80;
/** Characters of a sentence that are shown: three times the longest that our own detections write. */
export const SENTENCE_CHARS_MAX = 600;
/** Characters of an exemplar that are shown: a scaffold of 200 words. */
export const EXEMPLAR_CHARS_MAX = 1_200;

// Controls (Cc), format characters (Cf: bidi overrides, zero-width, tags), line and paragraph separators, lone surrogates (Cs), private use (Co).
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu;

/** Answers the text on one line with every unseen character written out as `[U+202E]`; white space becomes single spaces. */
export function makeVisible(text: string, charsMax: number = SENTENCE_CHARS_MAX): string {
  const cut = cutText(text, charsMax);
  const shown = cut
    .replace(/[\t\n\r\f\v ]+/g, " ")
    .replace(UNSEEN, nameCharacter)
    .trim();
  return cut.length < text.length ? `${shown}… (${text.length} characters)` : shown;
}

/** Removes escape sequences and everything unseen, for places where a mark would only disturb. */
function nameCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `[U+${code.toString(16).toUpperCase().padStart(4, "0")}]`;
}

/** Cuts without splitting a surrogate pair. */
function cutText(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  const last = text.charCodeAt(charsMax - 1);
  const splitsPair = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, splitsPair ? charsMax - 1 : charsMax);
}

/** The first `countMax` items and how many were left out: everything a report lists is bounded and says what it dropped. */
export function takeFirst<Item>(items: readonly Item[], countMax: number): { shown: readonly Item[]; omitted: number } {
  return { shown: items.slice(0, countMax), omitted: Math.max(0, items.length - countMax) };
}

/** Orders strings by code unit, the same in every locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
