/**
 * Astroturf bots: creation times of 37,195 accounts that pushed fake trends in late 2022. Asked is whether the burst scan of the link stage separates
 * those seen in many attacks from those seen in few.
 */
import { createRandom, shuffleRange } from "../../statistics/random.js";
import { scanForBurst } from "../../statistics/burst-scan.js";
import { logPoissonAtLeast } from "../../statistics/tails.js";
import { measureArea } from "./area-under-curve.js";
import type { CoordinationFigure, CoordinationResult } from "./coordination-result.js";
import { readSet } from "./read-set.js";

const HOUR_MS = 3_600_000;
/** The windows of the detection `registration-burst`. */
const WINDOWS_MS = [HOUR_MS, 6 * HOUR_MS, 24 * HOUR_MS, 72 * HOUR_MS, 7 * 24 * HOUR_MS];
/** What is usual at a time is learnt from so much on both sides: long against the longest window, short against the years in which fashions change. */
const BACKGROUND_MS = 60 * 24 * HOUR_MS;
/** The authors advise at least four attacks for clean labels. */
const CLEAN_ATTACKS_MIN = 4;
/** Shuffles of the labels for the control. */
const SHUFFLES = 20;

/** Creation time and label per account. */
export interface AstroturfAccounts {
  createdAtMs: Float64Array;
  /** 1 for accounts seen in four attacks or more. */
  isClean: Uint8Array;
}

/** Reads the set; null where it is absent. */
export function readAstroturf(dataFolder: string): AstroturfAccounts | null {
  const set = readSet(dataFolder, "astroturf_bot_accounts");
  if (!set) return null;
  return {
    createdAtMs: Float64Array.from(set.column("created"), (created) => Date.parse(`${created.replace(" ", "T")}Z`)),
    isClean: Uint8Array.from(set.column("attacks"), (attacks) => (Number(attacks) >= CLEAN_ATTACKS_MIN ? 1 : 0)),
  };
}

/**
 * How bursty the moment of each account's creation is, in nats: over windows from an hour to a week that begin or end with it, the smallest
 * probability that as many others were created in the window, given the rate of the sixty days around; corrected for the windows tried.
 */
export function scoreBursts(createdAtMs: Float64Array): Float64Array {
  const order = Int32Array.from(createdAtMs.keys()).sort((a, b) => createdAtMs[a] - createdAtMs[b] || a - b);
  const times = Float64Array.from(order, (account) => createdAtMs[account]);
  const scores = new Float64Array(createdAtMs.length);
  const correction = Math.log(2 * WINDOWS_MS.length);
  const countWithin = (fromMs: number, toMs: number): number => bisect(times, (at) => at <= toMs) - bisect(times, (at) => at < fromMs);
  order.forEach((account, position) => {
    const at = times[position];
    const around = countWithin(at - BACKGROUND_MS, at + BACKGROUND_MS);
    for (const windowMs of WINDOWS_MS) {
      for (const [fromMs, toMs] of [
        [at, at + windowMs],
        [at - windowMs, at],
      ]) {
        const inside = countWithin(fromMs, toMs) - 1;
        // The rate beside the window, with half an account more so that silence does not make one other impossible.
        const expected = ((around - inside - 1 + 0.5) * windowMs) / (2 * BACKGROUND_MS - windowMs);
        scores[account] = Math.max(scores[account], -logPoissonAtLeast(inside, expected) - correction);
      }
    }
  });
  return scores;
}

function bisect(ascending: Float64Array, isBefore: (value: number) => boolean): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isBefore(ascending[middle])) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Measures the scan per account (area under the curve) and as a test of the whole group against the rest, with shuffled labels as control. */
export function measureAstroturf(dataFolder: string): CoordinationResult | null {
  const accounts = readAstroturf(dataFolder);
  if (!accounts) return null;
  const { createdAtMs, isClean } = accounts;
  const area = measureArea(scoreBursts(createdAtMs), isClean);
  const scan = (labels: ArrayLike<number>): number => {
    const burst = scanForBurst({
      timesMs: createdAtMs.filter((_, account) => labels[account] === 1),
      backgroundMs: createdAtMs.filter((_, account) => labels[account] === 0),
      windowsMs: WINDOWS_MS,
    });
    return burst === null ? 0 : -burst.logProbability;
  };
  const random = createRandom(1);
  const shuffled = Array.from({ length: SHUFFLES }, () => {
    const labels = Int32Array.from(isClean);
    shuffleRange(labels, random);
    return scan(labels);
  });
  const figures: CoordinationFigure[] = [
    ...(area
      ? [{ what: "area under the curve, four attacks and more against fewer", value: area.area, low: area.low, high: area.high }]
      : []),
    { what: "nats of the strongest burst of those against the rest", value: scan(isClean) },
    { what: "the same with shuffled labels, the most of 20", value: Math.max(...shuffled) },
  ];
  return {
    set: "astroturf_bot_accounts",
    source: "Elmas, Overdorf, Özkalay, Aberer, Ephemeral Astroturfing Attacks, EuroS&P 2021; Elmas, arXiv 2304.07907, 2023",
    licence: "none stated: used for measuring only, never copied",
    rows: createdAtMs.length,
    accounts: createdAtMs.length,
    methods: [{ method: "stillwatch (burst scan)", figures }],
    cannotShow: [
      "Every account is a bot: accounts with fewer attacks are noisier labels and not people, so the area compares bots with bots and says nothing about false positives.",
      "Many of these bots are compromised or bought accounts, years old: their creation is not the operator's, and no scan of creation times finds them.",
      "No object and no time of action is in the set: links other than creation, SynchroTrap and FRAUDAR cannot run.",
    ],
  };
}
