/**
 * Members of whom nothing tells that they work for the campaign once all of it is known: who has what strangers have, too. They are watched. Who shares a card or an
 * address with the campaign's accounts stays, whatever else is said of him.
 */
import type { CandidateGroup, Population } from "../../vocabulary/fingerprint.js";
import type { CandidateSource } from "./candidates.js";
import { buildCarriers } from "./group.js";
import { weighMembers } from "./membership.js";
import type { TrackedCampaign } from "./naming.js";
import { prepareShares } from "./own-work.js";
import { STANDING_PROBABILITY } from "./standby.js";
import { listStandingMembers } from "./standings.js";
import { countTasks } from "./tasks.js";
import { isTie, weighTies, type Tie } from "./tied-accounts.js";

/** As likely of the pool as not, at most: watched, and no more. */
const WATCHED_PROBABILITY = 0.5;
/** An account of which the whole work load says this is none of the campaign's: a hundred to one, the usual strict level of a test. */
const REFUTED_PROBABILITY_MAX = 0.01;
/** Strangers who use an application from which it is theirs: one or two may be accounts of the pool that are not found yet. */
const STRANGERS_MIN = 3;
/** From here an application, or a scaffold within one, is the campaigns' rather than strangers', one user each way assumed (Laplace). */
const OWN_SHARE_MIN = 0.5;
/** Accounts of campaigns that send the same inside an application before they vouch for anybody: two users of a kit who came in together vouch for each other. */
const VOUCHING_MIN = 2;
/** Who gives the work more than half of what it sends lives by it, in whatever application. */
const LIVES_BY_SHARE_MIN = 0.5;

/**
 * Campaigns in which those are watched only who share no card and no address with it and
 *
 * - sent nothing of its work, after what was somebody else's went from it; or
 * - of whom its whole work load says a hundred to one that they are no part of it, though the part by which it was found took them in; or
 * - give it half of what they send at most, in one prompt that strangers have more often than the campaigns' accounts: what is published is copied; or
 * - do that inside applications (system prompts) that strangers use, where strangers send the same: people meet a scaffold inside their kit, and who else in
 *   the world carries it tells nothing about the users of the kit.
 */
export function leaveOthersWork(campaigns: readonly TrackedCampaign[], source: CandidateSource): TrackedCampaign[] {
  const standing = new Set(campaigns.flatMap((campaign) => listStandingMembers(campaign).map((member) => campaign.group.members[member])));
  return campaigns.map((campaign) => {
    const { group, origin } = campaign;
    if (group.families.length === 0 || origin === "account" || origin === "links_alone") return campaign;
    const isOthers = [askWork(campaign), askScaffolds(campaign, { standing, source }), askApplications(campaign, { standing, source })];
    const isRefuted = askWorkLoad(campaign, source);
    const members = listStandingMembers(campaign);
    const asked = members
      .filter((member) => campaign.tied?.has(group.members[member]) !== true)
      .map((member) => ({ member, isOthers: isOthers.some((ask) => ask(member)), isRefuted: isRefuted(member) }))
      .filter((each) => each.isOthers || each.isRefuted);
    if (asked.length === 0) return campaign;
    const pool = new Map(members.map((member) => [group.members[member], STANDING_PROBABILITY]));
    const tieOf = new Map(weighTies(source.population, pool).map((tie) => [tie.account, tie]));
    const leaving = new Set(
      asked.flatMap((each) => {
        const tie = tieOf.get(group.members[each.member]);
        return !sharesThings(tie) && (each.isOthers || !isTie(tie?.registration ?? 0)) ? [each.member] : [];
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

/** Asks of a member, by its position. */
type Ask = (member: number) => boolean;

const listWork = ({ slice, sliceOffsets }: CandidateGroup, member: number): Uint32Array =>
  slice.subarray(sliceOffsets[member], sliceOffsets[member + 1]);

/** Whether it sent nothing of the work. */
function askWork({ group }: TrackedCampaign): Ask {
  return (member) => listWork(group, member).length === 0;
}

/** Whether the work is half of what it sends, at most, and something. */
function givesLittle(group: CandidateGroup, { member, population }: { member: number; population: Population }): boolean {
  const account = group.members[member];
  const sent = population.requestOffsets[account + 1] - population.requestOffsets[account];
  const work = listWork(group, member).length;
  return work > 0 && work <= LIVES_BY_SHARE_MIN * sent;
}

/** Whether the campaign's whole work load says that it is no part of it. What holds a fleet together is no common work load. */
function askWorkLoad({ group, origin }: TrackedCampaign, { population, carriage, chance }: CandidateSource): Ask {
  if (origin === "fleet") return () => false;
  const carriers = buildCarriers(population, carriage, group.families);
  const { probabilities } = weighMembers(population, { carriers, chance });
  const refuted = new Set(carriers.members.filter((_, place) => probabilities[place] < REFUTED_PROBABILITY_MAX));
  return (member) => refuted.has(group.members[member]);
}

/**
 * Whether what it sends is one prompt that is published, so that most who send it are strangers. What people copy is one scaffold, and they send it by itself: many turns of one task are an agent's, whose openings everybody
 * has. Of a fleet most accounts may not be found yet.
 */
function askScaffolds({ group, origin }: TrackedCampaign, { standing, source }: Asked): Ask {
  if (origin === "fleet") return () => false;
  const { population } = source;
  const { kin } = population.families;
  const { systemFamily, promptFamily } = population.requests;
  const own = new Set(group.families);
  const measureShare = prepareShares(group.families, { standing, source });
  return (member) => {
    const work = listWork(group, member);
    const scaffolds = new Set(
      Array.from(work).flatMap((row) => [systemFamily[row], promptFamily[row]].flatMap((family) => (own.has(family) ? [kin[family]] : []))),
    );
    const isByItself = countTasks(population, work) > work.length / 2;
    return (
      scaffolds.size === 1 &&
      isByItself &&
      givesLittle(group, { member, population }) &&
      measureShare(group.members[member], work) < OWN_SHARE_MIN
    );
  };
}

interface Asked {
  /** Accounts that stand in a campaign. */
  standing: ReadonlySet<number>;
  source: CandidateSource;
}

/** Whether its work is all inside other people's applications, where others send the same. */
function askApplications({ group }: TrackedCampaign, { standing, source }: Asked): Ask {
  const { population } = source;
  const { kin } = population.families;
  const { systemFamily, promptFamily } = population.requests;
  const own = new Set(Array.from(group.families, (family) => kin[family]));
  const countUsers = prepareUsers(standing, source);
  const isOthers = (account: number, row: number): boolean => {
    const [system, prompt] = [systemFamily[row], promptFamily[row]];
    if (system < 0 || prompt < 0 || own.has(kin[system])) return false;
    const application = countUsers(account, { system });
    if (application.strangers < STRANGERS_MIN || shareOf(application) >= OWN_SHARE_MIN) return false;
    const same = countUsers(account, { system, scaffold: kin[prompt] });
    return same.own < VOUCHING_MIN || shareOf(same) <= OWN_SHARE_MIN;
  };
  return (member) =>
    givesLittle(group, { member, population }) && listWork(group, member).every((row) => isOthers(group.members[member], row));
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
