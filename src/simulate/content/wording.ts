/** Rewording: what makes one person's copy of a popular prompt different from the next person's, and what paraphrasing jobs do on purpose. */
import { chance, drawBetween, drawInteger, pick, type Random } from "../random.js";
import { FIRST_NAMES, PLACES, TOPICS } from "./words.js";

const SYNONYMS: Record<string, readonly string[]> = {
  please: ["kindly", "please do"],
  provide: ["give", "supply", "offer"],
  following: ["below", "next", "subsequent"],
  write: ["compose", "draft", "produce"],
  generate: ["create", "produce", "make"],
  task: ["assignment", "job", "exercise"],
  tasks: ["assignments", "jobs", "exercises"],
  instruction: ["directive", "request", "order"],
  instructions: ["directives", "requests", "orders"],
  should: ["ought to", "must", "has to"],
  must: ["has to", "needs to", "should"],
  answer: ["reply", "response", "solution"],
  question: ["query", "problem", "item"],
  response: ["reply", "answer", "output"],
  explain: ["describe", "clarify", "set out"],
  step: ["stage", "move", "step"],
  steps: ["stages", "moves", "phases"],
  problem: ["question", "exercise", "puzzle"],
  solution: ["answer", "resolution", "result"],
  evaluate: ["assess", "judge", "rate"],
  score: ["mark", "rating", "grade"],
  list: ["enumerate", "collection", "set"],
  example: ["sample", "instance", "illustration"],
  examples: ["samples", "instances", "cases"],
  user: ["person", "customer", "human"],
  assistant: ["helper", "model", "agent"],
  given: ["supplied", "provided", "stated"],
  detail: ["depth", "full", "length"],
  reasoning: ["deliberation", "thinking", "thought process"],
  correct: ["right", "accurate", "valid"],
  format: ["form", "layout", "shape"],
  input: ["given text", "material", "source"],
  output: ["result", "product", "return"],
  return: ["give back", "output", "yield"],
  complete: ["full", "finished", "entire"],
  different: ["distinct", "other", "varied"],
  using: ["with", "by means of", "employing"],
  ensure: ["make sure", "see to it", "guarantee"],
  based: ["resting", "built", "founded"],
  analyze: ["examine", "study", "inspect"],
  requirements: ["conditions", "demands", "rules"],
  think: ["reflect", "ponder", "reason"],
  solve: ["work out", "resolve", "crack"],
  final: ["last", "concluding", "closing"],
};
const WORD = /[A-Za-z]{4,}/g;

const LEADS = [
  "",
  "",
  "",
  "hi, ",
  "hello! ",
  "hey ",
  "quick question: ",
  "so ",
  "ok ",
  "please: ",
  "sorry to bother you again, ",
  "urgent!! ",
  "for school: ",
];
const TAILS = [
  "",
  "",
  "",
  " thanks",
  " please keep it short",
  " thank you in advance!",
  " in bullet points",
  " explain step by step",
  " with one example",
  " no code please",
  " and tell me why",
  "??",
];

/** Another person's copy of a prompt: now and then verbatim, mostly with a greeting, other figures, a word on themselves, a slip. */
export function varyPrompt(text: string, random: Random): string {
  if (chance(random, 0.12)) return text;
  let result = text;
  if (chance(random, 0.6)) result = shiftNumbers(result, random);
  if (chance(random, 0.45)) result = swapSynonyms(result, random, 0.3);
  if (chance(random, 0.3)) result = dropSentence(result, random);
  if (chance(random, 0.35)) result = `${pick(random, LEADS)}${result}`;
  if (chance(random, 0.3)) result += pick(random, TAILS);
  if (chance(random, 0.28)) result = addCircumstance(result, random);
  if (chance(random, 0.25)) result = slip(result, random);
  return result === "" ? text : result;
}

/** A paraphrase of a template: synonyms throughout, sentences of the frame now and then in another order; slots stay. */
export function paraphraseTemplate(text: string, random: Random): string {
  const lines = text.split("\n").map((line) => (line.includes("%") ? line : swapSynonyms(line, random, 0.45)));
  const result = lines.map((line) => (line.includes("%") ? swapSynonyms(line, random, 0.3) : line)).join("\n");
  const lead = pick(random, [
    "",
    "",
    "Here is what I need. ",
    "Read carefully. ",
    "Work on this. ",
    "A new item. ",
    "Consider what follows. ",
  ]);
  return lead + result;
}

/** The next round over a queue that has run dry: the item made harder or different, as data pipelines do. */
export function evolveItem(text: string, round: number, random: Random): string {
  const topic = pick(random, TOPICS);
  const additions = [
    `Now suppose that the figures double after ${drawBetween(random, 2, 30)} days.`,
    `Take into account what this means for ${topic}.`,
    `Answer as if ${pick(random, FIRST_NAMES)} in ${pick(random, PLACES)} had asked.`,
    `Use at most ${drawBetween(random, 40, 400)} words.`,
    `Add a counterexample that involves ${topic}.`,
    `Give ${drawBetween(random, 2, 7)} alternatives and compare them.`,
    `Assume ${drawBetween(random, 3, 90)} percent of the data are missing.`,
  ];
  return `${shiftNumbers(text, random)} ${pick(random, additions)}${round > 2 ? ` ${pick(random, additions)}` : ""}`;
}

/** Changes the figures in a text. */
export function shiftNumbers(text: string, random: Random): string {
  return text.replace(/\d+/g, (digits) => {
    if (digits.length > 6 || chance(random, 0.2)) return digits;
    const value = Number(digits);
    return String(value < 10 ? drawBetween(random, 1, 12) : Math.max(1, Math.round(value * (0.6 + random() * 0.9))));
  });
}

function swapSynonyms(text: string, random: Random, share: number): string {
  return text.replace(WORD, (word) => {
    const options = SYNONYMS[word.toLowerCase()];
    if (!options || !chance(random, share)) return word;
    const chosen = pick(random, options);
    const first = word.charCodeAt(0);
    return first >= 65 && first <= 90 ? chosen.charAt(0).toUpperCase() + chosen.slice(1) : chosen;
  });
}

function dropSentence(text: string, random: Random): string {
  const sentences = text.split(/(?<=[.!?。？！]) */u);
  if (sentences.length < 3 || text.length > 4000) return text;
  sentences.splice(drawInteger(random, sentences.length), 1);
  return sentences.join(" ");
}

function addCircumstance(text: string, random: Random): string {
  const [name, place, topic] = [pick(random, FIRST_NAMES), pick(random, PLACES), pick(random, TOPICS)];
  const circumstance = pick(random, [
    `I'm ${name} from ${place} and I work on ${topic}.`,
    `This is for a course on ${topic}.`,
    `My colleague ${name} asked about ${topic} too.`,
    `We are a small team in ${place} (${topic}).`,
    `Context: ${topic}, about ${drawBetween(random, 2, 900)} people.`,
    `I already tried it with ${topic} and it did not work.`,
    `Background: ${name} wants to move to ${place} next year because of ${topic}.`,
  ]);
  return chance(random, 0.5) ? `${circumstance} ${text}` : `${text}\n${circumstance}`;
}

function slip(text: string, random: Random): string {
  if (text.length < 8) return text.toLowerCase();
  const at = drawInteger(random, Math.min(text.length - 2, 300));
  const code = text.charCodeAt(at);
  if (code >= 0xd800 && code <= 0xdfff) return text;
  const next = text.charCodeAt(at + 1);
  if (next >= 0xd800 && next <= 0xdfff) return text;
  return chance(random, 0.5)
    ? text.slice(0, at) + text.slice(at + 1)
    : text.slice(0, at) + text.charAt(at + 1) + text.charAt(at) + text.slice(at + 2);
}
