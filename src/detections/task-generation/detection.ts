import { matchRules, type PhraseRule, type RequestDetection, type RequestFinding, type RequestText } from "../../sdk/index.js";
import { phrases } from "./phrases.js";

const detection: RequestDetection = {
  name: "task-generation",
  title: "Task, dataset and tool-trajectory generation",
  maturity: "shadow",
  level: "request",
  group: "content",
  spoofable: 2,
  looksFor:
    "Requests that have the model make training material: instructions for another model in quantity and variety, question–answer pairs, or courses of action with tools.",
  innocentTwins: [
    "A teacher who wants ten quiz questions: for people, not for a model.",
    "A developer who wants fixtures or test data for an application.",
    "An agent that uses tools: it takes the course of action, it does not write one down as data.",
  ],
  sources: [
    "Wang et al., Self-Instruct, ACL 2023; Taori et al., Stanford Alpaca, 2023: the prompts most generators copy.",
    "Qin et al., ToolLLM, ICLR 2024: tool trajectories by depth-first search over a teacher.",
    "OpenAI memo, 12 February 2026: multi-stage synthetic-data pipelines.",
  ],
  thresholds: {
    clauseWords: {
      value: 12,
      unit: "words",
      why: "Verb and object with their adjectives stand in one clause; the fixtures need at most 5.",
    },
    passageWords: {
      value: 25,
      unit: "words",
      why: "Verb, tasks and the demand for variety stand in one or two sentences: Alpaca's opening and the longest fixture need 10.",
    },
  },
  techniques: ["task_generation", "trajectory_generation"],
  phrases,
  inspect,
};

const clauseWords = detection.thresholds["clauseWords"].value;
const passageWords = detection.thresholds["passageWords"].value;

const rules: readonly PhraseRule[] = [
  { technique: "task_generation", groups: ["scaffold"], windowWords: 0 },
  { technique: "task_generation", groups: ["create", "training", "diverse"], windowWords: passageWords },
  { technique: "task_generation", groups: ["create", "tasks", "diverse"], windowWords: passageWords },
  { technique: "task_generation", groups: ["create", "tasks", "training"], windowWords: passageWords },
  { technique: "trajectory_generation", groups: ["search"], windowWords: 0 },
  { technique: "trajectory_generation", groups: ["create", "trajectory", "training"], windowWords: passageWords },
  { technique: "trajectory_generation", groups: ["create", "trajectory", "diverse"], windowWords: passageWords },
  { technique: "trajectory_generation", groups: ["create", "trajectory", "tasks"], windowWords: clauseWords },
];

function inspect(text: RequestText): RequestFinding | null {
  const techniques = matchRules(text.heard, rules);
  return techniques.length === 0 ? null : { techniques, capability: "task_generation" };
}

export default detection;
