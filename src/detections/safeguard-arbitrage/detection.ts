import {
  compareRate,
  formatCount,
  formatShare,
  makeSignal,
  RequestFlag,
  type AccountDetection,
  type CandidateGroup,
  type Population,
  type Signal,
} from "../../sdk/index.js";

const HOUR_MS = 3_600_000;

const detection: AccountDetection = {
  name: "safeguard-arbitrage",
  title: "Safeguard arbitrage",
  maturity: "shadow",
  level: "account",
  group: "behaviour",
  spoofable: 2,
  looksFor:
    "What one target model refuses is asked of another soon after, again and again, and far more often than what was answered: a search for the model whose safeguards give way.",
  innocentTwins: [
    "A gateway that falls back to another model after an error or an overload: what failed was not refused.",
    "A gateway that sends what was refused to another model by rule: refusals are a small part of what it sends.",
    "A comparison of models, red teams included: every prompt goes to every model, whether it was answered or not.",
    "A person who tries elsewhere once or twice after a refusal.",
  ],
  sources: [
    "Anthropic threat report, 10 September 2026: blocked on one model, the same family of requests appears on another.",
    "LiteLLM's documentation on fallbacks: errors, context length and content policy can each have a fallback model, which is what innocent traffic does.",
  ],
  thresholds: {
    capNats: {
      value: 3,
      unit: "nats",
      why: "How often people try elsewhere differs from product to product; it supports what content says.",
    },
    windowHours: {
      value: 1,
      unit: "hours from the refusal to the answer elsewhere",
      why: "A script or a person tries again within one sitting; the same prompt days later is another job.",
    },
    refusalsMin: {
      value: 4,
      unit: "refused requests answered elsewhere",
      why: "People try once or twice. Benign accounts of the tuning worlds have up to 8, those behind gateways and those that compare models; the shares below tell them apart.",
    },
    baseShare: {
      value: 0.02,
      unit: "share of all requests refused here and answered elsewhere, at most",
      why: "Refusals are about 1 % of benign requests in the tuning worlds; a product twice as bold, with a fallback for every one of them, stays below.",
    },
    retryShare: {
      value: 0.25,
      unit: "share of refusals that people ask elsewhere",
      why: "A guess above what simulated people do by hand; gateways that do it every time are told apart by volume.",
    },
  },
  inspect,
  examine,
};

function inspect(account: number, population: Population): Signal[] {
  const [from, to] = [population.requestOffsets[account], population.requestOffsets[account + 1]];
  let refused = 0;
  for (let row = from; row < to; row++) if (population.requests.flags[row] & RequestFlag.refused) refused += 1;
  if (!areWorthALook(refused, to - from)) return [];
  const signal = weigh(
    Uint32Array.from({ length: to - from }, (_, index) => from + index),
    { population, refused, whose: "the account's" },
  );
  return signal ? [signal] : [];
}

/** In a group the answer may go to another account than the refusal. */
function examine(group: CandidateGroup, population: Population): Signal | null {
  const { atMs, flags } = population.requests;
  let refused = 0;
  for (const row of group.slice) if (flags[row] & RequestFlag.refused) refused += 1;
  if (!areWorthALook(refused, group.slice.length)) return null;
  return weigh(
    Uint32Array.from(group.slice).sort((a, b) => atMs[a] - atMs[b] || a - b),
    { population, refused, whose: "the shared" },
  );
}

/** Whether refusals were evidence if another model had answered every one of them: nearly all accounts and groups have too few. */
function areWorthALook(refused: number, requests: number): boolean {
  const { refusalsMin, baseShare } = detection.thresholds;
  return refused >= refusalsMin.value && refused >= baseShare.value * requests;
}

/** Weighs requests in order of time: by what was asked word for word, and by the family it was cut from. The stronger one counts. */
function weigh(
  rows: Uint32Array,
  { population, refused, whose }: { population: Population; refused: number; whose: string },
): Signal | null {
  const { slot, promptFamily } = population.requests;
  const tries = [
    countElsewhere(rows, population, { keys: slot, unknown: 0, excludesRefused: true }),
    countElsewhere(rows, population, { keys: promptFamily, unknown: -1, excludesRefused: false }),
  ];
  // Whoever compares models does so in either sense.
  const echoRate = Math.max(...tries.map((elsewhere) => elsewhere.echoRate));
  const weighed = tries.map((elsewhere) => ({ elsewhere, nats: weighElsewhere({ ...elsewhere, echoRate }, rows.length) }));
  const [best] = weighed.sort((a, b) => b.nats - a.nats);
  if (best.nats <= 0) return null;
  const { hits, from, to } = best.elsewhere;
  return makeSignal(detection, {
    nats: best.nats,
    because: `${formatCount(hits)} of ${formatCount(refused)} refused requests (${formatShare(hits / rows.length)} of ${whose} requests) were answered by another model within the hour, mostly refused by ${from} and answered by ${to}; of what was answered at once, ${formatShare(echoRate)} was asked elsewhere too.`,
  });
}

/** Both must hold: more than a fallback rule would do, and refusals sent on where answers are not. */
function weighElsewhere({ hits, refused, echoRate }: Elsewhere, requests: number): number {
  const { refusalsMin, baseShare, retryShare } = detection.thresholds;
  if (hits < refusalsMin.value) return 0;
  const volume = compareRate({ hits, trials: requests, expected: baseShare.value * requests });
  const contrast = compareRate({ hits, trials: refused, expected: Math.max(retryShare.value, echoRate) * refused });
  return Math.min(volume, contrast);
}

interface Elsewhere {
  refused: number;
  /** Refused requests that another model answered within the window. */
  hits: number;
  /** Share of what was answered that another model answered too, shortly before or after. */
  echoRate: number;
  /** The commonest way. */
  from: string;
  to: string;
}

/** What makes two requests the same; a request whose key is `unknown` is like no other. */
interface Sameness {
  keys: ArrayLike<number>;
  unknown: number;
  /** Leaves answers out that followed a refusal elsewhere: word for word they are the other half of a hit, not a comparison of models. */
  excludesRefused: boolean;
}

function countElsewhere(rows: Uint32Array, population: Population, sameness: Sameness): Elsewhere {
  const { targetModels, requests } = population;
  const isRefused = (row: number): boolean => (requests.flags[row] & RequestFlag.refused) !== 0;
  const isAnswered = (row: number): boolean => (requests.flags[row] & (RequestFlag.refused | RequestFlag.failed)) === 0;
  const backwards = Uint32Array.from(rows).reverse();
  const answeredLater = findTwins(backwards, population, sameness, isAnswered);
  const answeredBefore = findTwins(rows, population, sameness, isAnswered);
  const refusedBefore = sameness.excludesRefused ? findTwins(rows, population, sameness, isRefused) : null;
  const ways = new Map<number, number>();
  let [refused, hits, answered, echoes] = [0, 0, 0, 0];
  rows.forEach((row, index) => {
    const later = answeredLater[rows.length - 1 - index];
    if (isRefused(row)) {
      refused += 1;
      if (later < 0) return;
      hits += 1;
      const way = requests.model[row] * targetModels.length + later;
      ways.set(way, (ways.get(way) ?? 0) + 1);
    } else if (isAnswered(row) && !(refusedBefore && refusedBefore[index] >= 0)) {
      answered += 1;
      if (later >= 0 || answeredBefore[index] >= 0) echoes += 1;
    }
  });
  const [way] = [...ways].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0] ?? [0];
  return {
    refused,
    hits,
    echoRate: answered === 0 ? 0 : echoes / answered,
    from: targetModels[Math.floor(way / targetModels.length)] ?? "",
    to: targetModels[way % targetModels.length] ?? "",
  };
}

/** The nearest twins of one thing: by the model that was nearest, and by the nearest other one. */
interface Nearest {
  model: number;
  atMs: number;
  otherModel: number;
  otherAtMs: number;
}

/**
 * Per row the other model that had the same thing within the window among the rows gone through before, -1 for none. Rows go forwards or backwards
 * in time.
 */
function findTwins(rows: Uint32Array, { requests }: Population, { keys, unknown }: Sameness, isTwin: (row: number) => boolean): Int32Array {
  const windowMs = detection.thresholds["windowHours"].value * HOUR_MS;
  const known = new Map<number, Nearest>();
  return Int32Array.from(rows, (row) => {
    if (keys[row] === unknown) return -1;
    const atMs = requests.atMs[row];
    const model = requests.model[row];
    const nearest = known.get(keys[row]);
    const [otherModel, otherAtMs] = !nearest
      ? [-1, atMs]
      : nearest.model === model
        ? [nearest.otherModel, nearest.otherAtMs]
        : [nearest.model, nearest.atMs];
    if (isTwin(row)) {
      if (nearest?.model === model) nearest.atMs = atMs;
      else known.set(keys[row], { model, atMs, otherModel: nearest?.model ?? -1, otherAtMs: nearest?.atMs ?? 0 });
    }
    return otherModel >= 0 && Math.abs(otherAtMs - atMs) <= windowMs ? otherModel : -1;
  });
}

export default detection;
