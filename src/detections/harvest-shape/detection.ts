import {
  compareRank,
  formatShare,
  makeSignal,
  RequestFlag,
  visitSlice,
  type CandidateGroup,
  type GroupDetection,
  type Population,
  type Signal,
} from "../../sdk/index.js";

/** Requests of an account needed before its shape counts as one of the crowd's. */
const ACCOUNT_REQUESTS_MIN = 5;

const detection: GroupDetection = {
  name: "harvest-shape",
  title: "Harvest shape",
  maturity: "shadow",
  level: "group",
  group: "behaviour",
  spoofable: 2,
  looksFor:
    "Requests shaped like a harvest and not like use: one turn each, no reader waiting for a stream, answers up to their cap, no follow-ups.",
  innocentTwins: [
    "Batch jobs and pipelines have the same shape; they belong to one party each.",
    "Scripts of single developers: the shape counts only for a group of strangers that share a work load.",
  ],
  sources: [
    "Vovk, Gammerman, Shafer, Algorithmic learning in a random world, 2005: ranks of exchangeable values are uniform. The null model: the group's share could be any account's; half the log odds of its rank as evidence is ours.",
    "Anthropic, 23 February 2026: volume, structure and focus.",
    "Juuti et al., PRADA, EuroS&P 2019: queries of an extraction differ in distribution from use.",
  ],
  thresholds: {
    capNats: { value: 2, unit: "nats", why: "Shape is the first thing an operator learns to imitate." },
    crowdMin: { value: 20, unit: "accounts to compare with", why: "A rank among fewer accounts says nothing about the crowd." },
    reportNats: { value: 0.3, unit: "nats", why: "Below, the shape is everybody's and would only fill the page." },
    partCapNats: { value: 1, unit: "nats", why: "Each trait is common among developers." },
  },
  examine,
};

const TRAITS = [
  { name: "single turn", flag: RequestFlag.singleTurn, known: RequestFlag.hasText, isHarvest: true },
  { name: "not streamed", flag: RequestFlag.streamed, known: RequestFlag.streamKnown, isHarvest: false },
  { name: "answer at its cap", flag: RequestFlag.capped, known: 0, isHarvest: true },
] as const;

function examine(group: CandidateGroup, population: Population): Signal | null {
  const cap = detection.thresholds["partCapNats"].value;
  let nats = 0;
  const parts: string[] = [];
  for (const trait of TRAITS) {
    const share = measureTrait(trait, (visit) => visitSlice(group, (row) => visit(row)), population);
    if (Number.isNaN(share)) continue;
    const crowd = crowdShares(trait, population);
    if (crowd.length < detection.thresholds["crowdMin"].value) continue;
    // Where the group stands among accounts: ln of the odds that an account is less like a harvest than the group is.
    const part = compareRank(crowd, share);
    nats += Math.max(-cap, Math.min(cap, part));
    parts.push(`${trait.name} ${formatShare(share)} (half of all accounts: up to ${formatShare(crowd[crowd.length >> 1])})`);
  }
  if (Math.abs(nats) < detection.thresholds["reportNats"].value) return null;
  return makeSignal(detection, { nats, because: `Shape of the shared requests: ${parts.join(", ")}.` });
}

type Trait = (typeof TRAITS)[number];

function measureTrait(trait: Trait, forEachRow: (visit: (row: number) => void) => void, population: Population): number {
  let known = 0;
  let hits = 0;
  forEachRow((row) => {
    const flags = population.requests.flags[row];
    if (trait.known !== 0 && (flags & trait.known) === 0) return;
    known += 1;
    if (((flags & trait.flag) !== 0) === trait.isHarvest) hits += 1;
  });
  return known === 0 ? Number.NaN : hits / known;
}

const crowdOfPopulation = new WeakMap<Population, Map<Trait, Float64Array>>();

/** The trait's share for every account with enough requests, ascending. */
function crowdShares(trait: Trait, population: Population): Float64Array {
  let traits = crowdOfPopulation.get(population);
  if (!traits) {
    traits = new Map();
    crowdOfPopulation.set(population, traits);
  }
  let shares = traits.get(trait);
  if (!shares) {
    const all: number[] = [];
    for (let account = 0; account < population.accountIds.length; account++) {
      const start = population.requestOffsets[account];
      const end = population.requestOffsets[account + 1];
      if (end - start < ACCOUNT_REQUESTS_MIN) continue;
      const share = measureTrait(
        trait,
        (visit) => {
          for (let row = start; row < end; row++) visit(row);
        },
        population,
      );
      if (!Number.isNaN(share)) all.push(share);
    }
    shares = Float64Array.from(all).sort();
    traits.set(trait, shares);
  }
  return shares;
}

export default detection;
