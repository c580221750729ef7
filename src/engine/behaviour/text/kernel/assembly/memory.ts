/**
 * Where things lie in the kernel's memory. What has a fixed size stands first; behind `TABLES` JavaScript lays the tables whose size depends on
 * the phrases of the detections, and tells where in the variables below.
 */
/** Code units of the longest text that is scanned: both edges, the line break between them, and zeros behind. `EDGE_CHARS_MAX` twice, and some. */
export const EDGE_CHARS: i32 = 8_192;
export const CODES_MAX: i32 = 2 * EDGE_CHARS + 8;
/** Characters that are read beyond the end of a word. */
export const LOOK_AHEAD: i32 = 4;

/** Entries of the table of traits: kind and lower-case form of each code unit, see characters.ts. */
export const TRAITS: i32 = 1_024;
/** The text, as UTF-16 code units; texts that are only hashed come in pieces. */
export const CODES: i32 = TRAITS + 4 * 65_536;
/** Sketch words of the text scanned: hashes and kinds. */
export const HASHES: i32 = CODES + 2 * CODES_MAX + 16;
export const KINDS: i32 = HASHES + 4 * CODES_MAX;
/** Words that occur in phrases: class, position among the words, place in half words. */
export const HEARD_CLASSES: i32 = KINDS + CODES_MAX;
export const HEARD_POSITIONS: i32 = HEARD_CLASSES + 2 * CODES_MAX;
export const HEARD_PLACES: i32 = HEARD_POSITIONS + 4 * CODES_MAX;
/** Where the rows of a region's words lie: at most two characters for each of its words. */
export const ROWS_OF_WORDS: i32 = HEARD_PLACES + 4 * CODES_MAX;
/** Sums of the vectors of a region, as numbers. */
export const VALUES: i32 = ROWS_OF_WORDS + 4 * 256;
/** What the gists of all prompts have in common. */
export const SHARED_GIST: i32 = VALUES + 8 * 32;
/** Per closing mark, none lies before this position. */
export const SEARCHED: i32 = SHARED_GIST + 8 * 32;
/** What is handed back, in words of 32 bits; index.ts tells what stands where, and kernel.ts beside this folder reads it. */
export const RESULT: i32 = SEARCHED + 4 * 8;
export const RESULT_ANCHORS: i32 = RESULT + 32;
export const RESULT_TAIL_ANCHORS: i32 = RESULT + 52;
export const RESULT_GIST: i32 = RESULT + 72;
export const RESULT_TAIL_GIST: i32 = RESULT + 92;
export const RESULT_BLOCKS: i32 = RESULT + 112;
export const RESULT_HASH: i32 = RESULT + 152;
export const TABLES: i32 = (RESULT + 256 + 63) & ~63;
