/** Claims about what goes wrong. */
import { expect } from "vitest";
import { makeBlock, range } from "../testing/request-samples.js";
import { codeOf, countRows, withStore, type Claim } from "./claim.js";

/** Holds ten gigabytes, which no limit of ours allows. */
const GLUTTON = "SELECT length(groupArray(repeat(toString(number), 1000))) AS n FROM numbers(10000000)";

/** Sorts and groups 400 bytes a row, several times the memory of a query. */
const HEAVY = `SELECT toUInt32(count()) AS n FROM (
  SELECT number % 6000000 AS k, any(repeat(toString(number), 50)) AS text FROM numbers(6000000) GROUP BY k)`;

export const ERROR_CLAIMS: readonly Claim[] = [
  {
    claim: "a query that the engine refuses is our fault: SW1499, with its words and exit status 1",
    check: (engine) =>
      withStore(engine, "errors", async (store) => {
        expect(await codeOf(() => store.allColumns("SELEC 1"))).toBe("SW1499");
        expect(await codeOf(() => store.command("DROP TABLE no_such_table"))).toBe("SW1499");
        expect(await codeOf(() => store.rows("SELECT {missing:String}"))).toBe("SW1499");
        await expect(store.rows("SELECT no_such_column FROM events_once")).rejects.toMatchObject({
          problem: { code: "SW1499", why: expect.stringContaining("no_such_column") as string },
          exitStatus: 1,
        });
      }),
  },
  {
    claim: "a query beyond its memory is stopped: SW1407, and the store goes on",
    check: (engine) =>
      withStore(engine, "errors", async (store) => {
        expect(await codeOf(() => store.rows(GLUTTON))).toBe("SW1407");
        expect(await codeOf(() => store.allColumns(GLUTTON))).toBe("SW1407");
        expect(await store.rows("SELECT 1 AS one")).toEqual([{ one: 1 }]);
      }),
  },
  {
    claim: "grouping beyond the memory goes to disk instead of failing",
    check: (engine) => withStore(engine, "errors", async (store) => expect(await store.rows(HEAVY)).toEqual([{ n: 6_000_000 }])),
  },
  {
    claim: "a damaged block is refused as a whole",
    check: (engine) =>
      withStore(engine, "errors", async (store) => {
        const block = await makeBlock(range(0, 100));
        const text = new TextEncoder().encode("not a block at all, but text".repeat(50));
        for (const damaged of [block.subarray(0, block.length / 2), Uint8Array.of(1, 2, 3), text]) {
          const token = `damaged ${damaged.length}`;
          expect(await codeOf(() => store.insertBlock({ table: "request_events", token, block: damaged }))).toBe("SW1499");
        }
        expect(await countRows(store, "request_events")).toBe(0);
      }),
  },
  {
    claim: "a closed store says so, and closing twice is harmless",
    check: async (engine) => {
      const store = await engine.open("errors");
      await store.close();
      await store.close();
      await expect(store.rows("SELECT 1")).rejects.toThrow("closed");
      await expect(store.allColumns("SELECT 1")).rejects.toThrow("closed");
    },
  },
];
