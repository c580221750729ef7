import {
  compareRate,
  formatShare,
  makeSignal,
  visitSlice,
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
  const thresholds = detection.thresholds;
  const endMs = releasedAtMs + thresholds["windowHours"].value * HOUR_MS;
  const { requests } = population;
  const before = new Map<number, number>();
  let within = 0;
  let moved = 0;
  let firstMs = Number.POSITIVE_INFINITY;
  visitSlice(group, (row) => {
    const at = requests.atMs[row];
    if (at < releasedAtMs) before.set(requests.model[row], (before.get(requests.model[row]) ?? 0) + 1);
    else if (at < endMs) {
      within += 1;
      if (requests.model[row] === model) {
        moved += 1;
        if (at < firstMs) firstMs = at;
      }
    }
  });
  const former = [...before].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0];
  if (within < thresholds["requestsMin"].value || !former || former[0] === model) return null;
  const share = moved / within;
  const cohort = measureCohort(group, { population, model, fromMs: releasedAtMs, endMs });
  if (share < thresholds["shareMin"].value || share < thresholds["liftMin"].value * cohort) return null;
  const trials = Math.min(within, thresholds["effectiveRequests"].value);
  const nats = compareRate({ hits: share * trials, trials, expected: Math.max(cohort, 0.01) * trials });
  const from = population.targetModels[former[0]];
  const to = population.targetModels[model];
  return {
    nats,
    because: `Within ${thresholds["windowHours"].value} hours of the release of ${to}, ${formatShare(share)} of the shared requests went to it; of everybody else's, ${formatShare(cohort)}.`,
    shift: { at: new Date(firstMs).toISOString(), from, to, share: Number(share.toFixed(4)) },
  };
}

interface Adoption {
  within: number;
  moved: number;
}

const adoptionOf = new WeakMap<Population, Map<number, Adoption>>();

/** Share of everybody else's requests in the window that went to the model: the population's, less the members'. */
function measureCohort(
  group: CandidateGroup,
  { population, model, fromMs, endMs }: { population: Population; model: number; fromMs: number; endMs: number },
): number {
  const count = (adoption: Adoption, row: number): void => {
    const at = population.requests.atMs[row];
    if (at < fromMs || at >= endMs) return;
    adoption.within += 1;
    if (population.requests.model[row] === model) adoption.moved += 1;
  };
  let models = adoptionOf.get(population);
  if (!models) {
    models = new Map();
    adoptionOf.set(population, models);
  }
  let everyone = models.get(model);
  if (!everyone) {
    everyone = { within: 0, moved: 0 };
    for (let row = 0; row < population.requests.count; row++) count(everyone, row);
    models.set(model, everyone);
  }
  const members: Adoption = { within: 0, moved: 0 };
  for (const account of group.members) {
    for (let row = population.requestOffsets[account]; row < population.requestOffsets[account + 1]; row++) count(members, row);
  }
  const within = everyone.within - members.within;
  return within === 0 ? 0 : (everyone.moved - members.moved) / within;
}

export default detection;
