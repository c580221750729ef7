/** Seeded randomness. The analysis may shuffle and draw, but the same seed must always give the same report. */

/** Draws numbers; the same seed draws the same ones on every machine. */
export interface Random {
  /** Uniform in [0, 1), 32 bits. */
  next(): number;
  /** Uniform integer in [0, bound). */
  below(bound: number): number;
}

/**
 * Makes a generator (sfc32 by Chris Doty-Humphrey, which passes PractRand; four 32-bit words of state, seeded through splitmix32 so that
 * neighbouring seeds have nothing in common).
 */
export function createRandom(seed: number): Random {
  let state = seed | 0;
  const splitmix = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return mixed ^ (mixed >>> 15);
  };
  let a = splitmix();
  let b = splitmix();
  let c = splitmix();
  let counter = 1;
  const nextInteger = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return sum >>> 0;
  };
  for (let round = 0; round < 12; round++) nextInteger();
  return {
    next: () => nextInteger() / 4_294_967_296,
    below: (bound) => Math.floor((nextInteger() / 4_294_967_296) * bound),
  };
}

/** Shuffles in place (Fisher–Yates) the part `[from, to)` of `values`. */
export function shuffleRange(
  values: Int32Array,
  random: Random,
  { from = 0, to = values.length }: { from?: number; to?: number } = {},
): void {
  for (let last = to - 1; last > from; last--) {
    const chosen = from + random.below(last - from + 1);
    const kept = values[last];
    values[last] = values[chosen];
    values[chosen] = kept;
  }
}
