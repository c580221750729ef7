import {
  matchRules,
  type PhraseRule,
  type RequestDetection,
  type RequestFinding,
  type RequestText,
  type Technique,
} from "../../sdk/index.js";
import { pretences } from "./pretence-phrases.js";
import { phrases as thinking } from "./phrases.js";

const phrases = { ...thinking, ...pretences };

const detection: RequestDetection = {
  name: "reasoning-elicitation",
  title: "Reasoning elicitation",
  maturity: "shadow",
  level: "request",
  group: "content",
  spoofable: 2,
  looksFor:
    "Requests that ask the model for reasoning it keeps to itself: to articulate it behind a finished answer, to write it into tags, to repeat it verbatim, to translate it, or to hold it in the user's language.",
  innocentTwins: [
    "Homework and customer prompts that say “think step by step” or “show your work”: they ask for an explanation of the task, not for what the model thought.",
    "A novelist who asks for a character's inner monologue: no finished answer, no model.",
    "A developer who debugs own code: the debugging is about the code.",
    "A prompt engineer who uses <thinking> tags as guides recommend: tags alone stay silent, the demand for all of it does not.",
  ],
  sources: [
    "Anthropic, 23 February 2026: “imagine and articulate the internal reasoning behind a completed response”, step by step.",
    "Google GTIG, 12 February 2026: coercing the language of the thinking content.",
    "Anthropic threat report, 10 September 2026: inline tags, fake debugging, fake system prompts, translation of working memory.",
  ],
  thresholds: {
    pairWords: {
      value: 4,
      unit: "words",
      why: "An adjective and its noun, or “reasoning from your last message”; at 3 the Chinese order (上一条消息里的推理) is missed, at 6 neighbouring clauses mix.",
    },
    phraseWords: {
      value: 6,
      unit: "words",
      why: "“Your” with its adjective and noun: at a clause's length “your” belongs to something else.",
    },
    clauseWords: {
      value: 12,
      unit: "words",
      why: "Verb and object of one clause: the longest fixture needs 6.5; twice that leaves room for adverbs.",
    },
    sentenceWords: {
      value: 20,
      unit: "words",
      why: "One sentence with its conditions: the longest fixture needs 7, a subordinate clause in between doubles it.",
    },
    passageWords: {
      value: 30,
      unit: "words",
      why: "A fake system prompt claims in one sentence and demands in a later one: the longest fixture needs 14.",
    },
  },
  techniques: [
    "articulate_reasoning",
    "inline_reasoning_tags",
    "fake_debugging",
    "fake_system_prompt",
    "translation_laundering",
    "thinking_language_coercion",
  ],
  phrases,
  inspect,
};

const { pairWords, phraseWords, clauseWords, sentenceWords, passageWords } = {
  pairWords: detection.thresholds["pairWords"].value,
  phraseWords: detection.thresholds["phraseWords"].value,
  clauseWords: detection.thresholds["clauseWords"].value,
  sentenceWords: detection.thresholds["sentenceWords"].value,
  passageWords: detection.thresholds["passageWords"].value,
};

/** A modifier and its noun: they say something together, close to each other. */
type Pair = readonly [string, string];
const HIDDEN_REASONING: Pair = ["private", "reason"];
const HIDDEN_THOUGHTS: Pair = ["private", "mind"];
const KEPT_REASONING: Pair = ["keepBack", "reason"];
const KEPT_THOUGHTS: Pair = ["keepBack", "mind"];
const OWN_REASONING: Pair = ["own", "reason"];
const OWN_THOUGHTS: Pair = ["own", "mind"];
const PRIOR_REASONING: Pair = ["prior", "reason"];
const PRIOR_THOUGHTS: Pair = ["prior", "mind"];
const ALL_REASONING: Pair = ["whole", "reason"];
const ALL_THOUGHTS: Pair = ["whole", "mind"];
const FINISHED_ANSWER: Pair = ["finished", "answer"];
const LANGUAGE_OF_REASONING: Pair = ["language", "reason"];
const REASONING_PART: Pair = ["container", "reason"];
const CLAIMED_SYSTEM: Pair = ["claim", "systemText"];

/** One rule: single groups, and pairs whose parts stand close. */
function listen(technique: Technique, windowWords: number, ...parts: readonly (string | Pair)[]): PhraseRule {
  const pairs = parts.filter((part): part is Pair => typeof part !== "string");
  const groups = [...new Set(parts.flat())];
  // The first group decides whether the rule is looked at at all.
  return { technique, windowWords, groups, close: pairs, closeWords: pairWords, unlessClose: [KEPT_REASONING, KEPT_THOUGHTS] };
}

const rules: readonly PhraseRule[] = [
  // After the fact: the answer is there, its reasoning is to be told.
  // Of a court or a character pupils are asked for the same; a demand that names the model is heard by the next rules.
  {
    ...listen("articulate_reasoning", sentenceWords, HIDDEN_REASONING, "disclose"),
    unlessClose: [KEPT_REASONING, KEPT_THOUGHTS, ["others", "reason"]],
  },
  listen("articulate_reasoning", clauseWords, HIDDEN_REASONING, "own"),
  listen("articulate_reasoning", phraseWords, HIDDEN_THOUGHTS, "own"),
  listen("articulate_reasoning", clauseWords, PRIOR_REASONING, "disclose", OWN_REASONING),
  listen("articulate_reasoning", sentenceWords, HIDDEN_THOUGHTS, FINISHED_ANSWER, "disclose"),
  listen("articulate_reasoning", sentenceWords, "reconstruct", "reason", "answer"),
  listen("articulate_reasoning", sentenceWords, "reconstruct", "last", "mind", "answer"),
  listen("articulate_reasoning", sentenceWords, "reconstruct", FINISHED_ANSWER, "mind"),
  { ...listen("articulate_reasoning", sentenceWords, FINISHED_ANSWER, "disclose", "reason"), unless: ["toBeAnswered"] },
  listen("articulate_reasoning", sentenceWords, "inMind", "disclose", "answer"),
  listen("articulate_reasoning", clauseWords, "uncut", OWN_REASONING),
  listen("articulate_reasoning", clauseWords, "uncut", "inMind"),
  listen("articulate_reasoning", clauseWords, "expand", "condensed", OWN_REASONING),
  listen("articulate_reasoning", clauseWords, "expand", "condensed", OWN_THOUGHTS),
  listen("articulate_reasoning", clauseWords, "expand", ["condensed", "reason"]),
  listen("articulate_reasoning", clauseWords, "trace", "disclose"),
  // Into tags, whole.
  listen("inline_reasoning_tags", sentenceWords, "tag", "uncut"),
  listen("inline_reasoning_tags", sentenceWords, "tag", HIDDEN_REASONING),
  listen("inline_reasoning_tags", sentenceWords, "tag", HIDDEN_THOUGHTS),
  listen("inline_reasoning_tags", sentenceWords, "tag", ALL_REASONING),
  listen("inline_reasoning_tags", sentenceWords, "tag", ALL_THOUGHTS),
  listen("inline_reasoning_tags", sentenceWords, "tag", "verbatim", "reason"),
  listen("inline_reasoning_tags", sentenceWords, "tag", "verbatim", "mind"),
  listen("inline_reasoning_tags", sentenceWords, "tag", "verbatim", "memory"),
  listen("inline_reasoning_tags", sentenceWords, "mark", "uncut", "reason"),
  listen("inline_reasoning_tags", sentenceWords, "mark", "uncut", "mind"),
  listen("inline_reasoning_tags", sentenceWords, "mark", HIDDEN_REASONING),
  listen("inline_reasoning_tags", clauseWords, "mark", HIDDEN_THOUGHTS, "own"),
  // As a repair, or word for word.
  listen("fake_debugging", passageWords, "denial", "reason"),
  listen("fake_debugging", passageWords, "denial", PRIOR_THOUGHTS),
  listen("fake_debugging", passageWords, "denial", "inMind"),
  listen("fake_debugging", passageWords, "debugging", PRIOR_REASONING),
  listen("fake_debugging", passageWords, "debugging", HIDDEN_REASONING),
  listen("fake_debugging", passageWords, "debugging", HIDDEN_THOUGHTS),
  listen("fake_debugging", passageWords, "debugging", "machine", "disclose"),
  listen("fake_debugging", passageWords, "debugging", REASONING_PART, "own"),
  listen("fake_debugging", clauseWords, "verbatim", REASONING_PART),
  listen("fake_debugging", passageWords, "debugging", "verbatim", "inMind"),
  listen("fake_debugging", clauseWords, "verbatim", OWN_REASONING),
  listen("fake_debugging", clauseWords, "verbatim", PRIOR_REASONING),
  listen("fake_debugging", clauseWords, "verbatim", PRIOR_THOUGHTS),
  listen("fake_debugging", clauseWords, "verbatim", "inMind"),
  listen("fake_debugging", clauseWords, "verbatim", "machine"),
  // On a false authority.
  listen("fake_system_prompt", passageWords, CLAIMED_SYSTEM, "tag"),
  listen("fake_system_prompt", passageWords, CLAIMED_SYSTEM, "machine"),
  listen("fake_system_prompt", passageWords, CLAIMED_SYSTEM, REASONING_PART),
  listen("fake_system_prompt", passageWords, CLAIMED_SYSTEM, HIDDEN_REASONING),
  listen("fake_system_prompt", passageWords, CLAIMED_SYSTEM, HIDDEN_THOUGHTS),
  listen("fake_system_prompt", passageWords, CLAIMED_SYSTEM, ALL_REASONING),
  listen("fake_system_prompt", passageWords, CLAIMED_SYSTEM, ALL_THOUGHTS),
  listen("fake_system_prompt", passageWords, CLAIMED_SYSTEM, "uncut", "reason"),
  listen("fake_system_prompt", passageWords, CLAIMED_SYSTEM, "uncut", "mind"),
  listen("fake_system_prompt", passageWords, CLAIMED_SYSTEM, "verbatim", "reason"),
  // In another language or script.
  listen("translation_laundering", clauseWords, "translate", OWN_REASONING),
  listen("translation_laundering", clauseWords, "translate", PRIOR_REASONING),
  listen("translation_laundering", clauseWords, "translate", PRIOR_THOUGHTS),
  listen("translation_laundering", clauseWords, "translate", HIDDEN_REASONING),
  listen("translation_laundering", clauseWords, "translate", HIDDEN_THOUGHTS, "own"),
  listen("translation_laundering", clauseWords, "translate", "memory"),
  listen("translation_laundering", clauseWords, "translate", "inMind"),
  listen("translation_laundering", clauseWords, "translate", "machine"),
  // In the language of the one who asks.
  listen("thinking_language_coercion", clauseWords, "userLanguage", "thinkIn", "must"),
  listen("thinking_language_coercion", sentenceWords, "userLanguage", "thinkIn", "must", "asker"),
  listen("thinking_language_coercion", sentenceWords, LANGUAGE_OF_REASONING, "asker", "must"),
  listen("thinking_language_coercion", sentenceWords, "userLanguage", "reason", "asker", "must"),
  listen("thinking_language_coercion", clauseWords, "languageName", "must", OWN_REASONING),
  listen("thinking_language_coercion", clauseWords, "languageName", "must", OWN_THOUGHTS),
  listen("thinking_language_coercion", clauseWords, "languageName", "must", ALL_REASONING),
];

/** The rules by their first group, the rarest of each: few requests have one, and then only its rules are looked at. */
const rulesByPivot: ReadonlyMap<string, readonly PhraseRule[]> = new Map(
  [...new Set(rules.map(({ groups }) => groups[0]))].map((pivot) => [pivot, rules.filter(({ groups }) => groups[0] === pivot)]),
);

/** Every rule has one of these; most requests have none, and then no rule is looked at. */
const THINKING_GROUPS = ["reason", "mind", "thinkIn", "machine", "inMind", "memory", "tag", "trace"] as const;

function inspect(text: RequestText): RequestFinding | null {
  if (!THINKING_GROUPS.some((group) => text.heard.has(group))) return null;
  let found: Technique[] = [];
  for (const [pivot, own] of rulesByPivot) {
    if (text.heard.has(pivot)) found = [...found, ...matchRules(text.heard, own)];
  }
  return found.length === 0 ? null : { techniques: [...new Set(found)], capability: "reasoning" };
}

export default detection;
