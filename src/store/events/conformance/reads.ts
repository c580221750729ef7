/** Claims about what comes out. */
import { expect } from "vitest";
import { takeKeys, takeNumbers, takeQuantities, takeStrings } from "../column-batch.js";
import { createRequestBlockWriter } from "../request-block.js";
import { REQUEST_COLUMNS } from "../request-columns.js";
import type { EventStore } from "../store.js";
import { countUntold } from "../untold.js";
import { AWKWARD_STRINGS, makeBlock, makeRequest, range } from "../testing/request-samples.js";
import { countRows, readBlock, withStore, type Claim, type EngineUnderTest } from "./claim.js";

/** More than two batches of the engine. */
const REQUESTS = 150_000;
const REQUESTS_PER_BLOCK = 50_000;

/** Opens a store with {@link REQUESTS} requests; filled once for all claims. */
async function withRequests(engine: EngineUnderTest, use: (store: EventStore) => Promise<void>): Promise<void> {
  await withStore(engine, "reads", async (store) => {
    for (let from = await countRows(store, "request_events"); from < REQUESTS; from += REQUESTS_PER_BLOCK) {
      const block = await makeBlock(range(from, from + REQUESTS_PER_BLOCK));
      await store.insertBlock({ table: "request_events", token: `from ${from}`, block });
    }
    await use(store);
  });
}

/** One column of every type that queries may answer with. */
const ALL_TYPES = `SELECT toInt16(-2) AS i16, toFloat64(0.5) AS f64, toFloat32(0.25) AS f32, toInt64(-3) AS i64, true AS b,
  toFixedString('ab', 3) AS fixed, [toLowCardinality('x'), 'y'] AS labels, CAST([] AS Array(LowCardinality(String))) AS none,
  [[1, 2], []]::Array(Array(UInt8)) AS nested, NULL::Nullable(UInt32) AS missing, groupUniqArray(target_model) AS models
  FROM (SELECT DISTINCT target_model FROM events_once WHERE target_model = 'model-1')`;

export const READ_CLAIMS: readonly Claim[] = [
  {
    claim: "a large answer comes in batches, in the order asked for, complete and equal to what was written",
    check: (engine) =>
      withRequests(engine, async (store) => {
        let row = 0;
        let batches = 0;
        for await (const batch of store.columns("SELECT request_id, at_ms, input_tokens FROM events_once ORDER BY request_id")) {
          const [ids, times, tokens] = [
            takeStrings(batch, "request_id"),
            takeQuantities(batch, "at_ms"),
            takeNumbers(batch, "input_tokens"),
          ];
          for (let k = 0; k < batch.rows; k += 997) {
            const request = makeRequest(row + k);
            expect([ids[k], times[k], tokens[k]]).toEqual([request.requestId, request.atMs, request.inputTokens]);
          }
          batches++;
          row += batch.rows;
        }
        expect(row).toBe(REQUESTS);
        expect(batches).toBeGreaterThan(1);
      }),
  },
  {
    claim: "fields that no contract names come back as they are, and those left untold are counted",
    check: (engine) =>
      withRequests(engine, async (store) => {
        const [other] = await store.rows("SELECT other_fields FROM events_once WHERE request_id = 'req_00000000000000000020'");
        expect(other).toEqual({ other_fields: '{"tier":"gold 金","zone":20}' });
        expect(await countUntold(store, "events_once")).toEqual({ status: REQUESTS / 10, output_tokens: REQUESTS / 10 });
        expect(await countUntold(store, "(SELECT * FROM events_once WHERE untold = 0)")).toEqual({});
      }),
  },
  {
    claim: "a block read back is the block that was written, column by column",
    check: (engine) =>
      withRequests(engine, async (store) => {
        const all = await store.allColumns("SELECT * FROM events_once WHERE request_id < 'req_00000000000000002000' ORDER BY request_id");
        const written = await readBlock(await makeBlock(range(0, 2000)));
        for (const { name } of REQUEST_COLUMNS) expect([name, all.columns.get(name)]).toEqual([name, written.columns.get(name)]);
      }),
  },
  {
    claim: "keys made here are the keys that SQL makes",
    check: (engine) =>
      withRequests(engine, async (store) => {
        const writer = await createRequestBlockWriter();
        const origin = { sourceKey: [0, 0], offset: 0, line: 1 } as const;
        for (const text of AWKWARD_STRINGS) writer.add({ ...makeRequest(1), requestId: text, accountId: text }, null, origin);
        const written = await readBlock(writer.finish());
        const sql = "SELECT arrayJoin(arrayMap(text -> xxHash64(text), {texts:Array(String)})) AS k";
        const made = await store.allColumns(sql, { texts: takeStrings(written, "request_id") });
        expect(takeKeys(made, "k")).toEqual(takeKeys(written, "request_key"));
        expect(takeKeys(made, "k")).toEqual(takeKeys(written, "account_key"));
      }),
  },
  {
    claim: "an answer without rows still has its columns",
    check: (engine) =>
      withRequests(engine, async (store) => {
        const sql = "SELECT request_id, account_key, head_anchors, target_model, toNullable(status) AS s FROM events_once WHERE at_ms = 1";
        const empty = await store.allColumns(sql);
        expect([empty.rows, [...empty.columns.keys()]]).toEqual([0, ["request_id", "account_key", "head_anchors", "target_model", "s"]]);
        expect(takeKeys(empty, "account_key")).toHaveLength(0);
        expect(takeStrings(empty, "target_model")).toHaveLength(0);
      }),
  },
  {
    claim: "parameters are values, never SQL, in small answers and in large ones",
    check: (engine) =>
      withStore(engine, "parameters", async (store) => {
        for (const text of AWKWARD_STRINGS) {
          const wellFormed = text.replace("\ud800", "\ufffd");
          const sql = "SELECT {text:String} AS text";
          expect(await store.rows(sql, { text: wellFormed })).toEqual([{ text: wellFormed }]);
          expect(takeStrings(await store.allColumns(sql, { text: wellFormed }), "text")).toEqual([wellFormed]);
        }
        const keys = [0n, 2n ** 64n - 1n];
        expect([...takeKeys(await store.allColumns("SELECT arrayJoin({keys:Array(UInt64)}) AS k", { keys }), "k")]).toEqual(keys);
        expect(await store.rows("SELECT {n:Int64} AS n, {b:Bool} AS b", { n: -5, b: true })).toEqual([{ n: "-5", b: true }]);
      }),
  },
  {
    claim: "every type that queries may answer with is read",
    check: (engine) =>
      withRequests(engine, async (store) => {
        const innermost = { kind: "array", offsets: Uint32Array.of(0, 2, 2), values: Uint8Array.of(1, 2) };
        expect(Object.fromEntries((await store.allColumns(ALL_TYPES)).columns)).toEqual({
          i16: Int16Array.of(-2),
          f64: Float64Array.of(0.5),
          f32: Float32Array.of(0.25),
          i64: BigInt64Array.of(-3n),
          b: Uint8Array.of(1),
          fixed: { kind: "fixed", width: 3, bytes: Uint8Array.of(97, 98, 0) },
          labels: { kind: "array", offsets: Uint32Array.of(0, 2), values: ["x", "y"] },
          none: { kind: "array", offsets: Uint32Array.of(0, 0), values: [] },
          nested: { kind: "array", offsets: Uint32Array.of(0, 2), values: innermost },
          missing: { kind: "nullable", isNull: Uint8Array.of(1), values: Uint32Array.of(0) },
          models: { kind: "array", offsets: Uint32Array.of(0, 1), values: ["model-1"] },
        });
      }),
  },
  {
    claim: "a reader that stops early leaves the store usable, and two readers do not mix",
    check: (engine) =>
      withRequests(engine, async (store) => {
        for await (const _batch of store.columns("SELECT * FROM events_once")) break;
        const [a, b] = await Promise.all([
          store.allColumns("SELECT sum(number) AS s FROM numbers(3000000)"),
          store.allColumns("SELECT number AS s FROM numbers(200000)"),
        ]);
        expect([takeQuantities(a, "s")[0], b.rows]).toEqual([4_499_998_500_000, 200_000]);
      }),
  },
];
