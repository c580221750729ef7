/**
 * Campaigns of a log without text, told once more: links tore clusters where they are thin, and the separation let in who shares one address with a pool
 * and happened to register on its day.
 */
import { buildGroup } from "./group.js";
import { isCampaign, testCandidate, type TestContext, type TestedCandidate } from "./test-candidate.js";
import { judgeTies, listTiedAccounts } from "./tied-accounts.js";

/** Rounds of "who is tied to these": in four tuning worlds without text nobody came in after the third. */
const ROUNDS = 4;
/** As likely of the pool as not: watched, and no more. */
const UNTIED_PROBABILITY_MAX = 0.5;

/**
 * Campaigns that links alone hold together with all open accounts that are tied to them, by the same rules with which members stay: who is tied by one
 * thing alone is watched, and who is tied by two stands in it, whatever the separation made of an account that shares so little. A campaign that would not pass with them stays as it was.
 */
export function completeLinked(campaigns: readonly TestedCandidate[], context: TestContext): TestedCandidate[] {
  const { population, chance } = context.source;
  const taken = new Set(campaigns.flatMap(({ group }) => [...group.members]));
  return campaigns.map((campaign) => {
    if (campaign.origin !== "links_alone") return campaign;
    const { group, memberProbabilities } = campaign;
    const pool = new Map(Array.from(group.members, (account, member) => [account, memberProbabilities[member]]));
    for (let round = 0; round < ROUNDS; round++) {
      const tied = listTiedAccounts(population, { pool, chance, isTaken: (account) => taken.has(account) });
      if (tied.size === 0) break;
      for (const [account, probability] of tied) pool.set(account, probability);
    }
    for (const { tie, probability } of judgeTies(population, { pool, chance })) {
      const known = pool.get(tie.account);
      if (known === undefined) continue;
      pool.set(tie.account, probability === 0 ? Math.min(known, UNTIED_PROBABILITY_MAX) : Math.max(known, probability));
    }
    const whole = buildGroup(population, { accounts: pool.keys(), families: group.families });
    const memberships = Float64Array.from(whole.members, (account) => pool.get(account) ?? 0);
    const tested = testCandidate({ ...campaign, group: whole, memberProbabilities: memberships }, context);
    if (!isCampaign(tested)) return campaign;
    for (const account of pool.keys()) taken.add(account);
    return tested;
  });
}
