/**
 * Is part of a window of queries harvested? A window is a stretch of traffic, of one endpoint or one hour, from many accounts; a harvest in it may
 * be a twentieth.
 *
 * Two questions are asked of every window, because a mean over it drowns a twentieth (as the maximum mean discrepancy does, which grows with the
 * square of the share):
 *
 * 1. **Known work.** For each kind of harvested prompt ever seen, how much likelier is the window when a share of it is of that kind? The ratio
 *    of densities is learned per request; the evidence is the likelihood ratio of the mixture, the largest over the shares.
 * 2. **New work.** Is there a word, a pair of words or a way to begin or end that far more strangers use than in the reference crowd? The evidence
 *    is the largest Poisson surprise (a scan statistic), because a scaffold nobody has seen before is many requests that say the same.
 *
 * Strangers are counted, not requests: of one account two requests count at most, so that a batch job is no crowd and a pool counts as often as it
 * has accounts. The limit is set on benign windows alone, so that the share of false alarms is chosen; see `calibrateWindows`.
 */
import { logContaminationRatio } from "../../../statistics/contamination.js";
import { learnDensityRatio, type DensityRatio } from "../../../statistics/density-ratio.js";
import type { Random } from "../../../statistics/random.js";
import { logPoissonAtLeast } from "../../../statistics/tails.js";
import type { QueryFeatures } from "./query-features.js";

/** One query of a window. */
export interface WindowQuery {
  features: QueryFeatures;
  /** Who is behind it; null where nobody knows, then every query is a stranger's. */
  party: string | null;
}

/** Queries that were harvested, and what they have in common. */
export interface HarvestKind {
  name: string;
  queries: readonly QueryFeatures[];
}

/** What a window says, one number for each question; see {@link WindowDetector}. */
export type WindowEvidence = Readonly<Record<WindowQuestion, number>>;

/** The questions; the order has no meaning. */
export const WINDOW_QUESTIONS = ["knownKind", "novelty"] as const;

/** `knownKind`: a kind of harvest seen before. `novelty`: work that strangers share and the reference does not know. */
export type WindowQuestion = (typeof WINDOW_QUESTIONS)[number];

/** Learned from a reference crowd and from past harvests. */
export interface WindowDetector {
  /**
   * Looks at one window.
   *
   * @param forgetting what the evidence would be without some kinds, to find out what the detector is worth against what it never saw; one
   *   evidence for each entry. Default: one that forgets nothing.
   */
  inspect(window: readonly WindowQuery[], forgetting?: readonly ((kind: string) => boolean)[]): WindowEvidence[];
}

/** A ratio beyond e^8 or below e^−6 is more than a few hundred training prompts can show. */
const LOG_RATIO_MAX = 8;
const LOG_RATIO_MIN = -6;
/** Requests of one party that count: one person's are about one thing, a batch job's are about the same, and neither is a crowd. */
const PARTY_REQUESTS_MAX = 2;
/** Queries that must share a feature before it is looked at: two are one person, and three of thousands happen everywhere. */
const SHARING_MIN = 3;

/** Learns a detector. The reference must hold something; kinds may be none, then only new work is found. */
export function learnWindowDetector(training: {
  reference: readonly QueryFeatures[];
  kinds: readonly HarvestKind[];
  random: Random;
}): WindowDetector {
  const { reference, random } = training;
  const kinds = training.kinds.filter(({ queries }) => queries.length > 0);
  const background = reference.map(({ words }) => words);
  const read = rememberRatios(
    kinds.map(({ queries }) => learnDensityRatio({ background, target: queries.map(({ words }) => words), random })),
  );
  const measureNovelty = createNoveltyScan(background);
  return {
    inspect(window, forgetting = [() => false]) {
      const queries = keepStrangers(window);
      const rows = queries.map(read);
      const perKind = kinds.map((_, kind) => logContaminationRatio(rows.map((row) => row[kind])));
      const novelty = measureNovelty(queries);
      return forgetting.map((isForgotten) => {
        const chosen = perKind.filter((_, kind) => !isForgotten(kinds[kind].name));
        return { knownKind: chosen.length === 0 ? 0 : Math.max(...chosen), novelty };
      });
    },
  };
}

/** However alike benign windows are: less than a factor of two in likelihood says nothing. */
const EVIDENCE_MIN = Math.LN2;

/** Density ratios of a query under every kind, computed once: windows of a log overlap. */
function rememberRatios(logRatios: readonly DensityRatio[]): (features: QueryFeatures) => Float64Array {
  const known = new WeakMap<QueryFeatures, Float64Array>();
  return (features) => {
    let row = known.get(features);
    if (row === undefined) {
      row = Float64Array.from(logRatios, (ratio) => Math.exp(Math.max(LOG_RATIO_MIN, Math.min(LOG_RATIO_MAX, ratio(features.words)))));
      known.set(features, row);
    }
    return row;
  };
}

/** The queries that count: each content once, and of a party the two of the smallest hashes, so that order does not matter. */
function keepStrangers(window: readonly WindowQuery[]): QueryFeatures[] {
  const sorted = window.toSorted((a, b) => a.features.content - b.features.content || compareParties(a.party, b.party));
  const counts = new Map<string, number>();
  return sorted.flatMap(({ features, party }, at) => {
    if (at > 0 && sorted[at - 1].features.content === features.content) return [];
    if (party === null) return [features];
    const count = (counts.get(party) ?? 0) + 1;
    counts.set(party, count);
    return count > PARTY_REQUESTS_MAX ? [] : [features];
  });
}

function compareParties(a: string | null, b: string | null): number {
  const [first, second] = [a ?? "", b ?? ""];
  return first < second ? -1 : first > second ? 1 : 0;
}

/** The largest −ln P(as many queries share a feature) over the features of a window, from how many of the reference carry it. */
function createNoveltyScan(reference: readonly Uint32Array[]): (queries: readonly QueryFeatures[]) => number {
  const carriers = new Map<number, number>();
  for (const words of reference) for (const word of words) carriers.set(word, (carriers.get(word) ?? 0) + 1);
  return (queries) => {
    const counts = new Map<number, number>();
    for (const { words } of queries) for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
    let largest = 0;
    for (const [word, count] of counts) {
      if (count < SHARING_MIN) continue;
      // Half a carrier is added, so that a word the reference does not know is rare and not impossible.
      const expected = (queries.length * ((carriers.get(word) ?? 0) + 0.5)) / (reference.length + 1);
      if (count > expected) largest = Math.max(largest, -logPoissonAtLeast(count, expected));
    }
    return largest;
  };
}

/** When to raise an alarm; made by {@link calibrateWindows}. */
export interface WindowRule {
  /** One number for a window's evidence: 1 where a question is as surprising as the benign limit of that question. */
  score(evidence: WindowEvidence): number;
  /** Windows above it are suspicious. */
  limit: number;
}

/**
 * Sets the rule on benign windows alone: every question is measured in its own benign spread, the most surprising one counts, and the limit is the
 * conformal quantile that at most `falseAlarmShare` of benign windows drawn alike exceed (Vovk, Gammerman and Shafer, 2005).
 *
 * @throws RangeError when there are too few windows for that share.
 */
export function calibrateWindows(benign: readonly WindowEvidence[], falseAlarmShare: number): WindowRule {
  const rank = Math.ceil((benign.length + 1) * (1 - falseAlarmShare));
  if (rank > benign.length) throw new RangeError(`${benign.length} benign windows cannot set a share of ${falseAlarmShare}`);
  const quantile = (values: readonly number[], at: number): number => values.toSorted((a, b) => a - b)[at - 1];
  const spreads = WINDOW_QUESTIONS.map((question) => {
    const values = benign.map((evidence) => evidence[question]);
    const middle = quantile(values, Math.ceil(values.length / 2));
    return { question, middle, width: Math.max(EVIDENCE_MIN, quantile(values, rank) - middle) };
  });
  const score = (evidence: WindowEvidence): number =>
    Math.max(...spreads.map(({ question, middle, width }) => (evidence[question] - middle) / width));
  return { score, limit: quantile(benign.map(score), rank) };
}
