/** Claims about what goes in. */
import { expect } from "vitest";
import { chooseEvents, countDuplicates } from "../duplicates.js";
import { AWKWARD_STRINGS, makeBlock, range } from "../testing/request-samples.js";
import { countRows, withStore, type Claim } from "./claim.js";

/** Sum of hashes over everything that is stored of each request but where it stood: equal for equal sets of requests. */
const DIGEST = "SELECT count() AS requests, sum(cityHash64(* EXCEPT (source_key, source_offset, source_line))) AS digest FROM events_once";

/** Three thousand requests, some of them twice or three times with other content. */
const VARIANTS = [
  ...range(0, 3000),
  ...range(500, 900).map(({ i }) => ({ i, variant: 1 })),
  ...range(700, 800).map(({ i }) => ({ i, variant: 2 })),
];

/** The same requests, brought in in different ways. */
const PLANS: Readonly<Record<string, { i: number; variant?: number }[][]>> = {
  plain: [VARIANTS],
  reversed: [VARIANTS.toReversed()],
  interleaved: [0, 1, 2, 3, 4, 5, 6].map((part) => VARIANTS.filter((_, k) => k % 7 === part)),
  "twice-over": [VARIANTS.slice(0, 1700), VARIANTS, VARIANTS.slice(900)],
};

export const INSERT_CLAIMS: readonly Claim[] = [
  {
    claim: "the same token twice changes nothing, even after the store was opened again",
    check: async (engine) => {
      const block = await makeBlock(range(0, 1000));
      await withStore(engine, "token", async (store) => {
        await store.insertBlock({ table: "request_events", token: "t1", block });
        await store.insertBlock({ table: "request_events", token: "t1", block });
        expect(await countRows(store, "request_events")).toBe(1000);
      });
      await withStore(engine, "token", async (store) => {
        await store.insertBlock({ table: "request_events", token: "t1", block });
        expect(await countRows(store, "request_events")).toBe(1000);
        await store.insertBlock({ table: "request_events", token: "t2", block: await makeBlock(range(1000, 1500)) });
        expect(await countRows(store, "events_once")).toBe(1500);
      });
    },
  },
  {
    claim: "several blocks in one insert are all inserted, empty ones between them notwithstanding",
    check: (engine) =>
      withStore(engine, "several-blocks", async (store) => {
        const block = [await makeBlock(range(0, 700)), await makeBlock([]), await makeBlock(range(700, 1000))];
        await store.insertBlock({ table: "request_events", token: "several", block });
        await store.insertBlock({ table: "request_events", token: "several", block });
        expect(await countRows(store, "request_events")).toBe(1000);
      }),
  },
  {
    claim: "an empty block inserts nothing",
    check: (engine) =>
      withStore(engine, "empty-block", async (store) => {
        await store.insertBlock({ table: "request_events", token: "no block", block: [] });
        await store.insertBlock({ table: "request_events", token: "none", block: await makeBlock([]) });
        expect(await countRows(store, "request_events")).toBe(0);
      }),
  },
  {
    claim: "neither order, nor splits, nor duplicates, nor which variant came first, nor merges change what is read",
    check: async (engine) => {
      const digests: unknown[] = [];
      for (const [name, blocks] of Object.entries(PLANS)) {
        await withStore(engine, `order-${name}`, async (store) => {
          for (const [k, requests] of blocks.entries()) {
            await store.insertBlock({ table: "request_events", token: `${name} ${k}`, block: await makeBlock(requests) });
          }
          digests.push(await store.rows(DIGEST));
          await store.command("OPTIMIZE TABLE request_events FINAL");
          digests.push(await store.rows(DIGEST));
        });
      }
      expect(digests[0]).toMatchObject([{ requests: "3000" }]);
      expect(digests).toEqual(digests.map(() => digests[0]));
    },
  },
  {
    claim: "duplicates are counted by the ledger, also within one block and after merges",
    check: (engine) =>
      withStore(engine, "duplicates", async (store) => {
        const chunks = [range(0, 100), [...range(50, 100), ...range(50, 60), ...range(100, 120)]];
        for (const [k, requests] of chunks.entries()) {
          await store.insertBlock({ table: "request_events", token: `c${k}`, block: await makeBlock(requests) });
          const size = { from_offset: 0, to_offset: 1, lines: 1, rows: requests.length, quarantined: 0 };
          const row = { token: `c${k}`, source: "a", source_key: 1n, ...size };
          await store.insertRows({ table: "ingested_chunks", token: `ledger c${k}`, rows: [row] });
          await store.insertRows({ table: "ingested_chunks", token: `again c${k}`, rows: [row] });
        }
        expect(await countDuplicates(store, "events_once")).toBe(60);
        expect(await chooseEvents(store)).toBe("events_once");
        await store.command("OPTIMIZE TABLE request_events FINAL");
        expect(await countDuplicates(store, "events_once")).toBe(60);
        // Nothing stands there twice any more, so the table itself will do.
        expect(await chooseEvents(store)).toBe("request_events");
        expect(await countDuplicates(store, "request_events")).toBe(60);
      }),
  },
  {
    claim: "side tables keep awkward text and 64-bit numbers, and are idempotent by token",
    check: (engine) =>
      withStore(engine, "side-tables", async (store) => {
        const keys = AWKWARD_STRINGS.map((_, k) => 2n ** 64n - 1n - BigInt(k));
        const rows = AWKWARD_STRINGS.map((text, k) => ({ line_key: keys[k], source: text, line: k, code: "SW1201", what: text }));
        await store.insertRows({ table: "quarantine", token: "it's", rows });
        await store.insertRows({ table: "quarantine", token: "it's", rows });
        await store.insertRows({ table: "quarantine", token: "nothing", rows: [] });
        const expected = AWKWARD_STRINGS.map((text, k) => {
          const kept = text.replace("\ud800", "\ufffd");
          return { line_key: String(keys[k]), source: kept, what: kept, occurrences: 1 };
        });
        expect(await store.rows("SELECT line_key, source, what, occurrences FROM quarantine ORDER BY line")).toEqual(expected);
      }),
  },
  {
    claim: "closing waits for inserts that are under way",
    check: async (engine) => {
      const blocks = await Promise.all([0, 1, 2].map((k) => makeBlock(range(k * 500, k * 500 + 500))));
      await withStore(engine, "closing", async (store) => {
        const inserts = blocks.map((block, k) => store.insertBlock({ table: "request_events", token: `k${k}`, block }));
        await store.close();
        await Promise.all(inserts);
      });
      await withStore(engine, "closing", async (store) => expect(await countRows(store, "events_once")).toBe(1500));
    },
  },
];
