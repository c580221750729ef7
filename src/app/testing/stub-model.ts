/** A model that speaks OpenAI's chat completions, streaming and not, and remembers nothing but how often it was asked. */
import fastify from "fastify";

/** What it is asked, as far as it reads it. */
export interface StubCall {
  model: string;
  stream?: boolean;
  messages?: readonly { role: string; content: unknown }[];
}

/** What it says to one call. */
export interface StubAnswer {
  /** From 400 on it fails, and says nothing else. */
  status: number;
  text: string;
  finishReason: string;
  inputTokens: number;
  outputTokens: number;
  reasoningTokens?: number;
  cachedInputTokens?: number;
}

/** The stub with its address. */
export interface StubModel {
  url: string;
  /** Requests that reached the model since the last look. */
  take(): { isStream: boolean; headers: Readonly<Record<string, unknown>> }[];
  close(): Promise<void>;
}

/** What it answers, whatever it is asked, unless it is told otherwise. */
export const STUB_ANSWER = "Four, as far as stubs can tell.";

const sayFour = (): StubAnswer => ({ status: 200, text: STUB_ANSWER, finishReason: "stop", inputTokens: 3, outputTokens: 7 });

/** Conversations of agents are long. */
const BODY_BYTES_MAX = 16 * 1024 * 1024;

/** Starts the stub on a free port of the loopback. */
export async function startStubModel(answerTo: (call: StubCall) => StubAnswer = sayFour): Promise<StubModel> {
  const app = fastify({ forceCloseConnections: true, bodyLimit: BODY_BYTES_MAX });
  let asked: { isStream: boolean; headers: Readonly<Record<string, unknown>> }[] = [];
  app.post<{ Body: StubCall }>("/v1/chat/completions", (request, reply) => {
    const { model, stream = false } = request.body;
    asked.push({ isStream: stream, headers: request.headers });
    const answer = answerTo(request.body);
    const id = `chatcmpl-stub-${asked.length}-${Math.random().toString(36).slice(2)}`;
    if (answer.status >= 400) void reply.status(answer.status).send({ error: { message: "as recorded", type: "recorded", code: null } });
    else if (stream) void reply.header("content-type", "text/event-stream").send(writeStream({ id, model }, answer));
    else void reply.send(writeWhole({ id, model }, answer));
  });
  const url = await app.listen({ port: 0, host: "127.0.0.1" });
  return {
    url,
    take() {
      const taken = asked;
      asked = [];
      return taken;
    },
    close: () => app.close(),
  };
}

interface Head {
  id: string;
  model: string;
}

const CREATED_S = 1_700_000_000;

function writeWhole(head: Head, answer: StubAnswer): object {
  const choices = [{ index: 0, message: { role: "assistant", content: answer.text }, finish_reason: answer.finishReason }];
  return { ...head, created: CREATED_S, object: "chat.completion", choices, usage: writeUsage(answer) };
}

function writeStream(head: Head, answer: StubAnswer): string {
  const write = (rest: object): string =>
    `data: ${JSON.stringify({ ...head, created: CREATED_S, object: "chat.completion.chunk", ...rest })}\n\n`;
  const chunk = (delta: object, finish: string | null): string => write({ choices: [{ index: 0, delta, finish_reason: finish }] });
  const parts = splitInParts(answer.text).map((content) => chunk({ content }, null));
  const usage = write({ choices: [], usage: writeUsage(answer) });
  return [chunk({ role: "assistant" }, null), ...parts, chunk({}, answer.finishReason), usage, "data: [DONE]\n\n"].join("");
}

/** Enough that a stream is one, few enough that long answers cost nothing. */
const PARTS_MAX = 8;

function splitInParts(text: string): string[] {
  const size = Math.max(1, Math.ceil(text.length / PARTS_MAX));
  return Array.from({ length: Math.ceil(text.length / size) }, (_, index) => text.slice(index * size, (index + 1) * size));
}

function writeUsage({ inputTokens, outputTokens, reasoningTokens, cachedInputTokens }: StubAnswer): object {
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    ...(reasoningTokens === undefined ? {} : { completion_tokens_details: { reasoning_tokens: reasoningTokens } }),
    ...(cachedInputTokens === undefined ? {} : { prompt_tokens_details: { cached_tokens: cachedInputTokens } }),
  };
}
