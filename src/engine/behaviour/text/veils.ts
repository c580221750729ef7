/**
 * Veils: cheap ways to write a demand so that a reader of words misses it and a model does not: letters set apart, letters borrowed from another
 * alphabet, Base64. What is found under a veil is heard once more by the phrases; the sketches stay those of the text as it was sent.
 */

/** Letters set apart have two characters a word; prose has five or more. Below this the text is worth a look. */
const SPACED_CHARS_PER_WORD_MAX = 4;
/** Base64 has no spaces; prose and code have a word every ten characters or more often. */
const PACKED_CHARS_PER_WORD_MIN = 10;
/** Letters of one word, one by one; words stand two spaces or a line apart. What is joined by mistake is in no phrase. */
const SPACED_LETTERS = /(?:\b\p{L}[ .\-·]){2,}\p{L}\b/gu;
/** Asked first: on text of Latin letters alone the engine knows without looking that it cannot match. */
const GREEK_OR_CYRILLIC = /[\u0370-\u04ff]/;
/** 40 characters hold 30 bytes, about five words: the shortest demand. */
const BASE64 = /[A-Za-z0-9+/]{40,}={0,2}/g;
const MIXED = /[a-z][\u0370-\u03ff\u0400-\u04ff]|[\u0370-\u03ff\u0400-\u04ff][a-z]/i;
const MIXED_WORDS =
  /[a-z\u0370-\u03ff\u0400-\u04ff]*(?:[a-z][\u0370-\u03ff\u0400-\u04ff]|[\u0370-\u03ff\u0400-\u04ff][a-z])[a-z\u0370-\u03ff\u0400-\u04ff]*/gi;
const READABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S}\s]+$/u;

/** Greek and Cyrillic letters that look like Latin ones (Unicode Technical Standard 39, confusables; small letters, capitals are folded). */
const LOOK_ALIKES: ReadonlyMap<string, string> = new Map(
  "аa еe оo рp сc уy хx іi јj ѕs һh ԁd ԛq ԝw вb кk мm нh тt αa οo ρp νv ιi κk τt υu εe χx"
    .split(" ")
    .map((pair): [string, string] => [pair[0], pair[1]]),
);

/** What a text may be hiding, one veil lifted; null for nearly all texts. `words` is what the scanner counted. */
export function liftVeils(text: string, words: number): string | null {
  const found: string[] = [];
  if (text.length < SPACED_CHARS_PER_WORD_MAX * words) {
    const joined = text.replaceAll(SPACED_LETTERS, (run) => run.replaceAll(/(\p{L})[ .\-·]/gu, "$1"));
    if (joined !== text) found.push(joined);
  }
  if (text.length > PACKED_CHARS_PER_WORD_MIN * words) {
    for (const [block] of text.matchAll(BASE64)) {
      const plain = Buffer.from(block, "base64").toString("utf8");
      if (READABLE.test(plain) && !plain.includes("\ufffd")) found.push(plain);
    }
  }
  if (GREEK_OR_CYRILLIC.test(text) && MIXED.test(text))
    found.push(text.replaceAll(MIXED_WORDS, (word) => Array.from(word, toLatin).join("")));
  return found.length === 0 ? null : found.join("\n");
}

function toLatin(letter: string): string {
  return LOOK_ALIKES.get(letter.toLowerCase()) ?? letter;
}
