/** Helpers that keep signals uniform. */
import type { DetectionBase } from "../vocabulary/detection.js";
import type { Signal } from "../vocabulary/signal.js";

/** A threshold that several detections have: fewer accounts are no pool. */
export const SMALLEST_POOL = { value: 3, why: "The smallest pool looked for." } as const;

/** Makes a detection's signal, capped at its declared `capNats` (both ways) so that one odd group cannot outweigh everything else. */
export function makeSignal(
  detection: DetectionBase,
  { nats, because, shownBy }: { nats: number; because: string; shownBy?: Int32Array },
): Signal {
  const cap = detection.thresholds["capNats"]?.value ?? Number.POSITIVE_INFINITY;
  return {
    detection: detection.name,
    group: detection.group,
    logLikelihoodRatio: Math.max(-cap, Math.min(cap, nats)),
    spoofable: detection.spoofable,
    because,
    ...(shownBy === undefined ? {} : { shownBy }),
  };
}

/** A share as a person reads it: `12 %`, below one per cent with one decimal. */
export function formatShare(share: number): string {
  const percent = share * 100;
  return `${percent >= 10 || percent === 0 ? Math.round(percent) : percent.toFixed(1)} %`;
}

/** A whole number in groups of three, the same in every locale: `1,234,567`. */
export function formatCount(count: number): string {
  const digits = String(Math.round(Math.abs(count)));
  return (count < 0 ? "−" : "") + digits.replace(/\B(?=(\d{3})+$)/g, ",");
}
