import { formatCount, makeSignal, rememberPerPopulation, type AccountDetection, type Population, type Signal } from "../../sdk/index.js";

const DAY_MS = 86_400_000;

const detection: AccountDetection = {
  name: "no-ramp",
  title: "A new account at full use from its first day",
  maturity: "shadow",
  level: "account",
  group: "behaviour",
  spoofable: 2,
  isContext: true,
  looksFor:
    "A new account that sends from its first day as much as it ever will, and more than nearly everybody else on a day: nothing is tried out first.",
  innocentTwins: [
    "A developer who moves a finished product over: few requests while it is tried, then many.",
    "A student at a hackathon: one full day and no more.",
    "An old account with a new project: it is not new.",
  ],
  sources: ["CISA, NSA, FBI: AA26-251A, 8 September 2026: a new subscription at maximum use, without a ramp."],
  thresholds: {
    capNats: {
      value: 0,
      unit: "nats",
      why: "Context. In worlds with seeds 11, 12 and 31 it shows 5 accounts of campaigns and 12 others: most whom it shows are innocent.",
    },
    ageDaysMax: {
      value: 7,
      unit: "days from registration to the first request",
      why: "What was registered a week before is new; aged accounts are bought so as not to be.",
    },
    laterDaysMin: {
      value: 3,
      unit: "later days with requests",
      why: "A first day can be called full only beside others; a one-day burst is no level.",
    },
    firstDayShareMin: {
      value: 0.8,
      unit: "first day's requests over the mean of later days",
      why: "A day of a steady account scatters by a fifth or so around its mean at the volumes asked for.",
    },
    busyQuantile: {
      value: 0.95,
      unit: "quantile of requests per account and day",
      why: "Full use is what one account-day of twenty reaches in the same log, so that it follows the provider's own customers.",
    },
    firstDayMin: {
      value: 10,
      unit: "requests on the first day",
      why: "In a log of small accounts the busiest day in twenty may still be a handful.",
    },
  },
  inspect,
};

/** Requests per account and day that the busiest days of the log reach. */
const findBusyDay = rememberPerPopulation((population: Population): number => {
  const counts: number[] = [];
  for (let account = 0; account < population.accountIds.length; account++) {
    for (const count of countDays(account, population)) if (count > 0) counts.push(count);
  }
  counts.sort((a, b) => a - b);
  return counts[Math.floor(detection.thresholds["busyQuantile"].value * (counts.length - 1))] ?? Number.POSITIVE_INFINITY;
});

/** Requests in each stretch of 24 hours since the account's first. */
function countDays(account: number, population: Population): number[] {
  const days: number[] = [];
  const { atMs } = population.requests;
  const start = population.requestOffsets[account];
  for (let row = start; row < population.requestOffsets[account + 1]; row++) {
    const day = Math.floor((atMs[row] - atMs[start]) / DAY_MS);
    days[day] = (days[day] ?? 0) + 1;
  }
  return Array.from(days, (count) => count ?? 0);
}

function inspect(account: number, population: Population): Signal[] {
  const { ageDaysMax, laterDaysMin, firstDayShareMin, firstDayMin } = detection.thresholds;
  const start = population.requestOffsets[account];
  if (population.requestOffsets[account + 1] - start < firstDayMin.value) return [];
  const createdAtMs = population.createdAtMs[account];
  // An account that was there before the log begins may have ramped up unseen.
  if (Number.isNaN(createdAtMs) || createdAtMs < population.fromMs - ageDaysMax.value * DAY_MS) return [];
  const ageDays = (population.requests.atMs[start] - createdAtMs) / DAY_MS;
  if (ageDays < 0 || ageDays > ageDaysMax.value) return [];
  const [first, ...later] = countDays(account, population);
  const active = later.filter((count) => count > 0);
  if (active.length < laterDaysMin.value || first < Math.max(firstDayMin.value, findBusyDay(population))) return [];
  const mean = active.reduce((sum, count) => sum + count, 0) / active.length;
  if (first < firstDayShareMin.value * mean) return [];
  return [
    makeSignal(detection, {
      nats: 0,
      because: `${formatCount(first)} requests in its first 24 hours, ${ageDays < 1 ? "on the day" : `${Math.round(ageDays)} days after`} it was registered, and ${formatCount(mean)} a day on ${active.length} days after that: no trying out, and more than on 95 of 100 days of other accounts.`,
    }),
  ];
}

export default detection;
