/** A log as it comes out of a bad night: every line is an event, a duplicate, or in quarantine with a reason. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runAcquire, type TestRun, withFiles } from "../engine/acquire/test-acquire.js";
import { sourceFormats } from "./index.js";

const GOOD = {
  request_id: "r",
  at: "2026-02-14T08:30:00Z",
  account_id: "a",
  target_model: "m-large",
  status: 200,
  input_tokens: 12,
  output_tokens: 34,
  messages: [{ role: "user", content: "prompt-text-that-must-not-leak" }],
};
const makeGood = (id: string, changes: object = {}): string => JSON.stringify({ ...GOOD, request_id: id, ...changes });

/** Kinds of damage: how a line with this id looks, and what it is refused as. */
const KINDS: readonly (readonly [kind: string, make: (id: string) => string | Buffer, code: string])[] = [
  ["cut off in a string", (id) => makeGood(id).slice(0, 60), "SW1201"],
  ["cut off in a number", (id) => `{"request_id":"${id}","status":2`, "SW1201"],
  ["cut off at its last bracket", (id) => makeGood(id).slice(0, -1), "SW1201"],
  ["its first bytes lost", (id) => makeGood(id).slice(5), "SW1201"],
  ["two records without a newline", (id) => makeGood(id) + makeGood(`${id}b`), "SW1201"],
  ["trailing comma", (id) => `${makeGood(id)},`, "SW1201"],
  ["single quotes", (id) => makeGood(id).replaceAll('"', "'"), "SW1201"],
  ["a Python repr", (id) => `{'request_id': '${id}', 'stream': True}`, "SW1201"],
  ["NaN", (id) => makeGood(id).replace(":12,", ":NaN,"), "SW1201"],
  ["a control character in a string", (id) => makeGood(id).replace("m-large", "m\u0001"), "SW1201"],
  ["a NUL byte", (id) => makeGood(id).replace("m-large", "m\u0000"), "SW1201"],
  ["a log prefix", (id) => `2026-02-14 INFO ${makeGood(id)}`, "SW1201"],
  ["plain text", (id) => `connection reset by peer ${id}`, "SW1201"],
  ["CSV", (id) => `${id},2026-02-14T08:30:00Z,a,m-large,200,12,34`, "SW1201"],
  ["XML", (id) => `<request id="${id}"/>`, "SW1201"],
  ["a bad escape", (id) => makeGood(id).replace("m-large", "m\\x41"), "SW1201"],
  ["Latin-1", (id) => Buffer.from(makeGood(id).replace("m-large", "mod\u00e8le"), "latin1"), "SW1204"],
  [
    "a truncated UTF-8 sequence",
    (id) => Buffer.from(makeGood(id).replace("m-large", "m\u4e2d"), "utf8").fill(0x20, 98, 99).fill(0xff, 97, 98),
    "SW1204",
  ],
  ["a number", (id) => `${Buffer.from(id).reduce((sum, byte) => sum * 31 + byte, 7)}`, "SW1202"],
  ["a string", (id) => `"${id}"`, "SW1202"],
  ["a nested list of strings", (id) => `[["${id}"]]`, "SW1202"],
  ["an empty id", (_id) => makeGood("", { account_id: _id }), "SW1210"],
  ["an endless id", (id) => makeGood(id + "x".repeat(3000)), "SW1210"],
  ["no request id", (id) => JSON.stringify({ ...GOOD, request_id: undefined, account_id: id }), "SW1206"],
  ["no account", (id) => makeGood(id, { account_id: undefined }), "SW1206"],
  ["no time", (id) => makeGood(id, { at: undefined }), "SW1206"],
  ["no model", (id) => makeGood(id, { target_model: null }), "SW1206"],
  ["no status", (id) => makeGood(id, { status: undefined }), "SW1206"],
  ["no tokens", (id) => makeGood(id, { input_tokens: undefined }), "SW1206"],
  ["an empty object", () => "{}", "SW1206"],
  ["another product's record", (id) => JSON.stringify({ id, call_type: "acompletion", startTime: 1 }), "SW1206"],
  ["a numeric id", (id) => makeGood(id, { request_id: id.length }), "SW1207"],
  ["a textual status", (id) => makeGood(id, { status: "200" }), "SW1207"],
  ["a fraction of a token", (id) => makeGood(id, { output_tokens: 0.5 }), "SW1207"],
  ["messages as text", (id) => makeGood(id, { messages: "hello" }), "SW1207"],
  ["a message without a role", (id) => makeGood(id, { messages: [{ content: "x" }] }), "SW1207"],
  ["a client as text", (id) => makeGood(id, { client: "1.2.3.4" }), "SW1207"],
  ["a flag as text", (id) => makeGood(id, { stream: "true" }), "SW1207"],
  ["time without an offset", (id) => makeGood(id, { at: "2026-02-14T08:30:00" }), "SW1208"],
  ["time in seconds", (id) => makeGood(id, { at: 1_771_057_800 }), "SW1208"],
  ["time in nanoseconds", (id) => makeGood(id, { at: 1_771_057_800_000_000_000 }), "SW1208"],
  ["the year 1970", (id) => makeGood(id, { at: 0 }), "SW1208"],
  ["the year 9999", (id) => makeGood(id, { at: "9999-12-31T23:59:59Z" }), "SW1208"],
  ["30 February", (id) => makeGood(id, { at: "2026-02-30T08:30:00Z" }), "SW1208"],
  ["negative tokens", (id) => makeGood(id, { input_tokens: -1 }), "SW1209"],
  ["a status of 0", (id) => makeGood(id, { status: 0 }), "SW1209"],
  ["tokens beyond reason", (id) => makeGood(id, { output_tokens: 1e15 }), "SW1209"],
  ["a temperature below zero", (id) => makeGood(id, { sampling: { temperature: -1 } }), "SW1209"],
  ["blank", () => "", "SW1203"],
  ["spaces", () => "   \t", "SW1203"],
];

const format = "auto";
const read = (content: string | Buffer): Promise<TestRun> =>
  withFiles({ log: content }, (folder) => runAcquire([join(folder, "log")], { formats: sourceFormats, format }));
const joinLines = (lines: readonly (string | Buffer)[]): Buffer =>
  Buffer.concat(lines.flatMap((line) => [Buffer.from(line), Buffer.from("\n")]));

describe("one damaged line among good ones", () => {
  it.each(KINDS)("%s", async (_kind, make, code) => {
    const { ids, quarantine } = await read(joinLines([makeGood("before"), makeGood("also"), make("bad"), makeGood("after")]));
    expect(ids).toEqual(["before", "also", "after"]);
    expect(quarantine.map((entry) => [entry.code, entry.line])).toEqual([[code, 3]]);
    expect(JSON.stringify(quarantine)).not.toContain("prompt-text-that-must-not-leak");
    for (const text of [quarantine[0]?.what, quarantine[0]?.why, quarantine[0]?.fix]) expect(text).toMatch(/\w{3}/);
  });
});

/** A thousand lines of every kind, some of them several times, in an order that no kind decides. */
function makeBadNight(): (string | Buffer)[] {
  const lines: (string | Buffer)[] = [];
  for (let index = 0; lines.length < 1000; index++) {
    const [, make] = KINDS[index % KINDS.length] ?? KINDS[0] ?? [];
    const bad = make?.(`d${index}`) ?? "";
    lines.push(bad, makeGood(`g${index}`));
    // Every third pair comes again, as writers that retry do.
    if (index % 3 === 0) lines.push(bad, makeGood(`g${index}`));
  }
  return lines.slice(0, 1000).sort((a, b) => Number(hashOf(a) - hashOf(b)));
}

function hashOf(line: string | Buffer): bigint {
  return Buffer.from(line).reduce(
    (hash, byte) => BigInt.asUintN(64, (hash ^ BigInt(byte)) * 1_099_511_628_211n),
    14_695_981_039_346_656_037n,
  );
}

const distinct = <T>(values: readonly T[]): Set<T> => new Set(values);

describe("a file of a thousand lines, most of them damaged", () => {
  const lines = makeBadNight();

  it("is accounted for line by line: events, duplicates, quarantined", async () => {
    const { ids, quarantine, result } = await read(joinLines(lines));
    const events = distinct(ids).size;
    const quarantined = distinct(quarantine.map(({ lineKey }) => lineKey)).size;
    const duplicates = ids.length - events + (quarantine.length - quarantined);
    expect(lines).toHaveLength(1000);
    expect(result.lines).toBe(1000);
    expect(events + duplicates + quarantined).toBe(1000);
    // Equal bytes are one damaged line: exactly as many keys as different bytes.
    expect(quarantined).toBe(distinct(lines.map((line) => Buffer.from(line).toString("hex"))).size - events);
    expect(distinct(quarantine.map(({ code }) => code)).size).toBeGreaterThanOrEqual(9);
  });

  it("gives the same events and the same damaged lines when it is shuffled and split into twenty files", async () => {
    const whole = await read(joinLines(lines));
    const files: Record<string, Buffer> = {};
    const shuffled = lines.map((line, index) => ({ line, rank: (index * 617) % 1000 })).sort((a, b) => a.rank - b.rank);
    for (let part = 0; part < 20; part++) {
      files[`part-${part}`] = joinLines(shuffled.filter((_, index) => index % 20 === part).map(({ line }) => line));
    }
    const split = await withFiles(files, (folder) => runAcquire([folder], { formats: sourceFormats, format }));
    expect(split.ids.toSorted()).toEqual(whole.ids.toSorted());
    const keys = (run: TestRun): string[] => run.quarantine.map(({ lineKey, code }) => `${lineKey} ${code}`).toSorted();
    expect(keys(split)).toEqual(keys(whole));
  });

  it("and not one good line: all of it is quarantined", async () => {
    const bad = KINDS.flatMap(([, make]) => Array.from({ length: 20 }, (_, index) => make(`x${index}`)));
    const { ids, quarantine } = await read(joinLines(bad));
    expect(ids).toEqual([]);
    expect(quarantine).toHaveLength(bad.length);
  });
});

describe("recorded logs of other products, read as they are", () => {
  it.each([
    ["litellm/fixtures/recorded-payload.json", "litellm", 1, 0],
    ["litellm/fixtures/specified-payloads.json", "litellm", 2, 0],
    ["otlp/fixtures/spans-1.37.json", "otlp", 2, 0],
    ["otlp/fixtures/spans-1.26.json", "otlp", 2, 0],
    ["otlp/fixtures/logs-1.37.json", "otlp", 1, 0],
    ["otlp/fixtures/logs-1.30.json", "otlp", 1, 0],
    ["bedrock/fixtures/invocations.json", "bedrock", 5, 0],
    ["bedrock/fixtures/cloudwatch-subscription.json", "bedrock", 1, 1],
    ["langfuse/fixtures/ingestion-batch.json", "langfuse", 1, 0],
    ["langfuse/fixtures/trace-with-observations.json", "langfuse", 1, 0],
    ["langfuse/fixtures/exported-observations.json", "langfuse", 1, 1],
  ])("%s is recognised as %s and read without loss", async (path, name, events, quarantined) => {
    const file = new URL(path, import.meta.url).pathname;
    const { ids, quarantine, result } = await runAcquire([file], { formats: sourceFormats, format });
    expect(result.sources[0]?.format).toBe(name);
    expect([ids.length, quarantine.length]).toEqual([events, quarantined]);
  });
});
