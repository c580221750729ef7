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

const WITH_TEXT = { isMetadataOnly: false };

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
  const rows = to - from;
  const times = new Float64Array(rows);
  return { token, file: "log", sourceKey: [1, 2], fromOffset: 0, toOffset: 9, lines: rows, rows, times, block, quarantine };
}

const countEvents = async (): Promise<number> =>
  (await store.rows<{ count: number }>("SELECT toUInt32(count()) AS count FROM events_once"))[0].count;

describe("openStoreSink", () => {
  it("asks again for nothing that stands in the ledger, also after the store was closed", async () => {
    const sink = await openStoreSink(store, WITH_TEXT);
    expect(sink.isDone("one")).toBe(false);
    await sink.insertChunks([await makeChunk("one", { to: 5 })]);
    expect([sink.isDone("one"), sink.isDone("two")]).toEqual([true, false]);
    await store.close();
    store = await openEventStore({ path: folder });
    const again = await openStoreSink(store, WITH_TEXT);
    expect([again.isDone("one"), again.isDone("two")]).toEqual([true, false]);
  });

  it("asks the store where the ledger is longer than what is held in memory", async () => {
    await (await openStoreSink(store, WITH_TEXT)).insertChunks([
      await makeChunk("one", {}),
      await makeChunk("two", {}),
      await makeChunk("three", {}),
    ]);
    const sink = await openStoreSink(store, WITH_TEXT, { tokensHeldMax: 2 });
    await sink.insertChunks([await makeChunk("four", { to: 5 })]);
    const tokens = ["one", "two", "three", "four", "five"];
    const known: boolean[] = [];
    for (const token of tokens) known.push(await sink.isDone(token));
    expect(known).toEqual([true, true, true, true, false]);
  });

  it("stores rows once when chunks come again in other company", async () => {
    const [one, two, three] = [
      await makeChunk("one", { from: 0, to: 10, quarantine: [damaged(1)] }),
      await makeChunk("two", { from: 10, to: 30 }),
      await makeChunk("three", { from: 30, to: 35, quarantine: [damaged(2), damaged(3)] }),
    ];
    await (await openStoreSink(store, WITH_TEXT)).insertChunks([one, two]);
    await (await openStoreSink(store, WITH_TEXT)).insertChunks([two, three]);
    await (await openStoreSink(store, WITH_TEXT)).insertChunks([one, two, three]);
    expect(await countEvents()).toBe(35);
    expect(await countQuarantined(store)).toEqual({ distinct: 3, repeated: 0 });
  });

  it("counts a damaged line that was read twice once, and as one repeat", async () => {
    const sink = await openStoreSink(store, WITH_TEXT);
    await sink.insertChunks([await makeChunk("one", { quarantine: [damaged(1, "aa"), damaged(2, "bb")] })]);
    await sink.insertChunks([await makeChunk("copy", { quarantine: [damaged(7, "aa")] })]);
    expect(await countQuarantined(store)).toEqual({ distinct: 2, repeated: 1 });
  });

  it("takes chunks without a row, and keeps 64-bit keys whole", async () => {
    const sink = await openStoreSink(store, WITH_TEXT);
    await sink.insertChunks([await makeChunk("empty", { quarantine: [damaged(1, "ffffffffffffffff"), damaged(2, "fffffffffffffffe")] })]);
    expect(sink.isDone("empty")).toBe(true);
    expect(await countQuarantined(store)).toEqual({ distinct: 2, repeated: 0 });
    expect(await countEvents()).toBe(0);
  });

  it("counts nothing in an empty store", async () => {
    expect(await countQuarantined(store)).toEqual({ distinct: 0, repeated: 0 });
  });
});

describe("a store that is used again", () => {
  const codeOf = (isMetadataOnly: boolean): Promise<string> =>
    openStoreSink(store, { isMetadataOnly }).then(
      () => "open",
      (error: unknown) => (error as { problem: { code: string } }).problem.code,
    );
  const fill = async (isMetadataOnly: boolean): Promise<void> =>
    (await openStoreSink(store, { isMetadataOnly })).insertChunks([await makeChunk("one", { to: 5 })]);

  it.each([
    ["with text, then without", false, true, "SW1411"],
    ["without text, then with", true, false, "SW1411"],
    ["twice with text", false, false, "open"],
    ["twice without text", true, true, "open"],
  ])("%s: one request is never read in two ways", async (_claim, first, second, code) => {
    await fill(first);
    await store.close();
    store = await openEventStore({ path: folder });
    expect(await codeOf(second)).toBe(code);
    expect(await countEvents()).toBe(5);
  });

  it("after another version of the reader is refused", async () => {
    await fill(false);
    await store.command("INSERT INTO ingest_settings (name, value) SELECT 'ingest_version', '0'");
    expect(await codeOf(false)).toBe("SW1411");
  });

  it("after a stillwatch that did not record how it read is refused", async () => {
    await fill(false);
    await store.command("TRUNCATE TABLE ingest_settings");
    expect(await codeOf(false)).toBe("SW1411");
  });

  it("but empty takes the settings of the run that fills it", async () => {
    expect([await codeOf(true), await codeOf(false)]).toEqual(["open", "open"]);
    await fill(false);
    expect([await codeOf(true), await codeOf(false)]).toEqual(["SW1411", "open"]);
  });
});
