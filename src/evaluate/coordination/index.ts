/** Behaviour that no simulator made: our link and cluster stages on coordination sets, beside published methods. */
import type { Detection } from "../../vocabulary/detection.js";
import { measureAstroturf } from "./astroturf.js";
import type { CoordinationResult } from "./coordination-result.js";
import { measureGermanElections } from "./german-elections.js";
import { measureInstagram } from "./instagram.js";

export { sweepCamouflage, type SweepRow } from "./camouflage-sweep.js";
export type { CoordinationFigure, CoordinationResult, CoordinationRow } from "./coordination-result.js";

/** Every set, by name, and how it is measured. Null where the data folder does not hold it. */
export const COORDINATION_SETS: Readonly<
  Record<string, (dataFolder: string, detections: readonly Detection[]) => CoordinationResult | null>
> = {
  german_elections_2021: measureGermanElections,
  astroturf_bot_accounts: (dataFolder) => measureAstroturf(dataFolder),
  instagram_fake_accounts: (dataFolder) => measureInstagram(dataFolder),
};
