/** Statistics of the campaign test: pure functions, probabilities as natural logarithms. */
export * from "./burst-scan.js";
export * from "./calibration.js";
export * from "./conformal.js";
export * from "./correlation.js";
export * from "./exchangeability.js";
export * from "./fusion.js";
export * from "./intervals.js";
export * from "./isotonic.js";
export * from "./kolmogorov-smirnov.js";
export * from "./log-numbers.js";
export * from "./random.js";
export * from "./repeats.js";
export * from "./special-functions.js";
export * from "./tails.js";
