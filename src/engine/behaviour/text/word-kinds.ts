/** Kinds of sketch words, as the kernel stores them. */
export const STOP = 0;
export const CONTENT = 1;
/** What is masked: a number, a name, a quotation. Neighbouring ones count as one. */
export const SLOT = 2;
/** A character of a script without spaces. */
export const CHARACTER = 3;
