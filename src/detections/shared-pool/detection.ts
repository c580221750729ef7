import {
  compareDispersion,
  formatCount,
  formatShare,
  makeSignal,
  SMALLEST_POOL,
  splitQueues,
  type CandidateGroup,
  type GroupDetection,
  type Population,
  type QueueSplit,
  type Signal,
} from "../../sdk/index.js";

/** Families beyond the largest are counted together: rare ones are carried by few members and divide nobody. */
const FAMILY_CLASSES_MAX = 24;

const detection: GroupDetection = {
  name: "shared-pool",
  title: "Pool shared by several operators",
  maturity: "shadow",
  level: "group",
  group: "behaviour",
  spoofable: 2,
  onlyDivides: true,
  looksFor:
    "Accounts of one pool that fall into two sets, each fed from a queue of its own: what one set sends, the other hardly sends, and within a set the mixes are alike.",
  innocentTwins: [
    "Users of two products that share a template: within either set people differ as people do.",
    "One operator who gives every account one scaffold: accounts with a single scaffold each are not told apart by it.",
  ],
  sources: [
    "Anthropic, 23 February 2026: proxy services that run many accounts at once and mix the traffic of several customers.",
    "Schwarz, Estimating the dimension of a model, Annals of Statistics 6, 1978.",
  ],
  thresholds: {
    capNats: {
      value: 1,
      unit: "nats",
      why: "That accounts are fed from queues is what the exchangeable mix weighs; this says how many queues there are and is not added to the evidence.",
    },
    sideAccountsMin: { ...SMALLEST_POOL, unit: "accounts on either side" },
    overlapMax: {
      value: 0.45,
      unit: "share of requests that could be of either queue",
      why: "Above, most of the work is common, as over the phases of one job. Pools of one operator in eight tuning worlds had .5 to .8 between their best halves, two operators .26.",
    },
    decidedMin: {
      value: 0.8,
      unit: "share of accounts that belong to one side",
      why: "Accounts that serve both queues make it one pool with one hand that feeds it.",
    },
    familiesMin: {
      value: 1.5,
      unit: "families per account, on either side",
      why: "Where each account carries one scaffold, one operator's accounts differ as much as two operators' do.",
    },
    queueOverdispersion: {
      value: 0.02,
      unit: "unevenness of one queue per request",
      why: "As in the exchangeable mix: a queue over several days is not perfectly even.",
    },
    crowdOverdispersion: {
      value: 0.25,
      unit: "unevenness between people per request",
      why: "As in the exchangeable mix: .2 to .4 between users of real conversations and coding sessions.",
    },
    evidenceMin: {
      value: 5,
      unit: "nats",
      why: "Two queues are claimed at odds of 150 to 1, because a division is what a person acts on.",
    },
  },
  examine,
};

function examine(group: CandidateGroup, population: Population): Signal | null {
  const thresholds = detection.thresholds;
  if (group.families.length < 2 || group.members.length < 2 * thresholds["sideAccountsMin"].value) return null;
  const { table, classes } = countFamilies(group, population);
  const split = splitQueues(table, { categoryCount: classes, overdispersion: thresholds["queueOverdispersion"].value });
  if (!split || split.nats < thresholds["evidenceMin"].value) return null;
  if (split.overlap > thresholds["overlapMax"].value || split.decided < thresholds["decidedMin"].value) return null;
  const sides = [0, 1].map((side) => group.members.filter((_, member) => split.side[member] === side));
  if (sides.some((side) => side.length < thresholds["sideAccountsMin"].value)) return null;
  if (!sides.every((_, side) => isOneQueue(table, { split, side, categoryCount: classes }))) return null;
  if (countFamiliesPerAccount(table, split).some((count) => count < thresholds["familiesMin"].value)) return null;
  return {
    ...makeSignal(detection, {
      nats: split.nats,
      because: `Its accounts fall into two sets of ${formatCount(sides[0].length)} and ${formatCount(sides[1].length)} that are fed from different queues: only ${formatShare(split.overlap)} of what they send could be of either.`,
    }),
    division: sides,
  };
}

interface FamilyTable {
  offsets: number[];
  items: number[];
  counts: number[];
}

/**
 * Hours in which each account used each family; the prompt's family counts before the system prompt's, because a queue is of prompts. Hours and not requests, as in the separation of
 * members: forty requests of one session are one choice, and would make any account a queue of its own.
 */
function countFamilies(group: CandidateGroup, { families, requests }: Population): { table: FamilyTable; classes: number } {
  const ranked = [...group.families].sort((a, b) => families.events[b] - families.events[a] || a - b);
  const classOf = new Map(ranked.map((family, rank) => [family, Math.min(rank, FAMILY_CLASSES_MAX - 1)]));
  const table: FamilyTable = { offsets: [0], items: [], counts: [] };
  for (let member = 0; member < group.members.length; member++) {
    const hoursOf = new Map<number, Set<number>>();
    for (let entry = group.sliceOffsets[member]; entry < group.sliceOffsets[member + 1]; entry++) {
      const row = group.slice[entry];
      const item = classOf.get(requests.promptFamily[row]) ?? classOf.get(requests.systemFamily[row]);
      if (item !== undefined) hoursOf.set(item, (hoursOf.get(item) ?? new Set<number>()).add(requests.hour[row]));
    }
    for (const [item, hours] of [...hoursOf].sort((a, b) => a[0] - b[0])) {
      table.items.push(item);
      table.counts.push(hours.size);
    }
    table.offsets.push(table.items.length);
  }
  return { table, classes: Math.min(ranked.length, FAMILY_CLASSES_MAX) };
}

/** Whether the accounts of a side are draws from one queue rather than people with one product. */
function isOneQueue(
  table: FamilyTable,
  { split, side, categoryCount }: { split: QueueSplit; side: number; categoryCount: number },
): boolean {
  const rows = Int32Array.from([...split.side.keys()].filter((row) => split.side[row] === side));
  const pool = detection.thresholds["queueOverdispersion"].value;
  return compareDispersion({ table, rows, categoryCount }, { pool, crowd: detection.thresholds["crowdOverdispersion"].value }) > 0;
}

/** Mean number of families per account on either side. */
function countFamiliesPerAccount(table: FamilyTable, split: QueueSplit): [number, number] {
  const families: [number, number] = [0, 0];
  const accounts: [number, number] = [0, 0];
  split.side.forEach((side, row) => {
    families[side as 0 | 1] += table.offsets[row + 1] - table.offsets[row];
    accounts[side as 0 | 1] += 1;
  });
  return [families[0] / accounts[0], families[1] / accounts[1]];
}

export default detection;
