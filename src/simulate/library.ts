/** Real text and real time that a world is made of when it is given some. Filled by `sources/`; plain data. */
import type { Capability } from "../vocabulary/feature.js";

/** One prompt with what is known of its answer. */
export interface LibraryItem {
  text: string;
  answer: string | null;
}

/** What one person asked in one conversation. */
export interface LibraryConversation {
  /** The person's turns, in order. */
  turns: readonly string[];
  /** Answers to them, as far as recorded. */
  answers: readonly (string | null)[];
  /** Names of the tools offered. */
  tools: readonly string[];
}

/** A prompt template of a harvesting tool. `%ITEM%` and `%ANSWER%` mark the slots. */
export interface LibraryTemplate {
  id: string;
  capability: Capability;
  system: string | null;
  prompt: string;
}

/** Request rate of one real client. */
export interface RateTrace {
  /** Relative rate per hour of the trace, mean 1 over the hours covered. */
  hourly: Float32Array;
}

/** One recorded agentic session. */
export interface SessionTrace {
  /** Seconds since the session's start, and output tokens, per request. */
  steps: readonly { atSeconds: number; outputTokens: number }[];
}

/** Everything read. Lists may be empty: the bundled material fills in. */
export interface Library {
  items: Partial<Record<Capability, LibraryItem[]>>;
  templates: LibraryTemplate[];
  conversations: LibraryConversation[];
  /** Prompts that people pass around. */
  personas: string[];
  /** Templated pipelines: prompts of one template each. */
  bulk: { name: string; prompts: string[] }[];
  /** Benchmarks: questions of one each. */
  benchmarks: { name: string; prompts: string[] }[];
  rates: RateTrace[];
  sessions: SessionTrace[];
  /** Output lengths seen in production, in tokens. */
  outputTokens: number[];
  /** What was read: counts for `world.json`. */
  counts: Record<string, number>;
}

/** A library without anything in it. */
export function createLibrary(): Library {
  return {
    items: {},
    templates: [],
    conversations: [],
    personas: [],
    bulk: [],
    benchmarks: [],
    rates: [],
    sessions: [],
    outputTokens: [],
    counts: {},
  };
}
