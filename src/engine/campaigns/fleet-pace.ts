/**
 * Whether what was taken for the pool of each work load keeps the pace of its fleet. A work load was found by the hours of all that carry it; where the
 * pool among them is small, the separation may keep the others, and a published scaffold's copycats come in with a dispatcher that also uses it.
 */
import type { CandidateGroup, Population } from "../../vocabulary/fingerprint.js";
import { expectActive, sumByDay } from "./paces.js";
import { countActive } from "./work-loads.js";

/**
 * Part of the fleet's pace that a work load keeps from which it is of the fleet: nearer to all of it than to none, which is the likelier of the two
 * whatever the noise. In five tuning worlds pools kept .67 to 1.7 of it and twenty-two copycats .05.
 */
const KEPT_PACE_MIN = 0.5;
/** Variance of a dispatcher's pace, relative to its square, which shrinks hours with few accounts to the average: between half of it and all, as common rates have it. */
const PACE_VARIANCE = 0.35;

/** The work loads that keep the pace of the others; the one that keeps least of it goes first. None when no two do. */
export function keepPaced(population: Population, workLoads: readonly CandidateGroup[]): CandidateGroup[] {
  const byDay = sumByDay(population.hours);
  let kept = workLoads.map((group) => ({ group, active: countActive(population, group) }));
  while (kept.length >= 2) {
    const all = kept[0].active.map((_, hour) => kept.reduce((sum, each) => sum + each.active[hour], 0));
    const parts = kept.map(({ active }) => measureKeptPace({ active, others: all.map((count, hour) => count - active[hour]), byDay }));
    const least = Math.min(...parts);
    if (least >= KEPT_PACE_MIN) return kept.map(({ group }) => group);
    const leaving = parts.indexOf(least);
    kept = kept.filter((_, position) => position !== leaving);
  }
  return [];
}

/** By how much of their own swing the hours of a work load go along with those of others: 1 for the same pace, 0 for an independent one. */
function measureKeptPace({ active, others, byDay }: { active: Float64Array; others: Float64Array; byDay: Float64Array }): number {
  const expected = expectActive(active, byDay);
  const expectedOthers = expectActive(others, byDay);
  const shape = 1 / PACE_VARIANCE;
  let along = 0;
  let swing = 0;
  active.forEach((count, hour) => {
    const rise = (others[hour] + shape) / (expectedOthers[hour] + shape) - 1;
    along += (count - expected[hour]) * rise;
    swing += expected[hour] * rise * rise;
  });
  return swing > 0 ? along / swing : 0;
}
