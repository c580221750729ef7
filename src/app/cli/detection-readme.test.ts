import { describe, expect, it } from "vitest";
import { detections } from "../../detections/index.js";
import { findDetectionFolder } from "./detection-fixtures.js";
import { refreshReadme } from "./detection-readme.js";

describe("the page of a detection", () => {
  it.each(detections.filter(({ level }) => level !== "request"))("$name has today's numbers", (detection) => {
    const readme = refreshReadme(detection, findDetectionFolder(detection.name));
    expect(readme?.isCurrent === true ? "current" : "run `stillwatch detections test --update`").toBe("current");
  });

  it("is left alone where there is none", () => {
    expect(refreshReadme(detections[0], "no-such-folder")).toBeNull();
  });
});
