/** Every measure through the real proxy, with a real serve that decided it, read by the vendors' own clients; and taken back again. */
import { createHash } from "node:crypto";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sampleCampaign, sampleMember, sampleTurn, samplePolicy } from "../../engine/decisions/testing/sample-campaigns.js";
import { openRecordDatabase } from "../../store/records/database.js";
import { openDecisionBook } from "../serve/decision-book.js";
import { createWorkshop, type Workshop } from "../testing/command-line.js";
import { buildDoor, type Door } from "../testing/door.js";
import { type RunningProxyProcess, startProxyProcess } from "../testing/running-proxy.js";
import { type RunningServe, startServing } from "../testing/running-serve.js";
import { ANSWER, SIGNATURE, startThinkingModel, THOUGHT, type ThinkingModel } from "../testing/thinking-model.js";

/** What is decided about whom; the account is the hash of the key that its client sends. */
const RULES = {
  watched: { measure: "watch", approval: "one" },
  slow: { measure: "throttle", parameters: { requests_per_minute: 1 } },
  unproved: { measure: "step_up", parameters: { verification: "identity" } },
  withheld: { measure: "shape", parameters: { reasoning: "withhold", logprobs: "withhold", choices_max: 1 } },
  summarised: { measure: "shape", parameters: { reasoning: "summarise" } },
  blocked: { measure: "block" },
  shadowed: { measure: "block", mode: "shadow" },
} as const;
type Who = keyof typeof RULES | "anybody" | "thief";
const accountOf = (who: string): string => createHash("sha256").update(`sk-${who}`).digest("hex");

let workshop: Workshop;
let serving: RunningServe;
let model: ThinkingModel;
let door: Door;
let proxy: RunningProxyProcess;
let operator = "";
let gateway = "";
const batches: Record<string, string> = {};

function createKey(name: string, scope: string): string {
  const made = workshop.run(["keys", "create", "--name", name, "--scope", scope]);
  if (made.status !== 0) throw new Error(made.stderr);
  return made.stdout.trim();
}

/** By the real policy, into the records that serve will open; enforcing ones wait for a person. */
async function decideAll(): Promise<void> {
  const database = await openRecordDatabase({ folder: workshop.path("stillwatch-data", "records") });
  for (const [who, rule] of Object.entries(RULES)) {
    const book = await openDecisionBook({
      database,
      policy: samplePolicy([{ name: `rule-${who}`, ...rule }]),
      clock: { nowMs: () => Date.now() },
    });
    const members = [sampleMember(accountOf(who))];
    const [decision] = await book.decide(sampleTurn([sampleCampaign({ id: `campaign--${who}`, evidence: `evidence-${who}`, members })]));
    batches[who] = decision.batchId;
  }
  await database.destroy();
}

beforeAll(async () => {
  workshop = createWorkshop();
  operator = createKey("ann", "admin");
  gateway = createKey("proxy", "check,events:write");
  await decideAll();
  serving = await startServing(workshop, { key: operator, settings: "verdicts: { reasoning_handles: enforce }\n" });
  await serving.ready();
  model = await startThinkingModel();
  door = await buildDoor(serving.url);
  const flags = ["--verify-at", "https://example.org/verify", "--timeout", "2s"];
  proxy = await startProxyProcess(workshop, { key: gateway, upstream: model.url, server: door.url, flags });
}, 180_000);
afterAll(async () => {
  await proxy?.stop("SIGKILL");
  await door?.close();
  await model?.close();
  await serving?.stop("SIGKILL");
  workshop.remove();
});

function command(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return workshop.run([...args, "--url", serving.url], { STILLWATCH_KEY: operator });
}

const openai = (who: Who): OpenAI => new OpenAI({ apiKey: `sk-${who}`, baseURL: `${proxy.url}/v1`, maxRetries: 0 });
const anthropic = (who: Who): Anthropic => new Anthropic({ apiKey: `sk-${who}`, baseURL: proxy.url, maxRetries: 0 });
const messages = [{ role: "user" as const, content: "What is two plus two?" }];
const asked = { model: "stub", max_tokens: 100, messages };

/** What a customer saw: the answer's text and the reasoning beside it; or why there was none. */
interface Seen {
  text: string;
  reasoning: string;
  signature?: string;
  choices?: number;
}

const CLIENTS: Readonly<Record<string, (who: Who) => Promise<Seen>>> = {
  async "OpenAI chat"(who) {
    const { choices } = await openai(who).chat.completions.create({ ...asked, n: 2, logprobs: true });
    const { message } = choices[0];
    return {
      text: message.content ?? "",
      reasoning: (message as { reasoning_content?: string }).reasoning_content ?? "",
      choices: choices.length,
    };
  },
  async "OpenAI chat, streaming"(who) {
    const stream = openai(who).chat.completions.stream({ ...asked, n: 2 });
    let reasoning = "";
    stream.on("chunk", ({ choices }) => {
      if (choices[0]?.index === 0) reasoning += (choices[0].delta as { reasoning_content?: string }).reasoning_content ?? "";
    });
    const { choices } = await stream.finalChatCompletion();
    return { text: choices[0].message.content ?? "", reasoning, choices: choices.length };
  },
  async "OpenAI responses"(who) {
    const { output_text: text, output } = await openai(who).responses.create({ model: "stub", input: "What is two plus two?" });
    return { text, ...readReasoning(output) };
  },
  async "OpenAI responses, streaming"(who) {
    const stream = openai(who).responses.stream({ model: "stub", input: "What is two plus two?" });
    let streamed = "";
    for await (const event of stream) if (/reasoning.*delta/.test(event.type)) streamed += (event as { delta: string }).delta;
    const { output_text: text, output } = await stream.finalResponse();
    const { reasoning, signature } = readReasoning(output);
    // What streamed and what stands at the end must tell the same.
    return { text, reasoning: `${reasoning}${streamed.includes(THOUGHT) && !reasoning.includes(THOUGHT) ? THOUGHT : ""}`, signature };
  },
  async "Anthropic messages"(who) {
    return readBlocks((await anthropic(who).messages.create(asked)).content);
  },
  async "Anthropic messages, streaming"(who) {
    const stream = anthropic(who).messages.stream(asked);
    let streamed = "";
    stream.on("thinking", (delta) => (streamed += delta));
    const seen = readBlocks((await stream.finalMessage()).content);
    expect(streamed).toBe(seen.reasoning);
    return seen;
  },
};

function readReasoning(output: readonly object[]): { reasoning: string; signature: string } {
  const item = output.find((each) => (each as { type: string }).type === "reasoning") as {
    summary: { text: string }[];
    content?: { text: string }[];
    encrypted_content: string;
  };
  return { reasoning: [...item.summary, ...(item.content ?? [])].map(({ text }) => text).join(" "), signature: item.encrypted_content };
}

function readBlocks(content: readonly { type: string }[]): Seen {
  const [thinking, text] = content as unknown as [{ thinking: string; signature: string }, { text: string }];
  return { text: text.text, reasoning: thinking.thinking, signature: thinking.signature };
}

type ApiError = InstanceType<typeof OpenAI.APIError> | InstanceType<typeof Anthropic.APIError>;

async function refusalOf(ask: Promise<unknown>): Promise<ApiError> {
  const error: unknown = await ask.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof OpenAI.APIError || error instanceof Anthropic.APIError) return error;
  throw new Error(`not refused: ${String(error)}`);
}

describe("before anybody has said yes", () => {
  it.each(Object.entries(CLIENTS))("all of them are answered in full: %s", async (_, ask) => {
    for (const who of Object.keys(RULES) as Who[]) {
      const seen = await ask(who);
      expect([who, seen.text]).toEqual([who, ANSWER]);
      expect(seen.reasoning).toContain(THOUGHT);
    }
  });

  it("a person approves, decision by decision", () => {
    for (const [who, rule] of Object.entries(RULES)) {
      if ("mode" in rule) continue;
      const approved = command("decisions", "approve", "--batch", batches[who]);
      expect([approved.status, approved.stderr]).toEqual([0, ""]);
    }
  });
});

describe.each(Object.entries(CLIENTS))("with the decisions in force: %s", (name, ask) => {
  const isAnthropic = name.startsWith("Anthropic");

  it.each<[Who]>([["anybody"], ["watched"], ["shadowed"]])("%s is answered in full", async (who) => {
    const seen = await ask(who);
    expect(seen.text).toBe(ANSWER);
    expect(seen.reasoning).toContain(THOUGHT);
  });

  it("a throttled account is told when to come again", async () => {
    // One a minute: the first test of the file that asks takes it.
    const errors: ApiError[] = [];
    for (let tries = 0; tries < 2; tries += 1) await ask("slow").catch((error: ApiError) => errors.push(error));
    expect(errors.length).toBeGreaterThan(0);
    expect(errors[0].status).toBe(429);
    expect(errors[0]).toBeInstanceOf(isAnthropic ? Anthropic.RateLimitError : OpenAI.RateLimitError);
    expect(Number(errors[0].headers?.get("retry-after"))).toBeGreaterThan(0);
    expect(errors[0].type).toBe("rate_limit_error");
  });

  it("who has to verify is told what and where", async () => {
    const error = await refusalOf(ask("unproved"));
    expect(error).toBeInstanceOf(isAnthropic ? Anthropic.PermissionDeniedError : OpenAI.PermissionDeniedError);
    expect(error.message).toContain("verify identity");
    expect(error.message).toContain("https://example.org/verify");
    expect(error.headers?.get("x-stillwatch-code")).toBe("stillwatch_verification_required");
  });

  it("a blocked account reaches no model", async () => {
    model.take();
    const error = await refusalOf(ask("blocked"));
    expect([error.status, error.headers?.get("x-stillwatch-code")]).toEqual([403, "stillwatch_blocked"]);
    expect(error.message, "what the rule tells the person concerned").toContain("Harvesting.");
    if (error instanceof OpenAI.APIError) expect(error.code).toBe("stillwatch_blocked");
    else expect([error.type, error.errorCode]).toEqual(["permission_error", "stillwatch_blocked"]);
    expect(model.take()).toEqual([]);
  });

  it("reasoning is withheld, answers stay whole, conversations can go on", async () => {
    const seen = await ask("withheld");
    expect(seen).toMatchObject({ text: ANSWER, reasoning: "" });
    if (seen.signature !== undefined) expect(seen.signature).toBe(SIGNATURE);
    if (seen.choices !== undefined) expect(seen.choices).toBe(1);
    expect(model.take().at(-1)?.body).not.toHaveProperty("logprobs");
  });

  it("reasoning is summarised: told that it was there, and by the API's own summary where there is one", async () => {
    const seen = await ask("summarised");
    expect(seen.text).toBe(ANSWER);
    expect(seen.reasoning).toBe(name.includes("responses") ? "It counted." : "[Reasoning left out: 11 words.]");
  });
});

describe("reasoning of somebody else", () => {
  /** Each answer is signed for itself, so that it has one owner. */
  const HANDED_OUT: Readonly<Record<string, (who: Who, model: string) => Promise<unknown>>> = {
    messages: async (who, model) => anthropic(who).messages.create({ ...asked, model }),
    "messages, streaming": async (who, model) =>
      anthropic(who)
        .messages.stream({ ...asked, model })
        .finalMessage(),
    responses: async (who, model) => openai(who).responses.create({ model, input: "What is two plus two?" }),
    "responses, streaming": async (who, model) => openai(who).responses.stream({ model, input: "What is two plus two?" }).finalResponse(),
  };
  const handIn = async (who: Who, name: string, signature: string): Promise<unknown> => {
    if (name.startsWith("responses")) {
      const item = { type: "reasoning" as const, id: "rs_1", summary: [], encrypted_content: signature };
      return openai(who).responses.create({ model: "stub", input: [{ role: "user", content: "And then?" }, item] });
    }
    const block = { type: "thinking" as const, thinking: "", signature };
    return anthropic(who).messages.create({ ...asked, messages: [...messages, { role: "assistant", content: [block] }, ...messages] });
  };

  it.each(Object.entries(HANDED_OUT))("is refused at its first use, and nobody else is: %s", async (name, handOut) => {
    const signing = `signing-${name.replaceAll(/\W+/g, "-")}`;
    await handOut("anybody", signing);
    const signature = `${SIGNATURE}-${signing}`;
    // What was handed out is known when its event has been taken, a moment after the answer.
    const check = { account_id: "somebody", handles: [signature] };
    const question = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(check) };
    const isKnown = async (): Promise<unknown> => (await serving.ask("/v1/reasoning-handles/check", question)).json();
    await expect.poll(isKnown, { timeout: 10_000 }).toMatchObject({ verdict: "deny" });
    const error = await refusalOf(handIn("thief", name, signature));
    expect([error.status, error.headers?.get("x-stillwatch-code")]).toEqual([403, "stillwatch_blocked"]);
    await handIn("anybody", name, signature);
    await CLIENTS["Anthropic messages"]("thief");
  });
});

describe("a probe", () => {
  it.each([["/v1/chat/completions"], ["/v1/messages"]])("sees that %s is asked about and told of, streaming and not", async (path) => {
    // Not waited for in place: the model answers from this very process.
    const args = ["integrations", "probe", "proxy", "--gateway", proxy.url, "--path", path, "--url", serving.url];
    const { status, stdout } = await workshop.start(args, { STILLWATCH_KEY: operator, STILLWATCH_PROBE_KEY: "sk-prober" }).ended;
    expect([status, stdout.match(/answered 200, check seen, event seen/g)?.length]).toEqual([0, 2]);
  });
});

describe("taken back", () => {
  it("a rollback restores what was, at once", async () => {
    for (const who of ["blocked", "unproved", "withheld", "summarised", "slow"] as const) {
      const undone = command("decisions", "rollback", "--batch", batches[who], "--reason", "a customer after all");
      expect([undone.status, undone.stderr]).toEqual([0, ""]);
      for (const ask of Object.values(CLIENTS)) {
        const seen = await ask(who);
        expect([who, seen.text]).toEqual([who, ANSWER]);
        expect(seen.reasoning).toContain(THOUGHT);
      }
    }
  });

  it("all that passed was checked, and nothing that was said is in the log", async () => {
    // Requests and what was said of them are stored in turns, so that one look may fall between the two: nothing more has to come.
    let before = 0;
    const look = async (): Promise<Totals & { isSettled: boolean }> => {
      const totals = await countUnchecked();
      const isSettled = totals.events === before && totals.checked === totals.events;
      before = totals.events;
      return { ...totals, isSettled };
    };
    await expect.poll(look, { timeout: 80_000, interval: 2000 }).toMatchObject({ isSettled: true, none: 0, unchecked: 0, error: 0 });
    const { events } = await countUnchecked();
    expect(events).toBeGreaterThan(100);
    for (const secret of ["two plus two", "apples", "sk-blocked", gateway]) expect(proxy.said()).not.toContain(secret);
  }, 100_000);
});

interface Totals {
  events: number;
  checked: number;
  unchecked: number;
  error: number;
  none: number;
}

async function countUnchecked(): Promise<Totals> {
  return ((await (await serving.ask("/v1/unchecked?limit=1")).json()) as { totals: Totals }).totals;
}
