/**
 * How a carrier's sessions divide over the scaffolds of a work load. The pool's accounts draw from the queue's mix; who met the work load by
 * chance met one scaffold of it, the public one, and stays with that. What only the pool carries therefore tells its accounts even when
 * they sent it once.
 *
 * Source: Mosimann, "On the compound multinomial distribution", Biometrika 49, 1962; mixture as in `membership.ts`.
 */
import { listRowLogLikelihoods } from "../../statistics/exchangeability.js";
import type { CandidateGroup, Population, SparseCounts } from "../../vocabulary/fingerprint.js";
import type { Attribute } from "./member-attributes.js";
import { PSEUDO_COUNT } from "./member-attributes.js";

/** Overdispersion per session of a chance carrier, who mostly or always stays with the scaffold met first; the likeliest is taken. */
const CHANCE_DISPERSIONS = [0.6, 0.8, 0.92];
/** Of a pool's account: from a queue's even draws to one scaffold an account; the likeliest for the carriers at hand is taken. */
const POOL_DISPERSIONS = [0.05, 0.15, 0.35, 0.6];
/** Chance carriers assumed before any is seen, spread over the scaffolds as their carriers are. */
const CHANCE_CARRIERS_ASSUMED = 1;
/** Scaffolds compared one by one; the rest count as one. */
const CLASSES_MAX = 64;

/** Nats per carrier that its sessions come from the pool's queue and not from chance. */
export function describeMix(population: Population, group: CandidateGroup): Attribute {
  const { table, classes } = tabulateSessions(population, group);
  const rows = table.offsets.length - 1;
  const weighAll = (dispersions: readonly number[], proportions: Float64Array): Float64Array[] =>
    dispersions.map((overdispersion) => listRowLogLikelihoods(table, { proportions, overdispersion }));
  const carried = shareOut(table, { classes, weigh: () => 1, countsSessions: false });
  return {
    weigh(probabilities) {
      if (classes < 2) return new Float64Array(rows);
      const pool = shareOut(table, {
        classes,
        weigh: (row) => probabilities[row],
        countsSessions: true,
        assumed: { shares: carried, weight: PSEUDO_COUNT },
      });
      const chance = shareOut(table, {
        classes,
        weigh: (row) => 1 - probabilities[row],
        countsSessions: false,
        assumed: { shares: carried, weight: CHANCE_CARRIERS_ASSUMED },
      });
      const byPool = pickLikeliest(weighAll(POOL_DISPERSIONS, pool), (row) => probabilities[row]);
      const byChance = pickLikeliest(weighAll(CHANCE_DISPERSIONS, chance), (row) => 1 - probabilities[row]);
      return byPool.map((nats, row) => nats - byChance[row]);
    },
  };
}

/** The model under which the rows are likeliest, each counted with its weight. */
function pickLikeliest(models: readonly Float64Array[], weigh: (row: number) => number): Float64Array {
  const totals = models.map((model) => model.reduce((sum, nats, row) => sum + weigh(row) * nats, 0));
  return models[totals.reduce((best, total, position) => (total > totals[best] ? position : best), 0)];
}

/** Shares of the scaffolds: every row counts with its weight, once per session or once per scaffold. */
function shareOut(
  { offsets, items, counts }: SparseCounts,
  options: { classes: number; weigh: (row: number) => number; countsSessions: boolean; assumed?: { shares: Float64Array; weight: number } },
): Float64Array {
  const { assumed } = options;
  const sums = Float64Array.from({ length: options.classes }, (_, item) => (assumed ? assumed.shares[item] * assumed.weight : 0));
  for (let row = 0; row + 1 < offsets.length; row++) {
    const weight = options.weigh(row);
    const scaffolds = offsets[row + 1] - offsets[row];
    for (let entry = offsets[row]; entry < offsets[row + 1]; entry++)
      sums[items[entry]] += options.countsSessions ? weight * counts[entry] : weight / scaffolds;
  }
  const total = sums.reduce((sum, value) => sum + value, 0);
  return sums.map((sum) => sum / Math.max(Number.MIN_VALUE, total));
}

/** Hours in which each member used each scaffold: an agent's forty requests within an hour are one choice, not forty. */
function tabulateSessions(population: Population, group: CandidateGroup): { table: SparseCounts; classes: number } {
  const { requests, families } = population;
  const ranked = [...group.families].sort((a, b) => families.events[b] - families.events[a] || a - b);
  const classes = Math.max(1, Math.min(ranked.length, CLASSES_MAX));
  const placeOf = borrowPlaces(population);
  ranked.forEach((family, rank) => {
    placeOf[family] = Math.min(rank, CLASSES_MAX - 1) + 1;
  });
  // Of a request's two scaffolds the one with fewer carriers says more.
  const classify = (row: number): number => {
    const prompt = requests.promptFamily[row];
    const system = requests.systemFamily[row];
    const ofPrompt = prompt < 0 ? 0 : placeOf[prompt];
    const ofSystem = system < 0 ? 0 : placeOf[system];
    const isOfSystem = ofSystem > 0 && (ofPrompt === 0 || families.accounts[system] < families.accounts[prompt]);
    return Math.max(1, isOfSystem ? ofSystem : ofPrompt) - 1;
  };
  const offsets = new Uint32Array(group.members.length + 1);
  const items: number[] = [];
  const counts: number[] = [];
  const sessions = new Uint32Array(classes);
  const lastHour = new Uint32Array(classes);
  for (let member = 0; member < group.members.length; member++) {
    for (let entry = group.sliceOffsets[member]; entry < group.sliceOffsets[member + 1]; entry++) {
      const row = group.slice[entry];
      const item = classify(row);
      if (sessions[item] > 0 && lastHour[item] === requests.hour[row]) continue;
      lastHour[item] = requests.hour[row];
      sessions[item] += 1;
    }
    for (let item = 0; item < classes; item++) {
      if (sessions[item] === 0) continue;
      items.push(item);
      counts.push(sessions[item]);
      sessions[item] = 0;
    }
    offsets[member + 1] = items.length;
  }
  for (const family of ranked) placeOf[family] = 0;
  return {
    table: { offsets, items: Uint32Array.from(items), counts: Uint32Array.from(counts) },
    classes,
  };
}

/** One more than a family's class in the group at hand, 0 for others. Lent to one call after the other, all 0: a thousand groups are looked at. */
const placesOf = new WeakMap<Population, Uint8Array>();

function borrowPlaces(population: Population): Uint8Array {
  let places = placesOf.get(population);
  if (places === undefined) placesOf.set(population, (places = new Uint8Array(population.families.ids.length)));
  return places;
}
