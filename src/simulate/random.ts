/**
 * Seeded randomness. A generator is a function that answers numbers in [0, 1); every part of a world has its own, derived from the world's
 * seed and from who asks, so that adding a part never changes what another part draws.
 */

/** Answers the next number in [0, 1). */
export type Random = () => number;

/** Mixes two 32-bit numbers into one (the finalizer of MurmurHash3, public domain). */
export function mix32(a: number, b: number): number {
  let h = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b ^ (b >>> 15) ^ 0x27d4eb2f, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** 32-bit hash of a text (FNV-1a over UTF-16 units, finished by {@link mix32}). */
export function hashText(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return mix32(h, text.length);
}

/** A generator for the given seeds (sfc32 by Chris Doty-Humphrey, public domain: 128 bits of state, passes PractRand). */
export function createRandom(...seeds: readonly number[]): Random {
  let a = 0x243f6a88;
  let b = 0x85a308d3;
  let c = 0x13198a2e;
  let d = 1;
  for (const seed of seeds) {
    a = mix32(a, seed);
    b = mix32(b, a);
    c = mix32(c, b);
  }
  const next = (): number => {
    const t = (a + b + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return (t >>> 0) / 4294967296;
  };
  for (let i = 0; i < 6; i++) next();
  return next;
}

/** One number in [0, 1) for the given seeds, without making a generator. */
export function drawOnce(a: number, b: number, c: number): number {
  return mix32(mix32(a, b), c) / 4294967296;
}

/** An integer in [0, below). */
export function drawInteger(random: Random, below: number): number {
  return Math.floor(random() * below);
}

/** An integer in [from, to]. */
export function drawBetween(random: Random, from: number, to: number): number {
  return from + Math.floor(random() * (to - from + 1));
}

/** One element; the list must not be empty. */
export function pick<T>(random: Random, list: readonly T[]): T {
  return list[Math.floor(random() * list.length)];
}

/** One element, element `i` with a chance in proportion to `weights[i]`. */
export function pickWeighted<T>(random: Random, list: readonly T[], weights: readonly number[]): T {
  let total = 0;
  for (const weight of weights) total += weight;
  let left = random() * total;
  for (let i = 0; i < list.length; i++) {
    left -= weights[i] ?? 0;
    if (left < 0) return list[i];
  }
  return list[list.length - 1];
}

/** An index in [0, size) with Zipf-like popularity: low indexes are drawn far more often. */
export function drawZipf(random: Random, size: number, exponent = 1): number {
  if (exponent === 1) return Math.min(size - 1, Math.floor(Math.exp(random() * Math.log(size + 1)) - 1));
  const limit = (size + 1) ** (1 - exponent);
  return Math.min(size - 1, Math.floor((1 + random() * (limit - 1)) ** (1 / (1 - exponent)) - 1));
}

/** A normal deviate with mean 0 and standard deviation 1 (Box and Muller). */
export function drawNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** A log-normal deviate with the given mean and sigma of the logarithm. */
export function drawLogNormal(random: Random, mean: number, sigma: number): number {
  return mean * Math.exp(sigma * drawNormal(random) - (sigma * sigma) / 2);
}

/** A gamma deviate with the given mean and shape (Marsaglia and Tsang 2000; shape ≥ 1, smaller shapes are boosted). */
export function drawGamma(random: Random, mean: number, shape: number): number {
  if (shape < 1) return drawGamma(random, (mean * (shape + 1)) / shape, shape + 1) * random() ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = drawNormal(random);
    const v = (1 + c * x) ** 3;
    if (v <= 0) continue;
    if (Math.log(1 - random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return (d * v * mean) / shape;
  }
}

/** A Poisson count with the given mean; above 30 the normal approximation, whose error there is far below the world's own noise. */
export function drawPoisson(random: Random, mean: number): number {
  if (mean <= 0) return 0;
  if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * drawNormal(random)));
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count++;
  return count;
}

/** True with the given chance. */
export function chance(random: Random, probability: number): boolean {
  return random() < probability;
}

/**
 * A permutation of [0, size) that needs no memory: position → value, by cycle-walking a four-round Feistel network. This is how a queue
 * of millions of items is drawn without replacement.
 */
export function createPermutation(size: number, seed: number): (position: number) => number {
  let bits = 1;
  while (2 ** (2 * bits) < size) bits++;
  const mask = 2 ** bits - 1;
  return (position) => {
    let value = position;
    do {
      let left = Math.floor(value / (mask + 1));
      let right = value & mask;
      for (let round = 0; round < 4; round++) {
        const next = (left ^ mix32(mix32(seed, round), right)) & mask;
        left = right;
        right = next;
      }
      value = left * (mask + 1) + right;
    } while (value >= size);
    return value;
  };
}

const HEX_BYTES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** `digits` hexadecimal digits (an even number) that depend on the seeds only; different `b` give different digits from eight digits on. */
export function formatHex(digits: number, a: number, b: number): string {
  let text = "";
  for (let word = 1; text.length < digits; word++) {
    const h = mix32(mix32(a, word), b);
    const left = digits - text.length;
    text += HEX_BYTES[h >>> 24];
    if (left > 2) text += HEX_BYTES[(h >>> 16) & 255];
    if (left > 4) text += HEX_BYTES[(h >>> 8) & 255];
    if (left > 6) text += HEX_BYTES[h & 255];
  }
  return text;
}
