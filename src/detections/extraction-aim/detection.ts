import {
  formatCount,
  formatShare,
  makeSignal,
  rateReached,
  TECHNIQUES,
  visitSlice,
  type CandidateGroup,
  type GroupDetection,
  type Population,
  type Signal,
} from "../../sdk/index.js";

/** Fewer requests of one account say nothing about what it is after. */
const ACCOUNT_REQUESTS_MIN = 4;

const detection: GroupDetection = {
  name: "extraction-aim",
  title: "Aims worth training on",
  maturity: "shadow",
  level: "group",
  group: "content",
  spoofable: 2,
  looksFor:
    "A shared work load that asks for what a student model is trained on: reasoning spelled out, grades by rubric, rewrites, tasks and trajectories; compared with how often other accounts ask for it.",
  innocentTwins: [
    "A labelling firm that grades its own product: one organization, so no strangers.",
    "Students who ask for steps: their requests are not recognised as elicitation, and they do not share a scaffold of their own.",
  ],
  sources: [
    "Anthropic, 23 February 2026; Google GTIG, 12 February 2026: what the operations asked for.",
    "Phipson, Smyth, SAGMB 9, 2010: a share of a crowd as a probability that is never 0. The null model: the group's share could be any account's; asking who has half of it, which errs against a finding, is ours.",
  ],
  thresholds: {
    capNats: { value: 4, unit: "nats", why: "An aim is public knowledge once published and anybody may copy it." },
    requestsMin: { value: 10, unit: "requests with text", why: "The share of fewer requests is a coin toss." },
    shareMin: { value: 0.1, unit: "share of the slice", why: "Single hits occur in any crowd." },
  },
  examine,
};

function examine(group: CandidateGroup, population: Population): Signal | null {
  const hits = new Float64Array(TECHNIQUES.length);
  const withText = countTechniques(group, population, hits);
  if (withText.requests < detection.thresholds["requestsMin"].value) return null;
  const share = Math.min(withText.hits, countScaffoldHits(group, population)) / withText.requests;
  if (share < detection.thresholds["shareMin"].value) return null;
  const commonest = TECHNIQUES.map((technique, position) => ({ technique, hits: hits[position] })).filter((entry) => entry.hits > 0);
  commonest.sort((a, b) => b.hits - a.hits || (a.technique < b.technique ? -1 : 1));
  const crowd = rateCrowd(population, { share, group });
  return makeSignal(detection, {
    nats: -Math.log(crowd),
    because: `${formatShare(share)} of ${formatCount(withText.requests)} requests ask for ${commonest
      .slice(0, 3)
      .map((entry) => entry.technique.replaceAll("_", " "))
      .join(", ")}; of the other accounts, ${formatShare(crowd)} do so half as often or more.`,
  });
}

function countTechniques(group: CandidateGroup, population: Population, perTechnique: Float64Array): { requests: number; hits: number } {
  let requests = 0;
  let hits = 0;
  visitSlice(group, (row) => {
    if (population.requests.slot[row] === 0) return;
    requests += 1;
    const mask = population.requests.techniques[row];
    if (mask !== 0) hits += 1;
    for (let position = 0; position < TECHNIQUES.length; position++) if ((mask >>> position) & 1) perTechnique[position] += 1;
  });
  return { requests, hits };
}

/**
 * Hits that the scaffolds account for. A queue's accounts meet a technique alike; where some wrap a common item in an elicitation of their own and
 * the rest never do, the aim is theirs and not the work load's. So a scaffold's share is the one that explains how many accounts met it at all.
 */
function countScaffoldHits(group: CandidateGroup, population: Population): number {
  const { promptFamily, systemFamily, techniques, slot } = population.requests;
  const isOwn = new Set(group.families);
  const tallies = new Map<number, Map<number, { requests: number; hits: number }>>();
  visitSlice(group, (row, member) => {
    if (slot[row] === 0) return;
    const scaffold = isOwn.has(promptFamily[row]) ? promptFamily[row] : systemFamily[row];
    const byMember = tallies.get(scaffold) ?? new Map<number, { requests: number; hits: number }>();
    tallies.set(scaffold, byMember);
    const tally = byMember.get(member) ?? { requests: 0, hits: 0 };
    byMember.set(member, tally);
    tally.requests += 1;
    if (techniques[row] !== 0) tally.hits += 1;
  });
  let explained = 0;
  for (const byMember of tallies.values()) {
    const rows = [...byMember.values()];
    const requests = rows.reduce((sum, row) => sum + row.requests, 0);
    const hits = rows.reduce((sum, row) => sum + row.hits, 0);
    explained += Math.min(hits, requests * solveShare(rows));
  }
  return explained;
}

/** Halvings of the interval in which the share lies: enough for a thousandth. */
const SHARE_HALVINGS = 10;

/** The share at which as many accounts would meet a technique at least once as did. */
function solveShare(rows: readonly { requests: number; hits: number }[]): number {
  const met = rows.filter((row) => row.hits > 0).length;
  if (met === rows.length) return 1;
  let low = 0;
  let high = 1;
  for (let step = 0; step < SHARE_HALVINGS; step++) {
    const middle = (low + high) / 2;
    const expected = rows.reduce((sum, row) => sum + 1 - (1 - middle) ** row.requests, 0);
    if (expected < met) low = middle;
    else high = middle;
  }
  return high;
}

/** Share of the other accounts whose requests show techniques at least half as often. */
function rateCrowd(population: Population, { share, group }: { share: number; group: CandidateGroup }): number {
  const shares = shareByAccount(population);
  const isMember = new Set(group.members);
  let others = 0;
  let reached = 0;
  shares.forEach((value, account) => {
    if (Number.isNaN(value) || isMember.has(account)) return;
    others += 1;
    if (value >= share / 2) reached += 1;
  });
  return rateReached({ reached, others });
}

const sharesOfPopulation = new WeakMap<Population, Float64Array>();

function shareByAccount(population: Population): Float64Array {
  let shares = sharesOfPopulation.get(population);
  if (!shares) {
    shares = Float64Array.from(population.accountIds, (_, account) => {
      const start = population.requestOffsets[account];
      const end = population.requestOffsets[account + 1];
      if (end - start < ACCOUNT_REQUESTS_MIN) return Number.NaN;
      let hits = 0;
      let withText = 0;
      for (let row = start; row < end; row++) {
        if (population.requests.slot[row] === 0) continue;
        withText += 1;
        if (population.requests.techniques[row] !== 0) hits += 1;
      }
      return withText < ACCOUNT_REQUESTS_MIN ? Number.NaN : hits / withText;
    });
    sharesOfPopulation.set(population, shares);
  }
  return shares;
}

export default detection;
