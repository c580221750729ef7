/** The customers of a recorded world: they send what they sent, in order, at the lab's time, and the model answers what it answered. */
import { createHash } from "node:crypto";
import { request } from "node:http";
import type { LabClock } from "../lab-clock.js";
import type { StubAnswer, StubCall } from "../stub-model.js";
import type { RecordedCall } from "./recorded-world.js";

/** What became of a call. */
export interface Outcome {
  call: RecordedCall;
  /** It reached the model. */
  isServed: boolean;
  /** stillwatch had it refused; the code before the colon of the message. */
  refusal: string | null;
  status: number;
  /** What the customer read. */
  text: string;
}

/** The model of a recorded world. */
export interface RecordedModel {
  /** Says what was said to this conversation, in the order in which it was expected. */
  answerTo(call: StubCall): StubAnswer;
  expect(call: RecordedCall): void;
  /** True when the call came since it was expected. It is not expected any more. */
  settle(call: RecordedCall): boolean;
  /** Calls that nobody expected: 0, or the gateway rewrites what it passes on. */
  countUnknown(): number;
}

const UNKNOWN: StubAnswer = { status: 500, text: "", finishReason: "stop", inputTokens: 0, outputTokens: 0 };

/** Makes the model. */
export function createRecordedModel(): RecordedModel {
  const waiting = new Map<string, RecordedCall[]>();
  const served = new Set<RecordedCall>();
  let unknown = 0;
  return {
    answerTo(call) {
      const next = waiting.get(nameConversation(call))?.find((each) => !served.has(each));
      if (next === undefined) unknown++;
      else served.add(next);
      return next?.answer ?? UNKNOWN;
    },
    expect(call) {
      const name = nameConversation(call.body);
      waiting.set(name, [...(waiting.get(name) ?? []), call]);
    },
    settle(call) {
      const name = nameConversation(call.body);
      const rest = (waiting.get(name) ?? []).filter((each) => each !== call);
      if (rest.length === 0) waiting.delete(name);
      else waiting.set(name, rest);
      return served.delete(call);
    },
    countUnknown: () => unknown,
  };
}

function nameConversation({ model, messages = [] }: StubCall): string {
  const said = messages.map(({ role, content }) => [role, content]);
  return createHash("sha256")
    .update(JSON.stringify([model, said]))
    .digest("hex");
}

/** Calls under way at once; more than LiteLLM works on at a time only wait there. */
const UNDER_WAY_MAX = 16;
/** How far a call may still be under way behind the lab's time: LiteLLM stamps it at most so much later than it was sent in the world. */
const STAMP_ERROR_MS_MAX = 60_000;

/** What sending needs. */
export interface Sending {
  calls: readonly RecordedCall[];
  gatewayUrl: string;
  clock: LabClock;
  model: RecordedModel;
  /** Asked before each call; the world waits for it. `settle` waits for what is under way. */
  beforeCall(call: RecordedCall, settle: () => Promise<unknown>): Promise<void>;
  onOutcome(outcome: Outcome): void;
}

/** Sends everything. */
export async function sendCalls(sending: Sending): Promise<void> {
  const { calls, clock, model } = sending;
  const underWay = new Map<RecordedCall, Promise<void>>();
  for (const call of calls) {
    for (const [earlier, ending] of underWay)
      if (underWay.size >= UNDER_WAY_MAX || earlier.atMs < call.atMs - STAMP_ERROR_MS_MAX) await ending;
    await sending.beforeCall(call, async () => Promise.all(underWay.values()));
    clock.set(call.atMs);
    model.expect(call);
    const ending = sendOne(call, sending).finally(() => underWay.delete(call));
    // Told when it is waited for, which may be a while later.
    ending.catch(() => {});
    underWay.set(call, ending);
  }
  await Promise.all(underWay.values());
}

async function sendOne(call: RecordedCall, sending: Sending): Promise<void> {
  // A customer whose connection breaks was answered by nobody, which the count tells; the world goes on.
  const { status, text } = await send(call, sending.gatewayUrl).catch((error: unknown) => ({ status: 0, text: String(error) }));
  const refusal = status === 400 ? (/stillwatch_[a-z_]+/.exec(text)?.[0] ?? null) : null;
  sending.onOutcome({ call, status, text, refusal, isServed: sending.model.settle(call) });
}

/** Sends one call and reads the answer to its end. A connection each: LiteLLM closes those that rest, and the world may stand still. */
export async function send({ key, headers, body }: RecordedCall, gatewayUrl: string): Promise<{ status: number; text: string }> {
  const options = {
    method: "POST",
    agent: false,
    headers: { ...headers, authorization: `Bearer ${key}`, "content-type": "application/json" },
  };
  return new Promise((resolve, reject) => {
    const asked = request(`${gatewayUrl}/v1/chat/completions`, options, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (part: string) => (text += part));
      answer.on("error", reject);
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    asked.on("error", reject);
    asked.end(JSON.stringify(body));
  });
}
