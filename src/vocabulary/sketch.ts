/** Sketches: see {@link Sketch} in `feature.ts`. The constants here are part of the stored format; changing one needs a migration. */

/** Anchors kept per region of a request. Four find a scaffold of 40 words in a region of 64 with probability above .99 over a few requests. */
export const ANCHORS_PER_REGION_MAX = 4;
/** Words of the beginning and of the end of the last user message that form the head and tail regions: scaffolds live at the edges. */
export const REGION_WORDS_MAX = 64;
/** Words of a shingle. */
export const SHINGLE_WORDS = 3;
/**
 * Characters of a shingle in scripts that put no space between words (Han, kana, Hangul, Thai, …): about as much text as three words. Such a
 * character counts as half a word against {@link REGION_WORDS_MAX}.
 */
export const SHINGLE_IDEOGRAPHS = 6;
/**
 * Characters of the beginning and of the end of a text (system prompt, last user message) that are looked at; what lies between counts
 * only for the content hash. Scaffolds live at the edges, and a prompt of 200 KB must not cost 200 times one of 1 KB.
 */
export const EDGE_CHARS_MAX = 8_192;
