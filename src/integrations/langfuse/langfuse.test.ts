import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { langfuseFormat } from "./langfuse.js";

const load = (name: string): unknown => JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), "utf8"));
const read = (record: unknown): unknown[] =>
  langfuseFormat.read(record).map((reading) => ("event" in reading ? reading.event : reading.problem.code));

const trace = load("trace-with-observations") as { observations: Record<string, unknown>[] };
const exported = load("exported-observations") as Record<string, unknown>[];

const GENERATION = {
  requestId: "obs-1",
  atMs: Date.UTC(2026, 0, 21, 10),
  latencyMs: 2500,
  targetModel: "gpt-4o",
  status: 200,
  operation: "generation",
  inputTokens: 12,
  outputTokens: 4,
  cachedInputTokens: 5,
  reasoningTokens: 2,
  sampling: { temperature: 0.7, maxOutputTokens: 256 },
  system: "Be brief.",
  messages: [{ role: "user", content: "Name a river." }],
  output: "The Loire.",
};

describe("Langfuse", () => {
  it("as an SDK sends it", () => {
    expect(read(load("ingestion-batch"))).toEqual([
      {
        requestId: "time-11-28-54-796360_chatcmpl-521e530f-5e29-4d0a-8d1a-58fca0a847c2",
        atMs: Date.UTC(2025, 0, 16, 19, 28, 54, 796),
        latencyMs: 328,
        accountId: "unattributed:langfuse",
        targetModel: "gpt-3.5-turbo",
        status: 200,
        inputTokens: 10,
        outputTokens: 20,
        messages: [{ role: "user", content: "Hello!" }],
        output: "Hello! How can I assist you today?",
      },
    ]);
  });

  it("as a trace with its observations: the generation belongs to the trace's user, the span is no request", () => {
    expect(read(trace)).toEqual([{ ...GENERATION, accountId: "user-7", organizationId: "project-1", sessionId: "session-3" }]);
  });

  it("as a page of the API: without the trace, the project stands in", () => {
    expect(read({ data: trace.observations, meta: { page: 1 } })).toEqual([
      { ...GENERATION, accountId: "project-1", sessionId: "trace-1" },
    ]);
  });

  describe("as a batch in which", () => {
    const create = { type: "generation-create", body: { id: "g1", startTime: "2026-01-21T10:00:00Z", model: "m" } };
    const update = (id: string, more: object): object => ({ type: "generation-update", body: { id, ...more } });
    const readIds = (...batch: object[]): unknown[] =>
      langfuseFormat
        .read({ batch })
        .map((reading) => ("event" in reading ? [reading.event.requestId, reading.event.outputTokens] : reading.problem.code));

    it.each<[claim: string, batch: object[], found: unknown[]]>([
      [
        "all updates of a generation are merged",
        [create, update("g1", { usage: { output: 7 } }), update("g1", { output: "x" })],
        [["g1", 7]],
      ],
      [
        "an update of another batch's generation says too little: it is counted",
        [create, update("g0", { output: "x" })],
        [["g1", 0], "SW1208"],
      ],
      [
        "an update of another batch's generation says enough",
        [create, update("g0", { startTime: "2026-01-21T09:59:00Z", model: "m", usage: { output: 5 } })],
        [
          ["g1", 0],
          ["g0", 5],
        ],
      ],
      ["there are updates only", [update("g0", { output: "x" }), update("g2", { output: "x" })], ["SW1208", "SW1208"]],
    ])("%s", (_claim, batch, found) => {
      expect(readIds(...batch)).toEqual(found);
      expect(langfuseFormat.recognise({ batch })).toBe(1);
    });
  });

  it("as bulk exports write it: snake_case, JSON in strings, UTC without saying so", () => {
    expect(exported.flatMap(read)).toEqual([
      {
        requestId: "obs-3",
        atMs: Date.UTC(2026, 0, 21, 10, 5),
        latencyMs: 1000,
        accountId: "project-1",
        sessionId: "trace-2",
        targetModel: "claude-sonnet-4-5",
        status: 500,
        operation: "generation",
        inputTokens: 9,
        outputTokens: 3,
        sampling: { temperature: 1 },
        messages: [{ role: "user", content: "Name a lake." }],
        output: "Lake Geneva.",
      },
    ]);
  });

  it.each<[string, object, object]>([
    ["a generation", { level: "DEFAULT" }, { untold: ["input_tokens", "output_tokens"] }],
    ["an embedding, which writes none", { level: "DEFAULT", type: "EMBEDDING" }, { untold: ["input_tokens"], outputTokens: 0 }],
    ["a failure, which used none", { level: "ERROR" }, { status: 500, inputTokens: 0, outputTokens: 0 }],
  ])("pretends to know no tokens of %s", (_claim, fields, expected) => {
    const [event] = read({ ...exported[0], usage: null, usage_details: null, prompt_tokens: null, completion_tokens: null, ...fields });
    expect(event).toMatchObject(expected);
    if (!("untold" in expected)) expect(event).not.toHaveProperty("untold");
  });

  it.each([
    ["a generation without a model", { ...exported[0], provided_model_name: null }, ["SW1206"]],
    ["a generation without a time", { ...exported[0], start_time: null }, ["SW1208"]],
    ["a record of another kind", { hello: 1 }, ["SW1211"]],
    ["no object", null, ["SW1211"]],
    ["a trace that only names its observations", { id: "t", observations: ["a", "b"] }, []],
  ])("%s", (_claim, record, codes) => {
    expect(read(record)).toEqual(codes);
  });

  it.each([
    ["a batch", load("ingestion-batch"), 1],
    ["a trace", trace, 1],
    ["an exported row", exported[0], 1],
    ["a native event", { request_id: "r", type: "x" }, 0],
  ])("recognises %s with %s", (_claim, record, sureness) => {
    expect(langfuseFormat.recognise(record)).toBe(sureness);
  });
});
