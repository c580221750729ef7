/** Groups that no detection of groups may say anything about, and none may fail on. */
import type { CandidateGroup, Population } from "../../vocabulary/fingerprint.js";
import { buildPopulation, selectGroup, type TestAccount } from "./population.js";

/** A group and the population that it is part of. */
export interface HostileGroup {
  claim: string;
  population: Population;
  group: CandidateGroup;
}

/** A crowd of which nothing is known but that it sends: no text, no address, no registration, no streaming, no release. */
const bareCrowd: readonly TestAccount[] = Array.from({ length: 40 }, (_, position) => ({
  requests: Array.from({ length: 6 }, (_request, index) => ({ atHours: position * 1.7 + index * 11 })),
}));

/** Nobody, one account, a log without a request, a log with only the required columns. */
export function listHostileGroups(): HostileGroup[] {
  const nothing = buildPopulation({ accounts: [] });
  const silent = buildPopulation({ accounts: [{ requests: [] }, { requests: [] }, { requests: [] }] });
  const bare = buildPopulation({ accounts: bareCrowd });
  const alone = buildPopulation({ accounts: [...bareCrowd, { requests: [{ atHours: 3, family: "own", item: 7 }] }] });
  return [
    { claim: "a group in an empty log", population: nothing, group: selectGroup(nothing, { accounts: [] }) },
    { claim: "an empty group", population: bare, group: selectGroup(bare, { accounts: [] }) },
    { claim: "accounts that sent nothing", population: silent, group: selectGroup(silent, { accounts: [0, 1, 2] }) },
    { claim: "one account", population: alone, group: selectGroup(alone, { accounts: [40], families: ["own"] }) },
    { claim: "three accounts in a log of required columns only", population: bare, group: selectGroup(bare, { accounts: [3, 9, 20] }) },
  ];
}
