/** Answers that may come back: what a campaign keeps of its harvest, and what people carry into another chat. */
import type { Draft } from "./context.js";
import { mix32 } from "./random.js";

/** Answers kept; as many conversations are under way at a time. */
const ANSWERS_KEPT_MAX = 400;
/** Accounts whose latest answer is remembered for themselves; a middling world has fewer. */
const ACCOUNTS_KEPT_MAX = 50_000;

interface KeptAnswer {
  account: number;
  answer: string;
  atMs: number;
}

/** A shelf of answers. What it hands out is settled by the seed that is asked with, so that no other draw depends on it. */
export interface AnswerShelf {
  /** Puts the latest answer of a conversation there. */
  put(account: number, drafts: readonly Draft[]): void;
  /** An answer that was given before `atMs`; `own`: to this account, else to another. */
  take(account: number, wish: { atMs: number; seed: number; own: boolean }): string | undefined;
}

export function createAnswerShelf(): AnswerShelf {
  const kept: KeptAnswer[] = [];
  const latest = new Map<number, KeptAnswer>();
  return {
    put(account, drafts) {
      const last = drafts.findLast((draft) => draft.status === undefined && draft.answer !== "");
      if (!last) return;
      const entry = { account, answer: last.answer, atMs: last.atMs };
      kept.push(entry);
      if (kept.length > ANSWERS_KEPT_MAX) kept.shift();
      if (latest.size < ACCOUNTS_KEPT_MAX || latest.has(account)) latest.set(account, entry);
    },
    take(account, { atMs, seed, own }) {
      if (own) {
        const entry = latest.get(account);
        return entry && entry.atMs < atMs ? entry.answer : undefined;
      }
      const given = kept.filter((entry) => entry.account !== account && entry.atMs < atMs);
      return given.length === 0 ? undefined : given[mix32(seed, 0x5e1f) % given.length].answer;
    },
  };
}
