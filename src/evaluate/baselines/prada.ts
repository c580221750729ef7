/**
 * PRADA: are the distances between an account's queries distributed as those of natural queries, that is normally?
 *
 * For every query the distance to the nearest earlier one of the same class is noted. Queries farther from the others than a threshold join the
 * growing set they are compared with; the threshold of a class is the largest mean less one standard deviation that its set has seen. The noted
 * distances of all classes, outliers beyond three standard deviations left out, are tested for normality. A small W of Shapiro and Wilk means
 * queries made by a rule.
 *
 * Source: Juuti, Szyller, Marchal, Asokan, "PRADA: Protecting against DNN Model Stealing Attacks", EuroS&P 2019, §V, and the authors' code.
 */
import { testNormality } from "../../statistics/shapiro-wilk.js";

/** Distances needed before the authors' code tests at all. */
export const PRADA_DISTANCES_MIN = 100;
/** Distances that a class must have before they count (authors' code). */
const CLASS_DISTANCES_MIN = 10;
/** Standard deviations from the mean beyond which a distance is an outlier (authors' code). */
const OUTLIER_DEVIATIONS = 3;

/** The growing set of one class, and the distances noted in it. */
interface GrowingSet {
  members: Float32Array[];
  /** Distances of the members when they joined; 0 for the first. */
  joined: number[];
  threshold: number;
  distances: number[];
}

/** What PRADA keeps of one account. */
export interface PradaState {
  classes: Map<number, GrowingSet>;
}

/** An account without queries. */
export function createPradaState(): PradaState {
  return { classes: new Map() };
}

/** Takes the next query: the point of its text, and the class that the model saw in it. */
export function addPradaQuery(state: PradaState, point: Float32Array, className: number): void {
  const set = state.classes.get(className);
  if (set === undefined) {
    state.classes.set(className, { members: [point], joined: [0], threshold: 0, distances: [] });
    return;
  }
  const nearest = Math.min(...set.members.map((member) => distanceBetween(member, point)));
  set.distances.push(nearest);
  if (nearest <= set.threshold) return;
  set.members.push(point);
  set.joined.push(nearest);
  const { mean, deviation } = measureSpread(set.joined);
  set.threshold = Math.max(set.threshold, mean - deviation);
}

/** W of the distances so far; null where there are fewer than `distancesMin` after outliers, or all are equal. */
export function testPradaState(state: PradaState, { distancesMin = PRADA_DISTANCES_MIN } = {}): number | null {
  const distances = [...state.classes.values()].flatMap((set) => (set.distances.length >= CLASS_DISTANCES_MIN ? set.distances : []));
  const { mean, deviation } = measureSpread(distances);
  const kept = distances.filter((distance) => Math.abs(distance - mean) < OUTLIER_DEVIATIONS * deviation);
  return kept.length < distancesMin ? null : (testNormality(kept)?.w ?? null);
}

function distanceBetween(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return Math.sqrt(sum);
}

function measureSpread(values: readonly number[]): { mean: number; deviation: number } {
  if (values.length === 0) return { mean: 0, deviation: 0 };
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, deviation: Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) };
}
