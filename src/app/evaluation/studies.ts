/** What the suite measures besides worlds: windows of queries, lockstep under camouflage, and behaviour that no simulator made. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { detections } from "../../detections/index.js";
import {
  COORDINATION_SETS,
  CROWDS,
  halvePools,
  measureWindows,
  readWindowPools,
  sweepCamouflage,
  WINDOW_SHAPES,
  type Studies,
} from "../../evaluate/index.js";

/** What the studies need. */
export interface StudyWish {
  seed: number;
  /** A folder with `prompts_benign`, `prompts_distill` and perhaps `coordination`; studies that need what it lacks are left out. */
  dataFolder: string | undefined;
  isQuick: boolean;
}

/** Worlds for each share of camouflage. */
const SWEEP_SEEDS = 3;
/** For a quick look: a limit for 2.5 false alarms in a thousand needs 400 benign windows; six hundred set it and half a percent of the 400 that are judged are two alarms. */
const QUICK_WINDOWS = { splits: 200, calibrationWindows: 3, benignWindows: 2 };

/** Measures all that can be measured. */
export async function measureStudies({ seed, dataFolder, isQuick }: StudyWish): Promise<Studies> {
  const seeds = Array.from({ length: isQuick ? 1 : SWEEP_SEEDS }, (_, index) => seed + index);
  const sweep = sweepCamouflage({ detections, seeds });
  const sets = dataFolder === undefined ? [] : Object.values(COORDINATION_SETS).map((measure) => measure(dataFolder, detections));
  const coordination = sets.flatMap((result) => (result === null ? [] : [result]));
  const hasPrompts = dataFolder !== undefined && ["prompts_benign", "prompts_distill"].every((name) => existsSync(join(dataFolder, name)));
  if (!hasPrompts) return { sweep, coordination, windows: [] };
  const pools = await readWindowPools(dataFolder);
  // Learned on the half that everything was tuned on, judged on the other.
  const halves = { tuning: halvePools(pools, "first"), judged: halvePools(pools, "second") };
  const windows = measureWindows({
    ...halves,
    shapes: WINDOW_SHAPES,
    crowds: isQuick ? CROWDS.slice(0, 1) : CROWDS,
    seed,
    ...(isQuick ? QUICK_WINDOWS : {}),
  });
  return { sweep, coordination, windows };
}
