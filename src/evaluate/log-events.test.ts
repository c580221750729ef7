import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SourceFormat } from "../vocabulary/source-format.js";
import { readLogEvents } from "./log-events.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "stillwatch-test-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const event = (requestId: string, atMs: number) => ({
  requestId,
  atMs,
  accountId: "a",
  targetModel: "m",
  status: 200,
  inputTokens: 1,
  outputTokens: 1,
});

/** A line is `{"at": [..]}`, one event for each time. */
const format: SourceFormat = {
  name: "test",
  title: "test",
  recognise: () => 1,
  read: (record) => {
    const { at } = record as { at: unknown };
    if (!Array.isArray(at)) return [{ problem: { code: "SW1211", what: "", why: "", fix: "" } }];
    return at.map((atMs: number) => ({ event: event(`r${atMs}`, atMs) }));
  },
};

function write(name: string, lines: readonly unknown[]): string {
  const file = join(folder, name);
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  writeFileSync(file, name.endsWith(".gz") ? gzipSync(text) : text);
  return file;
}

async function readTimes(files: readonly string[]): Promise<number[]> {
  const found: number[] = [];
  for await (const { event: each } of readLogEvents(files, [format])) found.push(each.atMs);
  return found;
}

describe("the events of a log", () => {
  it("come in the order of time over several files, packed ones too", async () => {
    const one = write("one.ndjson", [{ at: [1] }, { at: [4, 5] }]);
    const other = write("other.ndjson.gz", [{ at: [2, 3] }, { at: [6] }]);
    expect(await readTimes([one, other])).toEqual([1, 2, 3, 4, 5, 6]);
  });
  it("leave out what no format can read", async () => {
    expect(await readTimes([write("damaged.ndjson", [{ at: [1] }, { at: "?" }, { at: [2] }])])).toEqual([1, 2]);
  });
  it("come with their line once, so that a line of several events is not written twice", async () => {
    const file = write("several.ndjson", [{ at: [1, 2] }]);
    const records: unknown[] = [];
    for await (const { record } of readLogEvents([file], [format])) records.push(record);
    expect(records).toEqual([{ at: [1, 2] }, null]);
  });
  it("are refused where a file is not in the order of time", async () => {
    await expect(readTimes([write("unordered.ndjson", [{ at: [2] }, { at: [1] }])])).rejects.toThrow("SW1608");
  });
  it("are refused where there is no file", async () => {
    await expect(readTimes([join(folder, "absent.ndjson")])).rejects.toThrow("SW1607");
  });
});
