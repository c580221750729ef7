/**
 * Fences: what lies outside among others of its kind. Tukey's fence on logarithms, which needs no model of the bulk and is not moved by
 * a few large accounts.
 *
 * Source: Tukey, Exploratory Data Analysis, 1977, chapter 2: “outside” is beyond one and a half times the spread between the quartiles.
 */

/** Tukey's factor for “outside”: of a log-normal bulk one in 290 lies above. */
export const FENCE_SPREADS = 1.5;
/** Quartiles of fewer values move too much to say that something lies outside them. */
export const FENCE_VALUES_MIN = 20;

/** The fence of positive values; infinite where there are too few of them to have quartiles. */
export function findFence(values: readonly number[]): number {
  const logs = values
    .filter((value) => value > 0)
    .map(Math.log)
    .sort((a, b) => a - b);
  if (logs.length < FENCE_VALUES_MIN) return Number.POSITIVE_INFINITY;
  const low = quantile(logs, 0.25);
  const high = quantile(logs, 0.75);
  return Math.exp(high + FENCE_SPREADS * (high - low));
}

/** The median of positive values, 0 for none. */
export function findMedian(values: readonly number[]): number {
  const sorted = values.filter((value) => value > 0).sort((a, b) => a - b);
  return sorted.length === 0 ? 0 : quantile(sorted, 0.5);
}

/** What is usual among accounts of one kind. */
export interface Usual {
  fence: number;
  median: number;
  accounts: number;
}

/** What is usual for each kind of account; `classify` answers null for an account that is compared with nobody. */
export function describeUsual<Kind>(values: ArrayLike<number>, classify: (account: number) => Kind | null): ReadonlyMap<Kind, Usual> {
  const kinds = new Map<Kind, number[]>();
  for (let account = 0; account < values.length; account++) {
    const kind = classify(account);
    if (kind === null) continue;
    const known = kinds.get(kind);
    if (known) known.push(values[account]);
    else kinds.set(kind, [values[account]]);
  }
  return new Map([...kinds].map(([kind, own]) => [kind, { fence: findFence(own), median: findMedian(own), accounts: own.length }]));
}

/** Linear between neighbours; `sorted` ascends and is not empty. */
function quantile(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(sorted.length - 1, below + 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}

/** Remembers what is worked out once for a whole population and asked for every account. */
export function rememberPerPopulation<Population extends object, Result>(
  workOut: (population: Population) => Result,
): (population: Population) => Result {
  const known = new WeakMap<Population, Result>();
  return (population) => {
    let result = known.get(population);
    if (result === undefined) {
      result = workOut(population);
      known.set(population, result);
    }
    return result;
  };
}
