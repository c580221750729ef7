import { formatCount, type PairDetection, type Population } from "../../sdk/index.js";

const detection: PairDetection = {
  name: "same-niche",
  title: "Same rare families",
  maturity: "shadow",
  level: "pair",
  group: "content",
  spoofable: 2,
  isContext: true,
  looksFor: "Two accounts that claim to be strangers and carry the same rare families of requests, two or more of them.",
  innocentTwins: [
    "Users of one public scaffold: too many carry it to be rare.",
    "Two people who share one rare prompt: one family is no niche.",
    "Accounts of one organization: they do not claim to be strangers.",
    "A club or a class with scaffolds of its own looks exactly like this; the campaign test asks what tells it from a pool.",
  ],
  sources: [
    "Cao et al., Uncovering large groups of active malicious accounts (SynchroTrap), CCS 2014: what is rare links, what is popular does not.",
  ],
  thresholds: {
    capNats: {
      value: 0,
      unit: "nats",
      why: "Context. Candidates are accounts that carry the same rare families: counting that again would count the choice as evidence.",
    },
    familiesMin: {
      value: 2,
      unit: "shared rare families",
      why: "One prompt is passed on between two people; a second one is a habit in common.",
    },
    rarePartiesMin: {
      value: 6,
      unit: "parties that may carry a rare family",
      why: "In a small log one in twenty is nobody; the smallest pool looked for has three accounts, and a few strangers may have come across its scaffold.",
    },
    rareShare: {
      value: 0.05,
      unit: "share of all parties that may carry a rare family",
      why: "What every twentieth party carries is public. The pools of the tuning worlds are up to 4 % of their accounts, more than any published one was of its provider's.",
    },
  },
  compare(a, b, population) {
    const shared = listShared(a, b, population);
    if (shared.length < detection.thresholds["familiesMin"].value) return 0;
    return shared.reduce((sum, family) => sum + Math.log(population.partyCount / population.families.parties[family]), 0);
  },
  explain(a, b, population) {
    const shared = listShared(a, b, population);
    const carriers = shared.map((family) => population.families.parties[family]);
    const [fewest, most] = [Math.min(...carriers), Math.max(...carriers)];
    return `both carry ${formatCount(shared.length)} rare families of requests, each on ${fewest === most ? formatCount(most) : `${formatCount(fewest)} to ${formatCount(most)}`} of ${formatCount(population.partyCount)} parties`;
  },
};

/** Rare families of accounts that were asked about; pairs ask about the same accounts again and again. */
const known = new WeakMap<Population, Map<number, Uint32Array>>();

/** Rare families of an account, ascending. */
function listRare(account: number, population: Population): Uint32Array {
  const perAccount = known.get(population) ?? new Map<number, Uint32Array>();
  known.set(population, perAccount);
  const found = perAccount.get(account);
  if (found) return found;
  const { rarePartiesMin, rareShare } = detection.thresholds;
  const partiesMax = Math.max(rarePartiesMin.value, rareShare.value * population.partyCount);
  const families = new Set<number>();
  for (let row = population.requestOffsets[account]; row < population.requestOffsets[account + 1]; row++) {
    for (const family of [population.requests.systemFamily[row], population.requests.promptFamily[row]]) {
      if (family >= 0 && population.families.parties[family] <= partiesMax) families.add(family);
    }
  }
  const rare = Uint32Array.from(families).sort();
  perAccount.set(account, rare);
  return rare;
}

/** Ascending, as both lists are: tens of thousands of pairs are compared for a report. */
function listShared(a: number, b: number, population: Population): number[] {
  const shared: number[] = [];
  if (population.parties[a] === population.parties[b]) return shared;
  const [ofA, ofB] = [listRare(a, population), listRare(b, population)];
  for (let i = 0, j = 0; i < ofA.length && j < ofB.length; ) {
    const difference = ofA[i] - ofB[j];
    if (difference === 0) shared.push(ofA[i]);
    if (difference <= 0) i += 1;
    if (difference >= 0) j += 1;
  }
  return shared;
}

export default detection;
