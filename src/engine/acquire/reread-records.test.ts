import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { rereadRecords, type RecordLocator } from "./reread-records.js";
import { makeLines, runAcquire, withFiles } from "./test-acquire.js";

const LINES = makeLines(300);
const TEXT = `${LINES.join("\n")}\n`;

/** Locators of all rows of a run. */
async function locate(folder: string): Promise<RecordLocator[]> {
  const { rows, result } = await runAcquire([folder], { chunkBytes: 1024 });
  return rows.map(({ origin }) => {
    const source = result.sources.find(({ sourceKey }) => sourceKey.join() === origin.sourceKey.join());
    if (source === undefined) throw new Error("a row names a source that was not read");
    return { source, offset: origin.offset };
  });
}

describe("records read again", () => {
  it.each([
    ["plain", { log: TEXT }],
    ["behind a byte order mark", { log: `\ufeff${TEXT}` }],
    ["gzip", { log: gzipSync(TEXT) }],
    [
      "a pretty-printed array",
      {
        log: JSON.stringify(
          LINES.map((line) => JSON.parse(line) as unknown),
          null,
          2,
        ),
      },
    ],
    ["an array on one line", { log: `[${LINES.join(",")}]` }],
    ["several files", { a: `${LINES.slice(0, 100).join("\n")}\n`, b: gzipSync(LINES.slice(100).join("\n")) }],
  ])("%s: each is the record that was read", async (_claim, files) => {
    await withFiles(files, async (folder) => {
      const locators = await locate(folder);
      expect(await rereadRecords(locators)).toEqual(LINES.map((line) => JSON.parse(line) as unknown));
      const some = [locators[250], locators[3], locators[3]].filter((locator) => locator !== undefined);
      expect(await rereadRecords(some)).toEqual([250, 3, 3].map((index) => JSON.parse(LINES[index] ?? "") as unknown));
    });
  });

  it("are null where the file was changed or is gone", async () => {
    await withFiles({ log: TEXT }, async (folder) => {
      const locators = (await locate(folder)).slice(0, 2);
      await writeFile(join(folder, "log"), `${TEXT}more`);
      expect(await rereadRecords(locators)).toEqual([null, null]);
      await rm(join(folder, "log"));
      expect(await rereadRecords(locators)).toEqual([null, null]);
    });
  });

  it("are null where nothing begins", async () => {
    await withFiles({ log: TEXT }, async (folder) => {
      const [first] = await locate(folder);
      if (first === undefined) throw new Error("nothing was read");
      expect(await rereadRecords([{ ...first, offset: 5 }, first, { ...first, offset: 1e9 }])).toEqual([
        null,
        { id: "r0", text: "" },
        null,
      ]);
    });
  });
});
