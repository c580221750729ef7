/** Reworks: work loads that hand in what the accounts of others were answered. */
import type { Population } from "../../vocabulary/fingerprint.js";
import { sharesCarriers, type WorkLoad } from "./work-loads.js";

/** Accounts that bring answers, and accounts of one work load that were given them, from which it is no accident of two people. */
const REWORKERS_MIN = 2;
const REWORKED_MIN = 3;
/** Share of a work load's accounts that bring answers, or whose answers are brought: a crowd with a few of them in it is no source. */
const REWORKED_SHARE_MIN = 0.35;
/** Evidence that answers came from one work load and not from anybody: odds of 3,000 to 1, because some hundred work loads are compared with a few. */
const REWORK_NATS_MIN = 8;

/**
 * Work loads that hand in what others were answered, each with those whose accounts were given these answers: a harvest that is reworked. Whoever quotes
 * something that went round quotes accounts of all kinds.
 */
export function listReworks(
  population: Population,
  { workLoads, sources: candidates }: { workLoads: readonly WorkLoad[]; sources: readonly WorkLoad[] },
): WorkLoad[][] {
  if (population.returns.users.length === 0) return [];
  const listHits = indexSources(candidates);
  return workLoads.flatMap((workLoad) => {
    const { issuers, users } = listIssuers(population, workLoad);
    if (users < Math.max(REWORKERS_MIN, REWORKED_SHARE_MIN * workLoad.members.size) || issuers.size < REWORKED_MIN) return [];
    const sources = listHits(issuers).flatMap(({ position, hits }) => {
      const { members } = candidates[position];
      const expected = (members.size * issuers.size) / population.accountIds.length;
      const isSource =
        hits >= Math.max(REWORKED_MIN, REWORKED_SHARE_MIN * members.size) &&
        hits * Math.log(hits / expected) - hits + expected >= REWORK_NATS_MIN &&
        !sharesCarriers(members, workLoad.members);
      return isSource ? [candidates[position]] : [];
    });
    return sources.length > 0 ? [[workLoad, ...dropOverlaps(sources)]] : [];
  });
}

/** Accounts outside of a work load whose answers its accounts handed in, and how many of its accounts did. */
function listIssuers({ returns, parties }: Population, { members }: WorkLoad): { issuers: Set<number>; users: number } {
  const issuers = new Set<number>();
  let users = 0;
  for (const account of members) {
    let isUser = false;
    for (let entry = returns.offsets[account]; entry < returns.offsets[account + 1]; entry++) {
      const issuer = returns.issuers[entry];
      if (parties[issuer] === parties[account] || members.has(issuer)) continue;
      issuers.add(issuer);
      isUser = true;
    }
    if (isUser) users += 1;
  }
  return { issuers, users };
}

/** Tells the sources that some of the accounts are in, ascending, and how many of them; a log may hold thousands of both. */
function indexSources(sources: readonly WorkLoad[]): (accounts: ReadonlySet<number>) => { position: number; hits: number }[] {
  const positionsOf = new Map<number, number[]>();
  sources.forEach(({ members }, position) => {
    for (const account of members) {
      const known = positionsOf.get(account);
      if (known) known.push(position);
      else positionsOf.set(account, [position]);
    }
  });
  return (accounts) => {
    const hitsOf = new Map<number, number>();
    for (const account of accounts)
      for (const position of positionsOf.get(account) ?? []) hitsOf.set(position, (hitsOf.get(position) ?? 0) + 1);
    return [...hitsOf].map(([position, hits]) => ({ position, hits })).sort((a, b) => a.position - b.position);
  };
}

/** The work loads without those that share carriers with a larger one, which are other views of it. */
function dropOverlaps(workLoads: readonly WorkLoad[]): WorkLoad[] {
  const kept: WorkLoad[] = [];
  for (const workLoad of [...workLoads].sort((a, b) => b.activeHours - a.activeHours))
    if (!kept.some(({ members }) => sharesCarriers(members, workLoad.members))) kept.push(workLoad);
  return kept;
}
