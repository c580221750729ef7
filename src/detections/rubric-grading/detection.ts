import { matchRules, type PhraseRule, type RequestDetection, type RequestFinding, type RequestText } from "../../sdk/index.js";
import { phrases } from "./phrases.js";

const detection: RequestDetection = {
  name: "rubric-grading",
  title: "Rubric grading and pairwise judging",
  maturity: "shadow",
  level: "request",
  group: "content",
  spoofable: 2,
  looksFor:
    "Requests that use the model as a judge of other models' answers: a grade against criteria, or which of two answers is the better one. A reward model is taught that way.",
  innocentTwins: [
    "A person who wants an own essay or own code graded: the answer judged is the writer's, not an assistant's.",
    "A shop that asks which of two products is better: no answers are judged.",
    "Evaluation harnesses and labelling firms use the very same prompts for their own models and do fire: account, spread and harvest shape tell them apart, never this detection.",
  ],
  sources: [
    "Anthropic, 23 February 2026: rubric-based grading that makes the model a reward model.",
    "Zheng et al., Judging LLM-as-a-Judge, NeurIPS 2023: the prompts most judging jobs copy.",
    "Li et al., Generative Judge for Evaluating Alignment (Auto-J), ICLR 2024: critiques bought from a teacher.",
  ],
  thresholds: {
    passageWords: {
      value: 50,
      unit: "words",
      why: "A judging instruction is one paragraph: the longest published one (MT-bench, single grading) needs 23, longer lists of criteria twice that.",
    },
    frameWords: {
      value: 20_000,
      unit: "words",
      why: "The two answers stand between their frames and may be of any length; the whole scanned text counts.",
    },
  },
  techniques: ["rubric_grading", "pairwise_judging"],
  phrases,
  inspect,
};

const passageWords = detection.thresholds["passageWords"].value;
const frameWords = detection.thresholds["frameWords"].value;

const rules: readonly PhraseRule[] = [
  { technique: "rubric_grading", groups: ["judge", "answer", "scale"], windowWords: passageWords },
  { technique: "rubric_grading", groups: ["judge", "answer", "rubric"], windowWords: passageWords },
  { technique: "pairwise_judging", groups: ["frameFirst", "frameSecond"], windowWords: frameWords },
  { technique: "pairwise_judging", groups: ["first", "second", "preference"], windowWords: frameWords },
  { technique: "pairwise_judging", groups: ["both", "preference"], windowWords: passageWords },
];

function inspect(text: RequestText): RequestFinding | null {
  const techniques = matchRules(text.heard, rules);
  return techniques.length === 0 ? null : { techniques, capability: "grading" };
}

export default detection;
