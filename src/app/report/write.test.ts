import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AccountLine } from "../../vocabulary/report.js";
import { buildSampleReport } from "./testing/sample-report.js";
import { writeReport } from "./write.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stillwatch-write-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const readLines = (file: string): unknown[] =>
  readFileSync(join(folder, file), "utf8")
    .split("\n")
    .filter((text) => text !== "")
    .map((text): unknown => JSON.parse(text));

describe("writing a report", () => {
  it("writes every file, line by line what it was given", async () => {
    const sample = buildSampleReport({ crowd: 50 });
    const { files, accounts, quarantine } = await writeReport({ folder: join(folder, "new/deep"), ...sample });
    folder = join(folder, "new/deep");
    expect(readdirSync(folder).sort()).toEqual(["accounts.ndjson", "quarantine.ndjson", "report.html", "report.json", "requests.ndjson"]);
    expect(files).toHaveLength(5);
    expect(readLines("accounts.ndjson")).toEqual(sample.accounts);
    expect(readLines("requests.ndjson")).toEqual(sample.requests);
    expect(JSON.parse(readFileSync(join(folder, "report.json"), "utf8"))).toEqual(sample.report);
    expect([accounts.standings.campaign, quarantine.lines]).toEqual([250, 18]);
  });

  it("writes what the report still lacked when accounts were begun, and nothing when that fails", async () => {
    const sample = buildSampleReport({ crowd: 50 });
    const complete = async (): Promise<void> => {
      await new Promise((resolve) => setImmediate(resolve));
      sample.report.coverage["exemplars"] = "told late";
    };
    await writeReport({ folder, ...sample, complete });
    expect(readFileSync(join(folder, "report.json"), "utf8")).toContain("told late");
    expect(readFileSync(join(folder, "report.html"), "utf8")).toContain("told late");
    const failing = join(folder, "failing");
    await expect(writeReport({ folder: failing, ...sample, complete: () => Promise.reject(new Error("gone")) })).rejects.toThrow("gone");
    expect(readdirSync(failing)).toEqual([]);
  });

  it("says in the coverage which input was cut off: what stood behind is no line that could be set aside", async () => {
    const sample = buildSampleReport({ crowd: 50 });
    const cut = { code: "SW1106", what: "the stream is cut off", why: "", fix: "", place: { file: "day.ndjson.gz" } };
    await writeReport({ folder, ...sample, quarantine: [cut] });
    const { coverage } = JSON.parse(readFileSync(join(folder, "report.json"), "utf8")) as typeof sample.report;
    expect(Object.keys(coverage)[0]).toBe("cut_off_files");
    expect(coverage["cut_off_files"]).toContain("1 input file is cut off or damaged");
    expect(coverage["cut_off_files"]).toContain("day.ndjson.gz");
  });

  it("takes lines as they come, and writes the same bytes", async () => {
    const sample = buildSampleReport({ crowd: 50 });
    await writeReport({ folder, ...sample });
    const first = readFileSync(join(folder, "accounts.ndjson"), "utf8");
    async function* stream(): AsyncGenerator<AccountLine> {
      yield* sample.accounts;
    }
    await writeReport({ folder, ...sample, accounts: stream() });
    expect(readFileSync(join(folder, "accounts.ndjson"), "utf8")).toBe(first);
  });

  it("keeps prompt text out of the quarantine", async () => {
    const sample = buildSampleReport({ crowd: 0 });
    sample.quarantine[0] = { ...sample.quarantine[0], place: { file: "a", line: 1, excerpt: "the secret prompt" } };
    await writeReport({ folder, ...sample });
    expect(readFileSync(join(folder, "quarantine.ndjson"), "utf8")).not.toContain("secret");
  });

  it("leaves the previous report whole and nothing half-written when it fails in the middle", async () => {
    const sample = buildSampleReport({ crowd: 50 });
    await writeReport({ folder, ...sample });
    const before = readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8"));
    function* broken(): Generator<AccountLine> {
      yield sample.accounts[0];
      throw new Error("the store went away");
    }
    await expect(writeReport({ folder, ...sample, accounts: broken() })).rejects.toThrow("the store went away");
    expect(readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8"))).toEqual(before);
  });

  it("takes away the slices of an older analysis", async () => {
    const { requests: _, ...sample } = buildSampleReport({ crowd: 0 });
    writeFileSync(join(folder, "requests.ndjson"), '{"request_id":"old","campaign_id":"old"}\n');
    await writeReport({ folder, ...sample });
    expect(readdirSync(folder)).not.toContain("requests.ndjson");
  });

  it("says why when the folder is a file", async () => {
    writeFileSync(join(folder, "taken"), "");
    const written = writeReport({ folder: join(folder, "taken"), ...buildSampleReport({ crowd: 0 }) });
    await expect(written).rejects.toMatchObject({ problem: { code: "SW1651" }, exitStatus: 2 });
  });
});
