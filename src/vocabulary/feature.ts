/**
 * Features: what is kept of a request once its text is dropped. One pure function makes them at the door, live and in batch alike.
 */

/** What a request asks the model to do; a campaign's aim is the mix of these. Stored as the position in this list: append only. */
export const CAPABILITIES = [
  "unknown",
  "general",
  "reasoning",
  "grading",
  "safe_rewrite",
  "agentic_coding",
  "coding",
  "tool_use",
  "data_analysis",
  "computer_use",
  "vision",
  "task_generation",
  "translation",
  "roleplay",
  "writing",
] as const;

/** One of {@link CAPABILITIES}. */
export type Capability = (typeof CAPABILITIES)[number];

/**
 * Techniques of extraction that a request-level detection can recognise in one request. Stored as a bit mask with bit i for position i:
 * append only. Each belongs to exactly one detection folder.
 */
export const TECHNIQUES = [
  "articulate_reasoning",
  "inline_reasoning_tags",
  "fake_debugging",
  "fake_system_prompt",
  "translation_laundering",
  "thinking_language_coercion",
  "rubric_grading",
  "pairwise_judging",
  "safe_rewrite",
  "task_generation",
  "trajectory_generation",
  "computer_use_harvest",
  "model_identity_probe",
] as const;

/** One of {@link TECHNIQUES}. */
export type Technique = (typeof TECHNIQUES)[number];

/** Sketches of the text of one request, in three levels (see `sketch.ts`), and what its words say. */
export interface TextFeatures {
  /** Number of messages sent, and how many of them from the role `user`. */
  messageCount: number;
  userTurns: number;
  /** Characters of system prompt and messages together. */
  textChars: number;
  capability: Capability;
  /** Bit mask over {@link TECHNIQUES}. */
  techniques: number;
  sketch: Sketch;
}

/**
 * Three levels of sketch.
 *
 * 1. exact skeletons: 64-bit hashes of the text with its slots (numbers, names, quoted text, code, URLs) masked;
 * 2. anchors: the smallest hashes of word shingles per region, so that two requests cut from one scaffold share some;
 * 3. gists: short vectors of what the words mean, so that two wordings of one scaffold are near to each other though they share no shingle.
 *
 * Hashes of 64 bits are pairs of 32-bit halves, `[high, low]`, because the code that makes them runs a million times.
 */
export interface Sketch {
  systemSkeleton: Hash64 | null;
  promptSkeleton: Hash64 | null;
  /** Hash of the whole unmasked conversation text: equal only for the same content; what sampling without replacement is tested on. */
  content: Hash64 | null;
  /** Hash of the last user message, unmasked. */
  slot: Hash64 | null;
  /**
   * Anchors of the system prompt (the smallest hashes of all its shingles), of the first and of the last part of the last user message (the
   * smallest of each block); 32-bit hashes, ascending, no repeats.
   */
  systemAnchors: Uint32Array;
  headAnchors: Uint32Array;
  tailAnchors: Uint32Array;
  /**
   * Gists of the system prompt, of the first and of the last words of the last user message: `GIST_DIMENSIONS` numbers of four bits, eight in
   * each entry, 8 for zero; empty when there are fewer than `GIST_WORDS_MIN` content words.
   */
  systemGist: Uint32Array;
  headGist: Uint32Array;
  tailGist: Uint32Array;
  /** Hash of the normalised first part of the output; what trace cleaning is recognised by. */
  output: Hash64 | null;
  /** The same hash of the openings of the blocks in the last user message, at most four: what an output that comes back is found by. */
  blocks: readonly Hash64[];
}

/** A 64-bit hash as two unsigned 32-bit halves. */
export type Hash64 = readonly [high: number, low: number];
