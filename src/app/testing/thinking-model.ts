/** A model server that thinks aloud: chat completions, completions, responses and messages, streaming and not, piece by piece. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What it thinks and says, whatever it is asked. */
export const THOUGHT = "Two and two are apples, and apples are counted with fingers.";
/** What it says. */
export const ANSWER = "Four, as far as stubs can tell.";
/** What it hands out with reasoning. */
export const SIGNATURE = "sig-of-a-long-thought";

/** A request that reached it. */
export interface Asked {
  method: string;
  url: string;
  headers: IncomingMessage["headers"];
  body: Record<string, unknown>;
  text: string;
}

/** The model with its address. */
export interface ThinkingModel {
  url: string;
  /** Requests since the last look. */
  take(): Asked[];
  /** Answers whose client went away before their end. */
  abandoned(): number;
  /** Bytes that `flooding` wrote. */
  flooded(): number;
  /** Lets go on what is held back. */
  open(): void;
  close(): Promise<void>;
}

type Piece = { event?: string; data: unknown };

/** Starts it on a free port of loopback. Behaviour goes by the model's name: `gated` stops after the first piece, `pondering` before it, `silent` before the head; `flooding` never ends; `failing`, `breaking`. */
export async function startThinkingModel(): Promise<ThinkingModel> {
  let asked: Asked[] = [];
  let abandoned = 0;
  let flooded = 0;
  let waiting: (() => void)[] = [];
  const hold = (): Promise<void> => new Promise((resolve) => void waiting.push(resolve));
  const server = createServer((request, response) => {
    response.once("close", () => {
      if (!response.writableFinished) abandoned += 1;
    });
    const serve = async (): Promise<void> => {
      const one = await readRequest(request);
      asked.push(one);
      await answer(one, { response, hold, onFlood: (bytes) => (flooded += bytes) });
    };
    serve().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const open = (): void => {
    for (const go of waiting) go();
    waiting = [];
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    take() {
      const taken = asked;
      asked = [];
      return taken;
    },
    abandoned: () => abandoned,
    flooded: () => flooded,
    open,
    close: async () =>
      new Promise((resolve) => {
        open();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readRequest(request: IncomingMessage): Promise<Asked> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  const body = text.startsWith("{") ? (JSON.parse(text) as Record<string, unknown>) : {};
  return { method: request.method ?? "", url: request.url ?? "", headers: request.headers, body, text };
}

/** One event after the other, as fast as they are taken, until the client goes. */
async function flood(response: ServerResponse, onFlood: (bytes: number) => void): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const event = `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: "a".repeat(60_000) } }] })}\n\n`;
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  while (!response.destroyed) {
    onFlood(event.length);
    if (!response.write(event)) await once(response, "drain", { signal: gone.signal }).catch(() => null);
  }
}

/** What was written has to be on its way before the connection goes. */
const BREAK_MS = 100;

async function answer(
  { url, body, text }: Asked,
  { response, hold, onFlood }: { response: ServerResponse; hold: () => Promise<void>; onFlood: (bytes: number) => void },
): Promise<void> {
  const path = url.split("?")[0] ?? "";
  const model = String(body["model"]);
  const json = { "content-type": "application/json", "x-own": "kept" };
  if (model === "silent") await hold();
  if (model === "failing")
    return void response.writeHead(529, json).end(JSON.stringify({ error: { type: "overloaded_error", message: "busy" } }));
  if (model === "flooding") return flood(response, onFlood);
  const pieces = listPieces(path, body);
  if (pieces === null) return void response.writeHead(200, { "content-type": "text/plain", "x-own": "kept" }).end(`untouched:${text}`);
  if (body["stream"] !== true) return void response.writeHead(200, json).end(JSON.stringify(writeWhole(path, body)));
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "x-own": "kept" }).flushHeaders();
  if (model === "pondering") await hold();
  for (const [index, { event, data }] of pieces.entries()) {
    if (index === 1 && model === "gated") await hold();
    if (index === 2 && model === "breaking") return void setTimeout(() => response.destroy(), BREAK_MS);
    const written = `${event === undefined ? "" : `event: ${event}\n`}data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`;
    // In two pieces, so that events do not come as chunks do.
    response.write(written.slice(0, 20));
    response.write(written.slice(20));
  }
  response.end();
}

const words = (text: string): string[] => text.split(/(?<= )/);
const count = (value: unknown): number => (typeof value === "number" ? value : 1);

function listPieces(path: string, body: Record<string, unknown>): Piece[] | null {
  if (path.endsWith("/chat/completions")) return listChatPieces(body);
  if (path.endsWith("/completions")) return listCompletionPieces(body);
  if (path.endsWith("/v1/messages")) return listMessagePieces(body);
  return path.endsWith("/responses") || path.includes("/responses/") ? listResponsePieces(body) : null;
}

function writeWhole(path: string, body: Record<string, unknown>): object {
  if (path.endsWith("/v1/messages")) return writeMessage(body);
  if (path.includes("/responses")) return writeResponse(body);
  const isChat = path.endsWith("/chat/completions");
  const choices = Array.from({ length: count(body["n"]) }, (_, index) => ({
    index,
    finish_reason: "stop",
    logprobs: body["logprobs"] === undefined || body["logprobs"] === false ? null : { content: [{ token: "Four", logprob: -0.1 }] },
    ...(isChat ? { message: { role: "assistant", reasoning_content: THOUGHT, content: ANSWER } } : { text: ANSWER }),
  }));
  const usage = { prompt_tokens: 11, completion_tokens: 22, total_tokens: 33 };
  const object = isChat ? "chat.completion" : "text_completion";
  return { id: "cmpl-1", object, created: 1_700_000_000, model: body["model"], choices, usage };
}

function listChatPieces(body: Record<string, unknown>): Piece[] {
  const head = { id: "chatcmpl-1", object: "chat.completion.chunk", created: 1_700_000_000, model: body["model"] };
  const chunk = (index: number, delta: object, finish: string | null = null): Piece => ({
    data: { ...head, choices: [{ index, delta, finish_reason: finish }] },
  });
  const choices = Array.from({ length: count(body["n"]) }, (_, index) => [
    chunk(index, { role: "assistant", content: "" }),
    ...words(THOUGHT).map((text) => chunk(index, { reasoning_content: text })),
    ...words(ANSWER).map((content) => chunk(index, { content })),
    chunk(index, {}, "stop"),
  ]);
  return [...choices.flat(), { data: "[DONE]" }];
}

function listCompletionPieces(body: Record<string, unknown>): Piece[] {
  const head = { id: "cmpl-1", object: "text_completion", created: 1_700_000_000, model: body["model"] };
  return [
    ...words(ANSWER).map((text) => ({ data: { ...head, choices: [{ index: 0, text, finish_reason: null, logprobs: null }] } })),
    { data: "[DONE]" },
  ];
}

/** Models named `signing-…` sign with a signature of their own. */
function sign({ model }: Record<string, unknown>): string {
  return String(model).startsWith("signing-") ? `${SIGNATURE}-${String(model)}` : SIGNATURE;
}

function writeMessage(body: Record<string, unknown>): object {
  const content = [
    { type: "thinking", thinking: THOUGHT, signature: sign(body) },
    { type: "text", text: ANSWER },
  ];
  const usage = { input_tokens: 5, cache_read_input_tokens: 6, output_tokens: 22 };
  return {
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: body["model"],
    content,
    stop_reason: "end_turn",
    stop_sequence: null,
    usage,
  };
}

function listMessagePieces(body: Record<string, unknown>): Piece[] {
  const message = {
    ...writeMessage(body),
    content: [],
    stop_reason: null,
    usage: { input_tokens: 5, cache_read_input_tokens: 6, output_tokens: 1 },
  };
  const named = (data: { type: string }): Piece => ({ event: data.type, data });
  const delta = (index: number, inner: object): Piece => named({ type: "content_block_delta", index, delta: inner } as { type: string });
  const start = (index: number, content_block: object): Piece =>
    named({ type: "content_block_start", index, content_block } as { type: string });
  const stop = (index: number): Piece => named({ type: "content_block_stop", index } as { type: string });
  return [
    named({ type: "message_start", message } as { type: string }),
    start(0, { type: "thinking", thinking: "", signature: "" }),
    named({ type: "ping" }),
    ...words(THOUGHT).map((thinking) => delta(0, { type: "thinking_delta", thinking })),
    delta(0, { type: "signature_delta", signature: sign(body) }),
    stop(0),
    start(1, { type: "text", text: "" }),
    ...words(ANSWER).map((text) => delta(1, { type: "text_delta", text })),
    stop(1),
    named({ type: "message_delta", delta: { stop_reason: "end_turn", stop_sequence: null }, usage: { output_tokens: 22 } } as {
      type: string;
    }),
    named({ type: "message_stop" }),
  ];
}

const writeReasoningItem = (body: Record<string, unknown>): object => ({
  id: "rs_1",
  type: "reasoning",
  summary: [{ type: "summary_text", text: "It counted." }],
  content: [{ type: "reasoning_text", text: THOUGHT }],
  encrypted_content: sign(body),
});
const MESSAGE_ITEM = {
  id: "msg_1",
  type: "message",
  role: "assistant",
  status: "completed",
  content: [{ type: "output_text", text: ANSWER, annotations: [] }],
};

function writeResponse(body: Record<string, unknown>): object {
  const usage = { input_tokens: 11, output_tokens: 22, total_tokens: 33, output_tokens_details: { reasoning_tokens: 15 } };
  return {
    id: "resp_1",
    object: "response",
    created_at: 1_700_000_000,
    status: "completed",
    model: body["model"],
    output: [writeReasoningItem(body), MESSAGE_ITEM],
    usage,
  };
}

function listResponsePieces(body: Record<string, unknown>): Piece[] {
  const response = writeResponse(body);
  const at = { item_id: "rs_1", output_index: 0 };
  const events: Record<string, unknown>[] = [
    { type: "response.created", response: { ...response, status: "in_progress", output: [] } },
    { type: "response.output_item.added", output_index: 0, item: { ...writeReasoningItem(body), summary: [], content: [] } },
    { type: "response.reasoning_summary_part.added", ...at, summary_index: 0, part: { type: "summary_text", text: "" } },
    { type: "response.reasoning_summary_text.delta", ...at, summary_index: 0, delta: "It counted." },
    { type: "response.reasoning_summary_text.done", ...at, summary_index: 0, text: "It counted." },
    { type: "response.reasoning_summary_part.done", ...at, summary_index: 0, part: { type: "summary_text", text: "It counted." } },
    { type: "response.content_part.added", ...at, content_index: 0, part: { type: "reasoning_text", text: "" } },
    ...words(THOUGHT).map((delta) => ({ type: "response.reasoning_text.delta", ...at, content_index: 0, delta })),
    { type: "response.reasoning_text.done", ...at, content_index: 0, text: THOUGHT },
    { type: "response.content_part.done", ...at, content_index: 0, part: { type: "reasoning_text", text: THOUGHT } },
    { type: "response.output_item.done", output_index: 0, item: writeReasoningItem(body) },
    { type: "response.output_item.added", output_index: 1, item: { ...MESSAGE_ITEM, content: [] } },
    {
      type: "response.content_part.added",
      item_id: "msg_1",
      output_index: 1,
      content_index: 0,
      part: { type: "output_text", text: "", annotations: [] },
    },
    ...words(ANSWER).map((delta) => ({ type: "response.output_text.delta", item_id: "msg_1", output_index: 1, content_index: 0, delta })),
    { type: "response.output_text.done", item_id: "msg_1", output_index: 1, content_index: 0, text: ANSWER },
    { type: "response.output_item.done", output_index: 1, item: MESSAGE_ITEM },
    { type: "response.completed", response },
  ];
  return events.map((data, sequence_number) => ({ event: String(data["type"]), data: { ...data, sequence_number } }));
}
