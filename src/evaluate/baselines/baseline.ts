/**
 * What a published method must offer to stand beside us in the table of `stillwatch evaluate`. One file each in this folder, listed in
 * `index.ts`; the example is `volume-threshold.ts`.
 *
 * A method sees the log once, in the order of time (ties by request id), and marks every account with one number. Which threshold it gets is
 * not its business: evaluation tries the method's own rule, a threshold set on a benign world, and the best one that knows the truth, and
 * reports the kindest.
 */
import type { Random } from "../../statistics/random.js";
import type { Account } from "../../vocabulary/account.js";
import type { RequestEvent } from "../../vocabulary/request-event.js";

/** A published method. */
export interface Baseline {
  /** Kebab-case, stable: the key of its results. */
  name: string;
  /** For people: `PRADA`. */
  title: string;
  /** The paper or report: authors, title, venue, year. */
  source: string;
  /** Methods that need text are left out of worlds without any. */
  needs: "text" | "metadata";
  /** One sentence: what the number is and which rule of the paper flags. */
  rule: string;
  /** Begins one pass over one log. */
  start(setting: BaselineSetting): BaselineRun;
}

/** What a method may know besides the log. Nothing of it depends on the truth of the log. */
export interface BaselineSetting {
  /** A random sample (at most {@link REFERENCE_REQUESTS_MAX}, in the order of time) of the requests of a benign world with another seed; may be empty. */
  reference: readonly RequestEvent[];
  /** The side file of accounts, by account id; empty where there is none. */
  sideFacts: ReadonlyMap<string, Account>;
  /** Seeded. */
  random: Random;
}

/** A benign sample for methods that compare with ordinary traffic: more than the largest window of arXiv 2606.05725, and a few megabytes. */
export const REFERENCE_REQUESTS_MAX = 6000;

/** One pass over a log. */
export interface BaselineRun {
  /** Called for each request in the order of time. Do not keep the event: keep what the method needs of it, or memory is not bounded. */
  add(request: BaselineRequest): void;
  /** Called once, at the end; `accounts` is how many there were. */
  finish(accounts: number): BaselineOutcome | Promise<BaselineOutcome>;
}

/** One request and whose it is. */
export interface BaselineRequest {
  /** Accounts are numbered from 0 as they first appear. */
  account: number;
  event: RequestEvent;
}

/** What a method says of every account. */
export interface BaselineOutcome {
  /** By account number; the higher the more suspicious; −Infinity where the method says nothing (too few requests). */
  scores: Float64Array;
  /** By account number, 1 where the rule of the paper with the numbers of the paper flags; null where the paper names no number. */
  flagged: Uint8Array | null;
}
