import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { StillwatchError } from "../../vocabulary/errors.js";
import { readRegions } from "./region-file.js";
import { withFiles } from "./test-acquire.js";

const read = (text: string): Promise<string[]> => withFiles({ regions: text }, (folder) => readRegions(join(folder, "regions")));

async function refuse(text: string): Promise<StillwatchError["problem"]> {
  const error: unknown = await read(text).catch((cause: unknown) => cause);
  if (!(error instanceof StillwatchError)) throw new Error("it was read");
  return error.problem;
}

describe("a list of regions", () => {
  it.each([
    ["one a line", "KP\nIR\n", ["IR", "KP"]],
    ["comments, blanks, repeats, lower case", "# not served\nkp   # since 2024\r\n\r\n  IR\nKP", ["IR", "KP"]],
    ["a mark of byte order", "\uFEFFCU", ["CU"]],
  ])("may have %s", async (_claim, text, regions) => {
    expect(await read(text)).toEqual(regions);
  });

  it.each([
    ["a name", "KP\nFrance\n", 2, "two letters"],
    ["two on a line", "KP, IR", 1, "two letters"],
    ["a nickname", "# x\n\nUK", 3, "no current code"],
    ["a code of no country", "EU", 1, "no country"],
    ["a code that nobody has", "QQ", 1, "no country"],
    ["nothing", "# all served\n", undefined, "lists no region"],
    ["a log", `{"a":1}`, 1, "two letters"],
  ])("is refused with code, line and fix for %s", async (_claim, text, line, what) => {
    const problem = await refuse(text);
    expect(problem.code).toBe("SW1312");
    expect(problem.place?.line).toBe(line);
    expect(problem.what).toContain(what);
    expect(problem.fix).not.toBe("");
  });

  it("must exist", async () => {
    await expect(readRegions("/nowhere/regions.txt")).rejects.toMatchObject({ problem: { code: "SW1101" } });
  });
});
