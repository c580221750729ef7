/** What ordinary accounts send: chats, apps, private scripts, agents, batches. Attackers' unrelated traffic is made of the same. */
import {
  writeAppSystemPrompt,
  writeDiff,
  writeOwnInstructions,
  writeScriptSystemPrompt,
  writeScriptTemplate,
} from "../content/benign-scaffolds.js";
import { writeAnswer, writeItem } from "../content/items.js";
import { writeFollowUp, writeOpening } from "../content/talk.js";
import { varyPrompt } from "../content/wording.js";
import type { Draft, WorldContext } from "../context.js";
import type { Capability } from "../../vocabulary/feature.js";
import { LANGUAGES, LANGUAGE_WEIGHTS } from "../content/user-prompts.js";
import { writePhrase } from "../phrase.js";
import type { Profile } from "../profile.js";
import { chance, createRandom, drawBetween, drawInteger, drawZipf, mix32, pick, pickWeighted, type Random } from "../random.js";
import { addTurn, drawTurns, type Session, startSession } from "../session.js";

const AGENT_TOOLS = ["read_file", "write_file", "run_command", "search", "list_files", "fetch_url", "edit", "todo"];
const SUB_AGENTS = [
  "Explore the code and report paths.",
  "Summarise the conversation so far.",
  "Write a title of five words.",
  "Review the change.",
  "Search the web and quote.",
];
const WORKING_PLACE = "\nCurrent directory: /home/{dev|work|me|user}/{site|api|tools|notes|data}-[1-60], branch {main|dev|fix-[1-90]}.";
const END_USER = "{Customer|User}: [name], {plan|tier} {basic|plus|family|trial}, {city|branch} [place]{, {visits|orders} [1-40]|}.";
const APP_TOOLS = ["lookup_order", "search_help", "book_slot", "get_balance", "create_ticket"];
const SCRIPT_ITEMS: readonly Capability[] = [
  "general",
  "reasoning",
  "coding",
  "data_analysis",
  "grading",
  "tool_use",
  "vision",
  "safe_rewrite",
];

/** One conversation of an ordinary account. */
export function openUsage(context: WorldContext, profile: Profile, atMs: number, random: Random): Draft[] {
  const session = startSession(profile, atMs, random);
  if (profile.habits.kind === "chat") openChat(context, session, null);
  else if (profile.habits.kind === "app") openApp(context, session, profile.textSeed);
  else if (profile.habits.kind === "agent") openAgent(context, session);
  else openScript(context, session);
  return session.drafts;
}

/** A person talking; `system` for chats inside an app. */
export function openChat(context: WorldContext, session: Session, system: string | null): void {
  const { random, profile } = session;
  const language = chance(random, 0.85) ? profile.habits.language : "en";
  const opening = writeOpening(context.options.library, language, random);
  let frame = system;
  // Three in five keep instructions of their own in front of every chat, and change them now and then.
  if (frame === null && profile.textSeed % 5 < 3)
    frame = writeOwnInstructions(createRandom(profile.textSeed, drawZipf(random, 1 + (profile.textSeed % 6))));
  if (frame === null && chance(random, 0.06)) frame = context.personas[drawZipf(random, context.personas.length)] ?? null;
  const turns = drawTurns(profile, random);
  const carried = carryAnswer(context, session);
  for (let i = 0; i < turns; i++) {
    const text = i === 0 ? (carried ?? opening.text) : (opening.followUps[i - 1] ?? writeFollowUp(language, random));
    const answer = opening.answers[i] ?? writeAnswer(random, drawBetween(random, 60, 360), text);
    addTurn(session, { system: frame, text, answer, keepsHistory: true, tools: opening.tools });
    // People press "again" when they dislike an answer.
    if (chance(random, 0.035)) addTurn(session, { system: frame, text, answer: writeAnswer(random, 200, text), keepsHistory: true });
  }
  context.answers.put(profile.index, session.drafts);
}

/** Of so many chats one begins with an answer of an earlier chat, and one with an answer that somebody passed on. */
const CARRIED_ONE_IN = { own: 30, passedOn: 300 };
const CARRIED_FOR = [
  "Make this shorter.",
  "Can you check this?",
  "Put this into plain words:",
  "What is wrong here?",
  "Rewrite this, please.",
];

/** What a chat begins with when it is about an answer; settled by the conversation's own seed, so that no other draw depends on it. */
function carryAnswer(context: WorldContext, { profile, atMs, startedSeed }: Session): string | undefined {
  const isOwn = mix32(startedSeed, 0xca1) % CARRIED_ONE_IN.own === 0;
  if (!isOwn && mix32(startedSeed, 0xca2) % CARRIED_ONE_IN.passedOn !== 0) return undefined;
  const answer = context.answers.take(profile.index, { atMs, seed: startedSeed, own: isOwn });
  return answer === undefined ? undefined : `${CARRIED_FOR[mix32(startedSeed, 0xca3) % CARRIED_FOR.length]}\n\n${answer}`;
}

/** One end user of an app: the app's system prompt, a stranger's question. */
export function openApp(context: WorldContext, session: Session, textSeed: number): void {
  const { random, profile } = session;
  // Apps have several functions, each with its prompt.
  const frame = writeAppSystemPrompt(createRandom(textSeed, 61 + drawZipf(random, 1 + (textSeed % 5))));
  // Two in five apps put the end user into the system prompt.
  const system = textSeed % 5 < 2 ? `${frame}\n${writePhrase(END_USER, random)}` : frame;
  const endUser: Profile = {
    ...profile,
    habits: {
      ...profile.habits,
      language: chance(random, 0.7) ? profile.habits.language : pickWeighted(random, LANGUAGES, LANGUAGE_WEIGHTS),
    },
  };
  const tools = chance(random, profile.habits.toolsShare) ? APP_TOOLS.slice(0, 2 + (textSeed % 3)) : [];
  const opening = writeOpening(context.options.library, endUser.habits.language, random);
  const turns = drawTurns(profile, random);
  for (let i = 0; i < turns; i++) {
    const text = i === 0 ? opening.text : (opening.followUps[i - 1] ?? writeFollowUp(endUser.habits.language, random));
    const answer = opening.answers[i] ?? writeAnswer(random, drawBetween(random, 60, 300), text);
    // Every other app puts passages that it found in front of the question.
    addTurn(session, {
      system,
      text: textSeed % 2 === 0 ? `${writePassages(random)}\n\n${text}` : text,
      answer,
      keepsHistory: true,
      tools,
    });
  }
}

function writePassages(random: Random): string {
  const count = drawBetween(random, 1, 3);
  return Array.from(
    { length: count },
    (_, i) => `[${i + 1}] ${writeAnswer(random, drawBetween(random, 90, 420), writeItem("general", random))}`,
  ).join("\n");
}

/** A private script or batch job: one of the account's own templates over its own items, rarely the same item twice. */
export function openScript(context: WorldContext, session: Session): void {
  const { random, profile } = session;
  const turns = drawTurns(profile, random);
  // People keep one to seven scripts, some used all the time and some now and then.
  const script = createRandom(profile.textSeed, drawZipf(random, 1 + (profile.textSeed % 7), 0.6));
  const template = writeScriptTemplate(script);
  const system = writeScriptSystemPrompt(script);
  for (let i = 0; i < turns; i++) {
    const item = writeScriptItem(context, profile, random);
    addTurn(session, {
      system,
      text: template.replace("%ITEM%", () => item),
      answer: writeAnswer(random, drawBetween(random, 20, 300), item),
    });
  }
}

function writeScriptItem(context: WorldContext, profile: Profile, random: Random): string {
  const bulk = context.options.library?.bulk ?? [];
  const own = profile.textSeed % 5;
  if (bulk.length > 0 && own < 2) {
    const job = bulk[profile.textSeed % bulk.length];
    if (job && job.prompts.length > 0) return varyPrompt(pick(random, job.prompts), random);
  }
  const capability = SCRIPT_ITEMS[profile.textSeed % SCRIPT_ITEMS.length] ?? "general";
  if (own === 2 || own === 3) return writeAnswer(random, drawBetween(random, 150, 1000), writeItem("general", random));
  return writeItem(capability, random);
}

/** An agent at work: a goal, then tool results, for as many steps as a recorded or drawn session has. */
export function openAgent(
  context: WorldContext,
  session: Session,
  goal?: { system: string | null; text: string; campaign: string | null },
): void {
  const { random, profile } = session;
  const frameworks = context.frameworks;
  const framework =
    frameworks[
      profile.textSeed % 3 === 0 ? profile.textSeed % frameworks.length : drawZipf(createRandom(profile.textSeed, 5), frameworks.length)
    ] ?? null;
  const place = profile.textSeed % 2 === 0 ? writePhrase(WORKING_PLACE, random) : "";
  // Frameworks hand parts of a job to sub-agents with shorter prompts.
  const system =
    goal?.system ??
    (chance(random, 0.3)
      ? `${framework ?? ""}\n# Sub-agent\n${SUB_AGENTS[drawInteger(random, 1 + (profile.textSeed % SUB_AGENTS.length))] ?? ""}`
      : `${framework ?? ""}${place}`);
  const tools = AGENT_TOOLS.slice(0, 4 + (profile.textSeed % 5));
  const trace = pickTrace(context, profile, random);
  const text =
    goal?.text ??
    (chance(random, 0.5)
      ? writeItem(pick(random, ["agentic_coding", "coding", "tool_use", "data_analysis"] as const), random)
      : writeOpening(context.options.library, profile.habits.language, random).text);
  const turns = drawTurns(profile, random);
  const campaign = goal?.campaign ?? null;
  for (let i = 0; i < turns; i++) {
    const step = trace?.steps[i];
    const previous = trace?.steps[i - 1];
    if (step && previous) session.atMs = Math.max(session.atMs, session.atMs + (step.atSeconds - previous.atSeconds) * 250);
    const outputTokens = step ? Math.max(1, step.outputTokens) : undefined;
    const message = i === 0 ? text : writeObservation(random);
    addTurn(session, {
      system,
      text: message,
      role: i === 0 ? "user" : "tool",
      answer: writeStep(random),
      keepsHistory: true,
      tools,
      campaign,
      ...(outputTokens === undefined ? {} : { outputTokens }),
    });
  }
}

function pickTrace(context: WorldContext, profile: Profile, random: Random) {
  const traces = context.options.library?.sessions ?? [];
  if (traces.length === 0 || !chance(random, 0.7)) return null;
  return traces[mixIndex(profile, random, traces.length)] ?? null;
}

function mixIndex(profile: Profile, random: Random, size: number): number {
  return (profile.textSeed + drawInteger(random, 8)) % size;
}

function writeObservation(random: Random): string {
  if (random() < 0.4) return writeDiff(random);
  const lines = drawBetween(random, 3, 16);
  let text = `exit ${random() < 0.8 ? 0 : 1}\n`;
  for (let i = 0; i < lines; i++)
    text += `${pick(random, ["ok", "PASS", "warn", "src", "note", "at"])} ${pick(random, ["core", "api", "ui", "jobs"])}/${pick(random, ["load", "save", "merge", "route", "render"])}_${drawBetween(random, 1, 400)} ${drawBetween(random, 1, 9999)}ms\n`;
  return text;
}

function writeStep(random: Random): string {
  return `${pick(random, ["Next I will", "Now", "Then I", "First I"])} ${pick(random, ["read", "edit", "run", "search", "compare"])} ${pick(random, ["core", "api", "ui", "jobs"])}_${drawBetween(random, 1, 400)} (${drawBetween(random, 1, 99)}).`;
}
