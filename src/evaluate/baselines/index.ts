/** Published methods, in the order of the table. */
import type { Baseline } from "./baseline.js";
import { fraudar } from "./fraudar-baseline.js";
import { mmd } from "./mmd-baseline.js";
import { prada } from "./prada-baseline.js";
import { seat } from "./seat-baseline.js";
import { synchroTrap } from "./synchrotrap-baseline.js";
import { volumeThreshold } from "./volume-threshold.js";

/** All of them. */
export const baselines: readonly Baseline[] = [volumeThreshold, prada, seat, mmd, synchroTrap, fraudar];
