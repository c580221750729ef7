/**
 * What a request asks the model to do, judged by a few keywords and by the names of the tools offered. Requests are many and campaigns are
 * judged by their mix, so a cheap guess that is right most of the time is worth more than a slow one that is right a little more often.
 */
import type { Capability } from "../../../vocabulary/feature.js";
import { CAPABILITY_PHRASES } from "./capability-phrases.js";
import { HITS_PER_GROUP_MAX, type GroupHits } from "./group-hits.js";

/** What is needed to judge one request. */
export interface CapabilityInput {
  tools: readonly string[];
  /** Where the last user message starts, and how long it is, in half words. */
  promptStart: number;
  promptHalfWords: number;
}

/** Judges one request. */
export type CapabilityJudge = (input: CapabilityInput) => Capability;

/** Half words at either end of the user message in which a keyword counts twice: the instruction stands at an edge, its material beside it. */
const INSTRUCTION_HALF_WORDS = 80;
/** Hits of one group that count: a text about screens says "click" forty times. */
const HITS_COUNTED_MAX = 4;
/** What the keywords must add up to; less is chance. One faint word in the instruction suffices, or one clear word anywhere. */
const SCORE_MIN = 2;
const CLEAR_WEIGHT = 2;

/** Names of tools, as agent frameworks and model providers give them. The first pattern that fits any tool decides. */
const TOOL_KINDS: readonly (readonly [RegExp, Capability])[] = [
  [
    /^(computer|computer_\d+|computer_use.*|screenshot|take_screenshot|left_click|mouse_.*|browser_(click|type|snapshot|navigate|take_screenshot).*|click|double_click|type_text|press_key|scroll)$/i,
    "computer_use",
  ],
  [
    /^(bash|shell|terminal|exec(ute)?_?(command|bash|shell|code)?|run_(command|terminal_cmd|tests?|shell|bash).*|str_replace.*|text_editor.*|edit(_file|_?notebook)?|multi_?edit|write(_file|_to_file)?|read(_file)?|apply_(patch|diff)|create_file|view_file|open_file|grep(_search)?|glob|ls|list_(dir|files|directory)|search_(files|code|replace)|codebase_search|replace_in_file|git_.*|notebook_?edit)$/i,
    "agentic_coding",
  ],
];
/** Tool names remembered; a log has a few hundred. */
const TOOL_NAMES_MAX = 4_096;

/** Phrase groups for the phrase book: per capability, clear words, then faint ones. */
export const CAPABILITY_GROUPS: readonly (readonly string[])[] = CAPABILITY_PHRASES.flatMap(({ clear, faint }) => [clear, faint]);

/** Makes the judge; its groups stand in `hits` from `firstGroup` on. */
export function createCapabilityJudge(hits: GroupHits, firstGroup: number): CapabilityJudge {
  const kindOfTool = createToolJudge();
  const scores = new Float64Array(CAPABILITY_PHRASES.length);
  return (input) => {
    const kind = judgeTools(input.tools, kindOfTool);
    if (kind !== null) return kind;
    if (input.promptHalfWords === 0) return "unknown";
    scores.fill(0);
    for (let i = 1; i <= hits.touched[0]; i++) {
      const group = hits.touched[i];
      const index = group - firstGroup;
      if (index >= 0) scores[index >> 1] += (index & 1 ? 1 : CLEAR_WEIGHT) * weighHits(hits, group, input);
    }
    return mostLikely(scores);
  };
}

function weighHits(hits: GroupHits, group: number, input: CapabilityInput): number {
  const count = Math.min(hits.counts[group], HITS_COUNTED_MAX);
  let weight = 0;
  for (let i = 0; i < count; i++) {
    const position = hits.positions[group * HITS_PER_GROUP_MAX + i];
    const fromStart = position - input.promptStart;
    const isInstruction =
      fromStart >= 0 && (fromStart < INSTRUCTION_HALF_WORDS || fromStart >= input.promptHalfWords - INSTRUCTION_HALF_WORDS);
    weight += isInstruction ? 2 : 1;
  }
  return weight;
}

function mostLikely(scores: Float64Array): Capability {
  let best: Capability = "general";
  let most = SCORE_MIN - 1;
  for (let i = 0; i < scores.length; i++) {
    if (scores[i] > most) {
      most = scores[i]!;
      best = CAPABILITY_PHRASES[i].capability;
    }
  }
  return best;
}

/** What the tools offered say: screens before code before any other tool; null when none are offered. */
function judgeTools(tools: readonly string[], kindOfTool: (name: string) => Capability): Capability | null {
  if (tools.length === 0) return null;
  let found: Capability = "tool_use";
  for (const name of tools) {
    const kind = kindOfTool(name);
    if (kind === "computer_use") return kind;
    if (kind === "agentic_coding") found = kind;
  }
  return found;
}

/** Remembers what a tool's name means: the names repeat with every request. */
function createToolJudge(): (name: string) => Capability {
  const known = new Map<string, Capability>();
  return (name) => {
    const remembered = known.get(name);
    if (remembered !== undefined) return remembered;
    const kind = TOOL_KINDS.find(([pattern]) => pattern.test(name))?.[1] ?? "tool_use";
    if (known.size < TOOL_NAMES_MAX) known.set(name, kind);
    return kind;
  };
}
