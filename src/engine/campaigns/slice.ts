/**
 * The slice of a campaign: which requests of its accounts belong to its work. The work load that a campaign was tested with is most of it. The
 * rest is judged request by request: by how much oftener than chance the campaign's accounts carry its scaffold, and by the session it stands in.
 *
 * Source: Benjamini, Hochberg, "Controlling the false discovery rate", JRSS B 57, 1995; the shares within strata after Efron, "Simultaneous
 * inference: when should hypothesis testing problems be combined?", Annals of Applied Statistics 2, 2008.
 */
import { logBinomialAtLeast } from "../../statistics/tails.js";
import type { CandidateGroup, Population } from "../../vocabulary/fingerprint.js";
import type { CandidateSource } from "./candidates.js";
import type { TrackedCampaign } from "./naming.js";
import { tellCustomerFamilies } from "./customer-families.js";
import type { Carriage } from "./group.js";
import { addSessions } from "./slice-sessions.js";
import { countUpTo } from "../../statistics/sorted.js";

/** One carrier is nobody's pool. */
const CARRIERS_MIN = 2;
/** Equal tails that were summed in another order are equal. */
const ROUNDING = 1e-9;
/** Families with more carriers than this are few, and judged together. */
const STRATUM_CARRIERS_MAX = 9;
/**
 * Requests of a scaffold are added up to this share of false ones among them: in ten tuning worlds .15 let families in that five accounts met by
 * chance, and .03 lost wordings that two accounts share.
 */
const FALSE_SHARE_MAX = 0.1;
/**
 * Scaffolds that the campaign was tested with were taken for its own by other evidence: they stay up to odds of 3 to 1. At even odds system prompts that 16 of
 * 33 carriers have by chance made a fifth of a slice wrong where pools send nine parts of other traffic; at .1 scaffolds went that were its own.
 */
const FALSE_SHARE_OWN_MAX = 0.25;

/** A good part of what its accounts send, as of a work load that is not thin: theirs even where it comes late. */
const WORK_PART_MIN = 0.3;

/** Nearer to as often as others than to half as often again: at less than half of it they are no users of the scaffold. */
const USE_MIN = 0.5;

/**
 * Completes the slices of campaigns that have a work load: with the scaffolds that few of their accounts carry each and hardly anybody else, a
 * queue's rare tasks; with published scaffolds where the campaign's accounts use them much oftener than others do; and with the rest of the
 * sessions in which a harvest happens. They told nothing when the campaign was tested. Scaffolds that two of its accounts share by chance go.
 *
 * @param options.onlyAdds whether all scaffolds stay that it has, and only such come as its accounts live by. Asked once more, when accounts came in of which many had no turn yet, those
 *   would speak against scaffolds that nobody gave them; and what they send beside their work has scaffolds in common by chance.
 */
export function completeSlices(
  campaigns: readonly TrackedCampaign[],
  source: CandidateSource,
  { onlyAdds = false }: { onlyAdds?: boolean } = {},
): TrackedCampaign[] {
  const { population } = source;
  const worked = campaigns.filter(({ group }) => group.families.length > 0);
  const everybody = worked.flatMap(({ group }) => [...group.members]);
  const ofCampaigns = new Set(everybody);
  const isCustomers = tellCustomerFamilies(source, worked);
  const ofAll = weighFamilies(source, { members: everybody, own: new Set(worked.flatMap(({ group }) => [...group.families])) });
  return campaigns.map((campaign) => {
    const { members, families } = campaign.group;
    if (families.length === 0) return campaign;
    const own = new Set(families);
    const shares = weighFamilies(source, { members, own });
    const kept = families.filter((family) => onlyAdds || ((shares.get(family) ?? 1) <= FALSE_SHARE_OWN_MAX && !isCustomers(family)));
    const isTheirs = ([family, share]: [number, number]): boolean =>
      share <= FALSE_SHARE_MAX &&
      !own.has(family) &&
      measureUse(source.carriage, { family, isMember: ofCampaigns }) >= USE_MIN &&
      (!onlyAdds || measurePart(source, { family, isMember: ofCampaigns }) >= WORK_PART_MIN);
    const added = [...shares, ...ofAll].filter(isTheirs).flatMap(([family]) => (isCustomers(family) ? [] : [family]));
    const scaffolds = Uint32Array.from(new Set([...(kept.length > 0 ? kept : families), ...added])).sort();
    return { ...campaign, group: addSessions(source, collectSlice(population, { members, families: scaffolds, own })) };
  });
}

/** What part of all that the accounts of campaigns send which carry a family is of it. */
function measurePart(
  { population: { requestOffsets }, carriage: { offsets, accounts, requests } }: Pick<CandidateSource, "population" | "carriage">,
  { family, isMember }: { family: number; isMember: ReadonlySet<number> },
): number {
  let [part, all] = [0, 0];
  for (let entry = offsets[family]; entry < offsets[family + 1]; entry++) {
    const account = accounts[entry];
    if (!isMember.has(account)) continue;
    part += requests[entry];
    all += requestOffsets[account + 1] - requestOffsets[account];
  }
  return all === 0 ? 0 : part / all;
}

/**
 * How often accounts of campaigns send a family, against how often its other carriers do, each in the middle (geometric mean) and without the one of those who sends
 * most. Of what a pool was given to send its accounts send as much as whoever copied it; what others live by and they sent a time or two is a phrase that they met.
 */
function measureUse(
  { offsets, accounts, requests }: Carriage,
  { family, isMember }: { family: number; isMember: ReadonlySet<number> },
): number {
  const ofMembers: number[] = [];
  const ofOthers: number[] = [];
  for (let entry = offsets[family]; entry < offsets[family + 1]; entry++)
    (isMember.has(accounts[entry]) ? ofMembers : ofOthers).push(Math.log(requests[entry]));
  const others = ofOthers.sort((a, b) => a - b).slice(0, -1);
  return ofMembers.length === 0 || others.length === 0 ? 1 : Math.exp(average(ofMembers) - average(others));
}

const average = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Families that are compared with each other, ascending. */
type Stratum = readonly number[];

const strataOf = new WeakMap<Carriage, readonly Stratum[]>();

/** Families that two accounts and more carry, by how many do; the same whoever is asked about, so made once. */
function listStrata({ families }: Population, carriage: Carriage): readonly Stratum[] {
  const known = strataOf.get(carriage);
  if (known) return known;
  const strata = new Map<number, number[]>();
  for (let family = 0; family + 1 < carriage.offsets.length; family++) {
    const carriers = countCarriers(carriage, family);
    if (carriers < CARRIERS_MIN) continue;
    // System prompts are fewer, and an operator's customers have them in common.
    const stratum = Math.min(carriers, STRATUM_CARRIERS_MAX) * 2 + families.isSystem[family];
    const others = strata.get(stratum);
    if (others) others.push(family);
    else strata.set(stratum, [family]);
  }
  const listed = [...strata.values()];
  strataOf.set(carriage, listed);
  return listed;
}

const countCarriers = ({ offsets }: Carriage, family: number): number => offsets[family + 1] - offsets[family];

/** How many of the members carry each family: read off the members, who carry few of all families. */
function countHeld({ offsets, familyOffsets, families }: Carriage, members: Iterable<number>): Uint32Array {
  const held = new Uint32Array(offsets.length - 1);
  for (const account of new Set(members))
    for (let entry = familyOffsets[account]; entry < familyOffsets[account + 1]; entry++) held[families[entry]] += 1;
  return held;
}

/** Share of false ones among the members' requests in each family that two of them carry: by chance carried so, or met as anybody meets it. */
function weighFamilies(
  { population, carriage }: Pick<CandidateSource, "population" | "carriage">,
  { members, own }: { members: Iterable<number>; own: ReadonlySet<number> },
): Map<number, number> {
  const strata = listStrata(population, carriage);
  const held = countHeld(carriage, members);
  const isOthers = (family: number): boolean => !own.has(family);
  const sumUp = (families: Stratum): Sums => {
    const sums = { carriers: 0, held: 0 };
    for (const family of families) {
      sums.carriers += countCarriers(carriage, family);
      sums.held += held[family];
    }
    return sums;
  };
  const ofOthers = strata.map((stratum) => sumUp(stratum.filter(isOthers)));
  const all = ofOthers.reduce((sum, each) => ({ carriers: sum.carriers + each.carriers, held: sum.held + each.held }), {
    carriers: 0,
    held: 0,
  });
  // One carrier each way assumed (Laplace), so that neither is impossible.
  const everywhere = (all.held + 1) / (all.carriers + 2);
  const shares = new Map<number, number>();
  strata.forEach((stratum, position) => {
    const chance = estimateChance(ofOthers[position], everywhere);
    const tailOf = prepareTails(chance);
    const tails = Float64Array.from(stratum, (family) => tailOf(held[family], countCarriers(carriage, family)));
    const sorted = tails.slice().sort();
    stratum.forEach((family, place) => {
      if (held[family] < CARRIERS_MIN) return;
      const asRare = countUpTo(sorted, tails[place] * (1 + ROUNDING));
      const falseFamilies = Math.min(1, (stratum.length * tails[place]) / asRare);
      // Of a scaffold that is theirs, members still meet some of its requests as anybody does.
      const others = countCarriers(carriage, family) - held[family];
      const falseRequests = Math.min(1, ((others / (1 - chance)) * chance) / held[family]);
      shares.set(family, falseFamilies + (1 - falseFamilies) * falseRequests);
    });
  });
  return shares;
}

/** Probability that so many of a family's carriers or more are members by chance. Thousands of families have the same few numbers of both. */
function prepareTails(probability: number): (held: number, carriers: number) => number {
  const known = new Map<number, Map<number, number>>();
  return (held, carriers) => {
    if (held === 0) return 1;
    let tails = known.get(carriers);
    if (tails === undefined) known.set(carriers, (tails = new Map()));
    let tail = tails.get(held);
    if (tail === undefined) tails.set(held, (tail = Math.exp(logBinomialAtLeast(held, { trials: carriers, probability }))));
    return tail;
  };
}

/** Carriers of families, and those of them that are members. */
interface Sums {
  carriers: number;
  held: number;
}

/** Carriers of all families that count beside a stratum's own: a stratum of a few families would take what it is asked about for the rule. */
const CARRIERS_ASSUMED = 100;

/** Probability that a carrier of a family is one of the members by chance, from all families of a stratum; few of those are a campaign's. */
function estimateChance({ carriers, held }: Sums, everywhere: number): number {
  return (held + CARRIERS_ASSUMED * everywhere) / (carriers + CARRIERS_ASSUMED);
}

/**
 * Requests of the members in the families, without those that nothing but an added system prompt speaks for and a prompt that others send too speaks against;
 * members keep their places, also those without a request; families that no member carries go.
 */
export function collectSlice(
  population: Population,
  { members, families, own }: { members: Int32Array; families: Uint32Array; own: ReadonlySet<number> },
): CandidateGroup {
  const { requests, requestOffsets } = population;
  const isWanted = new Uint8Array(population.families.ids.length);
  for (const family of families) isWanted[family] = 1;
  const isTaken = (row: number): boolean => {
    const system = requests.systemFamily[row];
    const prompt = requests.promptFamily[row];
    if (prompt >= 0 && isWanted[prompt] === 1) return true;
    if (system < 0 || isWanted[system] === 0) return false;
    return own.has(system) || prompt < 0 || population.families.accounts[prompt] < CARRIERS_MIN;
  };
  const slice: number[] = [];
  const sliceOffsets = [0];
  const carried = new Set<number>();
  for (const account of members) {
    for (let row = requestOffsets[account]; row < requestOffsets[account + 1]; row++) {
      if (!isTaken(row)) continue;
      slice.push(row);
      carried.add(requests.systemFamily[row]).add(requests.promptFamily[row]);
    }
    sliceOffsets.push(slice.length);
  }
  return {
    members,
    families: families.filter((family) => carried.has(family)),
    sliceOffsets: Uint32Array.from(sliceOffsets),
    slice: Uint32Array.from(slice),
  };
}
