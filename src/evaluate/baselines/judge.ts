/** Scores of a method against the truth, with the thresholds that it is granted. */
import { CALIBRATION_FALSE_SHARE, PRECISION_TARGET, type Verdict } from "../evaluation.js";

/** 1 attack, 0 benign, −1 the truth does not tell; by account number. */
export type Labels = ArrayLike<number>;

/** What {@link judgeScores} answers; see `BaselineResult`. */
export interface Judgement {
  calibrated: Verdict | null;
  published: Verdict | null;
  kindest: Verdict;
  recall_at_precision: number;
}

/** Judges a method on a world. `threshold` was set on a benign world; null without one. */
export function judgeScores(
  { scores, flagged }: { scores: Float64Array; flagged: Uint8Array | null },
  { labels, threshold }: { labels: Labels; threshold: number | null },
): Judgement {
  const best = findBestThresholds(scores, labels);
  return {
    calibrated: threshold === null ? null : judgeFlags((account) => scores[account] > threshold, labels),
    published: flagged === null ? null : judgeFlags((account) => flagged[account] === 1, labels),
    kindest: judgeFlags((account) => scores[account] >= best.kindest, labels),
    recall_at_precision: best.recallAtPrecision,
  };
}

/** Counts what a rule flags. Accounts without a label count nowhere. */
export function judgeFlags(isFlagged: (account: number) => boolean, labels: Labels): Verdict {
  const flagged = [0, 0];
  const all = [0, 0];
  for (let account = 0; account < labels.length; account++) {
    const label = labels[account];
    if (label !== 0 && label !== 1) continue;
    all[label]++;
    if (isFlagged(account)) flagged[label]++;
  }
  return toVerdict({ attackers: all[1], benign: all[0], found: flagged[1], innocent: flagged[0] });
}

/** Fills in the shares of four counts. */
export function toVerdict(counts: { attackers: number; benign: number; found: number; innocent: number }): Verdict {
  const { attackers, benign, found, innocent } = counts;
  const recall = attackers === 0 ? null : found / attackers;
  const precision = found + innocent === 0 ? null : found / (found + innocent);
  return {
    attack_accounts: attackers,
    benign_accounts: benign,
    found,
    innocent,
    recall,
    precision,
    f1: found === 0 ? 0 : (2 * found) / (attackers + found + innocent),
  };
}

/** The smallest score that a method may not exceed on a benign world: at most {@link CALIBRATION_FALSE_SHARE} of its accounts lie above. */
export function findBenignThreshold(scores: Float64Array): number {
  const sorted = Float64Array.from(scores).sort();
  const allowed = Math.floor(sorted.length * CALIBRATION_FALSE_SHARE);
  return sorted.length === 0 ? Infinity : sorted[sorted.length - 1 - allowed];
}

/** Walks through all thresholds, the highest first; accounts of one score are flagged together. */
function findBestThresholds(scores: Float64Array, labels: Labels): { kindest: number; recallAtPrecision: number } {
  const order = Array.from(labels, (_, account) => account)
    .filter((account) => labels[account] !== -1 && scores[account] > -Infinity)
    .sort((a, b) => scores[b] - scores[a]);
  const attackers = Array.from(labels).filter((label) => label === 1).length;
  let kindest = Infinity;
  let bestF1 = 0;
  let recallAtPrecision = 0;
  let found = 0;
  order.forEach((account, index) => {
    if (labels[account] === 1) found++;
    const isLastOfItsScore = index + 1 === order.length || scores[order[index + 1]] !== scores[account];
    if (!isLastOfItsScore || found === 0) return;
    const f1 = (2 * found) / (attackers + index + 1);
    if (f1 > bestF1) {
      bestF1 = f1;
      kindest = scores[account];
    }
    if (found / (index + 1) >= PRECISION_TARGET) recallAtPrecision = Math.max(recallAtPrecision, found / attackers);
  });
  return { kindest, recallAtPrecision };
}
