/** A rule of the house: what it forbids, why, and samples that prove that it can fail. */
import type { Tree } from "./tree.js";

/** One rule. `find` is pure, so the same code judges the real tree and the samples. */
export interface Rule {
  /** A claim about the tree, as a test name. */
  name: string;
  /** Printed with every offence: a rule without a reason is obeyed by nobody. */
  why: string;
  find(tree: Tree): Offence[];
  /** At least one sample with offences and one without. */
  samples: readonly Sample[];
}

/** Where the tree breaks a rule, and what to write instead. */
export interface Offence {
  path: string;
  /** Counts from 1. */
  line?: number;
  what: string;
}

/** A small tree and the paths in it that must be found; a path found twice stands twice. */
export interface Sample {
  claim: string;
  files: Readonly<Record<string, string>>;
  offenders: readonly string[];
}

/** The offences of one rule as a person reads them in a failed test; empty when there are none. */
export function formatOffences(rule: Rule, offences: readonly Offence[]): string {
  if (offences.length === 0) return "";
  const places = offences.map(({ path, line, what }) => `  ${path}${line === undefined ? "" : `:${line}`}  ${what}`);
  return [`${rule.name}: ${offences.length} offence(s)`, ...places, `  why: ${rule.why}`].join("\n");
}
