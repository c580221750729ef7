/** What all parts of one world share. */
import type { Message } from "../vocabulary/request-event.js";
import type { Enforcement, AllowlistEntry } from "../vocabulary/account.js";
import type { AnswerShelf } from "./answer-shelf.js";
import type { WorldOptions } from "./options.js";
import type { Profile } from "./profile.js";
import type { Random } from "./random.js";

/** A target model of the provider. */
export interface TargetModel {
  name: string;
  releasedAtMs: number;
}

/** Shared state of a world under construction. */
export interface WorldContext {
  options: WorldOptions;
  startAtMs: number;
  endAtMs: number;
  /** Most popular first; the last one is released while the world runs. */
  models: readonly TargetModel[];
  /** System prompts of the agent frameworks that thousands use. */
  frameworks: readonly string[];
  /** Where an account stands among its neighbours: families and offices cut across all segments. */
  standingOf(index: number): number;
  /** The id of the account at a position. */
  nameAccount(index: number): string;
  /** Wordings of the personas that people pass around. */
  personas: readonly string[];
  /** What people were answered lately. */
  answers: AnswerShelf;
}

/** A request before it gets what its account adds: who sent what, when. */
export interface Draft {
  atMs: number;
  system: string | null;
  messages: Message[];
  answer: string;
  outputTokens: number;
  tools: readonly string[];
  /** Campaign whose harvest this request belongs to, or null. */
  campaign: string | null;
  /** Random value that settles everything still open, so that finishing needs no state. */
  seed: number;
  /** Position of the conversation in its account's life; requests of one conversation share address and client. */
  sessionSeed: number;
  turn: number;
  /** Overrides, where a story needs them. */
  model?: number;
  channel?: string;
  status?: number;
  isRefusal?: boolean;
  handlesIssued?: string[];
  handlesSubmitted?: string[];
  /** Handles of earlier turns that are sent again with the history; most clients leave out those of another model. */
  handlesSentAgain?: { handle: string; draft: Draft }[];
  /** Replaces the conversation's own seed where address and client are picked. */
  deviceSeed?: number;
  temperature?: number;
  asksReasoning?: boolean;
}

/** A segment of the population with a story of its own. */
export interface Group {
  name: string;
  size: number;
  /** Changes what the story needs on a profile drawn like everybody's. */
  shape(profile: Profile, ordinal: number, random: Random): void;
  /** Requests of one conversation that starts now. */
  open(profile: Profile, atMs: number, random: Random, ordinal: number): Draft[];
  /** Mean requests of one conversation. Default: the profile's `turnsMean`. */
  countPerSession?(profile: Profile): number;
  /** Relative rate of the whole group in one hour of the world; mean about 1. Default: 1. */
  modulate?(hour: number): number;
  enforcement?: Enforcement[];
  allowlist?: AllowlistEntry[];
  /** What `world.json` says about the group. */
  describe?(): Record<string, unknown>;
}
