/**
 * Members of whom nothing tells that they work for the campaign once all of it is known: who has what strangers have, too. They are watched. Who shares a card or an
 * address with the campaign's accounts stays, whatever else is said of him.
 */
import type { CandidateSource } from "./candidates.js";
import { buildCarriers } from "./group.js";
import { weighMembers } from "./membership.js";
import type { TrackedCampaign } from "./naming.js";
import { STANDING_PROBABILITY } from "./standby.js";
import { listStandingMembers } from "./standings.js";
import { isTie, weighTies, type Tie } from "./tied-accounts.js";

/** As likely of the pool as not, at most: watched, and no more. */
const WATCHED_PROBABILITY = 0.5;
/** An account of which the whole work load says this is none of the campaign's: a hundred to one, the usual strict level of a test. */
const REFUTED_PROBABILITY_MAX = 0.01;
/** Strangers who use an application from which it is theirs: one or two may be accounts of the pool that are not found yet. */
const STRANGERS_MIN = 3;
/** From here an application, or a scaffold within one, is the campaigns' rather than strangers', one user each way assumed (Laplace). */
const OWN_SHARE_MIN = 0.5;
/** Who gives the work more than half of what it sends lives by it, in whatever application. */
const LIVES_BY_SHARE_MIN = 0.5;

/**
 * Campaigns in which those are watched only who share nothing with it and
 *
 * - of whom its whole work load says a hundred to one that they are no part of it, though the part by which it was found took them in; or
 * - whose work is all inside applications (system prompts) that strangers use, where strangers send the same: people meet a scaffold inside their kit, and who else in
 *   the world carries it tells nothing about the users of the kit.
 */
export function leaveOthersWork(campaigns: readonly TrackedCampaign[], source: CandidateSource): TrackedCampaign[] {
  const standing = new Set(campaigns.flatMap((campaign) => listStandingMembers(campaign).map((member) => campaign.group.members[member])));
  return campaigns.map((campaign) => {
    const { group, origin } = campaign;
    if (group.families.length === 0 || origin === "account" || origin === "links_alone") return campaign;
    const isRefuted = askWorkLoad(campaign, source);
    const isOthers = askApplications(campaign, { standing, source });
    const doubted = listStandingMembers(campaign).filter((member) => {
      const account = group.members[member];
      return campaign.tied?.has(account) !== true && (isRefuted(account) || isOthers(member));
    });
    if (doubted.length === 0) return campaign;
    const pool = new Map(listStandingMembers(campaign).map((member) => [group.members[member], STANDING_PROBABILITY]));
    const tieOf = new Map(weighTies(source.population, pool).map((tie) => [tie.account, tie]));
    const leaving = new Set(
      doubted.filter((member) => {
        const tie = tieOf.get(group.members[member]);
        return !sharesThings(tie) && (isOthers(member) || !isTie(tie?.registration ?? 0));
      }),
    );
    if (leaving.size === 0) return campaign;
    const memberProbabilities = campaign.memberProbabilities.map((probability, member) =>
      leaving.has(member) ? Math.min(probability, WATCHED_PROBABILITY) : probability,
    );
    return { ...campaign, memberProbabilities };
  });
}

const sharesThings = (tie: Tie | undefined): boolean => tie !== undefined && isTie(Math.max(tie.instruments, tie.addresses));

/** Tells the accounts of which the campaign's whole work load says that they are no part of it. */
function askWorkLoad({ group }: TrackedCampaign, { population, carriage, chance }: CandidateSource): (account: number) => boolean {
  const carriers = buildCarriers(population, carriage, group.families);
  const { probabilities } = weighMembers(population, { carriers, chance });
  const refuted = new Set(carriers.members.filter((_, place) => probabilities[place] < REFUTED_PROBABILITY_MAX));
  return (account) => refuted.has(account);
}

/** Tells the members, by their positions, whose work is all inside other people's applications, where others send the same. */
function askApplications(
  { group }: TrackedCampaign,
  { standing, source }: { standing: ReadonlySet<number>; source: CandidateSource },
): (member: number) => boolean {
  const { population } = source;
  const { kin } = population.families;
  const { systemFamily, promptFamily } = population.requests;
  const own = new Set(Array.from(group.families, (family) => kin[family]));
  const countUsers = prepareUsers(standing, source);
  return (member) => {
    const account = group.members[member];
    const work = group.slice.subarray(group.sliceOffsets[member], group.sliceOffsets[member + 1]);
    const sent = population.requestOffsets[account + 1] - population.requestOffsets[account];
    if (work.length === 0 || work.length > LIVES_BY_SHARE_MIN * sent) return false;
    return work.every((row) => {
      const [system, prompt] = [systemFamily[row], promptFamily[row]];
      if (system < 0 || prompt < 0 || own.has(kin[system])) return false;
      const application = countUsers(account, { system });
      if (application.strangers < STRANGERS_MIN || shareOf(application) >= OWN_SHARE_MIN) return false;
      return shareOf(countUsers(account, { system, scaffold: kin[prompt] })) <= OWN_SHARE_MIN;
    });
  };
}

/** Parties that use something, and whether they stand in campaigns. */
interface Users {
  own: number;
  strangers: number;
}

const shareOf = ({ own, strangers }: Users): number => (own + 1) / (own + strangers + 2);

/** Counts the users of an application, or of a scaffold inside it, of other parties than the account's. */
function prepareUsers(
  standing: ReadonlySet<number>,
  { population, carriage }: CandidateSource,
): (account: number, asked: { system: number; scaffold?: number }) => Users {
  const { parties, requestOffsets, families, requests } = population;
  const known = new Map<string, { own: ReadonlySet<number>; strangers: ReadonlySet<number> }>();
  const sends = (account: number, system: number, scaffold: number): boolean => {
    for (let row = requestOffsets[account]; row < requestOffsets[account + 1]; row++)
      if (requests.systemFamily[row] === system && requests.promptFamily[row] >= 0 && families.kin[requests.promptFamily[row]] === scaffold)
        return true;
    return false;
  };
  const list = (system: number, scaffold: number | undefined): { own: ReadonlySet<number>; strangers: ReadonlySet<number> } => {
    const name = `${system} ${scaffold ?? ""}`;
    const before = known.get(name);
    if (before) return before;
    const users = { own: new Set<number>(), strangers: new Set<number>() };
    for (const account of carriage.accounts.subarray(carriage.offsets[system], carriage.offsets[system + 1]))
      if (scaffold === undefined || sends(account, system, scaffold))
        (standing.has(account) ? users.own : users.strangers).add(parties[account]);
    known.set(name, users);
    return users;
  };
  return (account, { system, scaffold }) => {
    const { own, strangers } = list(system, scaffold);
    const party = parties[account];
    return { own: own.size - (own.has(party) ? 1 : 0), strangers: strangers.size - (strangers.has(party) ? 1 : 0) };
  };
}
