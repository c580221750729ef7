import fc from "fast-check";
import { describe, expect, it } from "vitest";
import xxhash from "xxhash-wasm";
import type { RequestEvent } from "../../vocabulary/request-event.js";
import { takeArrays, takeKeys, takeNumbers, takeQuantities, takeStrings } from "./column-batch.js";
import { readNativeBlocks, type ColumnBatch } from "./native-reader.js";
import { createRequestBlockWriter, type RequestOrigin } from "./request-block.js";
import { LATENCY_UNKNOWN, REQUEST_COLUMNS } from "./request-columns.js";
import { AWKWARD_STRINGS, makeFeatures, makeRequest } from "./testing/request-samples.js";

const ORIGIN: RequestOrigin = { sourceKey: [1, 2], offset: 5_000_000_000, line: 3 };
const MINIMAL: RequestEvent = { requestId: "r", atMs: 1, accountId: "a", targetModel: "m", status: 200, inputTokens: 1, outputTokens: 2 };

async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function readBack(block: Uint8Array, chunkBytes = block.length): Promise<ColumnBatch> {
  for await (const batch of readNativeBlocks(inChunks(block, Math.max(1, chunkBytes)))) return batch;
  throw new Error("no block");
}

async function writeOne(event: RequestEvent, features = makeFeatures(1), origin = ORIGIN): Promise<ColumnBatch> {
  const writer = await createRequestBlockWriter();
  writer.add(event, features, origin);
  return readBack(writer.finish());
}

async function versionOf(event: RequestEvent, features = makeFeatures(1), origin = ORIGIN): Promise<bigint | undefined> {
  return takeKeys(await writeOne(event, features, origin), "content_version")[0];
}

describe("a block of requests", () => {
  it("has every declared column, in order", async () => {
    expect([...(await writeOne(MINIMAL)).columns.keys()]).toEqual(REQUEST_COLUMNS.map(({ name }) => name));
  });

  it("is empty when there are no rows, and the writer starts again after finishing", async () => {
    const writer = await createRequestBlockWriter();
    expect(writer.finish()).toHaveLength(0);
    writer.add(makeRequest(1), makeFeatures(1), ORIGIN);
    const first = writer.finish();
    expect(writer.rows).toBe(0);
    writer.add(makeRequest(1), makeFeatures(1), ORIGIN);
    expect(writer.finish()).toEqual(first);
  });

  it("takes a row whole or not at all", async () => {
    const writer = await createRequestBlockWriter();
    const broken = {
      ...makeRequest(2),
      get targetModel(): string {
        throw new RangeError("Maximum call stack size exceeded");
      },
    };
    writer.add(makeRequest(1), makeFeatures(1), ORIGIN);
    expect(() => writer.add(broken, makeFeatures(2), ORIGIN)).toThrow(RangeError);
    writer.add(makeRequest(3), makeFeatures(3), ORIGIN);
    const batch = await readBack(writer.finish());
    expect(takeStrings(batch, "request_id")).toEqual([1, 3].map((index) => makeRequest(index).requestId));
  });

  it("keeps identifiers of any content and any length, and hashes them as ClickHouse does", async () => {
    const hasher = await xxhash();
    const writer = await createRequestBlockWriter();
    for (const text of AWKWARD_STRINGS) writer.add({ ...MINIMAL, requestId: text, accountId: `${text}!` }, null, ORIGIN);
    const batch = await readBack(writer.finish());
    expect(takeStrings(batch, "request_id")).toEqual(AWKWARD_STRINGS.map((text) => text.replace("\ud800", "\ufffd")));
    expect([...takeKeys(batch, "request_key")]).toEqual(AWKWARD_STRINGS.map((text) => hasher.h64(text)));
  });

  it("survives any split of its bytes", async () => {
    const writer = await createRequestBlockWriter();
    for (let i = 0; i < 30; i++) writer.add(makeRequest(i), makeFeatures(i), ORIGIN);
    const block = writer.finish();
    const whole = await readBack(block);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 200 }), async (size) => {
        expect(await readBack(block, size)).toEqual(whole);
      }),
      { numRuns: 25 },
    );
  });

  it("grows beyond its first capacity without mixing rows", async () => {
    const writer = await createRequestBlockWriter();
    const count = 10_000;
    for (let i = 0; i < count; i++) writer.add(makeRequest(i), makeFeatures(i), { ...ORIGIN, line: i + 1 });
    const batch = await readBack(writer.finish());
    const [ids, lines, anchors] = [takeStrings(batch, "request_id"), takeNumbers(batch, "source_line"), takeArrays(batch, "head_anchors")];
    for (const i of [0, 1, 4095, 4096, 8192, count - 1]) {
      expect(ids[i]).toBe(makeRequest(i).requestId);
      expect(lines[i]).toBe(i + 1);
      const [from, to] = [anchors.offsets[i], anchors.offsets[i + 1]];
      expect(Array.isArray(anchors.values) ? [] : [...(anchors.values as Uint32Array).subarray(from, to)]).toEqual([
        ...(makeFeatures(i)?.sketch.headAnchors ?? []),
      ]);
    }
  });
});

describe("values out of range are clamped", () => {
  const odd = (change: Partial<RequestEvent>) => ({ ...MINIMAL, ...change });
  it.each<[string, RequestEvent, string, number]>([
    ["a status below 0", odd({ status: -5 }), "status", 0],
    ["a status of 70,000", odd({ status: 70_000 }), "status", 65_535],
    ["tokens of NaN", odd({ inputTokens: Number.NaN }), "input_tokens", 0],
    ["tokens beyond 32 bits", odd({ outputTokens: 1e12 }), "output_tokens", 0xffff_ffff],
    ["infinitely many tokens", odd({ outputTokens: Infinity }), "output_tokens", 0xffff_ffff],
    ["a fraction of a token", odd({ inputTokens: 7.9 }), "input_tokens", 7],
    ["no latency", MINIMAL, "latency_ms", LATENCY_UNKNOWN],
    ["a latency of eighty days", odd({ latencyMs: 7e9 }), "latency_ms", LATENCY_UNKNOWN - 1],
    ["no temperature", MINIMAL, "temperature_milli", -1],
    ["a temperature below 0", odd({ sampling: { temperature: -3 } }), "temperature_milli", 0],
    ["a temperature of 1e300", odd({ sampling: { temperature: 1e300 } }), "temperature_milli", 2_000_000],
    ["an unknown stream", MINIMAL, "is_stream", -1],
    ["a stream", odd({ isStream: true }), "is_stream", 1],
  ])("%s", async (_claim, event, column, expected) => {
    expect(takeNumbers(await writeOne(event), column)[0]).toBe(expected);
  });

  it.each([
    ["a time before 1970", -86_400_000],
    ["a time of 2026", 1_772_000_000_123],
    ["the last time there is", 8.64e15],
  ])("%s is kept", async (_claim, atMs) => expect(takeQuantities(await writeOne(odd({ atMs })), "at_ms")[0]).toBe(atMs));

  it("a label is cut, an identifier is not", async () => {
    const batch = await writeOne(odd({ accountId: "a".repeat(5000), client: { userAgent: "u".repeat(5000) } }));
    expect(takeStrings(batch, "user_agent")[0]).toHaveLength(256);
    expect(takeStrings(batch, "account_id")[0]).toHaveLength(5000);
  });

  it("hashes keep all 64 bits and their order of halves", async () => {
    expect(takeKeys(await writeOne(MINIMAL, makeFeatures(1)), "system_skeleton")[0]).toBe(0xffff_ffff_8000_0001n);
  });
});

describe("the content version", () => {
  const full: RequestEvent = { ...makeRequest(15), organizationId: "o", sessionId: "s", channel: "api", latencyMs: 5 };

  it("does not depend on where the request stood, nor on the rows before it", async () => {
    const alone = await versionOf(full);
    expect(await versionOf(full, makeFeatures(1), { sourceKey: [9, 9], offset: 1, line: 77 })).toBe(alone);
    const writer = await createRequestBlockWriter();
    for (let i = 0; i < 20; i++) writer.add(makeRequest(i), makeFeatures(i), ORIGIN);
    writer.add(full, makeFeatures(1), ORIGIN);
    expect(takeKeys(await readBack(writer.finish()), "content_version")[20]).toBe(alone);
  });

  it.each<[string, Partial<RequestEvent>]>([
    ["time", { atMs: 1 }],
    ["account", { accountId: "another" }],
    ["organization", { organizationId: "p" }],
    ["session", { sessionId: "t" }],
    ["channel", { channel: "batch" }],
    ["target model", { targetModel: "other" }],
    ["status", { status: 500 }],
    ["latency", { latencyMs: 6 }],
    ["tokens", { outputTokens: 999_999 }],
    ["tools", { tools: ["search"] }],
    ["handles handed out", { reasoningHandlesIssued: ["other"] }],
    ["handles sent back", { reasoningHandlesSubmitted: ["handle_15"] }],
    ["sampling", { sampling: { temperature: 0.71 } }],
    ["address", { client: { ...full.client, ip: "10.9.9.9" } }],
    ["user agent", { client: { ...full.client, userAgent: "agent/x" } }],
  ])("differs when the %s differs", async (_field, change) => {
    expect(await versionOf({ ...full, ...change })).not.toBe(await versionOf(full));
  });

  it("differs when the text differs, or is missing", async () => {
    const versions = new Set([await versionOf(full, makeFeatures(1)), await versionOf(full, makeFeatures(2)), await versionOf(full, null)]);
    expect(versions.size).toBe(3);
  });
});

describe("derived keys", () => {
  const keyOf = async (change: Partial<RequestEvent>, column: string) => takeKeys(await writeOne({ ...MINIMAL, ...change }), column)[0];

  it("tools: the order of names does not matter, the schema's hash is preferred", async () => {
    expect(await keyOf({ tools: ["a", "b"] }, "tools_key")).toBe(await keyOf({ tools: ["b", "a"] }, "tools_key"));
    expect(await keyOf({ tools: ["a"], toolSchemaHash: "h" }, "tools_key")).toBe(await keyOf({ toolSchemaHash: "h" }, "tools_key"));
    expect(await keyOf({ tools: [] }, "tools_key")).toBe(0n);
  });

  it("sampling: the seed does not count, absent settings are no settings", async () => {
    expect(await keyOf({ sampling: { temperature: 1, seed: 5 } }, "sampling_key")).toBe(
      await keyOf({ sampling: { temperature: 1 } }, "sampling_key"),
    );
    expect(await keyOf({ sampling: { seed: 5 } }, "sampling_key")).toBe(0n);
    expect(await keyOf({ sampling: { temperature: 0 } }, "sampling_key")).not.toBe(0n);
  });
});
