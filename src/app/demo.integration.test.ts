/** `stillwatch demo` as a newcomer runs it. */
import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorkshop, readReport, type Ended, type Workshop } from "./testing/command-line.js";

let workshop: Workshop;
let demo: Ended;
let elapsedMs: number;

beforeAll(() => {
  workshop = createWorkshop();
  const startMs = performance.now();
  demo = workshop.run(["demo"]);
  elapsedMs = performance.now() - startMs;
});

afterAll(() => workshop.remove());

describe("the demo", () => {
  it("ends well within two minutes, without a question", () => {
    expect(demo).toMatchObject({ status: 0 });
    expect(elapsedMs).toBeLessThan(120_000);
  });

  it("says what it does, what it found and where to read on", () => {
    for (const heading of ["1 of 3", "2 of 3", "3 of 3", "stillwatch analyze stillwatch-demo/world/requests.ndjson"])
      expect(demo.stdout).toContain(heading);
    const page = /^The report: +(\S.*report\.html)$/m.exec(demo.stdout)?.[1] ?? "";
    expect(existsSync(page)).toBe(true);
    expect(demo.stderr).not.toMatch(/SW\d{4}/);
  });

  it.each(["deepseek-1", "minimax-1", "moonshot-1"])("finds most of %s", (campaign) => {
    const [, found, accounts] = new RegExp(`${campaign} +(\\d+) of (\\d+) accounts`).exec(demo.stdout) ?? [];
    expect(Number(found) / Number(accounts)).toBeGreaterThan(0.8);
  });

  it("tells as many campaigns as there are, a pool that shares a scaffold with another included", () => {
    expect(readReport(workshop.path("stillwatch-demo", "report")).campaigns).toHaveLength(3);
  });

  it("keeps the world for a second look, and nothing else lies about", () => {
    expect(readReport(workshop.path("stillwatch-demo", "report")).counts.events).toBeGreaterThan(40_000);
    expect(workshop.listTemporary()).toEqual([]);
  });
});
