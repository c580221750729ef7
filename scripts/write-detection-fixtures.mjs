// Writes the fixtures of the account, pair and group detections: node scripts/write-detection-fixtures.mjs [name …]. Seeded: the same files
// every time, so that a change of a fixture is a change of its world and shows in a diff of both.
import { mkdirSync, rmSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";
import { registrationBurst, sharedInfrastructure, sharedRareInstrument } from "./detection-fixtures/account-worlds.mjs";
import { commonRateProcess, exchangeableMix, harvestShape, releaseShift, successorPool } from "./detection-fixtures/behaviour-worlds.mjs";
import { extractionAim, techniqueSearch, workQueue } from "./detection-fixtures/content-worlds.mjs";
import { manyClients, noRamp, planOutOfProportion, roundTheClock } from "./detection-fixtures/context-worlds.mjs";
import { lockstep } from "./detection-fixtures/lockstep-worlds.mjs";
import { createWorld } from "./detection-fixtures/world.mjs";

/** Folder → what happens in each of its fixtures. */
const WORLDS = {
  "common-rate-process": commonRateProcess,
  "exchangeable-mix": exchangeableMix,
  "extraction-aim": extractionAim,
  "harvest-shape": harvestShape,
  lockstep,
  "many-clients": manyClients,
  "no-ramp": noRamp,
  "plan-out-of-proportion": planOutOfProportion,
  "registration-burst": registrationBurst,
  "release-shift": releaseShift,
  "round-the-clock": roundTheClock,
  "shared-infrastructure": sharedInfrastructure,
  "shared-rare-instrument": sharedRareInstrument,
  "successor-pool": successorPool,
  "technique-search": techniqueSearch,
  "work-queue": workQueue,
};
const KINDS = ["attack", "lookalike", "quiet"];
const SEED = 20_260_223;

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const chosen = argv.length > 2 ? argv.slice(2) : Object.keys(WORLDS);

for (const name of chosen) {
  const folder = join(root, "src", "detections", name, "fixtures");
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(folder)) rmSync(join(folder, file));
  KINDS.forEach((kind, index) => {
    const world = createWorld({ kind, seed: SEED + index });
    WORLDS[name][kind](world);
    for (const [file, text] of Object.entries(world.render())) writeFileSync(join(folder, file), text);
  });
}
