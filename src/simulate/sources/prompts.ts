/** Prompt files: harvested prompts, people's conversations, pipelines, benchmarks, templates. */
import type { Capability } from "../../vocabulary/feature.js";
import type { Library } from "../library.js";
import { cut } from "../session.js";
import type { Row } from "./read-rows.js";

/** What a file of prompts is. */
export type PromptKind = "distill" | "user" | "bulk" | "benchmark" | "template";

/** Longer texts are cut: mean request size is part of the contract of a world. */
const TEXT_CHARS_MAX = 3000;
const ANSWER_CHARS_MAX = 700;
const PEOPLE_MIN = 10;
const SLOT = /\{\{?[a-z_0-9 ]*\}?\}/gi;

/** Adds a file's rows; false when they are no prompts. */
export function addPromptRows(library: Library, name: string, rows: Row[], isKept: (id: string) => boolean): boolean {
  const kind = recognisePrompts(name, rows);
  if (kind === null) return false;
  const people = new Set(rows.map((row) => row["user"]).filter((user) => user !== undefined));
  // One person's prompts stay in one half, unless the file knows hardly any people.
  const byPerson = people.size >= PEOPLE_MIN;
  const kept = rows.filter((row, i) =>
    isKept(byPerson && row["user"] !== undefined ? `user:${JSON.stringify(row["user"])}` : readText(row["id"]) || `${name}:${i}`),
  );
  if (kind === "template") addTemplates(library, kept);
  else if (kind === "bulk") addBulk(library, kept);
  else if (kind === "benchmark")
    library.benchmarks.push({
      name,
      prompts: kept.map((row) => cut(readText(row["prompt"]), TEXT_CHARS_MAX)).filter((text) => text !== ""),
    });
  else if (kind === "distill") addItems(library, name, kept);
  else addConversations(library, kept);
  return true;
}

/** Tells what a file holds: by its folder where that says so, else by the fields of its rows. Null: no prompts. */
export function recognisePrompts(name: string, rows: readonly Row[]): PromptKind | null {
  const sample = rows.slice(0, 50);
  const has = (field: string): boolean => sample.some((row) => row[field] !== undefined && row[field] !== null);
  if (!(has("prompt") || has("turns")) || has("t_ms")) return null;
  if (has("kind") && (has("commit") || /template/i.test(name))) return "template";
  if (has("template")) return "bulk";
  const folder = name.includes("/") ? name.slice(0, name.lastIndexOf("/")) : "";
  if (/template/i.test(folder)) return "template";
  if (/distill/i.test(folder)) return "distill";
  if (/benign|user/i.test(folder)) return "user";
  if (/bulk|eval|bench/i.test(folder)) return "benchmark";
  if (has("subject")) return "benchmark";
  if (has("user") || has("turns") || has("act") || has("app") || has("ts") || has("t_s")) return "user";
  if (has("response") || has("reference")) return "distill";
  return "benchmark";
}

function readText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function addTemplates(library: Library, rows: Row[]): void {
  for (const row of rows) {
    const text = readText(row["prompt"]);
    if (text.length < 40) continue;
    // Few-shot examples make templates of 8 KB; the frame is what families are recognised by.
    library.templates.push({
      id: readText(row["id"]),
      capability: classifyTemplate(readText(row["kind"]), text),
      system: readText(row["system"]) || null,
      prompt: markSlots(cut(text, TEXT_CHARS_MAX)),
    });
  }
}

/** Marks where the job puts its item; the first slot is the item, later ones get the answer that goes with it. */
export function markSlots(template: string): string {
  let seen = 0;
  return template
    .replace(SLOT, (slot) => {
      // Doubled braces with nothing to fill are how templates write braces.
      if (slot.startsWith("{{") && slot.endsWith("}}")) return slot.length === 4 ? "{}" : slot.slice(1, -1);
      seen++;
      return seen === 1 ? "%ITEM%" : "%ANSWER%";
    })
    .replace(/\{\{/g, "{")
    .replace(/\}\}/g, "}")
    .trim();
}

function classifyTemplate(kind: string, text: string): Capability {
  if (/judge|grad|rubric/i.test(kind) || /\b(score|evaluate this|correct answer)\b/i.test(text)) return "grading";
  if (/tool|trajectory/i.test(kind)) return "tool_use";
  if (/instruction/i.test(kind) && !/reasoning/i.test(kind)) return "task_generation";
  if (/task instructions|classification task|class label|instances/i.test(text)) return "task_generation";
  if (/code|program/i.test(kind)) return "coding";
  return "reasoning";
}

function addBulk(library: Library, rows: Row[]): void {
  const byTemplate = new Map<string, string[]>();
  for (const row of rows) {
    const text = cut(readText(row["prompt"]), TEXT_CHARS_MAX);
    if (text === "") continue;
    const name = readText(row["template"]);
    const list = byTemplate.get(name);
    if (list) list.push(text);
    else byTemplate.set(name, [text]);
  }
  for (const [name, prompts] of byTemplate) library.bulk.push({ name, prompts });
}

function addItems(library: Library, name: string, rows: Row[]): void {
  for (const row of rows) {
    const text = cut(readText(row["prompt"]), TEXT_CHARS_MAX);
    if (text === "") continue;
    const capability = classifyItem(name, text);
    const answer = readText(row["response"]) || readText(row["reference"]);
    (library.items[capability] ??= []).push({ text, answer: answer === "" ? null : cut(answer, ANSWER_CHARS_MAX) });
  }
}

function classifyItem(name: string, text: string): Capability {
  if (/\b(critique|grade the response|rate the|score the)/i.test(text)) return "grading";
  if (/tool|api|function/i.test(name) && /\b(api|function|retrieve|tool|model|load)\b/i.test(text)) return "tool_use";
  if (/\b(python|javascript|java|c\+\+|sql|function|program|algorithm|html|css|code|regex|class)\b|代码|函数|编写.*程序/i.test(text))
    return "coding";
  if (
    /\b(how many|how much|calculate|solve|equation|probability|prove|percent|\d+ (hours|dollars|apples|minutes))\b|多少|计算|求解|方程/i.test(
      text,
    )
  )
    return "reasoning";
  if (/\b(you are a|imagine you|roleplay|as a character)\b/i.test(text)) return "roleplay";
  if (/\b(write|compose|story|poem|essay)\b|写一/i.test(text)) return "writing";
  return "general";
}

function addConversations(library: Library, rows: Row[]): void {
  const running = new Map<string, { turns: string[]; answers: (string | null)[] }>();
  for (const row of rows) {
    if (Array.isArray(row["turns"])) {
      const conversation = readTurns(row["turns"]);
      if (conversation.turns.length > 0) library.conversations.push({ ...conversation, tools: readToolNames(row["tools"]) });
      continue;
    }
    const text = readText(row["prompt"]);
    if (text === "") continue;
    if (row["act"] !== undefined) {
      library.personas.push(cut(text, 1500));
      continue;
    }
    const answer = readText(row["response"]);
    // A person's prompts with a running count of earlier messages are one conversation.
    const person = readText(row["user"]);
    const known = running.get(person);
    if (known && typeof row["n_prior_messages"] === "number" && row["n_prior_messages"] > 0) {
      known.turns.push(cut(text, TEXT_CHARS_MAX));
      known.answers.push(answer === "" ? null : cut(answer, ANSWER_CHARS_MAX));
      continue;
    }
    const transcript = text.startsWith("user: ") ? readTranscript(text) : null;
    const conversation = transcript ?? {
      turns: [cut(text, TEXT_CHARS_MAX)],
      answers: [answer === "" ? null : cut(answer, ANSWER_CHARS_MAX)],
    };
    library.conversations.push({ ...conversation, tools: [] });
    running.set(person, conversation);
  }
}

function readTurns(turns: unknown[]): { turns: string[]; answers: (string | null)[] } {
  const result: { turns: string[]; answers: (string | null)[] } = { turns: [], answers: [] };
  for (const turn of turns) {
    if (turn === null || typeof turn !== "object") continue;
    const { role, content } = turn as { role?: unknown; content?: unknown };
    if (typeof content !== "string" || content === "") continue;
    if (role === "user") {
      result.turns.push(cut(content, TEXT_CHARS_MAX));
      result.answers.push(null);
    } else if (role === "assistant" && result.answers.length > 0)
      result.answers[result.answers.length - 1] = cut(content, ANSWER_CHARS_MAX);
  }
  return result;
}

function readTranscript(text: string): { turns: string[]; answers: (string | null)[] } {
  const result: { turns: string[]; answers: (string | null)[] } = { turns: [], answers: [] };
  for (const part of text.split(/\n(?=(?:user|assistant|tool): )/)) {
    const content = part.slice(part.indexOf(": ") + 2);
    if (part.startsWith("user: ") && content !== "") {
      result.turns.push(cut(content, TEXT_CHARS_MAX));
      result.answers.push(null);
    } else if (part.startsWith("assistant: ") && content !== "None" && result.answers.length > 0)
      result.answers[result.answers.length - 1] = cut(content, ANSWER_CHARS_MAX);
  }
  return result;
}

function readToolNames(tools: unknown): string[] {
  if (!Array.isArray(tools)) return [];
  return tools
    .flatMap((tool: unknown) =>
      tool !== null && typeof tool === "object" && "name" in tool && typeof tool.name === "string" ? [tool.name] : [],
    )
    .slice(0, 12);
}

/** What was read, for `world.json`. */
export function describePrompts(library: Library): Record<string, number> {
  const counts: Record<string, number> = {
    templates: library.templates.length,
    conversations: library.conversations.length,
    personas: library.personas.length,
    bulk_prompts: library.bulk.reduce((sum, each) => sum + each.prompts.length, 0),
    benchmark_questions: library.benchmarks.reduce((sum, each) => sum + each.prompts.length, 0),
    rate_traces: library.rates.length,
    session_traces: library.sessions.length,
    output_lengths: library.outputTokens.length,
  };
  for (const [capability, items] of Object.entries(library.items).sort(([a], [b]) => (a < b ? -1 : 1)))
    counts[`items_${capability}`] = items.length;
  return counts;
}
