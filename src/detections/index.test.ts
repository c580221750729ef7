import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { TECHNIQUES } from "../sdk/index.js";
import { detections, requestDetections } from "./index.js";

const folders = readdirSync(import.meta.dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory());

describe("the list of detections", () => {
  it("names every folder, and no other, in alphabetical order", () => {
    expect(detections.map(({ name }) => name)).toEqual(folders.map(({ name }) => name).sort());
  });

  it("gives every technique to exactly one detection", () => {
    expect(requestDetections.flatMap(({ techniques }) => techniques).sort()).toEqual([...TECHNIQUES].sort());
  });

  it("has innocent twins and sources everywhere", () => {
    const bare = detections.filter(({ innocentTwins, sources }) => innocentTwins.length === 0 || sources.length === 0);
    expect(bare.map(({ name }) => name)).toEqual([]);
  });
});
