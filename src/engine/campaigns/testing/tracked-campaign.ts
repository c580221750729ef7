/** A campaign as tracking leaves it, certain in everything that a test does not say. */
import type { Population } from "../../../vocabulary/fingerprint.js";
import { fuseSignals } from "../fusion.js";
import { buildGroup } from "../group.js";
import type { TrackedCampaign } from "../naming.js";

/** The campaign of these accounts with their requests in the families; with all of their requests when none is named. */
export function makeTrackedCampaign(
  population: Population,
  { accounts, families = [] }: { accounts: readonly number[]; families?: readonly string[] },
): TrackedCampaign {
  const wanted = population.families.ids.flatMap((id, family) => (families.some((name) => id.endsWith(` ${name}`)) ? [family] : []));
  const group = buildGroup(population, { accounts, families: wanted });
  return {
    id: "campaign--00000000000000aa",
    probability: 1,
    successorOf: null,
    mergedFrom: [],
    splitFrom: null,
    standby: [],
    group,
    carriers: group,
    carrierSignals: new Map(),
    memberProbabilities: new Float64Array(group.members.length).fill(1),
    origin: families.length > 0 ? "niche" : "links_alone",
    signals: [],
    fusion: fuseSignals([]),
  };
}
