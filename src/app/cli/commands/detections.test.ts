import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { detections } from "../../../detections/index.js";
import { checkDetection, createFixtureRunner, findDetectionFolder, readFixture } from "../detection-fixtures.js";
import { registerDetection } from "../detection-scaffold.js";
import { createProgram, runCommandLine } from "../main.js";
import { suggestName } from "../suggest.js";
import { addDetectionsCommand } from "./detections.js";

let stdout = "";
let stderr = "";
let folder = "";

beforeEach(() => {
  stdout = "";
  stderr = "";
  folder = mkdtempSync(join(tmpdir(), "stillwatch-detections-"));
  vi.spyOn(process.stdout, "write").mockImplementation((text) => Boolean((stdout += String(text))));
  vi.spyOn(process.stderr, "write").mockImplementation((text) => Boolean((stderr += String(text))));
});

afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const run = (...argv: string[]): Promise<number> => runCommandLine(["detections", ...argv], createProgram([addDetectionsCommand]));

describe("stillwatch detections", () => {
  it("lists every detection in one line", async () => {
    expect(await run("list")).toBe(0);
    expect(stdout.trim().split("\n")).toHaveLength(detections.length + 1);
    expect(stdout).toMatch(/^reasoning-elicitation +request +content +shadow +2 +Reasoning elicitation$/m);
  });

  it("prints nothing in a form that it does not know", async () => {
    expect([await run("list", "-o", "jsn"), stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^SW10\d\d .*human, json/m);
  });

  it("lists them as JSON with every number's reason", async () => {
    expect(await run("list", "-o", "json")).toBe(0);
    const rows: { name: string; thresholds: Record<string, { why: string }> }[] = JSON.parse(stdout);
    expect(rows.map(({ name }) => name)).toEqual(detections.map(({ name }) => name));
    expect(rows.flatMap(({ thresholds }) => Object.values(thresholds)).every(({ why }) => why.length > 0)).toBe(true);
  });

  it("shows one with its innocent twins and its numbers", async () => {
    expect(await run("show", "rubric-grading")).toBe(0);
    expect(stdout).toContain("What looks the same and is innocent");
    expect(stdout).toMatch(/passageWords = 50 words\n {4}\w/);
  });

  it("asks back on a misspelt name", async () => {
    expect(await run("show", "rubric-gradin")).toBe(2);
    expect(stderr).toContain('SW1701 unknown detection "rubric-gradin"; did you mean "rubric-grading"?');
  });

  it("runs the fixtures of one", async () => {
    expect(await run("test", "safe-rewrite")).toBe(0);
    expect(stdout.split("\n")[0]).toMatch(/^ +fired on +attack +lookalike +quiet$/);
    expect(stdout.split("\n")[1]).toMatch(/^ok +safe-rewrite +9\/9 +0\/7 +0\/5 {2}requests$/);
  });

  it.each(["Night", "night_shift", "-a", "a--b", "../x"])("refuses the name %j", async (name) => {
    expect(await run("new", "--", name)).toBe(2);
    expect(stderr).toContain("SW1703");
  });

  it("starts a new one: a whole folder, listed in order; twice is refused, and so is another folder", async () => {
    vi.spyOn(process, "cwd").mockReturnValue(folder);
    expect(await run("new", "night-shift")).toBe(2);
    expect(stderr).toContain("SW1704");

    const sources = join(folder, "src", "detections");
    mkdirSync(sources, { recursive: true });
    writeFileSync(join(sources, "index.ts"), readFileSync(join(findDetectionFolder("."), "index.ts")));
    expect(await run("new", "night-shift")).toBe(0);
    const files = [
      "detection.ts",
      "detection.test.ts",
      "README.md",
      "expected.md",
      "fixtures/attack.ndjson",
      "fixtures/lookalike.ndjson",
      "fixtures/quiet.ndjson",
    ];
    expect(files.filter((file) => !existsSync(join(sources, "night-shift", file)))).toEqual([]);
    const index = readFileSync(join(sources, "index.ts"), "utf8");
    expect(index).toContain(
      'import modelIdentityProbe from "./model-identity-probe/detection.js";\nimport nightShift from "./night-shift/detection.js";\n',
    );
    expect(index).toContain("  modelIdentityProbe,\n  nightShift,\n");

    expect(await run("new", "night-shift")).toBe(2);
    expect(stderr).toContain("SW1705");
  });
});

describe("a folder's proof", () => {
  it("fails when an attack is missed and when an innocent twin fires", async () => {
    const [detection] = detections.filter(({ name }) => name === "safe-rewrite");
    const outcome = await checkDetection(detection, findDetectionFolder("rubric-grading"), createFixtureRunner(null));
    expect(outcome.fixtures[0].problems).toHaveLength(14);
    expect(outcome.isGoldenCurrent).toBe(false);
    const noisy = await checkDetection(detection, findDetectionFolder("safe-rewrite"), async (_, { events }) =>
      events.map(({ requestId }) => ({ subject: requestId, says: "x", fires: true })),
    );
    expect(noisy.fixtures.map(({ problems }) => problems.length)).toEqual([0, 7, 5]);
  });

  it("is refused with file and line when a fixture cannot be read", () => {
    const path = join(folder, "attack.ndjson");
    writeFileSync(path, '\n{"request_id": "x"}\n');
    expect(() => readFixture(path)).toThrow("SW1702");
    expect(() => readFixture(join(folder, "none.ndjson"))).toThrow("there is no such file");
  });
});

describe("registering", () => {
  it("keeps the rest of the index as it is", () => {
    const index = 'import type { Detection } from "../sdk/index.js";\n\nexport const detections: readonly Detection[] = [];\n';
    const once = registerDetection(index, "b-two");
    expect(registerDetection(once, "a-one")).toContain("[\n  aOne,\n  bTwo,\n]");
  });
});

describe("did you mean", () => {
  it.each([
    ["safe-rewrit", "safe-rewrite"],
    ["rewrite", "safe-rewrite"],
    ["xyzzy", null],
  ])("%s → %s", (given, expected) => {
    expect(suggestName(given, ["rubric-grading", "safe-rewrite"])).toBe(expected);
  });
});
