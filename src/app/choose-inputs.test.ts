import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { listInputFiles } from "../engine/acquire/input-files.js";
import { chooseInputs } from "./choose-inputs.js";

let folder = "";
const at = (...names: string[]): string => join(folder, ...names);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stillwatch-inputs-"));
  for (const name of ["accounts", "report"]) mkdirSync(at(name));
  for (const name of ["a.ndjson", "b.ndjson", "allowlist.ndjson", "accounts/1.ndjson", "accounts/2.ndjson", "report/report.json"])
    writeFileSync(at(name), "{}");
});

afterEach(() => rmSync(folder, { recursive: true }));

describe("of a folder, what is read as a log", () => {
  it.each<[claim: string, sideFiles: Record<string, string>, chosen: string[]]>([
    ["no side file", { allowlist: "allowlist.ndjson" }, ["a.ndjson", "accounts/1.ndjson", "accounts/2.ndjson", "b.ndjson"]],
    ["nothing from a folder of side files", { accounts: "accounts" }, ["a.ndjson", "allowlist.ndjson", "b.ndjson"]],
    ["nothing behind a glob of side files", { accounts: "acc*/*.ndjson" }, ["a.ndjson", "allowlist.ndjson", "b.ndjson"]],
  ])("is %s, and no earlier report", async (_claim, sideFiles, chosen) => {
    const paths = Object.fromEntries(Object.entries(sideFiles).map(([name, path]) => [name, at(path)]));
    const found = await chooseInputs({ inputs: [folder], sideFiles: paths, reportFolder: at("report") });
    expect(found.map((file) => relative(folder, file))).toEqual(chosen);
  });

  it("is a side file after all when it was named as a log", async () => {
    const inputs = [at("allowlist.ndjson")];
    expect(await chooseInputs({ inputs, sideFiles: { allowlist: at("allowlist.ndjson") }, reportFolder: at("none") })).toEqual(inputs);
  });
});

describe("more files than a run can remember", () => {
  it.each([
    ["in a folder", [""]],
    ["behind a glob", ["**/*.ndjson"]],
    ["in several folders together", ["accounts", "*.ndjson"]],
  ])("%s are refused by their own name", async (_claim, inputs) => {
    const paths = inputs.map((input) => at(input));
    await expect(listInputFiles(paths, 4)).rejects.toMatchObject({ exitStatus: 2, problem: { code: "SW1111" } });
    expect(await listInputFiles(paths, 6)).not.toHaveLength(0);
  });
});
