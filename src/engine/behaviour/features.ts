/**
 * Request features: what is kept of a request once its text is dropped. One pure function, used at the door live and in batch alike; its
 * result depends on the event and on the detections alone.
 *
 * Texts are normalised (NFKC) only when they hold something else than ASCII, and only their edges are scanned; see `EDGE_CHARS_MAX`.
 */
import type { RequestDetection } from "../../vocabulary/detection.js";
import { TECHNIQUES, type Hash64, type TextFeatures } from "../../vocabulary/feature.js";
import type { Message, RequestEvent } from "../../vocabulary/request-event.js";
import { EDGE_CHARS_MAX, OUTPUT_OPENING_CHARS } from "../../vocabulary/sketch.js";
import { hashBlockOpenings } from "./text/block-openings.js";
import { CAPABILITY_GROUPS, createCapabilityJudge, type CapabilityJudge } from "./text/capability.js";
import { combineHashes, finishHash64, hashOpening, hashText } from "./text/hashing.js";
import { createInspector, type Inspector } from "./text/inspector.js";
import { clearGroupHits, createGroupHits, type GroupHits, recallHits, saveHits } from "./text/group-hits.js";
import { compilePhraseBook, type PhraseBook } from "./text/phrase-book.js";
import { createScannedText, createScanner, type ScannedText } from "./text/scanner.js";
import { createGister, gistEdgesOf, type Gister } from "./text/gist.js";
import { anchorsOf, edgeAnchorsOf, regionsOf, skeletonOf } from "./text/sketcher.js";
import { STOP_WORDS } from "./text/stop-words.js";
import { liftVeils } from "./text/veils.js";
import { rememberSystemPrompts, type SystemPrompt } from "./text/system-prompts.js";
import { loadWordVectors } from "./text/word-vectors.js";

/** Words between system prompt and user message, as far as phrases are concerned: near enough for one instruction in both. */
const SYSTEM_GAP_WORDS = 4;
const NON_ASCII = /[^\0-\x7f]/;
const NO_ANCHORS = new Uint32Array(0);

/** Makes the features of one event; null when the event carries no text. */
export type FeatureExtractor = (event: RequestEvent) => TextFeatures | null;

/** Everything an extractor keeps between calls: compiled phrases, buffers, and the system prompts last seen, so as not to scan them again. */
interface Workshop {
  book: PhraseBook;
  hits: GroupHits;
  scan: (text: string, out: ScannedText) => void;
  readSystem: (text: string) => SystemPrompt;
  prompt: ScannedText;
  /** What stood behind a veil. */
  veiled: ScannedText;
  gist: Gister;
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
  const hits = createGroupHits(book);
  const scan = createScanner(book);
  const gist = createGister(await loadWordVectors());
  const workshop: Workshop = {
    book,
    hits,
    scan,
    readSystem: rememberSystemPrompts(createSystemReader({ book, hits, scan, gist })),
    prompt: createScannedText(),
    veiled: createScannedText(),
    gist,
    inspect: createInspector(sorted, hits),
    judge: createCapabilityJudge(hits, detectionGroups.length),
  };
  return (event) => makeFeatures(workshop, event);
}

function makeFeatures(workshop: Workshop, event: RequestEvent): TextFeatures | null {
  const messages = event.messages ?? [];
  const outline = outlineOf(messages);
  const system = event.system ?? outline.system;
  const output = event.output === undefined ? null : hashOpening(event.output, OUTPUT_OPENING_CHARS);
  if (system === "" && outline.chars === 0 && output === null) return null;

  const prompt = outline.lastUser;
  const systemPrompt = workshop.readSystem(system);
  const edges = normaliseEdges(prompt);
  workshop.scan(edges, workshop.prompt);
  recallHits(systemPrompt.heard, workshop.hits);
  const promptStart = systemPrompt.halfWords + 2 * SYSTEM_GAP_WORDS;
  workshop.book.listen(workshop.prompt, promptStart, workshop.hits);
  listenBehindVeils(workshop, { edges, start: promptStart + workshop.prompt.halfWords + 2 * SYSTEM_GAP_WORDS });

  const tools = event.tools ?? [];
  const finding = workshop.inspect({
    system,
    prompt,
    tools,
    messageCount: messages.length,
    hasAssistantTurn: outline.hasAssistantTurn,
  });
  const capability = finding.capability ?? workshop.judge({ tools, promptStart, promptHalfWords: workshop.prompt.halfWords });
  return {
    messageCount: messages.length,
    userTurns: outline.userTurns,
    textChars: (event.system?.length ?? 0) + outline.chars,
    capability,
    techniques: finding.techniques,
    sketch: sketchOf(workshop, { system: systemPrompt, messages, prompt, output }),
  };
}

/** Hears what a text hides, behind the rest of it; nearly all texts hide nothing. */
function listenBehindVeils(workshop: Workshop, { edges, start }: { edges: string; start: number }): void {
  const bare = liftVeils(edges, workshop.prompt.words);
  if (bare === null) return;
  workshop.scan(bare, workshop.veiled);
  workshop.book.listen(workshop.veiled, start, workshop.hits);
}

/** Makes the reader of system prompts. It leaves its own hits behind in `hits`. */
function createSystemReader({ book, hits, scan, gist }: Pick<Workshop, "book" | "hits" | "scan" | "gist">): (text: string) => SystemPrompt {
  const scanned = createScannedText();
  return (text) => {
    scan(normaliseEdges(text), scanned);
    clearGroupHits(hits);
    book.listen(scanned, 0, hits);
    return {
      halfWords: scanned.halfWords,
      whole: hashWhole(text, scanned),
      skeleton: skeletonOf(scanned),
      gist: gist(scanned, gistEdgesOf(scanned).head),
      anchors: scanned.length === 0 ? NO_ANCHORS : anchorsOf(scanned, { from: 0, to: scanned.length }),
      heard: saveHits(hits),
    };
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

/** The part of a text that is scanned: all of a short one, both edges of a long one, in NFKC. */
function normaliseEdges(text: string): string {
  const edges = text.length > 2 * EDGE_CHARS_MAX ? `${text.slice(0, EDGE_CHARS_MAX)}\n${text.slice(-EDGE_CHARS_MAX)}` : text;
  return NON_ASCII.test(edges) ? edges.normalize("NFKC") : edges;
}

/** Anchors of one request's text; see `Sketch` in the vocabulary. */
export interface TextAnchors {
  system: Uint32Array;
  /** Of head and tail of the last user message, each once. */
  user: Uint32Array;
}

/** Reads anchors alone: the same as a feature extractor makes, whatever phrases that one listens for. Keeps no text. Not safe for use by several threads. */
export function createAnchorReader(): (event: Pick<RequestEvent, "system" | "messages">) => TextAnchors {
  const scan = createScanner(compilePhraseBook([], STOP_WORDS));
  const scanned = createScannedText();
  return ({ system: given, messages = [] }) => {
    const outline = outlineOf(messages);
    scan(normaliseEdges(given ?? outline.system), scanned);
    const system = scanned.length === 0 ? NO_ANCHORS : anchorsOf(scanned, { from: 0, to: scanned.length });
    scan(normaliseEdges(outline.lastUser), scanned);
    const { head, tail } = regionsOf(scanned);
    const ahead = edgeAnchorsOf(scanned, head, 1);
    const behind = tail.from === tail.to ? NO_ANCHORS : edgeAnchorsOf(scanned, tail, -1);
    return { system, user: Uint32Array.from(new Set([...ahead, ...behind])) };
  };
}

interface SketchInput {
  system: SystemPrompt;
  messages: readonly Message[];
  prompt: string;
  output: Hash64 | null;
}

function sketchOf(workshop: Workshop, input: SketchInput): TextFeatures["sketch"] {
  const { head, tail } = regionsOf(workshop.prompt);
  const slot = hashWhole(input.prompt, workshop.prompt);
  const edges = gistEdgesOf(workshop.prompt);
  const headGist = workshop.gist(workshop.prompt, edges.head);
  return {
    systemSkeleton: input.system.skeleton,
    promptSkeleton: skeletonOf(workshop.prompt),
    content: hashContent(input.system.whole, input.messages, input.prompt, slot),
    slot,
    systemAnchors: input.system.anchors,
    headAnchors: edgeAnchorsOf(workshop.prompt, head, 1),
    tailAnchors: tail.from === tail.to ? NO_ANCHORS : edgeAnchorsOf(workshop.prompt, tail, -1),
    systemGist: input.system.gist,
    headGist,
    tailGist: edges.tail.from === 0 ? headGist : workshop.gist(workshop.prompt, edges.tail),
    output: input.output,
    blocks: hashBlockOpenings(input.prompt),
  };
}

/** Hash of a scanned text with its slots: the scanner's for the edges, and what lies between them. Null for a text without words. */
function hashWhole(text: string, scanned: ScannedText): Hash64 | null {
  if (scanned.length === 0) return hashText(text);
  const edges = finishHash64(scanned.wholeFirst, scanned.wholeSecond);
  if (text.length <= 2 * EDGE_CHARS_MAX) return edges;
  const middle = hashText(text.slice(EDGE_CHARS_MAX, -EDGE_CHARS_MAX));
  return middle ? combineHashes([edges, middle]) : edges;
}

/** Hash of the whole conversation: system prompt, then every message, in order. The last user message's hash is used again. */
function hashContent(system: Hash64 | null, messages: readonly Message[], prompt: string, slot: Hash64 | null): Hash64 | null {
  const parts: Hash64[] = [];
  if (system) parts.push(system);
  for (const message of messages) {
    const hash = message.content === prompt ? slot : hashText(message.content);
    if (hash) parts.push(hash);
  }
  return combineHashes(parts);
}

/** The techniques of a stored bit mask, in the order of the vocabulary. */
export function techniquesOf(mask: number): (typeof TECHNIQUES)[number][] {
  return TECHNIQUES.filter((_, index) => (mask >>> index) & 1);
}
