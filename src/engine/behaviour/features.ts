/**
 * Request features: what is kept of a request once its text is dropped. One pure function, used at the door live and in batch alike; its
 * result depends on the event and on the detections alone.
 *
 * Texts are normalised (NFKC) only when they hold something else than ASCII, and only their edges are scanned; see `cutToEdges`. What is done to
 * every character is done by the kernel, see text/kernel/kernel.ts.
 */
import type { RequestDetection } from "../../vocabulary/detection.js";
import { TECHNIQUES, type Hash64, type TextFeatures } from "../../vocabulary/feature.js";
import type { Message, RequestEvent } from "../../vocabulary/request-event.js";
import { cutToEdges, type CutText } from "../../vocabulary/edges.js";
import { EDGE_CHARS_MAX, OUTPUT_OPENING_CHARS } from "../../vocabulary/sketch.js";
import { CAPABILITY_GROUPS, createCapabilityJudge, type CapabilityJudge } from "./text/capability.js";
import { combineHashes } from "./text/hashing.js";
import { createInspector, type Inspector } from "./text/inspector.js";
import { createTextKernel, type ReadUserPrompt, type TextKernel } from "./text/kernel/kernel.js";
import { compilePhraseBook } from "./text/phrase-book.js";
import { STOP_WORDS } from "./text/stop-words.js";
import { liftVeils } from "./text/veils.js";
import { rememberSystemPrompts, type SystemPrompt } from "./text/system-prompts.js";
import { loadWordVectors, NO_VECTORS } from "./text/word-vectors.js";

/** Words between system prompt and user message, as far as phrases are concerned: near enough for one instruction in both. */
const SYSTEM_GAP_WORDS = 4;
const NO_BLOCKS: readonly Hash64[] = [];

/** Makes the features of one event; null when the event carries no text. */
export type FeatureExtractor = (event: RequestEvent) => TextFeatures | null;

/** Everything an extractor keeps between calls: the kernel with its compiled phrases, and the system prompts last seen, so as not to scan them again. */
interface Workshop {
  kernel: TextKernel;
  readSystem: (text: string) => SystemPrompt;
  inspect: Inspector;
  judge: CapabilityJudge;
}

/**
 * Compiles the phrases of all detections and returns the extractor. Not safe for concurrent use by several threads; each thread makes its own.
 */
export async function createFeatureExtractor(detections: readonly RequestDetection[]): Promise<FeatureExtractor> {
  const sorted = [...detections].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const detectionGroups = sorted.flatMap((detection) => Object.values(detection.phrases));
  const book = compilePhraseBook([...detectionGroups, ...CAPABILITY_GROUPS], STOP_WORDS);
  const kernel = createTextKernel(book, await loadWordVectors());
  const workshop: Workshop = {
    kernel,
    readSystem: rememberSystemPrompts(createSystemReader(kernel), kernel.fingerprint),
    inspect: createInspector(sorted, kernel.hits),
    judge: createCapabilityJudge(kernel.hits, detectionGroups.length),
  };
  return (event) => makeFeatures(workshop, event);
}

function makeFeatures(workshop: Workshop, event: RequestEvent): TextFeatures | null {
  const { kernel } = workshop;
  const messages = event.messages ?? [];
  const outline = outlineOf(messages);
  const system = event.system ?? outline.system;
  const output = event.output === undefined ? null : kernel.hashOpening(event.output, OUTPUT_OPENING_CHARS);
  if (system === "" && outline.chars === 0 && output === null) return null;

  const prompt = outline.lastUser;
  const systemPrompt = workshop.readSystem(system);
  kernel.recallHits(systemPrompt.heard);
  const promptStart = systemPrompt.halfWords + 2 * SYSTEM_GAP_WORDS;
  const { blocks, cut } = loadPrompt(kernel, prompt);
  const read = kernel.readPrompt(promptStart);
  listenBehindVeils(kernel, { cut, words: read.words, start: promptStart + read.halfWords + 2 * SYSTEM_GAP_WORDS });

  const tools = event.tools ?? [];
  const finding = workshop.inspect({
    system,
    prompt,
    tools,
    messageCount: messages.length,
    hasAssistantTurn: outline.hasAssistantTurn,
  });
  const capability = finding.capability ?? workshop.judge({ tools, promptStart, promptHalfWords: read.halfWords });
  return {
    messageCount: messages.length,
    userTurns: outline.userTurns,
    textChars: (event.system?.length ?? 0) + outline.chars,
    capability,
    techniques: finding.techniques,
    sketch: sketchOf(kernel, { system: systemPrompt, messages, prompt, rest: cut.rest, read, blocks, output }),
  };
}

/** Hears what a text hides, behind the rest of it; nearly all texts hide nothing. */
function listenBehindVeils(kernel: TextKernel, { cut, words, start }: { cut: CutText; words: number; start: number }): void {
  const { edges, hidden } = cut;
  const bare = hidden === "" ? liftVeils(edges, words) : `${hidden}\n${liftVeils(edges, words) ?? ""}`;
  if (bare === null) return;
  kernel.load(bare);
  kernel.hear(start);
}

/** Makes the reader of system prompts. It leaves its own hits behind. */
function createSystemReader(kernel: TextKernel): (text: string) => SystemPrompt {
  return (text) => {
    const { rest } = loadEdges(kernel, text);
    const { halfWords, whole, skeleton, anchors, gist } = kernel.readSystem();
    return { halfWords, whole: hashWhole(kernel, whole, { text, rest }), skeleton, anchors, gist, heard: kernel.saveHits() };
  };
}

/** What one look over the messages tells. */
export interface Outline {
  /** The first message of role `system` or `developer`: where chat formats put the system prompt. */
  system: string;
  lastUser: string;
  userTurns: number;
  chars: number;
  hasAssistantTurn: boolean;
}

export function outlineOf(messages: readonly Message[]): Outline {
  const outline: Outline = { system: "", lastUser: "", userTurns: 0, chars: 0, hasAssistantTurn: false };
  for (const message of messages) {
    outline.chars += message.content.length;
    if (message.role === "user") {
      outline.userTurns++;
      outline.lastUser = message.content;
    } else if (message.role === "assistant") outline.hasAssistantTurn = true;
    else if (outline.system === "" && (message.role === "system" || message.role === "developer")) outline.system = message.content;
  }
  return outline;
}

/** Loads the part of a text that is scanned, and tells what it is; the text has to be loaded already where `isAscii` says what it is made of. */
function loadEdges(kernel: TextKernel, text: string, isAscii = kernel.load(text)): CutText {
  if (isAscii && text.length <= 2 * EDGE_CHARS_MAX) return { edges: text, rest: "", hidden: "" };
  const cut = cutToEdges(text);
  kernel.load(cut.edges);
  return cut;
}

/**
 * Loads the last user message. The openings of its blocks are those of the text as it was sent, as outputs are; only where its beginning is filling
 * they are those of what stands behind.
 */
function loadPrompt(kernel: TextKernel, text: string): { cut: CutText; blocks: readonly Hash64[] } {
  const isAscii = kernel.load(text);
  const asSent = text.length >= OUTPUT_OPENING_CHARS ? kernel.readBlocks() : NO_BLOCKS;
  const cut = loadEdges(kernel, text, isAscii);
  return { cut, blocks: asSent.length === 0 && cut.rest === text && cut.rest !== "" ? kernel.readBlocks() : asSent };
}

/** Anchors of one request's text; see `Sketch` in the vocabulary. */
export interface TextAnchors {
  system: Uint32Array;
  /** Of head and tail of the last user message, each once. */
  user: Uint32Array;
}

/** Reads anchors alone: the same as a feature extractor makes, whatever phrases that one listens for. Keeps no text. Not safe for use by several threads. */
export function createAnchorReader(): (event: Pick<RequestEvent, "system" | "messages">) => TextAnchors {
  const kernel = createTextKernel(compilePhraseBook([], STOP_WORDS), NO_VECTORS);
  return ({ system: given, messages = [] }) => {
    const outline = outlineOf(messages);
    loadEdges(kernel, given ?? outline.system);
    const [system] = kernel.readAnchors(false);
    loadEdges(kernel, outline.lastUser);
    const [head, tail] = kernel.readAnchors(true);
    return { system, user: Uint32Array.from(new Set([...head, ...tail])) };
  };
}

interface SketchInput {
  system: SystemPrompt;
  messages: readonly Message[];
  prompt: string;
  rest: string;
  read: ReadUserPrompt;
  blocks: readonly Hash64[];
  output: Hash64 | null;
}

function sketchOf(kernel: TextKernel, { system, messages, prompt, rest, read, blocks, output }: SketchInput): TextFeatures["sketch"] {
  const slot = hashWhole(kernel, read.whole, { text: prompt, rest });
  return {
    systemSkeleton: system.skeleton,
    promptSkeleton: read.skeleton,
    content: hashContent(kernel, system.whole, { messages, prompt, slot }),
    slot,
    systemAnchors: system.anchors,
    headAnchors: read.headAnchors,
    tailAnchors: read.tailAnchors,
    systemGist: system.gist,
    headGist: read.headGist,
    tailGist: read.tailGist,
    output,
    blocks,
  };
}

/** Hash of a text with its slots: of its edges as they were read, and of what they do not tell. */
function hashWhole(kernel: TextKernel, edges: Hash64 | null, { text, rest }: { text: string; rest: string }): Hash64 | null {
  if (edges === null) return kernel.hashText(text);
  const others = rest === "" ? null : kernel.hashText(rest);
  return others ? combineHashes([edges, others]) : edges;
}

/** Hash of the whole conversation: system prompt, then every message, in order. The last user message's hash is used again. */
function hashContent(
  kernel: TextKernel,
  system: Hash64 | null,
  { messages, prompt, slot }: { messages: readonly Message[]; prompt: string; slot: Hash64 | null },
): Hash64 | null {
  const parts: Hash64[] = [];
  if (system) parts.push(system);
  for (const message of messages) {
    const hash = message.content === prompt ? slot : kernel.hashText(message.content);
    if (hash) parts.push(hash);
  }
  return combineHashes(parts);
}

/** The techniques of a stored bit mask, in the order of the vocabulary. */
export function techniquesOf(mask: number): (typeof TECHNIQUES)[number][] {
  return TECHNIQUES.filter((_, index) => (mask >>> index) & 1);
}
