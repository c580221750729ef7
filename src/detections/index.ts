/** All detections, in alphabetical order. `stillwatch detections new` adds to this list; a test compares it with the folders. */
import type { Detection, RequestDetection } from "../sdk/index.js";
import accessProgrammeAbuse from "./access-programme-abuse/detection.js";
import commonRateProcess from "./common-rate-process/detection.js";
import computerUseHarvest from "./computer-use-harvest/detection.js";
import exchangeableMix from "./exchangeable-mix/detection.js";
import extractionAim from "./extraction-aim/detection.js";
import harvestShape from "./harvest-shape/detection.js";
import lockstep from "./lockstep/detection.js";
import manyClients from "./many-clients/detection.js";
import modelIdentityProbe from "./model-identity-probe/detection.js";
import noRamp from "./no-ramp/detection.js";
import planOutOfProportion from "./plan-out-of-proportion/detection.js";
import reasoningElicitation from "./reasoning-elicitation/detection.js";
import reasoningHandleReplay from "./reasoning-handle-replay/detection.js";
import registrationBurst from "./registration-burst/detection.js";
import releaseShift from "./release-shift/detection.js";
import roundTheClock from "./round-the-clock/detection.js";
import rubricGrading from "./rubric-grading/detection.js";
import safeRewrite from "./safe-rewrite/detection.js";
import safeguardArbitrage from "./safeguard-arbitrage/detection.js";
import sameNiche from "./same-niche/detection.js";
import sharedInfrastructure from "./shared-infrastructure/detection.js";
import sharedPool from "./shared-pool/detection.js";
import sharedRareInstrument from "./shared-rare-instrument/detection.js";
import successorPool from "./successor-pool/detection.js";
import taskGeneration from "./task-generation/detection.js";
import techniqueSearch from "./technique-search/detection.js";
import traceCleaning from "./trace-cleaning/detection.js";
import workQueue from "./work-queue/detection.js";

/** Everything stillwatch looks for. */
export const detections: readonly Detection[] = [
  accessProgrammeAbuse,
  commonRateProcess,
  computerUseHarvest,
  exchangeableMix,
  extractionAim,
  harvestShape,
  lockstep,
  manyClients,
  modelIdentityProbe,
  noRamp,
  planOutOfProportion,
  reasoningElicitation,
  reasoningHandleReplay,
  registrationBurst,
  releaseShift,
  roundTheClock,
  rubricGrading,
  safeRewrite,
  safeguardArbitrage,
  sameNiche,
  sharedInfrastructure,
  sharedPool,
  sharedRareInstrument,
  successorPool,
  taskGeneration,
  techniqueSearch,
  traceCleaning,
  workQueue,
];

/** The detections that look at the text of one request, at the door. */
export const requestDetections: readonly RequestDetection[] = detections.filter(
  (detection): detection is RequestDetection => detection.level === "request",
);
