import {
  formatCount,
  formatShare,
  makeSignal,
  SMALLEST_POOL,
  visitSlice,
  type CandidateGroup,
  type GroupDetection,
  type Population,
  type Signal,
} from "../../sdk/index.js";

const HOUR_MS = 3_600_000;

const detection: GroupDetection = {
  name: "successor-pool",
  title: "Successor pool",
  maturity: "shadow",
  level: "group",
  group: "behaviour",
  spoofable: 2,
  looksFor:
    "A ban wave after which other accounts, some of them registered long before and idle, take up the very work load that the banned ones carried.",
  innocentTwins: [
    "Users of a framework some of whom were banned for something else: newcomers arrive at the same pace before and after.",
    "One customer who opens a new account after a ban: one account is no pool.",
  ],
  sources: [
    "Anthropic, 23 February 2026: banned accounts are replaced.",
    "Anthropic threat report, 10 September 2026: traffic moved to a warm standby pool.",
  ],
  thresholds: {
    capNats: { value: 3, unit: "nats", why: "The order of a ban and a start is seen once; it supports what content and instruments say." },
    waveHours: { value: 24, unit: "hours", why: "Enforcement against one pool comes in waves within a day." },
    accountsMin: { ...SMALLEST_POOL, unit: "accounts on either side" },
    windowHours: {
      value: 72,
      unit: "hours after the wave",
      why: "The published pools came back within hours; later starts are ordinary growth.",
    },
    liftMin: { value: 3, unit: "times the former rate of newcomers", why: "Below, new carriers arrive as they always did." },
    endedShareMin: {
      value: 0.5,
      unit: "share of the accounts at work before the wave",
      why: "Whoever takes up work that a wave has ended is a successor; where most stay at work, newcomers must come faster than before.",
    },
  },
  examine,
};

function examine(group: CandidateGroup, population: Population): Signal | null {
  const thresholds = detection.thresholds;
  const wave = findWave(group, population);
  if (!wave) return null;
  const firstMs = firstSliceTimes(group, population);
  const endMs = wave.lastMs + thresholds["windowHours"].value * HOUR_MS;
  const predecessors: number[] = [];
  const successors: number[] = [];
  let earlier = 0;
  let earliestMs = Number.POSITIVE_INFINITY;
  group.members.forEach((account, member) => {
    const at = firstMs[member];
    earliestMs = Math.min(earliestMs, at);
    if (wave.banned.has(account)) predecessors.push(account);
    else if (at > wave.firstMs && at <= endMs) successors.push(account);
    else if (at <= wave.firstMs) earlier += 1;
  });
  const minimum = thresholds["accountsMin"].value;
  if (predecessors.length < minimum || successors.length < minimum) return null;
  const beforeHours = Math.max(1, (wave.firstMs - earliestMs) / HOUR_MS);
  const formerRate = (earlier + predecessors.length) / beforeHours;
  const newRate = successors.length / ((endMs - wave.firstMs) / HOUR_MS);
  const hasEnded = predecessors.length >= thresholds["endedShareMin"].value * (predecessors.length + earlier);
  const isReplaced = hasEnded && successors.length >= predecessors.length / 2;
  if (newRate < thresholds["liftMin"].value * formerRate && !isReplaced) return null;
  return {
    ...makeSignal(detection, {
      nats: Math.log1p(successors.length),
      because: `${formatCount(predecessors.length)} accounts were banned around ${new Date(wave.firstMs).toISOString()}; ${formatCount(successors.length)} others (${formatShare(successors.length / group.members.length)} of the group) first took up the same work load after it.`,
    }),
    succession: { atMs: wave.firstMs, predecessors: Int32Array.from(predecessors), successors: Int32Array.from(successors) },
  };
}

/** The 24 hours with the most members banned. */
function findWave(group: CandidateGroup, population: Population): { firstMs: number; lastMs: number; banned: Set<number> } | null {
  const isMember = new Set(group.members);
  const bans: { account: number; atMs: number }[] = [];
  // An appeal that was won cancels the ban.
  const reinstatedMs = new Map<number, number>();
  population.enforcement.account.forEach((account, entry) => {
    if (population.enforcement.measure[entry] === "reinstated") reinstatedMs.set(account, population.enforcement.atMs[entry]);
  });
  population.enforcement.account.forEach((account, entry) => {
    if ((reinstatedMs.get(account) ?? Number.NEGATIVE_INFINITY) > population.enforcement.atMs[entry]) return;
    const measure = population.enforcement.measure[entry];
    if (isMember.has(account) && (measure === "banned" || measure === "suspended"))
      bans.push({ account, atMs: population.enforcement.atMs[entry] });
  });
  const lengthMs = detection.thresholds["waveHours"].value * HOUR_MS;
  let best: { firstMs: number; lastMs: number; banned: Set<number> } | null = null;
  for (let start = 0; start < bans.length; start++) {
    const wave = bans.filter((ban) => ban.atMs >= bans[start].atMs && ban.atMs <= bans[start].atMs + lengthMs);
    if (!best || wave.length > best.banned.size) {
      best = { firstMs: bans[start].atMs, lastMs: wave[wave.length - 1].atMs, banned: new Set(wave.map((ban) => ban.account)) };
    }
  }
  return best && best.banned.size >= detection.thresholds["accountsMin"].value ? best : null;
}

/** When each member first sent a request of the work load. */
function firstSliceTimes(group: CandidateGroup, population: Population): Float64Array {
  const firstMs = new Float64Array(group.members.length).fill(Number.POSITIVE_INFINITY);
  visitSlice(group, (row, member) => {
    firstMs[member] = Math.min(firstMs[member], population.requests.atMs[row]);
  });
  return firstMs;
}

export default detection;
