/** Naming: campaigns are split into what they were one after the other, and each gets its id and its ancestry. */
import type { Population } from "../../vocabulary/fingerprint.js";
import type { Signal } from "../../vocabulary/signal.js";
import { toProbability } from "./fusion.js";
import { identifyCampaigns, listFoundingFamilies, type KnownCampaign } from "./identity.js";
import { splitAtSuccessions, type Generation } from "./lineage.js";
import type { StandbyAccount } from "./standby.js";
import type { TestContext, TestedCandidate } from "./test-candidate.js";

/** A campaign as the analysis holds it; `describe.ts` turns it into the report's form. */
export interface TrackedCampaign extends TestedCandidate {
  id: string;
  probability: number;
  /** Id of the campaign whose work it took over, null when there is none. */
  successorOf: string | null;
  /** Ids of earlier campaigns that became part of it. */
  mergedFrom: string[];
  /** Id of the earlier campaign it was part of. */
  splitFrom: string | null;
  /** Accounts that share its instruments and have not taken part yet; none of them is a member. */
  standby: readonly StandbyAccount[];
  /** Members whom what they share tells, and not what they send: what that is, by account; none when absent. */
  tied?: ReadonlyMap<number, readonly Signal[]>;
}

/** Gives every campaign its id and its ancestry. `known` are those that earlier analyses named: the same keep their ids. */
export function nameCampaigns(
  campaigns: readonly TestedCandidate[],
  { context, known }: { context: TestContext; known: readonly KnownCampaign[] },
): TrackedCampaign[] {
  const { population } = context.source;
  const generations: Generation[] = [];
  for (const campaign of campaigns) {
    const offset = generations.length;
    for (const { candidate, predecessor } of splitAtSuccessions(campaign, context))
      generations.push({ candidate, predecessor: predecessor === null ? null : predecessor + offset });
  }
  const identities = identifyCampaigns(
    generations.map(({ candidate, predecessor }) => ({
      accounts: Array.from(candidate.group.members, (account) => population.accountIds[account]),
      families: Array.from(candidate.group.families, (family) => population.families.ids[family]),
      seeds: listSeeds(candidate, { population, isSuccessor: predecessor !== null }),
    })),
    known,
  );
  return generations.map(({ candidate, predecessor }, position) => {
    const { id, mergedFrom, splitFrom, carriesOn } = identities[position];
    const successorOf = predecessor === null ? carriesOn : identities[predecessor].id;
    return { ...candidate, id, mergedFrom, splitFrom, successorOf, probability: toProbability(candidate.fusion.logOdds), standby: [] };
  });
}

/** A campaign is named after its work load, which stays when accounts are replaced; without one, after its smallest account. */
function listSeeds({ group }: TestedCandidate, { population, isSuccessor }: { population: Population; isSuccessor: boolean }): string[] {
  const families = listFoundingFamilies(group, population).map((family) => population.families.ids[family]);
  const names = [...families, population.accountIds[group.members[0]]];
  return isSuccessor ? names.map((name) => `${name}\nsuccessor`) : names;
}
