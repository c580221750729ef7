import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { messagesDialect } from "./anthropic-messages.js";
import type { Dialect, Shape } from "./dialect.js";
import { chatDialect } from "./openai-chat.js";
import { responsesDialect } from "./openai-responses.js";
import { filterDocument, filterEvents } from "./streams.js";

const THOUGHTS = ["sinister ", "plänē ", "日本語"];
const chunk = (index: number, delta: object, finish: string | null = null): object => ({
  id: "c",
  choices: [{ index, delta, finish_reason: finish }],
});
const named = (events: readonly Record<string, unknown>[]): string =>
  events.map((data) => `event: ${String(data["type"])}\ndata: ${JSON.stringify(data)}\n\n`).join("");

/** One stream of each API: reasoning first, then the answer "All good.". */
const STREAMS: readonly [Dialect, string][] = [
  [
    chatDialect,
    `${[
      chunk(0, { role: "assistant" }),
      ...THOUGHTS.map((reasoning_content) => chunk(0, { reasoning_content })),
      chunk(0, { content: "All " }),
      chunk(0, { content: "good." }),
      chunk(0, {}, "stop"),
    ]
      .map((data) => `data: ${JSON.stringify(data)}\n\n`)
      .join("")}data: [DONE]\n\n`,
  ],
  [
    messagesDialect,
    `: hello\n\n${named([
      { type: "message_start", message: { content: [], usage: { input_tokens: 3, output_tokens: 1 } } },
      { type: "content_block_start", index: 0, content_block: { type: "thinking", thinking: "", signature: "" } },
      { type: "ping" },
      ...THOUGHTS.map((thinking) => ({ type: "content_block_delta", index: 0, delta: { type: "thinking_delta", thinking } })),
      { type: "content_block_delta", index: 0, delta: { type: "signature_delta", signature: "sig" } },
      { type: "content_block_stop", index: 0 },
      { type: "content_block_start", index: 1, content_block: { type: "redacted_thinking", data: "secret" } },
      { type: "content_block_stop", index: 1 },
      { type: "content_block_start", index: 2, content_block: { type: "text", text: "" } },
      { type: "content_block_delta", index: 2, delta: { type: "text_delta", text: "All good." } },
      { type: "content_block_stop", index: 2 },
      { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 9 } },
      { type: "message_stop" },
    ])}`,
  ],
  [
    responsesDialect,
    named([
      { type: "response.output_item.added", sequence_number: 0, item: { id: "rs", type: "reasoning", summary: [] } },
      ...THOUGHTS.map((delta, index) => ({ type: "response.reasoning_text.delta", sequence_number: 1 + index, delta })),
      {
        type: "response.output_item.done",
        sequence_number: 4,
        item: { id: "rs", type: "reasoning", summary: [], content: [{ text: THOUGHTS.join("") }], encrypted_content: "sig" },
      },
      { type: "response.output_text.delta", sequence_number: 5, delta: "All good." },
      {
        type: "response.completed",
        sequence_number: 6,
        response: {
          status: "completed",
          usage: { input_tokens: 3, output_tokens: 9 },
          output: [{ type: "reasoning", content: [{ text: THOUGHTS.join("") }] }],
        },
      },
    ]),
  ],
];
const NAMED_STREAMS = STREAMS.map(([dialect, stream]) => [dialect.operation, dialect, stream] as const);

async function pass(
  dialect: Dialect,
  stream: string,
  { shape, cuts = [] }: { shape: Shape | null; cuts?: readonly number[] },
): Promise<{ out: string; facts: object }> {
  const bytes = Buffer.from(stream);
  const places = [0, ...cuts.map((cut) => cut % bytes.length).sort((one, other) => one - other), bytes.length];
  const chunks = places.slice(1).map((place, index) => bytes.subarray(places[index], place));
  const filter = filterEvents(dialect, shape);
  const out = await text(Readable.from(chunks.filter(({ length }) => length > 0)).pipe(filter.stream));
  return { out, facts: filter.tell() };
}

const cuts = fc.array(fc.nat(), { maxLength: 30 });

describe.each(NAMED_STREAMS)("a stream of %s, however it is cut", (_, dialect, stream) => {
  it("passes byte for byte and is read all the same", async () => {
    await fc.assert(
      fc.asyncProperty(cuts, async (places) => {
        const { out, facts } = await pass(dialect, stream, { shape: null, cuts: places });
        expect(out).toBe(stream);
        expect(facts).toMatchObject({ output: "All good." });
      }),
      { numRuns: 50 },
    );
  });

  it.each<[Shape]>([[{ reasoning: "withhold" }], [{ reasoning: "summarise" }]])("is shaped alike, and tells nothing: %j", async (shape) => {
    const whole = await pass(dialect, stream, { shape });
    for (const thought of THOUGHTS) expect(whole.out).not.toContain(thought.trim());
    expect(whole.out).toContain("good.");
    await fc.assert(
      fc.asyncProperty(cuts, async (places) => {
        expect((await pass(dialect, stream, { shape, cuts: places })).out).toBe(whole.out);
      }),
      { numRuns: 50 },
    );
  });

  it("is understood with the other line ends that the standard has", async () => {
    for (const ending of ["\r\n", "\r"]) {
      const { out } = await pass(dialect, stream.replaceAll("\n", ending), { shape: { reasoning: "withhold" }, cuts: [100, 101, 102] });
      expect(out).toBe((await pass(dialect, stream, { shape: { reasoning: "withhold" } })).out);
    }
  });

  it("without anything to change keeps every event as it was", async () => {
    const { out } = await pass(dialect, stream, { shape: {} });
    const read = (written: string): unknown[] => [...written.matchAll(/^data: (\{.*)$/gm)].map(([, data]) => JSON.parse(data) as unknown);
    expect(read(out)).toEqual(read(stream));
    expect(out.endsWith("[DONE]\n\n")).toBe(stream.endsWith("[DONE]\n\n"));
  });
});

describe("streams that are not as they should be", () => {
  it("events that are no JSON pass", async () => {
    const odd = "event: x\nid: 7\ndata: {broken\ndata: over lines\n\nretry: 5\n\n: still here\n\n";
    expect((await pass(chatDialect, odd, { shape: { reasoning: "withhold" } })).out).toBe(
      "event: x\nid: 7\ndata: {broken\ndata: over lines\n\nretry: 5\n\n: still here\n\n",
    );
  });

  it("the last event needs no empty line behind it", async () => {
    expect((await pass(chatDialect, 'data: {"a":1}', { shape: { reasoning: "withhold" } })).out).toBe('data: {"a":1}\n\n');
  });

  it("an event without end passes unread; where it should be shaped, the stream ends with an error", async () => {
    const endless = `data: ${"a".repeat(17 * 1024 * 1024)}`;
    expect((await pass(chatDialect, endless, { shape: null })).out).toBe(endless);
    await expect(pass(chatDialect, endless, { shape: { reasoning: "withhold" }, cuts: [10, 5_000_000] })).rejects.toThrow("too large");
  });
});

describe("answers that do not stream", () => {
  const passDocument = async (answer: string, shape: Shape | null): Promise<{ out: string; unshaped: boolean; facts: object }> => {
    let unshaped = false;
    const filter = filterDocument(chatDialect, { shape, onUnshaped: () => (unshaped = true) });
    const out = await text(Readable.from([Buffer.from(answer.slice(0, 7)), Buffer.from(answer.slice(7))]).pipe(filter.stream));
    return { out, unshaped, facts: filter.tell() };
  };
  const answer = JSON.stringify(
    { choices: [{ message: { content: "ok", reasoning: "why" } }], usage: { prompt_tokens: 1, completion_tokens: 2 } },
    null,
    1,
  );

  it("pass byte for byte and are read", async () => {
    expect(await passDocument(answer, null)).toMatchObject({ out: answer, facts: { output: "ok", inputTokens: 1, outputTokens: 2 } });
  });
  it("are shaped", async () => {
    const { out, unshaped } = await passDocument(answer, { reasoning: "withhold" });
    expect([JSON.parse(out), unshaped]).toEqual([
      { choices: [{ message: { content: "ok" } }], usage: { prompt_tokens: 1, completion_tokens: 2 } },
      false,
    ]);
  });
  it("that are no JSON pass, and that is told", async () => {
    expect(await passDocument("<html>busy</html>", { reasoning: "withhold" })).toMatchObject({ out: "<html>busy</html>", unshaped: true });
  });
});
