/** What the author of a detection or an integration imports. */
export * from "../vocabulary/account.js";
export * from "../vocabulary/detection.js";
export * from "../vocabulary/feature.js";
export * from "../vocabulary/fingerprint.js";
export * from "../vocabulary/request-event.js";
export * from "../vocabulary/signal.js";
export * from "../vocabulary/source-format.js";
export * from "../vocabulary/errors.js";
export * from "../vocabulary/event-time.js";
export * from "./record-fields.js";
export * from "./signals.js";
export * from "./slices.js";
export * from "../engine/campaigns/statistics/burst-scan.js";
export * from "../engine/campaigns/statistics/exchangeability.js";
export * from "../engine/campaigns/statistics/special-functions.js";
