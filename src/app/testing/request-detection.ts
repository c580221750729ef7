/** The claims that every detection of single requests makes of its fixtures. */
import { describe, expect, it } from "vitest";
import type { RequestDetection } from "../../vocabulary/detection.js";
import { checkDetection, createFixtureRunner, findDetectionFolder, type FolderOutcome } from "../cli/detection-fixtures.js";

const CLAIMS: readonly (readonly [claim: string, check: (outcome: FolderOutcome) => void])[] = [
  [
    "fires on every attack, stays silent on look-alikes and ordinary use",
    ({ fixtures }) =>
      expect(fixtures.map(({ kind, problems }) => ({ kind, problems }))).toEqual([
        { kind: "attack", problems: [] },
        { kind: "lookalike", problems: [] },
        { kind: "quiet", problems: [] },
      ]),
  ],
  [
    "reads as expected.md says",
    ({ golden, isGoldenCurrent }) =>
      expect(golden).toBe(isGoldenCurrent ? golden : "expected.md; run `stillwatch detections test --update`"),
  ],
  [
    "finds the technique that each attack fixture is, not just any",
    ({ fixtures: [attack] }) => {
      const found = new Map(attack.findings.map(({ subject, says }) => [subject, says.split(", ")]));
      const missed = attack.events.filter(({ event, note }) => !found.get(event.requestId)?.includes(note.split(":")[0]));
      expect(missed.map(({ note }) => note)).toEqual([]);
    },
  ],
];

/** Declares the tests. Notes of attack fixtures begin with the technique that they show: `fake_debugging: …`. */
export function describeRequestDetection(detection: RequestDetection): void {
  describe(`the detection ${detection.name}`, () => {
    it.each(CLAIMS)("%s", async (_claim, check) => {
      check(await checkDetection(detection, findDetectionFolder(detection.name), createFixtureRunner(null)));
    });
  });
}
