/** Parquet as the embedded engine writes it, read through the engine in a process of its own. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { rereadRecords } from "./reread-records.js";
import { readSideFiles } from "./side-files.js";
import { runAcquire, withFiles } from "./test-acquire.js";

const ROWS = 30_000;
const SELECT = `SELECT concat('r', toString(number)) AS id, fromUnixTimestamp64Milli(1771057800000 + number, 'UTC') AS at,
  toInt64(number) AS count, if(number % 2 = 0, 'o', NULL) AS organization,
  CAST([('user', concat('hi ', toString(number)))] AS Array(Tuple(role String, content String))) AS messages,
  CAST(('1.2.3.4', 64512) AS Tuple(ip String, asn UInt32)) AS client, true AS stream`;

/** Writes Parquet in a process of its own: two engines do not fit into one. */
function writeParquet(path: string, sql: string): void {
  const library = createRequire(import.meta.url).resolve("chdb");
  const script = "const { query } = require(process.argv[1]); query(process.argv[2], 'CSV')";
  execFileSync(process.execPath, ["-e", script, library, `${sql} INTO OUTFILE '${path}' FORMAT Parquet`]);
}

const use = <T>(run: (folder: string) => Promise<T>): Promise<T> => withFiles({}, run);
const leftovers = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith("stillwatch-parquet-"));

describe("a Parquet file", () => {
  const before = leftovers();

  it("is read whole, in order, whatever its name, and its records can be read again", async () => {
    await use(async (folder) => {
      // A name that the engine would take for a glob.
      const path = join(folder, "log {a,b}*.dat");
      writeParquet(join(folder, "plain"), `${SELECT} FROM numbers(${ROWS})`);
      writeFileSync(path, readFileSync(join(folder, "plain")));
      const { ids, codes, rows, result } = await runAcquire([path]);
      expect(codes).toEqual([]);
      expect(ids).toEqual(Array.from({ length: ROWS }, (_, index) => `r${index}`));
      expect(rows.at(-1)?.origin.line).toBe(ROWS);
      const [source] = result.sources;
      if (source === undefined) throw new Error("nothing was read");
      const locators = [12_345, 0].map((row) => ({ source, offset: rows[row]?.origin.offset ?? -1 }));
      expect(await rereadRecords(locators)).toEqual([
        {
          id: "r12345",
          at: "2026-02-14T08:30:12.345Z",
          count: 12_345,
          organization: null,
          messages: [{ role: "user", content: "hi 12345" }],
          client: { ip: "1.2.3.4", asn: 64_512 },
          stream: true,
        },
        expect.objectContaining({ id: "r0", organization: "o" }),
      ]);
    });
  });

  it("that was cut short, or damaged in the middle, gives what can be read and one entry", async () => {
    await use(async (folder) => {
      writeParquet(join(folder, "whole"), `${SELECT} FROM numbers(${ROWS})`);
      const whole = readFileSync(join(folder, "whole"));
      const damaged = Buffer.from(whole);
      damaged.fill(0x5a, 2000, whole.length / 2);
      writeFileSync(join(folder, "cut"), whole.subarray(0, whole.length / 2));
      writeFileSync(join(folder, "damaged"), damaged);
      for (const name of ["cut", "damaged"]) {
        const { ids, codes } = await runAcquire([join(folder, name)]);
        expect(ids.length).toBeLessThan(ROWS);
        expect(codes.filter((code) => code.startsWith("SW1107"))).toEqual([`SW1107:${ids.length + 1}`]);
      }
    });
  });

  it("without rows is empty", async () => {
    await use(async (folder) => {
      writeParquet(join(folder, "none"), `${SELECT} FROM numbers(0)`);
      expect((await runAcquire([join(folder, "none")])).codes).toEqual(["SW1104:1"]);
    });
  });

  it("can be a side file", async () => {
    await use(async (folder) => {
      const path = join(folder, "accounts.parquet");
      writeParquet(
        path,
        "SELECT concat('a', toString(number)) AS account_id, toDateTime64('2026-01-01 00:00:00', 3, 'UTC') AS created_at FROM numbers(3)",
      );
      const { accounts } = await readSideFiles({ accounts: path });
      expect(accounts).toEqual(["a0", "a1", "a2"].map((accountId) => ({ accountId, createdAtMs: Date.UTC(2026, 0, 1) })));
    });
  });

  it("leaves nothing behind in the temporary folder", () => {
    expect(leftovers().filter((name) => !before.includes(name))).toEqual([]);
  });
});
