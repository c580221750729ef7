/**
 * Simulate: seeded worlds with ground truth, to prove detections in. Pure but for `sources/`, which reads the folders given to it.
 */
export { simulateWorld, type SimulatedRequest, type World } from "./world.js";
export {
  KNOBS,
  LOOK_ALIKES,
  PLAYBOOKS,
  type Knob,
  type LookAlikeName,
  type PlaybookName,
  type SimulateOptions,
  type WorldOptions,
} from "./options.js";
export { type Library } from "./library.js";
export { type TruthOfAccount } from "./profile.js";
export * from "./format.js";
export { readLibrary, type LibraryWish } from "./sources/library-reader.js";
export { measureLeakage, type LeakageRow } from "./leakage.js";
