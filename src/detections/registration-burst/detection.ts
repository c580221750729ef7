import {
  formatCount,
  formatShare,
  makeSignal,
  scanForBurst,
  type CandidateGroup,
  type PairDetection,
  type Population,
} from "../../sdk/index.js";

const HOUR_MS = 3_600_000;
/** Longer gaps read better in days. */
const HOURS_READ_MAX = 48;
const WINDOWS_MS = [HOUR_MS, 6 * HOUR_MS, 24 * HOUR_MS, 72 * HOUR_MS, 7 * 24 * HOUR_MS];

const detection: PairDetection = {
  name: "registration-burst",
  title: "Registration burst",
  maturity: "shadow",
  level: "pair",
  group: "registration",
  spoofable: 2,
  looksFor:
    "Strangers that carry one work load and were registered together, in windows from an hour to a week, beyond what registrations of everybody else in that window explain.",
  innocentTwins: [
    "A class or a hackathon registers in one afternoon: a burst alone is one group of evidence; what they ask repeats among them.",
    "A launch day brings everybody: the burst is measured against all registrations of the same window.",
  ],
  innocentCause: "gathering",
  sources: [
    "Naus, The distribution of the size of the maximum cluster of points on a line, JASA 60, 1965 (scan statistic).",
    "Anthropic, 23 February 2026: hundreds of accounts of one campaign, created together.",
  ],
  thresholds: {
    capNats: { value: 4, unit: "nats", why: "Bulk registration is cheap to stagger and happens to schools too." },
    pairCapNats: { value: 1.5, unit: "nats", why: "Two accounts born in the same hour are weak evidence; many are what counts." },
    membersMin: { value: 3, unit: "accounts", why: "The smallest pool looked for; two accounts that agree are a coincidence." },
    reportNats: { value: 0.5, unit: "nats", why: "Below, the figure decides nothing and would only fill the page." },
    crowdMin: { value: 10, unit: "other registrations", why: "Fewer say nothing about how registrations are spread." },
    smallShare: {
      value: 0.01,
      unit: "share of all accounts",
      why: "A hundredth in the background shifts what is expected by a hundredth, to the group's favour.",
    },
    pairGapHours: { value: 24, unit: "hours", why: "Scripts register a batch within a day; beyond, neighbours in time are chance." },
    lookElsewhereNats: {
      value: 3,
      unit: "nats",
      why: "Taken off the scan's tail probability: the groups looked at were chosen by us, one in twenty looks bursty by chance.",
    },
  },
  compare(a, b, population) {
    const gapMs = Math.abs(population.createdAtMs[a] - population.createdAtMs[b]);
    if (!(gapMs <= detection.thresholds["pairGapHours"].value * HOUR_MS)) return 0;
    const { before, after } = rankHours(population);
    const [earlier, later] = population.createdAtMs[a] <= population.createdAtMs[b] ? [a, b] : [b, a];
    const near = after[later] - before[earlier];
    return Math.max(0, Math.min(detection.thresholds["pairCapNats"].value, Math.log(population.accountIds.length / (20 * near))));
  },
  explain: (a, b, population) => `registered ${formatGap(Math.abs(population.createdAtMs[a] - population.createdAtMs[b]))} apart`,
  examine,
};

function examine(group: CandidateGroup, population: Population): ReturnType<NonNullable<PairDetection["examine"]>> {
  const timesMs = Float64Array.from(group.members, (account) => population.createdAtMs[account]).filter((at) => !Number.isNaN(at));
  const thresholds = detection.thresholds;
  const everyone = sortTimes(population);
  // A small group hardly weighs among everybody; taking it out for each of a thousand candidates would cost more than it tells.
  const isSmall = timesMs.length < thresholds["smallShare"].value * everyone.length;
  const crowd = everyone.length - (isSmall ? 0 : timesMs.length);
  if (timesMs.length < thresholds["membersMin"].value || crowd < thresholds["crowdMin"].value) return null;
  const burst = scanForBurst({ timesMs, backgroundMs: everyone, isInBackground: !isSmall, isAscending: true, windowsMs: WINDOWS_MS });
  if (!burst) return null;
  const share = burst.count / timesMs.length;
  // A burst of a small part of the carriers says little about the whole.
  const nats = Math.min(1, 2 * share) * (-burst.logProbability - thresholds["lookElsewhereNats"].value);
  if (nats <= thresholds["reportNats"].value) return null;
  return makeSignal(detection, {
    nats,
    shownBy: group.members.filter(
      (account) => population.createdAtMs[account] >= burst.fromMs && population.createdAtMs[account] <= burst.toMs,
    ),
    because: `${formatCount(burst.count)} of ${formatCount(timesMs.length)} accounts (${formatShare(share)}) were registered within ${formatGap(burst.toMs - burst.fromMs)}; everybody else's registrations lead to expect ${burst.expected.toFixed(1)}.`,
  });
}

/** Registration times of a population, ascending, made once. */
const sortedTimes = new WeakMap<Population, Float64Array>();

function sortTimes(population: Population): Float64Array {
  let times = sortedTimes.get(population);
  if (!times) {
    times = population.createdAtMs.filter((at) => !Number.isNaN(at)).sort();
    sortedTimes.set(population, times);
  }
  return times;
}

/** Registrations up to an hour before and after each account's own; asked for a million pairs. */
interface HourRanks {
  before: Uint32Array;
  after: Uint32Array;
}

const hourRanks = new WeakMap<Population, HourRanks>();

function rankHours(population: Population): HourRanks {
  let ranks = hourRanks.get(population);
  if (!ranks) {
    const times = sortTimes(population);
    const rank = (offsetMs: number): Uint32Array => Uint32Array.from(population.createdAtMs, (at) => lowerBound(times, at + offsetMs));
    ranks = { before: rank(-HOUR_MS), after: rank(HOUR_MS) };
    hourRanks.set(population, ranks);
  }
  return ranks;
}

function lowerBound(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function formatGap(ms: number): string {
  const hours = ms / HOUR_MS;
  if (hours < 1) return `${Math.round(hours * 60)} minutes`;
  return hours < HOURS_READ_MAX ? `${Math.round(hours)} hours` : `${Math.round(hours / 24)} days`;
}

export default detection;
