/** Seeded draws for tests of detections. */
export { createRandom, type Random } from "../../statistics/random.js";
export { drawCategory, drawNormal, drawPoisson, drawShares } from "../../statistics/test-draws.js";
