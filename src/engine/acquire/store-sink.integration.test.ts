/** Chunks in the store exactly once, whatever is repeated. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeBlock, range } from "../../store/events/testing/request-samples.js";
import { openEventStore, type EventStore } from "../../store/events/store.js";
import type { QuarantineEntry } from "../../vocabulary/quarantine.js";
import type { FinishedChunk } from "./acquire.js";
import { countQuarantined, openStoreSink } from "./store-sink.js";

let folder: string;
let store: EventStore;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "stillwatch-sink-"));
  store = await openEventStore({ path: folder });
});

afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const damaged = (line: number, lineKey = `00000000000000${String(line).padStart(2, "0")}`): QuarantineEntry => ({
  file: "log",
  line,
  code: "SW1201",
  what: "not JSON",
  why: "test",
  fix: "test",
  lineKey,
});

async function makeChunk(token: string, { from = 0, to = 0, quarantine = [] as QuarantineEntry[] }): Promise<FinishedChunk> {
  const block = to > from ? await makeBlock(range(from, to)) : null;
  return { token, file: "log", sourceKey: [1, 2], fromOffset: 0, toOffset: 9, lines: to - from, rows: to - from, block, quarantine };
}

const countEvents = async (): Promise<number> =>
  (await store.rows<{ count: number }>("SELECT toUInt32(count()) AS count FROM events_once"))[0].count;

describe("openStoreSink", () => {
  it("asks again for nothing that stands in the ledger, also after the store was closed", async () => {
    const sink = await openStoreSink(store);
    expect(sink.isDone("one")).toBe(false);
    await sink.insertChunks([await makeChunk("one", { to: 5 })]);
    expect([sink.isDone("one"), sink.isDone("two")]).toEqual([true, false]);
    await store.close();
    store = await openEventStore({ path: folder });
    const again = await openStoreSink(store);
    expect([again.isDone("one"), again.isDone("two")]).toEqual([true, false]);
  });

  it("stores rows once when chunks come again in other company", async () => {
    const [one, two, three] = [
      await makeChunk("one", { from: 0, to: 10, quarantine: [damaged(1)] }),
      await makeChunk("two", { from: 10, to: 30 }),
      await makeChunk("three", { from: 30, to: 35, quarantine: [damaged(2), damaged(3)] }),
    ];
    await (await openStoreSink(store)).insertChunks([one, two]);
    await (await openStoreSink(store)).insertChunks([two, three]);
    await (await openStoreSink(store)).insertChunks([one, two, three]);
    expect(await countEvents()).toBe(35);
    expect(await countQuarantined(store)).toEqual({ distinct: 3, repeated: 0 });
  });

  it("counts a damaged line that was read twice once, and as one repeat", async () => {
    const sink = await openStoreSink(store);
    await sink.insertChunks([await makeChunk("one", { quarantine: [damaged(1, "aa"), damaged(2, "bb")] })]);
    await sink.insertChunks([await makeChunk("copy", { quarantine: [damaged(7, "aa")] })]);
    expect(await countQuarantined(store)).toEqual({ distinct: 2, repeated: 1 });
  });

  it("takes chunks without a row, and keeps 64-bit keys whole", async () => {
    const sink = await openStoreSink(store);
    await sink.insertChunks([await makeChunk("empty", { quarantine: [damaged(1, "ffffffffffffffff"), damaged(2, "fffffffffffffffe")] })]);
    expect(sink.isDone("empty")).toBe(true);
    expect(await countQuarantined(store)).toEqual({ distinct: 2, repeated: 0 });
    expect(await countEvents()).toBe(0);
  });

  it("counts nothing in an empty store", async () => {
    expect(await countQuarantined(store)).toEqual({ distinct: 0, repeated: 0 });
  });
});
