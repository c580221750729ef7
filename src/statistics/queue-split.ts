/**
 * One queue or two: whether the mixes of many accounts fall into two groups, each a draw from its own queue. A mixture of two multinomials,
 * fitted by expectation maximisation from every category as a start, because the likelihood has several maxima.
 *
 * Source: Dempster, Laird, Rubin, "Maximum likelihood from incomplete data via the EM algorithm", JRSS B 39, 1977; penalty after Schwarz,
 * "Estimating the dimension of a model", Annals of Statistics 6, 1978.
 */
import type { CountTable } from "./exchangeability.js";

/** What {@link splitQueues} found. */
export interface QueueSplit {
  /** 1 for rows of the second queue, 0 for those of the first, which holds the first row. */
  side: Uint8Array;
  /** ln likelihood of two queues over that of one, less the penalty for the second queue's mix; negative when one explains as much. */
  nats: number;
  /** What the two mixes have in common, 0 to 1: the share of requests that could be of either. */
  overlap: number;
  /** Share of the rows that belong to one side with a probability above .9. */
  decided: number;
}

/** Rounds of a fit; most settle within ten. */
const ROUNDS = 40;
/** Changes of a row's probability below this change nothing that is said of the split. */
const SETTLED_CHANGE = 1e-9;
/** A category that a side has not sent may still come: half a request, spread over all categories. */
const PSEUDO_REQUESTS = 0.5;
const DECIDED_PROBABILITY = 0.9;
/** Neither side may vanish while a fit is under way. */
const SHARE_MIN = 0.02;

interface Fit {
  second: Float64Array;
  mixes: [Float64Array, Float64Array];
  logLikelihood: number;
}

/**
 * Fits two queues. Null when there is nothing to divide: fewer than two rows or categories.
 *
 * @param options.overdispersion by how much a single queue is uneven already, per request; the gain is worth less by that.
 */
export function splitQueues(table: CountTable, options: { categoryCount: number; overdispersion: number }): QueueSplit | null {
  const rows = table.offsets.length - 1;
  const { categoryCount } = options;
  if (rows < 2 || categoryCount < 2) return null;
  const requests = Array.from({ length: table.offsets[rows] }, (_, entry) => table.counts[entry]).reduce((sum, count) => sum + count, 0);
  const one = fitMix(table, { weights: new Float64Array(rows).fill(1), categoryCount });
  const logOne = one.map(Math.log);
  let alone = 0;
  for (let row = 0; row < rows; row++) alone += scoreRow(table, row, logOne);
  let best: Fit | null = null;
  for (let category = 0; category < categoryCount; category++) {
    const fit = fitFrom(table, { category, categoryCount });
    if (!best || fit.logLikelihood > best.logLikelihood) best = fit;
  }
  if (!best) return null;
  const inflation = 1 + (requests / rows - 1) * options.overdispersion;
  const flip = best.second[0] > 0.5;
  const [first, second] = best.mixes;
  return {
    side: Uint8Array.from(best.second, (probability) => (probability > 0.5 === flip ? 0 : 1)),
    nats: (best.logLikelihood - alone) / inflation - (categoryCount / 2) * Math.log(Math.max(2, requests)),
    overlap: first.reduce((sum, probability, category) => sum + Math.min(probability, second[category]), 0),
    decided: best.second.filter((value) => Math.max(value, 1 - value) > DECIDED_PROBABILITY).length / rows,
  };
}

function fitFrom(table: CountTable, { category, categoryCount }: { category: number; categoryCount: number }): Fit {
  const rows = table.offsets.length - 1;
  let second = Float64Array.from({ length: rows }, (_, row) => (countOf(table, row, category) > 0 ? 0.9 : 0.1));
  let mixes: [Float64Array, Float64Array] = [new Float64Array(0), new Float64Array(0)];
  let logLikelihood = Number.NEGATIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    mixes = [
      fitMix(table, { weights: second.map((value) => 1 - value), categoryCount }),
      fitMix(table, { weights: second, categoryCount }),
    ];
    const mean = second.reduce((sum, value) => sum + value, 0) / rows;
    const share = Math.min(1 - SHARE_MIN, Math.max(SHARE_MIN, mean));
    const next = divideRows(table, { mixes, share, former: second });
    logLikelihood = next.logLikelihood;
    const isSettled = next.change < SETTLED_CHANGE;
    second = next.second;
    if (isSettled) break;
  }
  return { second, mixes, logLikelihood };
}

/** How probable it is for each row to be of the second queue, which has this share of the rows. Most of the work of a split, so one pass, and no term twice. */
function divideRows(
  { offsets, items, counts }: CountTable,
  { mixes, share, former }: { mixes: readonly [Float64Array, Float64Array]; share: number; former: Float64Array },
): { second: Float64Array<ArrayBuffer>; logLikelihood: number; change: number } {
  const [logFirst, logSecond] = mixes.map((mix) => mix.map(Math.log));
  const logRest = Math.log(1 - share);
  const logShare = Math.log(share);
  const second = new Float64Array(former.length);
  let logLikelihood = 0;
  let change = 0;
  for (let row = 0; row < second.length; row++) {
    let ofFirst = 0;
    let ofSecond = 0;
    for (let entry = offsets[row]; entry < offsets[row + 1]; entry++) {
      ofFirst += counts[entry] * logFirst[items[entry]];
      ofSecond += counts[entry] * logSecond[items[entry]];
    }
    const inFirst = logRest + ofFirst;
    const inSecond = logShare + ofSecond;
    // Of both likelihoods, as parts of the larger one, that one is 1.
    const smaller = Math.exp(-Math.abs(inFirst - inSecond));
    logLikelihood += Math.max(inFirst, inSecond) + Math.log(1 + smaller);
    second[row] = 1 / (1 + (inFirst > inSecond ? Math.exp(inFirst - inSecond) : smaller));
    change = Math.max(change, Math.abs(second[row] - former[row]));
  }
  return { second, logLikelihood, change };
}

function fitMix(table: CountTable, { weights, categoryCount }: { weights: Float64Array; categoryCount: number }): Float64Array {
  const mix = new Float64Array(categoryCount).fill(PSEUDO_REQUESTS / categoryCount);
  let total = PSEUDO_REQUESTS;
  for (let row = 0; row < weights.length; row++) {
    for (let entry = table.offsets[row]; entry < table.offsets[row + 1]; entry++) {
      const requests = weights[row] * table.counts[entry];
      mix[table.items[entry]] += requests;
      total += requests;
    }
  }
  return mix.map((count) => count / total);
}

/** ln likelihood of a row; the multinomial coefficient is the same under every mix and left out. */
function scoreRow(table: CountTable, row: number, logMix: Float64Array): number {
  let sum = 0;
  for (let entry = table.offsets[row]; entry < table.offsets[row + 1]; entry++) sum += table.counts[entry] * logMix[table.items[entry]];
  return sum;
}

function countOf(table: CountTable, row: number, category: number): number {
  for (let entry = table.offsets[row]; entry < table.offsets[row + 1]; entry++)
    if (table.items[entry] === category) return table.counts[entry];
  return 0;
}
