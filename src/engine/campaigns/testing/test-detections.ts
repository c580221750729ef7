/** Detections that exist in tests alone: what every detection must tell about itself, left empty. */
import type { DetectionBase } from "../../../vocabulary/detection.js";
import type { EvidenceGroup, Signal } from "../../../vocabulary/signal.js";

/** The fields that every detection has. */
export function makeDetectionBase(name: string, group: EvidenceGroup): DetectionBase {
  return { name, title: "", maturity: "draft", group, spoofable: 1, looksFor: "", innocentTwins: [], sources: [], thresholds: {} };
}

/** What it says. */
export function makeTestSignal({ name, group, spoofable }: DetectionBase, nats: number): Signal {
  return { detection: name, group, logLikelihoodRatio: nats, spoofable, because: `${name} says ${nats}` };
}
