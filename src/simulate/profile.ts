/**
 * Profiles: who an account is. One function draws everybody's profile, attackers and look-alikes included; they change only what their
 * story says. That is the guard against a flattering world: every marginal (hours, streaming, lengths, sampling, age, addresses) is the
 * crowd's own unless a story needs otherwise.
 */
import type { Account } from "../vocabulary/account.js";
import type { Client } from "../vocabulary/request-event.js";
import type { Language } from "./content/user-prompts.js";
import type { ClientProgram } from "./identity/clients.js";
import type { Address } from "./identity/networks.js";

/** What an account is used for. */
export type UsageKind = "chat" | "app" | "script" | "agent" | "batch";
export const USAGE_KINDS: readonly UsageKind[] = ["chat", "app", "script", "agent", "batch"];

/** How an account's requests look. */
export interface Habits {
  kind: UsageKind;
  language: Language;
  /** Mean requests of one conversation. */
  turnsMean: number;
  streamShare: number;
  /** Null: the caller leaves the default. */
  temperature: number | null;
  topP: number | null;
  maxOutputTokens: number | null;
  /** Mean output tokens of one answer. */
  outputTokensMean: number;
  /** Share of requests that ask for reasoning, and reasoning tokens per output token. */
  reasoningShare: number;
  reasoningScale: number;
  cachedShare: number;
  failureShare: number;
  retryShare: number;
  toolsShare: number;
  channel: string;
  /** Position of the usual model in the world's list, and the share of requests that go to another. */
  model: number;
  otherModelShare: number;
  /** When the account takes up a new release, milliseconds after it; infinite for those who do not within the world. */
  adoptsAfterMs: number;
  sendsSession: boolean;
  sendsEndUser: boolean;
  /** Mean pause between turns, milliseconds. */
  pauseMs: number;
  keys: number;
}

/** Who answers for the account in the truth file. */
export interface TruthOfAccount {
  label: "attack" | "benign";
  campaign: string | null;
  segment: string;
  /** The organization or crowd within the segment; null for ordinary accounts, each of which stands for itself. */
  crowd: string | null;
  /** For campaigns that took over from another. */
  successorOf?: string;
}

/** When and how much an account works. */
export interface Pace {
  /** Requests relative to the crowd's mean. */
  weight: number;
  timeZone: number;
  /** Position among the daily curves. */
  curve: number;
  /** Share of days on which it works at all. */
  activeShare: number;
  /** Real rate trace it follows, or -1. */
  trace: number;
  aliveFromMs: number;
  aliveToMs: number;
  /** A bought account's former life ends here: before, it sends ordinary traffic. */
  harvestsFromMs: number;
  /** Most requests a day, for callers who stay below notice. */
  dailyMax: number;
}

/** An account as the simulator knows it. */
export interface Profile {
  /** Position among all accounts. */
  index: number;
  account: Account;
  truth: TruthOfAccount;
  habits: Habits;
  pace: Pace;
  addresses: Address[];
  programs: ClientProgram[];
  /** Replaces the program's JA4. */
  ownJa4: string | null;
  /** System prompt or template that the account keeps, for apps and scripts; a seed that text is drawn from. */
  textSeed: number;
  /** Client descriptions made so far, so that requests share them. */
  clients: Client[];
  /** Whether request lines name the organization. */
  showsOrganization: boolean;
}
