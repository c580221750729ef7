/** Draws that tests of this folder share: seeded, so that a failing test fails again. */
import type { CountTable } from "./exchangeability.js";
import type { Random } from "./random.js";
import { logBinomialAtLeast } from "./tails.js";

/** Draws a category from shares that add up to 1. */
export function drawCategory(shares: ArrayLike<number>, random: Random): number {
  let rest = random.next();
  for (let category = 0; category < shares.length - 1; category++) {
    rest -= shares[category];
    if (rest < 0) return category;
  }
  return shares.length - 1;
}

/** A standard normal (Box and Muller). */
export function drawNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

/** A gamma of scale 1 (Marsaglia and Tsang, 2000). */
export function drawGamma(shape: number, random: Random): number {
  if (shape < 1) return drawGamma(shape + 1, random) * (1 - random.next()) ** (1 / shape);
  const d = shape - 1 / 3;
  for (;;) {
    const normal = drawNormal(random);
    const v = (1 + normal / Math.sqrt(9 * d)) ** 3;
    if (v > 0 && Math.log(1 - random.next()) < (normal * normal) / 2 + d * (1 - v + Math.log(v))) return d * v;
  }
}

/** A Poisson count, by multiplying uniforms in steps that do not underflow. */
export function drawPoisson(mean: number, random: Random): number {
  let count = 0;
  for (let left = mean; left > 0; left -= 500) {
    const limit = Math.exp(-Math.min(left, 500));
    for (let product = 1 - random.next(); product > limit; product *= 1 - random.next()) count++;
  }
  return count;
}

/** Shares per account: all the same (`overdispersion` 0), or spread around `shares` as a Dirichlet. */
export function drawShares(shares: readonly number[], overdispersion: number, random: Random): number[] {
  if (overdispersion === 0) return [...shares];
  const gammas = shares.map((share) => drawGamma((share * (1 - overdispersion)) / overdispersion, random));
  const sum = gammas.reduce((total, gamma) => total + gamma, 0);
  return sum === 0 ? [...shares] : gammas.map((gamma) => gamma / sum);
}

/** A table of accounts with `requests[i]` requests each over the categories. */
export function drawTable(options: {
  requests: readonly number[];
  shares: readonly number[];
  overdispersion: number;
  random: Random;
}): CountTable {
  const { requests, shares, overdispersion, random } = options;
  const rows = requests.map((total) => {
    const own = drawShares(shares, overdispersion, random);
    const counts = Array.from({ length: shares.length }, () => 0);
    for (let request = 0; request < total; request++) counts[drawCategory(own, random)]++;
    return counts;
  });
  return toTable(rows);
}

/** A dense matrix as a sparse table. */
export function toTable(rows: readonly (readonly number[])[]): CountTable {
  const offsets = [0];
  const items: number[] = [];
  const counts: number[] = [];
  for (const row of rows) {
    row.forEach((count, item) => {
      if (count === 0) return;
      items.push(item);
      counts.push(count);
    });
    offsets.push(items.length);
  }
  return { offsets, items, counts };
}

/** The most hits that so many trials show by chance: more come once in a thousand million times. */
export function mostByChance(trials: number, probability: number): number {
  let most = 0;
  while (most < trials && logBinomialAtLeast(most + 1, { trials, probability }) > Math.log(1e-9)) most++;
  return most;
}
