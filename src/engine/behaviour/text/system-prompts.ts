/**
 * What was made of the system prompts last seen. An application sends its system prompt with every request, so most of them need not be
 * scanned again. Nothing depends on what is remembered: a prompt that was forgotten is scanned again, with the same result. The texts stay in
 * this process's memory for a few thousand requests and go nowhere else.
 */
import type { Hash64 } from "../../../vocabulary/feature.js";
import type { HeardGroups } from "./group-hits.js";

/** All that a request's features need of its system prompt. */
export interface SystemPrompt {
  halfWords: number;
  /** Hash of the whole text, slots included. */
  whole: Hash64 | null;
  skeleton: Hash64 | null;
  anchors: Uint32Array;
  gist: Uint32Array;
  heard: HeardGroups;
}

/** Prompts of one generation; two are kept. Enough for the applications of a busy provider's hour, some ten megabytes. */
const GENERATION_PROMPTS_MAX = 8_192;
const GENERATION_CHARS_MAX = 4_000_000;
/** Longer texts are not remembered: they are few, and would push many others out. The kernel takes them whole. */
const REMEMBERED_CHARS_MAX = 16_383;

/** A text, and what was made of it. */
interface Remembered {
  text: string;
  prompt: SystemPrompt;
}

/**
 * Remembers what `make` makes of a text. The result is shared between calls and must not be changed. Texts are found by their `fingerprint`: a map
 * with texts for keys would have the engine hash and intern every new string that it is asked for. Of two texts with one fingerprint the later
 * one is remembered.
 */
export function rememberSystemPrompts(
  make: (text: string) => SystemPrompt,
  fingerprint: (text: string) => number,
): (text: string) => SystemPrompt {
  let young = new Map<number, Remembered>();
  let old = new Map<number, Remembered>();
  let youngChars = 0;
  return (text) => {
    if (text.length > REMEMBERED_CHARS_MAX) return make(text);
    const key = fingerprint(text);
    const known = young.get(key);
    if (known !== undefined && known.text === text) return known.prompt;
    const older = old.get(key);
    const remembered = older !== undefined && older.text === text ? older : { text, prompt: make(text) };
    if (young.size >= GENERATION_PROMPTS_MAX || youngChars + text.length > GENERATION_CHARS_MAX) {
      old = young;
      young = new Map();
      youngChars = 0;
    }
    young.set(key, remembered);
    youngChars += text.length;
    return remembered.prompt;
  };
}
