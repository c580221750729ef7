/** Sketches: see {@link Sketch} in `feature.ts`. The constants here are part of the stored format; changing one needs a migration. */

/** Anchors kept per region of a request. */
export const ANCHORS_PER_REGION_MAX = 4;
/**
 * Shingles that each anchor of a head or tail region is the smallest of, counted from the edge of the text. The blocks next to the edge are
 * small because the first words of a scaffold are in every request cut from it, however long the slot behind them is; see
 * `docs/decisions/0006-edge-anchors.md` for the figures.
 */
export const ANCHOR_BLOCKS: readonly number[] = [3, 6, 12, 24];
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
/**
 * Numbers of a gist, four bits each. Fewer blur subjects into each other (of 16, a stranger's prompt on data analysis comes as near to a
 * scaffold as its own paraphrases); more cost room on every request. See `docs/decisions/0015-gists.md`.
 */
export const GIST_DIMENSIONS = 32;
/** Content words that a gist needs: fewer say what a text is about, not what it asks for. */
export const GIST_WORDS_MIN = 8;
/**
 * Characters of an output, white space apart, that make its hash, and of a block in a message that is compared with outputs: sixteen words are
 * mostly one of a kind, short answers and logs that cut them have as many, and every request pays for them. What several accounts were answered
 * word for word belongs to nobody and is left out where blocks are joined with outputs.
 */
export const OUTPUT_OPENING_CHARS = 80;
