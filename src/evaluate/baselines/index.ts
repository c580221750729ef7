/** Published methods, in the order of the table. */
import type { Baseline } from "./baseline.js";
import { fraudar } from "./fraudar-baseline.js";
import { synchroTrap } from "./synchrotrap-baseline.js";
import { volumeThreshold } from "./volume-threshold.js";

/** All of them. */
export const baselines: readonly Baseline[] = [volumeThreshold, synchroTrap, fraudar];
