/** A model that speaks OpenAI's chat completions, streaming and not, and remembers nothing but how often it was asked. */
import fastify from "fastify";

/** The stub with its address. */
export interface StubModel {
  url: string;
  /** Requests that reached the model since the last look. */
  take(): { isStream: boolean; headers: Readonly<Record<string, unknown>> }[];
  close(): Promise<void>;
}

/** What it answers, whatever it is asked. */
export const STUB_ANSWER = "Four, as far as stubs can tell.";

/** Starts the stub on a free port of the loopback. */
export async function startStubModel(): Promise<StubModel> {
  const app = fastify({ forceCloseConnections: true });
  let asked: { isStream: boolean; headers: Readonly<Record<string, unknown>> }[] = [];
  app.post<{ Body: { model: string; stream?: boolean } }>("/v1/chat/completions", (request, reply) => {
    const { model, stream = false } = request.body;
    asked.push({ isStream: stream, headers: request.headers });
    const id = `chatcmpl-stub-${asked.length}-${Math.random().toString(36).slice(2)}`;
    const usage = { prompt_tokens: 3, completion_tokens: 7, total_tokens: 10 };
    const head = { id, created: 1_700_000_000, model };
    if (!stream) {
      const choices = [{ index: 0, message: { role: "assistant", content: STUB_ANSWER }, finish_reason: "stop" }];
      void reply.send({ ...head, object: "chat.completion", choices, usage });
      return;
    }
    const chunk = (delta: object, finish: string | null): string =>
      `data: ${JSON.stringify({ ...head, object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
    const words = STUB_ANSWER.split(/(?<= )/).map((content) => chunk({ content }, null));
    void reply
      .header("content-type", "text/event-stream")
      .send([chunk({ role: "assistant" }, null), ...words, chunk({}, "stop"), "data: [DONE]\n\n"].join(""));
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
