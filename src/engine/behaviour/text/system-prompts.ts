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
/** Longer texts are not remembered: V8 hashes strings up to this length only, and a crowd of longer ones would make looking up slow. */
const REMEMBERED_CHARS_MAX = 16_383;

/** Remembers what `make` makes of a text. The result is shared between calls and must not be changed. */
export function rememberSystemPrompts(make: (text: string) => SystemPrompt): (text: string) => SystemPrompt {
  let young = new Map<string, SystemPrompt>();
  let old = new Map<string, SystemPrompt>();
  let youngChars = 0;
  return (text) => {
    const known = young.get(text);
    if (known !== undefined) return known;
    const prompt = old.get(text) ?? make(text);
    if (text.length > REMEMBERED_CHARS_MAX) return prompt;
    if (young.size >= GENERATION_PROMPTS_MAX || youngChars + text.length > GENERATION_CHARS_MAX) {
      old = young;
      young = new Map();
      youngChars = 0;
    }
    young.set(text, prompt);
    youngChars += text.length;
    return prompt;
  };
}
