import {
  compareRate,
  formatShare,
  makeSignal,
  visitSlice,
  wilsonInterval,
  type CandidateGroup,
  type GroupDetection,
  type Population,
  type Shift,
  type Signal,
} from "../../sdk/index.js";

const HOUR_MS = 3_600_000;

const detection: GroupDetection = {
  name: "release-shift",
  title: "Moved to a new release",
  maturity: "shadow",
  level: "group",
  group: "behaviour",
  aspect: "timing",
  spoofable: 2,
  looksFor: "A shared work load that moves to a newly released target model within a day, far faster than everybody else's requests do.",
  innocentTwins: [
    "Day-one adopters and benchmarkers: each moves for itself and shares no work load; the cohort's own shift is what a group is compared with.",
    "A product that follows an alias: all of its requests move at once, and it is one organization.",
  ],
  sources: ["Anthropic, 23 February 2026: within 24 hours of a new model's release nearly half of the traffic moved to it."],
  thresholds: {
    capNats: {
      value: 2.5,
      unit: "nats",
      why: "Following releases is what every eager customer does; only speed beyond the cohort's counts.",
    },
    windowHours: { value: 24, unit: "hours", why: "The published campaign moved within a day; customers take weeks." },
    shortWindowHours: {
      value: 6,
      unit: "hours",
      why: "A dispatcher moves within hours, and not always at once: windows of a quarter, a half and the whole of the first day are compared.",
    },
    shareMin: { value: 0.2, unit: "share of the slice within the window", why: "Trying a model out takes a few per cent." },
    liftMin: { value: 2, unit: "times the cohort's share", why: "Below, the group moves as everybody does." },
    requestsMin: { value: 20, unit: "requests within the window", why: "A share of fewer is noise." },
    effectiveRequests: {
      value: 10,
      unit: "independent choices",
      why: "One dispatcher makes one choice for many requests; more trials would only repeat it.",
    },
  },
  examine,
};

function examine(group: CandidateGroup, population: Population): Signal | null {
  let strongest: { nats: number; because: string } | null = null;
  const shifts: Shift[] = [];
  population.releasedAtMs.forEach((releasedAtMs, model) => {
    if (Number.isNaN(releasedAtMs)) return;
    const found = measureShift(group, { population, model, releasedAtMs });
    if (!found) return;
    shifts.push(found.shift);
    if (!strongest || found.nats > strongest.nats) strongest = found;
  });
  const signal = strongest as { nats: number; because: string } | null;
  return signal ? { ...makeSignal(detection, signal), shifts } : null;
}

interface ShiftQuestion {
  population: Population;
  model: number;
  releasedAtMs: number;
}

function measureShift(group: CandidateGroup, question: ShiftQuestion): { nats: number; because: string; shift: Shift } | null {
  const { population, model, releasedAtMs } = question;
  const former = findFormerModel(group, question);
  if (former === null || former === model) return null;
  const own = countAdoption(question, { visit: (count) => visitSlice(group, count) });
  const best = findFastestWindow(own, () => countOthers(group, question));
  if (!best) return null;
  const { fromHour, firstHour, hours, share, cohort, nats } = best;
  const from = population.targetModels[former];
  const to = population.targetModels[model];
  const when =
    fromHour === 0
      ? `In the first ${hours} hours after the release of ${to}`
      : `From hour ${fromHour} to ${fromHour + hours} after the release of ${to}`;
  return {
    nats,
    because: `${when}, ${formatShare(share)} of the shared requests went to it; of everybody else's, ${formatShare(cohort)}.`,
    shift: {
      at: new Date(findFirstMove(group, question, releasedAtMs + firstHour * HOUR_MS)).toISOString(),
      from,
      to,
      share: Number(share.toFixed(4)),
      from_at: new Date(releasedAtMs + fromHour * HOUR_MS).toISOString(),
      until_at: new Date(releasedAtMs + (fromHour + hours) * HOUR_MS).toISOString(),
    },
  };
}

/** Requests per hour since the release: all, and those to the new model. */
interface Adoption {
  all: Float64Array;
  moved: Float64Array;
}

interface Window {
  fromHour: number;
  /** Start of the first window in which the group moved ahead. */
  firstHour: number;
  hours: number;
  share: number;
  cohort: number;
  nats: number;
}

/** The window in which the group moved farthest ahead of everybody else; the search is paid for by the number of windows that do not overlap. */
function findFastestWindow(own: Adoption, askOthers: () => Adoption): Window | null {
  const thresholds = detection.thresholds;
  const lastHour = thresholds["windowHours"].value;
  const lengths = [thresholds["shortWindowHours"].value, lastHour / 2, lastHour];
  const independent = lengths.reduce((sum, hours) => sum + lastHour / hours, 0);
  // Most groups never move, and then nobody needs to know what the others did.
  let others: Adoption | null = null;
  let best: Window | null = null;
  let firstHour = Number.POSITIVE_INFINITY;
  for (const hours of lengths) {
    for (let fromHour = 0; fromHour + hours <= lastHour; fromHour++) {
      const within = sumOf(own.all, fromHour, hours);
      if (within < thresholds["requestsMin"].value) continue;
      const share = sumOf(own.moved, fromHour, hours) / within;
      // The fastest of many windows is fast by chance too, so the share counts by its lower bound, which is never above it.
      if (share < thresholds["shareMin"].value) continue;
      const { low } = wilsonInterval({ successes: share * within, trials: within });
      if (low < thresholds["shareMin"].value) continue;
      others ??= askOthers();
      const everybody = sumOf(others.all, fromHour, hours);
      const cohort = everybody === 0 ? 0 : sumOf(others.moved, fromHour, hours) / everybody;
      if (low < thresholds["liftMin"].value * cohort) continue;
      firstHour = Math.min(firstHour, fromHour);
      const trials = Math.min(within, thresholds["effectiveRequests"].value);
      const nats = compareRate({ hits: share * trials, trials, expected: Math.max(cohort, 0.01) * trials }) - Math.log(independent);
      if (nats > 0 && (!best || nats > best.nats)) best = { fromHour, firstHour, hours, share, cohort, nats };
    }
  }
  return best && { ...best, firstHour };
}

function sumOf(hours: Float64Array, from: number, length: number): number {
  let sum = 0;
  for (let hour = from; hour < from + length; hour++) sum += hours[hour];
  return sum;
}

/** The model that most of the slice asked before the release. */
function findFormerModel(group: CandidateGroup, { population, releasedAtMs }: ShiftQuestion): number | null {
  const before = new Map<number, number>();
  visitSlice(group, (row) => {
    if (population.requests.atMs[row] >= releasedAtMs) return;
    before.set(population.requests.model[row], (before.get(population.requests.model[row]) ?? 0) + 1);
  });
  return [...before].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]?.[0] ?? null;
}

function findFirstMove(group: CandidateGroup, { population, model }: ShiftQuestion, fromMs: number): number {
  let firstMs = Number.POSITIVE_INFINITY;
  visitSlice(group, (row) => {
    const at = population.requests.atMs[row];
    if (at >= fromMs && at < firstMs && population.requests.model[row] === model) firstMs = at;
  });
  return firstMs;
}

function countAdoption(question: ShiftQuestion, { visit }: { visit: (count: (row: number) => void) => void }): Adoption {
  const { population, model, releasedAtMs } = question;
  const hours = detection.thresholds["windowHours"].value;
  const adoption: Adoption = { all: new Float64Array(hours), moved: new Float64Array(hours) };
  visit((row) => {
    const hour = Math.floor((population.requests.atMs[row] - releasedAtMs) / HOUR_MS);
    if (hour < 0 || hour >= hours) return;
    adoption.all[hour] += 1;
    if (population.requests.model[row] === model) adoption.moved[hour] += 1;
  });
  return adoption;
}

const everyoneOf = new WeakMap<Population, Map<number, Adoption>>();

/** Everybody else's adoption: the population's, counted once, less the members'. */
function countOthers(group: CandidateGroup, question: ShiftQuestion): Adoption {
  const { population, model } = question;
  const models = everyoneOf.get(population) ?? new Map<number, Adoption>();
  everyoneOf.set(population, models);
  const everyone =
    models.get(model) ??
    countAdoption(question, {
      visit: (count) => {
        for (let row = 0; row < population.requests.count; row++) count(row);
      },
    });
  models.set(model, everyone);
  const members = countAdoption(question, {
    visit: (count) => {
      for (const account of group.members) {
        for (let row = population.requestOffsets[account]; row < population.requestOffsets[account + 1]; row++) count(row);
      }
    },
  });
  return {
    all: everyone.all.map((count, hour) => count - members.all[hour]),
    moved: everyone.moved.map((count, hour) => count - members.moved[hour]),
  };
}

export default detection;
