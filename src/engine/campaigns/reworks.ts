/** Reworks: work loads that hand in what the accounts of others were answered. */
import type { CandidateGroup, Population } from "../../vocabulary/fingerprint.js";
import { sharesCarriers, type WorkLoad } from "./work-loads.js";

/** Accounts that bring answers, and accounts of one work load that were given them, from which it is no accident of two people. */
const REWORKERS_MIN = 2;
const REWORKED_MIN = 3;
/** Share of a work load's accounts that bring answers, or whose answers are brought: a crowd with a few of them in it is no source. */
const REWORKED_SHARE_MIN = 0.35;
/** Evidence that answers came from one work load and not from anybody: odds of 3,000 to 1, because some hundred work loads are compared with a few. */
const REWORK_NATS_MIN = 8;
/**
 * The same for a work load that joins others which are sources for certain: odds of 700 to 1, as many as there are work loads in a log of a few thousand
 * accounts. Two accounts of seven are enough for it, which a small campaign with one scaffold an account has left when half of its traffic is unrelated.
 */
const JOINING_NATS_MIN = 6.5;
const JOINING_REWORKED_MIN = 2;
/** As often as accounts of the certain sources at least, by this factor: where it is less, most who carry the work load are others than the pool's. */
const JOINING_SHARE_MIN = 0.5;

/** A work load some of whose accounts were given what another hands in. */
interface Source {
  source: WorkLoad;
  /** How many of its accounts, and as a share of them. */
  hits: number;
  share: number;
  /** Nats that it is no accident. */
  nats: number;
}

const isCertain = ({ hits, nats, share }: Source): boolean =>
  hits >= REWORKED_MIN && share >= REWORKED_SHARE_MIN && nats >= REWORK_NATS_MIN;

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
    const { issuers, users } = listIssuers(population, workLoad.members);
    if (users < Math.max(REWORKERS_MIN, REWORKED_SHARE_MIN * workLoad.members.size) || issuers.size < REWORKED_MIN) return [];
    const possible = listHits(issuers).flatMap(({ position, hits }): Source[] => {
      const source = candidates[position];
      const expected = (source.members.size * issuers.size) / population.accountIds.length;
      const nats = hits * Math.log(hits / expected) - hits + expected;
      return sharesCarriers(source.members, workLoad.members) ? [] : [{ source, hits, nats, share: hits / source.members.size }];
    });
    const certain = dropOverlaps(possible.filter(isCertain));
    if (certain.length === 0) return [];
    const usualShare = sumUp(certain, ({ hits }) => hits) / sumUp(certain, ({ source }) => source.members.size);
    const isJoining = ({ hits, nats, share }: Source): boolean =>
      hits >= JOINING_REWORKED_MIN && nats >= JOINING_NATS_MIN && share >= JOINING_SHARE_MIN * usualShare;
    const joining = dropOverlaps(possible.filter(isJoining), certain);
    return [[workLoad, ...[...certain, ...joining].map(({ source }) => source)]];
  });
}

/** Whether an account handed in what somebody of another party was answered: all that a reworking account does, and what a copycat of its scaffold does not. */
export function reworksOthers({ returns, parties }: Population, account: number): boolean {
  for (let entry = returns.offsets[account]; entry < returns.offsets[account + 1]; entry++)
    if (parties[returns.issuers[entry]] !== parties[account]) return true;
  return false;
}

/** One account each way assumed (Laplace), so that neither is impossible. */
const ASSUMED = 1;

/**
 * Nats per account of a source that it is of the pool, from whether a rework handed in what it was answered: of a pool many were, of the strangers who use the
 * same public scaffold none. Asked for one source after the other.
 *
 * @param options.rework what hands in; its own accounts are not asked.
 */
export function weighReworked(
  population: Population,
  { rework, sources }: { rework: CandidateGroup; sources: readonly CandidateGroup[] },
): (accounts: Int32Array) => Float64Array {
  const { issuers } = listIssuers(population, new Set(rework.members));
  const asked = new Set(sources.flatMap(({ members }) => [...members]));
  const isReworked = (account: number): boolean => issuers.has(account);
  const hits = [...asked].filter(isReworked).length;
  const usual = (hits + ASSUMED) / (asked.size + 2 * ASSUMED);
  const byChance = (issuers.size - hits + ASSUMED) / (population.accountIds.length - asked.size + 2 * ASSUMED);
  const nats = { yes: Math.log(usual / byChance), no: Math.log((1 - usual) / (1 - byChance)) };
  return (accounts) => Float64Array.from(accounts, (account) => (isReworked(account) ? nats.yes : nats.no));
}

/** Accounts outside of a work load whose answers its accounts handed in, and how many of its accounts did. */
function listIssuers({ returns, parties }: Population, members: ReadonlySet<number>): { issuers: Set<number>; users: number } {
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

/** Those without whom shares carriers with one that is there or with a larger one, which are other views of it. */
function dropOverlaps(sources: readonly Source[], there: readonly Source[] = []): Source[] {
  const kept: Source[] = [];
  for (const each of [...sources].sort((a, b) => b.source.activeHours - a.source.activeHours))
    if (![...there, ...kept].some(({ source }) => sharesCarriers(source.members, each.source.members))) kept.push(each);
  return kept;
}

function sumUp(sources: readonly Source[], count: (source: Source) => number): number {
  return sources.reduce((sum, source) => sum + count(source), 0);
}
