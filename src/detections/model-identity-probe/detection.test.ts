import { describe, expect, it } from "vitest";
import { checkDetection, createFixtureRunner, findDetectionFolder } from "../../app/cli/detection-fixtures.js";
import detection from "./detection.js";

describe("model-identity-probe", () => {
  it("fires on every attack, stays silent on look-alikes and ordinary use, and reads as expected.md says", async () => {
    const outcome = await checkDetection(detection, findDetectionFolder(detection.name), createFixtureRunner(null));
    expect(outcome.fixtures.map(({ kind, problems }) => ({ kind, problems }))).toEqual([
      { kind: "attack", problems: [] },
      { kind: "lookalike", problems: [] },
      { kind: "quiet", problems: [] },
    ]);
    expect(outcome.golden).toBe(outcome.isGoldenCurrent ? outcome.golden : "expected.md; run `stillwatch detections test --update`");
  });

  it("finds the technique that each attack fixture is, not just any", async () => {
    const outcome = await checkDetection(detection, findDetectionFolder(detection.name), createFixtureRunner(null));
    const [attack] = outcome.fixtures;
    const found = new Map(attack.findings.map(({ subject, says }) => [subject, says.split(", ")]));
    const missed = attack.events.filter(({ event, note }) => !found.get(event.requestId)?.includes(note.split(":")[0]));
    expect(missed.map(({ note }) => note)).toEqual([]);
  });
});
