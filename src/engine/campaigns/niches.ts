/**
 * Niches: families that the same accounts carry. A work load of several scaffolds, spread over a pool, shows as families whose carriers are
 * the same accounts more often than chance allows; one account may carry only two of twenty, so pairs are weak and only the block is strong.
 */
import type { Population } from "../../vocabulary/fingerprint.js";
import { buildGraph, clusterByLeiden } from "./graph/index.js";
import type { Carriage } from "./group.js";

/** Strangers needed before a family can be a pool's: the smallest pool looked for has that many accounts. */
export const NICHE_PARTIES_MIN = 3;
/** Families of one account that are paired; the rarest are taken, because common ones say least. Bounds the work at 120 pairs an account. */
const FAMILIES_PER_ACCOUNT_MAX = 16;
/**
 * Leiden's resolutions on carrier cosines less chance. A pool of 20 scaffolds whose accounts carry two each has a cosine of about 1/20, and
 * must hold together; two pools that share one public scaffold of their five have a cosine of about 1/5, and must come apart. No one value
 * does both, so niches of every resolution are proposed and the evidence decides.
 */
const NICHE_RESOLUTIONS = [0.05, 0.15, 0.4];

/** One common carrier ties no families together. */
const SHARED_CARRIERS_MIN = 2;
/** A prompt that people pass on word for word is no scaffold: most of those who carry it sent the same words. */
const SAME_VALUE_SHARING_MAX = 0.3;

function isPopularPrompt({ families }: Population, family: number): boolean {
  return families.isSystem[family] === 0 && families.slotSharing[family] > SAME_VALUE_SHARING_MAX;
}

/** Groups families into niches; every family that at least {@link NICHE_PARTIES_MIN} parties carry is in some. */
export function findNiches(population: Population, carriage: Carriage): Uint32Array[] {
  const eligible: number[] = [];
  for (let family = 0; family < population.families.ids.length; family++) {
    if (population.families.parties[family] >= NICHE_PARTIES_MIN && !isPopularPrompt(population, family)) eligible.push(family);
  }
  const positions = new Int32Array(population.families.ids.length).fill(-1);
  eligible.forEach((family, position) => {
    positions[family] = position;
  });
  const sources: number[] = [];
  const targets: number[] = [];
  const weights: number[] = [];
  const accounts = population.accountIds.length;
  visitTogether(population, { carriage, eligible, positions }, (a, b, shared) => {
    if (shared < SHARED_CARRIERS_MIN) return;
    const carriersA = population.families.accounts[eligible[a]];
    const carriersB = population.families.accounts[eligible[b]];
    const weight = (shared - (carriersA * carriersB) / accounts) / Math.sqrt(carriersA * carriersB);
    if (weight <= 0) return;
    sources.push(a);
    targets.push(b);
    weights.push(weight);
  });
  const graph = buildGraph({
    nodeCount: eligible.length,
    sources: Int32Array.from(sources),
    targets: Int32Array.from(targets),
    weights: Float64Array.from(weights),
  });
  const niches = new Map<string, Uint32Array>();
  for (const resolution of NICHE_RESOLUTIONS) {
    const partition = clusterByLeiden(graph, { resolution, objective: "cpm", seed: 1, iterationsMax: 20 });
    const families: number[][] = Array.from({ length: partition.count }, () => []);
    eligible.forEach((family, position) => families[partition.membership[position]].push(family));
    for (const niche of families) niches.set(niche.join(), Uint32Array.from(niche));
  }
  for (const niche of groupByKin(population, eligible)) niches.set(niche.join(), niche);
  return [...niches.values()];
}

/** Wordings of one scaffold, each with carriers of its own when every account was given one: nothing but what they mean ties them. */
function groupByKin({ families }: Population, eligible: readonly number[]): Uint32Array[] {
  const groups = new Map<number, number[]>();
  for (const family of eligible) {
    const known = groups.get(families.kin[family]);
    if (known) known.push(family);
    else groups.set(families.kin[family], [family]);
  }
  return [...groups.values()].filter((group) => group.length > 1).map((group) => Uint32Array.from(group));
}

interface TogetherOptions {
  carriage: Carriage;
  eligible: readonly number[];
  positions: Int32Array;
}

/** Calls `visit` for every pair of positions a < b in `eligible` that accounts carry together, with how many do. */
function visitTogether(
  population: Population,
  { carriage, eligible, positions }: TogetherOptions,
  visit: (a: number, b: number, accounts: number) => void,
): void {
  const familiesOf = listRarest(population, { carriage, eligible, positions });
  const carriersOf: number[][] = eligible.map(() => []);
  familiesOf.forEach((carried, account) => {
    for (const position of carried) carriersOf[position].push(account);
  });
  const together = new Uint32Array(eligible.length);
  carriersOf.forEach((carriers, a) => {
    const touched: number[] = [];
    for (const account of carriers) for (const b of familiesOf[account]) if (b > a && together[b]++ === 0) touched.push(b);
    for (const b of touched) {
      visit(a, b, together[b]);
      together[b] = 0;
    }
  });
}

/** Per account the eligible families that are paired, as positions in `eligible`: the rarest it carries. */
function listRarest(population: Population, { carriage, eligible, positions }: TogetherOptions): number[][] {
  return Array.from({ length: population.accountIds.length }, (_, account) => {
    const carried: number[] = [];
    for (let entry = carriage.familyOffsets[account]; entry < carriage.familyOffsets[account + 1]; entry++) {
      const position = positions[carriage.families[entry]];
      if (position >= 0) carried.push(position);
    }
    if (carried.length <= FAMILIES_PER_ACCOUNT_MAX) return carried;
    carried.sort((a, b) => population.families.accounts[eligible[a]] - population.families.accounts[eligible[b]] || a - b);
    return carried.slice(0, FAMILIES_PER_ACCOUNT_MAX);
  });
}
