import { matchRules, type PhraseRule, type RequestDetection, type RequestFinding, type RequestText } from "../../sdk/index.js";
import { phrases } from "./phrases.js";

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

const { clauseWords, sentenceWords, passageWords } = {
  clauseWords: detection.thresholds["clauseWords"].value,
  sentenceWords: detection.thresholds["sentenceWords"].value,
  passageWords: detection.thresholds["passageWords"].value,
};

const rules: readonly PhraseRule[] = [
  { technique: "articulate_reasoning", groups: ["articulate", "inner"], windowWords: clauseWords },
  {
    technique: "articulate_reasoning",
    groups: ["articulate", "private", "thought", "answer"],
    close: [["private", "thought"]],
    windowWords: sentenceWords,
  },
  { technique: "articulate_reasoning", groups: ["articulate", "thinking", "completed"], windowWords: sentenceWords },
  {
    technique: "articulate_reasoning",
    groups: ["expand", "condensed", "thought"],
    close: [["condensed", "thought"]],
    windowWords: sentenceWords,
  },
  { technique: "inline_reasoning_tags", groups: ["tag", "enclose", "wholly"], windowWords: sentenceWords },
  { technique: "fake_debugging", groups: ["denial", "thought"], windowWords: passageWords },
  { technique: "fake_debugging", groups: ["debugging", "own", "thought"], close: [["own", "thought"]], windowWords: sentenceWords },
  { technique: "fake_debugging", groups: ["debugging", "prior"], windowWords: sentenceWords },
  { technique: "fake_debugging", groups: ["verbatim", "own", "thought"], close: [["own", "thought"]], windowWords: clauseWords },
  { technique: "fake_system_prompt", groups: ["realSystem", "tag"], windowWords: passageWords },
  { technique: "fake_system_prompt", groups: ["realSystem", "thought"], windowWords: passageWords },
  { technique: "fake_system_prompt", groups: ["realSystem", "verbatim"], windowWords: passageWords },
  { technique: "translation_laundering", groups: ["translate", "mind"], windowWords: clauseWords },
  { technique: "translation_laundering", groups: ["translate", "memory"], windowWords: clauseWords },
  { technique: "translation_laundering", groups: ["translate", "own", "thought"], close: [["own", "thought"]], windowWords: clauseWords },
  { technique: "thinking_language_coercion", groups: ["thinkingLanguage", "sameLanguage"], windowWords: sentenceWords },
  { technique: "thinking_language_coercion", groups: ["thinkingPart", "match", "userLanguage"], windowWords: sentenceWords },
];

function inspect(text: RequestText): RequestFinding | null {
  const techniques = matchRules(text.heard, rules);
  return techniques.length === 0 ? null : { techniques, capability: "reasoning" };
}

export default detection;
