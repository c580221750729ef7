/** Sketches: see {@link Sketch} in `feature.ts`. The constants here are part of the stored format; changing one needs a migration. */

/** Anchors kept per region of a request. Four find a scaffold of 40 words in a region of 64 with probability above .99 over a few requests. */
export const ANCHORS_PER_REGION_MAX = 4;
/** Words of the beginning and of the end of the last user message that form the head and tail regions: scaffolds live at the edges. */
export const REGION_WORDS_MAX = 64;
/** Words of a shingle. */
export const SHINGLE_WORDS = 3;
