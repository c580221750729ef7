/** Records whose structure was made to break their reader: each costs itself and nothing else. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { SourceFormat } from "../../vocabulary/source-format.js";
import { createChunkReader, readWithFormat } from "./read-chunk.js";
import { recogniseFormat, sniff } from "./sniff.js";
import { createInlinePool } from "./reader-pool.js";
import { createTestWriter, idFormat, makeLines, runAcquire, withFiles } from "./test-acquire.js";

const nest = (depth: number, inside: string): string => "[".repeat(depth) + inside + "]".repeat(depth);
const [FIRST = "", LAST = ""] = makeLines(2);

describe("arrays in arrays", () => {
  it.each([
    ["one batch", 1, []],
    ["a page of batches", 2, []],
    ["the last depth that is read", 8, []],
    ["one more", 9, ["SW1212:2"]],
    ["deeper than any stack", 50_000, ["SW1212:2"]],
  ])("%s: the lines around it are read", async (_claim, depth, codes) => {
    const log = [FIRST, nest(depth, '{"id":"inside"}'), LAST].join("\n");
    const run = await withFiles({ log }, (folder) => runAcquire([join(folder, "log")]));
    expect(run.codes).toEqual(codes);
    expect(run.ids).toEqual(codes.length > 0 ? ["r0", "r1"] : ["r0", "inside", "r1"]);
  });

  it("keep the order of their records, each with its own key when refused", () => {
    const readings = readWithFormat(idFormat, [[{ id: "a" }, [{ id: "b" }]], { id: "c" }, [], { no: 1 }]);
    const found = readings.map((reading) => ("event" in reading ? reading.event.requestId : reading.problem.code));
    expect(found).toEqual(["a", "b", "c", "SW1206", "SW1206"]);
  });
});

describe("a record that throws", () => {
  it("while its text is measured is set aside alone", async () => {
    const extractFeatures = (event: { requestId: string }): null => {
      if (event.requestId === "r1") throw new RangeError("Maximum call stack size exceeded");
      return null;
    };
    const reader = await createChunkReader({ formats: [idFormat], extractFeatures, writer: createTestWriter() });
    const log = makeLines(3).join("\n");
    const run = await withFiles({ log }, (folder) => runAcquire([join(folder, "log")], { pool: createInlinePool(reader) }));
    expect([run.ids, run.codes]).toEqual([["r0", "r2"], ["SW1212:2"]]);
  });

  it("while a format looks at it counts as none of that format's", () => {
    const fragile: SourceFormat = {
      ...idFormat,
      name: "fragile",
      recognise: () => {
        throw new RangeError("Maximum call stack size exceeded");
      },
    };
    expect(recogniseFormat([{ id: "a" }], [fragile, idFormat])).toBe("ids");
  });
});

describe("the beginning of a document", () => {
  it("that only opens is looked at in a moment", () => {
    const startedAt = process.cpuUsage();
    expect(sniff(Buffer.from("[1,".repeat(40_000)), false).records).toEqual([]);
    // Building the closers at every comma took ten seconds.
    expect(process.cpuUsage(startedAt).user).toBeLessThan(2_000_000);
  });

  it.each([
    ["behind its first element", '[\n{"id": 1},\n{"id"', [{ id: 1 }]],
    ["in a nested object that was closed since", '[\n{"id": {"a": [1, 2]}', [{ id: { a: [1] } }]],
    ["in a key", '{\n"a": 1,\n"b', [{ a: 1 }]],
    ["below what was closed and opened again", '{\n"a": [{"b": 1, "c": 2}], "d": [{"e"', [{ a: [{ b: 1, c: 2 }] }]],
    ["after closing two and opening one", '{\n"a": [[[1, 2]], [3', [{ a: [[[1, 2]]] }]],
    ["after closing and opening without a comma between", '{\n"a": {"b": [1, 2]} , "c": {"d": {"e"', [{ a: { b: [1, 2] } }]],
  ])("cut %s is read up to its last comma", (_claim, text, records) => {
    expect(sniff(Buffer.from(text), false).records).toEqual(records);
  });
});

describe("a file that is known to be plain lines", () => {
  it.each([
    ["gzip", Buffer.from("1f8b0800", "hex")],
    ["Parquet", Buffer.from("PAR1")],
    ["a tar archive", Buffer.from(`${" ".repeat(257)}ustar`)],
    ["binary", Buffer.alloc(2000, 1)],
  ])("one sender's line that looks like the beginning of %s costs itself alone", async (_claim, hostile) => {
    const log = Buffer.concat([hostile, Buffer.from(`\n${FIRST}\n${LAST}\n`)]);
    const read = async (isPlainLines: boolean): Promise<string[]> =>
      (await withFiles({ log }, (folder) => runAcquire([join(folder, "log")], { isPlainLines, format: "ids" }))).ids.filter(
        (id) => id !== "x",
      );
    expect(await read(true)).toEqual(["r0", "r1"]);
    // Otherwise it decides how the whole file is read.
    expect(await read(false)).not.toEqual(["r0", "r1"]);
  });
});
