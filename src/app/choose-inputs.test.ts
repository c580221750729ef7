import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { gzipSync } from "node:zlib";
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
    expect(found.files.map((file) => relative(folder, file))).toEqual(chosen);
  });

  it.each([
    ["truth.ndjson", '{"account_id":"a","label":"benign","campaign":null,"segment":"crowd"}\n', "truth"],
    ["truth.ndjson", '{"request_id":"r","campaign":"moon"}\n', "truth"],
    ["world.json", '{\n  "schema": "stillwatch.world/1",\n  "seed": 1\n}\n', "a world of stillwatch"],
    ["who.ndjson", '{"account_id":"a","created_at":"2026-03-09T18:53:47.600Z"}\n', "give it with --accounts"],
    ["new.ndjson", '{"target_model":"m","released_at":"2025-08-04T15:00:00.000Z"}\n', "give it with --releases"],
    ["acts.ndjson", 'not JSON\n{"account_id":"a","at":"2026-03-02T19:20:12.256Z","measure":"limited"}\n', "give it with --enforcement"],
    ["free.ndjson", '{"organization_id":"o","reason":"licence"}\n', "give it with --allowlist"],
    [
      "quarantine.ndjson",
      '{"code":"SW1201","what":"w","file":"f","line":1,"column":null,"why":"w","fix":"f"}\n',
      "a report's damaged lines",
    ],
  ])("is not %s that holds %s", async (name, text, kind) => {
    writeFileSync(at("accounts", name), text);
    writeFileSync(at("accounts", `${name}.gz`), gzipSync(text));
    const { files, note } = await chooseInputs({ inputs: [at("accounts")], sideFiles: {}, reportFolder: at("none") });
    expect(files).toEqual([at("accounts/1.ndjson"), at("accounts/2.ndjson")]);
    expect(note).toBe(`not read as logs: ${name} (${kind}), ${name}.gz (${kind}).`);
    await expect(chooseInputs({ inputs: [at("accounts", name)], sideFiles: {}, reportFolder: at("none") })).rejects.toMatchObject({
      problem: { code: "SW1102" },
    });
  });

  it("is every request, whatever else stands in it", async () => {
    const request = {
      request_id: "r",
      at: "2026-03-02T00:00:37Z",
      account_id: "a",
      target_model: "m",
      status: 200,
      created_at: "x",
      label: "y",
    };
    const odd = [request, { ...request, campaign: "c", campaign_id: "c" }, { ...request, measure: "m", reason: "r", released_at: "x" }];
    odd.forEach((record, index) => writeFileSync(at("accounts", `odd-${index}.ndjson`), `${JSON.stringify(record)}\n`));
    const { note } = await chooseInputs({ inputs: [at("accounts")], sideFiles: {}, reportFolder: at("none") });
    expect(note).toBeNull();
  });

  it("is a side file after all when it was named as a log", async () => {
    const inputs = [at("allowlist.ndjson")];
    expect(await chooseInputs({ inputs, sideFiles: { allowlist: at("allowlist.ndjson") }, reportFolder: at("none") })).toEqual({
      files: inputs,
      note: null,
    });
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
