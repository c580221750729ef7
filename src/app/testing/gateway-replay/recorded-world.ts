/** A world of `stillwatch simulate`, as a gateway's customers send it: calls with keys and headers, the model's recorded answers, and the truth apart. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { StubAnswer } from "../stub-model.js";

/** One call. */
export interface RecordedCall {
  id: string;
  atMs: number;
  /** Of the account, as LiteLLM calls it. */
  accountId: string;
  key: string;
  headers: Readonly<Record<string, string>>;
  body: Readonly<Record<string, unknown>> & { model: string; messages: readonly { role: string; content: string }[] };
  answer: StubAnswer;
  /** Campaign whose harvest it is, or null. Nobody but the count sees it. */
  campaign: string | null;
}

/** Who an account is, in truth. */
export interface RecordedAccount {
  accountId: string;
  organizationId: string | null;
  isAttack: boolean;
  campaign: string | null;
  /** `crowd`, a kind of look-alike, or a playbook. */
  segment: string;
}

/** A line of a side file, and when it is known. */
export interface FactLine {
  knownAtMs: number;
  text: string;
}

/** A world. */
export interface RecordedWorld {
  calls: readonly RecordedCall[];
  accounts: ReadonlyMap<string, RecordedAccount>;
  /** Organization by account in a key: `sk-test-<name>`. */
  organizations: Readonly<Record<string, string>>;
  models: readonly string[];
  facts: Readonly<Record<"accounts" | "enforcement", readonly FactLine[]>>;
  releases: string;
  allowlist: string;
}

type Fields = Record<string, unknown>;

const WEEK_MS = 7 * 86_400_000;
const KEY_PREFIX = "sk-test-";

/** What LiteLLM calls the account behind a key. */
export function nameAccount(name: string): string {
  return createHash("sha256")
    .update(KEY_PREFIX + name)
    .digest("hex");
}

/**
 * Reads a world's folder. It is moved by whole weeks, so that it ended by `endsBeforeMs`: hours and weekdays stay, and what is allowed until some day
 * is still allowed.
 */
export function readRecordedWorld(folder: string, { endsBeforeMs }: { endsBeforeMs: number }): RecordedWorld {
  const read = (name: string): Fields[] => readLines(join(folder, `${name}.ndjson`));
  const requests = read("requests").sort((a, b) => readMs(a["at"]) - readMs(b["at"]));
  const shiftMs = Math.floor((endsBeforeMs - readMs(requests.at(-1)?.["at"])) / WEEK_MS) * WEEK_MS;
  const truth = read("truth");
  const harvest = new Map(
    truth.flatMap((line) => ("request_id" in line ? [[String(line["request_id"]), String(line["campaign"])] as const] : [])),
  );
  const facts = read("accounts");
  const organizationOf = new Map(facts.map((line) => [String(line["account_id"]), asText(line["organization_id"])]));
  const accounts = truth.flatMap((line) => ("account_id" in line ? [describeAccount(line, organizationOf)] : []));
  const move = (lines: readonly Fields[], time: string): FactLine[] => lines.map((line) => moveLine(line, { time, shiftMs }));
  return {
    calls: requests.map((request) => describeCall(request, { harvest, shiftMs })),
    accounts: new Map(accounts.map((account) => [account.accountId, account])),
    organizations: Object.fromEntries(
      [...organizationOf].flatMap(([name, organization]) => (organization === null ? [] : [[name, organization]])),
    ),
    models: [...new Set(requests.map((request) => String(request["target_model"])))].sort(),
    facts: { accounts: move(facts, "created_at"), enforcement: move(read("enforcement"), "at") },
    releases: joinLines(move(read("releases"), "released_at")),
    allowlist: joinLines(move(read("allowlist"), "expires_at")),
  };
}

function readLines(file: string): Fields[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Fields);
}

/** Lines of a file. */
export function joinLines(lines: readonly FactLine[]): string {
  return lines.map(({ text }) => `${text}\n`).join("");
}

function describeAccount(line: Fields, organizationOf: ReadonlyMap<string, string | null>): RecordedAccount {
  const name = String(line["account_id"]);
  return {
    accountId: nameAccount(name),
    organizationId: organizationOf.get(name) ?? null,
    isAttack: line["label"] === "attack",
    campaign: asText(line["campaign"]),
    segment: String(line["segment"]),
  };
}

function moveLine(line: Fields, { time, shiftMs }: { time: string; shiftMs: number }): FactLine {
  const knownAtMs = readMs(line[time]) + shiftMs;
  const named = typeof line["account_id"] === "string" ? { account_id: nameAccount(line["account_id"]) } : {};
  return { knownAtMs, text: JSON.stringify({ ...line, ...named, [time]: new Date(knownAtMs).toISOString() }) };
}

function describeCall(request: Fields, { harvest, shiftMs }: { harvest: ReadonlyMap<string, string>; shiftMs: number }): RecordedCall {
  const id = String(request["request_id"]);
  const name = String(request["account_id"]);
  const client = asFields(request["client"]);
  const headers = {
    "x-forwarded-for": asText(client["ip"]),
    "user-agent": asText(client["user_agent"]),
    "x-litellm-session-id": asText(request["session_id"]),
  };
  return {
    id,
    atMs: readMs(request["at"]) + shiftMs,
    accountId: nameAccount(name),
    key: KEY_PREFIX + name,
    headers: keepTold(headers),
    body: writeBody(request),
    answer: describeAnswer(request),
    campaign: harvest.get(id) ?? null,
  };
}

function writeBody(request: Fields): RecordedCall["body"] {
  const system = asText(request["system"]);
  const messages = (request["messages"] ?? []) as { role: string; content: string }[];
  const sampling = asFields(request["sampling"]);
  const tools = (request["tools"] ?? []) as string[];
  const rest = {
    stream: request["stream"] === true ? true : undefined,
    temperature: sampling["temperature"],
    top_p: sampling["top_p"],
    n: sampling["n"],
    seed: sampling["seed"],
    max_tokens: sampling["max_output_tokens"],
    user: request["end_user_hint"],
    tools:
      tools.length === 0
        ? undefined
        : tools.map((tool) => ({ type: "function", function: { name: tool, parameters: { type: "object", properties: {} } } })),
  };
  return {
    ...keepTold(rest),
    model: String(request["target_model"]),
    messages: [...(system === null ? [] : [{ role: "system", content: system }]), ...messages.map(completeMessage)],
  };
}

/** LiteLLM passes no tool's answer on to a guardrail that does not name its call, and worlds keep no calls. */
function completeMessage(message: { role: string; content: string }, place: number): { role: string; content: string } {
  return message.role === "tool" ? Object.assign({}, message, { tool_call_id: `call_${place}` }) : message;
}

function describeAnswer(request: Fields): StubAnswer {
  return {
    status: Number(request["status"]),
    text: asText(request["output"]) ?? "",
    finishReason: FINISH_REASONS[String(request["finish_reason"])] ?? "stop",
    inputTokens: Number(request["input_tokens"]),
    outputTokens: Number(request["output_tokens"]),
    ...keepTold({
      reasoningTokens: request["reasoning_tokens"] as number | undefined,
      cachedInputTokens: request["cached_input_tokens"] as number | undefined,
    }),
  };
}

/** An answer with `tool_calls` would have to hold some, and worlds keep none. */
const FINISH_REASONS: Readonly<Record<string, string>> = { stop: "stop", length: "length", max_tokens: "length" };

const readMs = (value: unknown): number => (typeof value === "number" ? value : Date.parse(String(value)));
const asText = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);
const asFields = (value: unknown): Fields => (typeof value === "object" && value !== null ? (value as Fields) : {});

function keepTold<T extends Readonly<Record<string, unknown>>>(fields: T): { [Name in keyof T]: Exclude<T[Name], null | undefined> } {
  const told = Object.entries(fields).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(told) as { [Name in keyof T]: Exclude<T[Name], null | undefined> };
}
