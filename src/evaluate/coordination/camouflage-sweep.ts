/** The camouflage sweep: how well our link and cluster stages, SynchroTrap and FRAUDAR find a pool as more of what it sends is somebody else's. */
import type { Detection } from "../../vocabulary/detection.js";
import type { ActionLog } from "../baselines/action-log.js";
import { findDenseBlocks } from "../baselines/fraudar.js";
import { scoreSynchrony } from "../baselines/synchrotrap.js";
import { measureArea, measureBestF1, type AreaUnderCurve } from "./area-under-curve.js";
import { drawCamouflageWorld } from "./camouflage-world.js";
import { linkActions } from "./link-actions.js";

/** Shares of camouflage that are tried. */
export const CAMOUFLAGE_SHARES = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9] as const;
/** The ways to find a pool that are compared. */
export const SWEEP_METHODS = ["stillwatch", "synchrotrap", "fraudar"] as const;
export type SweepMethod = (typeof SWEEP_METHODS)[number];

/** One method at one share of camouflage, over all worlds together. */
export interface SweepRow {
  camouflage: number;
  method: SweepMethod;
  /** Pool against everybody, ranked within their worlds; null when a world has no pool. */
  area: AreaUnderCurve | null;
  /** Best F1 with a threshold that knows the truth, mean over the worlds. */
  bestF1: number;
}

const HOUR_MS = 3_600_000;
/** As in the baselines on request logs. */
const SYNCHRONY = { matchWindowMs: HOUR_MS, usersMin: 6 };
const BLOCKS = 20;

/** Runs the sweep on worlds of the given seeds. */
export function sweepCamouflage(options: {
  detections: readonly Detection[];
  seeds: readonly number[];
  shares?: readonly number[];
}): SweepRow[] {
  const { detections, seeds, shares = CAMOUFLAGE_SHARES } = options;
  return shares.flatMap((camouflage) => {
    const worlds = seeds.map((seed) => drawCamouflageWorld({ camouflage, seed }));
    return SWEEP_METHODS.map((method): SweepRow => {
      const scored = worlds.map(({ log, isPool }) => ({ scores: scoreUsers(method, log, detections), isPool }));
      const ranks = scored.flatMap(({ scores }) => rankShares(scores));
      const isPool = scored.flatMap(({ isPool: pool }) => [...pool]);
      const bestF1 = scored.reduce((sum, world) => sum + measureBestF1(world.scores, world.isPool), 0) / scored.length;
      return { camouflage, method, area: measureArea(ranks, isPool), bestF1 };
    });
  });
}

/** One number per user; the higher the more suspicious. */
export function scoreUsers(method: SweepMethod, log: ActionLog, detections: readonly Detection[]): Float64Array {
  if (method === "stillwatch") return linkActions(log, { detections }).scores;
  if (method === "synchrotrap") return scoreSynchrony(log, SYNCHRONY);
  const scores = new Float64Array(log.userCount).fill(Number.NEGATIVE_INFINITY);
  for (const { users, suspiciousness } of findDenseBlocks(log, { blocks: BLOCKS }))
    for (const user of users) scores[user] = Math.max(scores[user], suspiciousness);
  return scores;
}

/** Share of the world's users that score less, so that worlds can be put together. */
function rankShares(scores: Float64Array): number[] {
  const sorted = scores.slice().sort();
  return Array.from(scores, (score) => {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sorted[middle] < score) low = middle + 1;
      else high = middle;
    }
    return low / sorted.length;
  });
}
