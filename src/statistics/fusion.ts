/** Fusing evidence: sums of log-likelihood ratios with a cap for each group, so that no one kind of evidence decides alone. */
import { sumInOrder, toProbability } from "./log-numbers.js";

/** What fusion needs of a signal. */
export interface GroupedEvidence {
  group: string;
  /** Natural logarithm of the likelihood ratio; negative speaks against. */
  logLikelihoodRatio: number;
}

/** How to fuse. */
export interface FusionOptions {
  /** Largest magnitude of a group's sum, nats; one for all or one per group (a group without one is not counted at all). */
  capPerGroup: number | Readonly<Record<string, number>>;
  /** Log-odds before any evidence, nats. Default 0. */
  priorLogOdds?: number;
}

/** What {@link fuseEvidence} found. */
export interface FusedEvidence {
  logOdds: number;
  probability: number;
  /** Capped sum per group that said something, by group name ascending. */
  groups: Record<string, number>;
  /** Groups whose sum speaks for, by name ascending. */
  supporting: string[];
}

/**
 * Adds up within groups, caps each, adds up the groups. Within a group signals see the same thing from several sides, hence the cap; groups
 * count as independent. NaN evidence is refused. The order of the signals does not matter, down to the last bit.
 *
 * @throws RangeError when a ratio is NaN.
 */
export function fuseEvidence(signals: Iterable<GroupedEvidence>, { capPerGroup, priorLogOdds = 0 }: FusionOptions): FusedEvidence {
  const byGroup = new Map<string, number[]>();
  for (const { group, logLikelihoodRatio } of signals) {
    if (Number.isNaN(logLikelihoodRatio)) throw new RangeError(`evidence of group ${group} is not a number`);
    const list = byGroup.get(group);
    if (list === undefined) byGroup.set(group, [logLikelihoodRatio]);
    else list.push(logLikelihoodRatio);
  }
  const groups: Record<string, number> = {};
  for (const group of [...byGroup.keys()].sort()) {
    const cap = typeof capPerGroup === "number" ? capPerGroup : (capPerGroup[group] ?? 0);
    groups[group] = Math.max(-cap, Math.min(cap, sumInOrder(byGroup.get(group) as number[])));
  }
  const logOdds = priorLogOdds + sumInOrder(Object.values(groups));
  const supporting = Object.keys(groups).filter((group) => groups[group] > 0);
  return { logOdds, probability: toProbability(logOdds), groups, supporting };
}
