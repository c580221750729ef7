/** MMD on request logs: an account's queries are its window. */
import { countPoints, type Points } from "../../statistics/kernel-discrepancy.js";
import type { Random } from "../../statistics/random.js";
import type { Baseline } from "./baseline.js";
import { MMD_PERCENTILE, prepareMmdPool, prepareMmdReference, scoreMmdWindow, type MmdPool, type MmdReference } from "./mmd.js";
import { createTextEmbedder, joinPoints, queryOf } from "./text-embedding.js";

/** Smaller windows tell nothing: even at 100 queries the paper finds one in twenty. */
const QUERIES_MIN = 5;
/** Queries kept of an account, the first ones; a window of 100 is the smallest that the paper reports. */
const QUERIES_MAX = 100;
/** Reference queries compared with, and benign ones that null windows are drawn from. */
const REFERENCE_MAX = 500;
/** Benign windows for each size: 10 of them lie above the 95th percentile. */
const NULL_WINDOWS = 200;

/** An account's number is how many standard deviations its discrepancy lies above that of benign windows of its size. */
export const mmd: Baseline = {
  name: "mmd",
  title: "MMD",
  source:
    "Liu, Guo, Dong, An Embarrassingly Simple Detector for Model Extraction Attacks in Large Language Model API Traffic, arXiv 2606.05725, 2026",
  needs: "text",
  rule: "the discrepancy between the account's queries and a benign world's, in standard deviations of benign windows of that size; the paper flags above their 95th percentile.",
  start({ reference, random }) {
    const embed = createTextEmbedder();
    const benign = reference.flatMap((event) => {
      const query = queryOf(event);
      return query === null ? [] : [embed(query)];
    });
    const comparison = benign.filter((_, index) => index % 2 === 0).slice(0, REFERENCE_MAX);
    const others = benign.filter((_, index) => index % 2 === 1).slice(0, REFERENCE_MAX);
    const queries: Float32Array[][] = [];
    return {
      add({ account, event }) {
        const query = queryOf(event);
        if (query === null) return;
        const own = (queries[account] ??= []);
        if (own.length < QUERIES_MAX) own.push(embed(query));
      },
      finish(accounts) {
        const scores = new Float64Array(accounts).fill(Number.NEGATIVE_INFINITY);
        const flagged = new Uint8Array(accounts);
        if (comparison.length < QUERIES_MIN || others.length < QUERIES_MIN) return { scores, flagged: null };
        const prepared = prepareMmdReference(joinPoints(comparison), random);
        const nulls = rememberNulls(prepared, prepareMmdPool(prepared, joinPoints(others)), random);
        for (let account = 0; account < accounts; account++) {
          const own = queries[account] ?? [];
          if (own.length < QUERIES_MIN) continue;
          const { mean, deviation, limit } = nulls(own.length);
          const discrepancy = scoreAccount(prepared, joinPoints(own));
          scores[account] = (discrepancy - mean) / deviation;
          flagged[account] = discrepancy > limit ? 1 : 0;
        }
        return { scores, flagged };
      },
    };
  },
};

function scoreAccount(reference: MmdReference, points: Points): number {
  const members = Int32Array.from({ length: countPoints(points) }, (_, i) => i);
  return scoreMmdWindow(reference, prepareMmdPool(reference, points), members);
}

/** What benign windows of one size look like. */
interface NullWindows {
  mean: number;
  deviation: number;
  /** The 95th percentile. */
  limit: number;
}

/** Draws benign windows of each size once. */
function rememberNulls(reference: MmdReference, pool: MmdPool, random: Random): (size: number) => NullWindows {
  const known = new Map<number, NullWindows>();
  return (size) => {
    let nulls = known.get(size);
    if (nulls === undefined) known.set(size, (nulls = drawNulls(size)));
    return nulls;
  };
  function drawNulls(size: number): NullWindows {
    const window = new Int32Array(size);
    const scores = Float64Array.from({ length: NULL_WINDOWS }, () => {
      for (let i = 0; i < size; i++) window[i] = random.below(pool.size);
      return scoreMmdWindow(reference, pool, window);
    }).sort();
    const mean = scores.reduce((sum, score) => sum + score, 0) / NULL_WINDOWS;
    const deviation = Math.sqrt(scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / NULL_WINDOWS);
    return { mean, deviation: deviation > 0 ? deviation : 1, limit: scores[Math.ceil(MMD_PERCENTILE * NULL_WINDOWS) - 1] };
  }
}
