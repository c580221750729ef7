import {
  compareRepeats,
  formatCount,
  formatShare,
  makeSignal,
  visitSlice,
  type CandidateGroup,
  type GroupDetection,
  type Population,
  type Signal,
} from "../../sdk/index.js";

const detection: GroupDetection = {
  name: "work-queue",
  title: "Work taken from one queue",
  maturity: "shadow",
  level: "group",
  group: "content",
  spoofable: 2,
  looksFor:
    "One scaffold that only these strangers use, whose slots are filled without replacement: a queue hands every item out once, so hardly any value is sent by two accounts.",
  innocentTwins: [
    "A homework sheet or a benchmark: everybody sends the same items, so values repeat across accounts, and this speaks against a pool.",
    "A popular framework: its scaffold is carried by many more than the group.",
  ],
  sources: [
    "Skellam, JRSS B 10, 1948: the beta-binomial, of which the test is a likelihood ratio. The null model: the share of a crowd's items that repeat is a draw from Beta(1, 15).",
    "Sampling without replacement as a mark of a harvest: the design notes of this project, after the task queues of Alpaca, CAMEL and ToolBench.",
  ],
  thresholds: {
    capNats: {
      value: 2.5,
      unit: "nats",
      why: "Real users' questions hardly repeat either: evidence for a pool stays small, evidence against is not capped by this test.",
    },
    counterCapNats: {
      value: 8,
      unit: "nats",
      why: "Items that everybody sends are what no queue produces; that may outweigh synchrony, addresses and registration together.",
    },
    poolRepeats: {
      value: 40,
      unit: "Beta(1, b) of the repeated share",
      why: "Retries on another account repeat 1 to 3 % of a pool's items.",
    },
    crowdRepeats: {
      value: 15,
      unit: "Beta(1, b) of the repeated share",
      why: "Crowds with one template repeat 6 % and more on average, sheets and benchmarks nearly everything.",
    },
    rarityMembers: {
      value: 12,
      unit: "accounts",
      why: "Three strangers with a rare phrase in common are found in every crowd; a dozen are not.",
    },
    slotsMin: { value: 12, unit: "requests with text", why: "Below, no repeat is what anybody would show." },
  },
  examine,
};

function examine(group: CandidateGroup, population: Population): Signal | null {
  const thresholds = detection.thresholds;
  // Without a scaffold in common there is no queue to speak of.
  if (group.families.length === 0) return null;
  const { repeated, filled } = countRepeats(group, population);
  if (filled < thresholds["slotsMin"].value) return null;
  const share = repeated / filled;
  const repeats = compareRepeats({ repeated, filled }, { pool: thresholds["poolRepeats"].value, crowd: thresholds["crowdRepeats"].value });
  const rarity =
    repeats > 0 ? Math.max(0, rateRarity(group, population)) * Math.min(1, group.members.length / thresholds["rarityMembers"].value) : 0;
  const nats = Math.max(-thresholds["counterCapNats"].value, Math.min(thresholds["capNats"].value, repeats + rarity));
  return {
    ...makeSignal(detection, { nats: 0, because: "" }),
    logLikelihoodRatio: nats,
    because:
      nats >= 0
        ? `${formatCount(filled)} requests fill the same ${group.families.length === 1 ? "scaffold" : `${group.families.length} scaffolds`}; the probability that another of the accounts sent the same item is ${formatShare(share)}.`
        : `An item of the ${formatCount(filled)} requests was sent by another of the accounts with probability ${formatShare(share)}: a shared sheet or benchmark, not a queue.`,
  };
}

/**
 * Requests with a slot value, and how many of them another member would have sent too: each counts with the share of the other parties carrying
 * its family that sent the same value. A queue that samples an item three times shows it on three accounts of a hundred, a sheet on all.
 */
function countRepeats(group: CandidateGroup, population: Population): { repeated: number; filled: number } {
  const senders = new Map<number, Set<number>>();
  const carriers = new Map<number, Set<number>>();
  const visitFilled = (visit: (slot: number, family: number, party: number) => void): void =>
    visitSlice(group, (row, member) => {
      const slot = population.requests.slot[row];
      const family = Math.max(population.requests.promptFamily[row], population.requests.systemFamily[row]);
      if (slot !== 0) visit(slot, family, population.parties[group.members[member]]);
    });
  visitFilled((slot, family, party) => {
    note(senders, slot, party);
    note(carriers, family, party);
  });
  let repeated = 0;
  let filled = 0;
  visitFilled((slot, family) => {
    filled += 1;
    const others = (senders.get(slot)?.size ?? 1) - 1;
    repeated += Math.min(1, others / Math.max(1, (carriers.get(family)?.size ?? 1) - 1));
  });
  return { repeated, filled };
}

function note(sets: Map<number, Set<number>>, key: number, value: number): void {
  const known = sets.get(key);
  if (known) known.add(value);
  else sets.set(key, new Set([value]));
}

/** How far the group is from being the whole world: ln of one over the share of all parties that carry its families, weakly. */
function rateRarity(group: CandidateGroup, population: Population): number {
  let events = 0;
  let weighted = 0;
  for (const family of group.families) {
    const carried = population.families.events[family];
    events += carried;
    weighted += carried * Math.log(population.partyCount / Math.max(1, population.families.parties[family]));
  }
  return events === 0 ? 0 : 0.4 * (weighted / events) - 0.5;
}

export default detection;
