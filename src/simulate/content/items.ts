/** Items: the questions a harvesting job fills into its scaffolds when no real ones are given. Practically endless, so a queue need not repeat. */
import type { Capability } from "../../vocabulary/feature.js";
import { drawBetween, pick, type Random } from "../random.js";
import { writePhrase } from "../phrase.js";
import { CODE_LIMITS, CODE_SUBJECTS, FIRST_NAMES, OBJECTS, PLACES, PROGRAMMING_LANGUAGES, SENTENCES, TOPICS } from "./words.js";

/** Writes a fresh item for a capability. */
export function writeItem(capability: Capability, random: Random): string {
  return (WRITERS[capability] ?? writeRequest)(random);
}

const SUBJECTS = [
  "The case of",
  "Experience with",
  "Anyone who deals with",
  "The literature on",
  "A closer look at",
  "Most advice about",
  "What holds for",
  "The cost of",
] as const;
const CLAIMS = [
  "suggests",
  "rules out",
  "depends on",
  "is easier than",
  "hardly differs from",
  "comes before",
  "explains part of",
  "should not be confused with",
] as const;

/** One sentence of filler, from a list or put together. */
export function writeSentence(random: Random): string {
  if (random() < 0.4) return pick(random, SENTENCES);
  return `${pick(random, SUBJECTS)} ${pick(random, TOPICS)} ${pick(random, CLAIMS)} ${pick(random, TOPICS)}${random() < 0.4 ? ` in ${pick(random, PLACES)}` : ""}${random() < 0.3 ? `, by about ${drawBetween(random, 2, 95)} percent` : ""}.`;
}

/** Writes a plausible model answer of about `chars` characters; what graders are shown and what models reply. */
export function writeAnswer(random: Random, chars: number, about: string): string {
  let text = `${pick(random, ["Sure.", "Here is a summary for", "On", "About", "Regarding", "Considering"])} ${about.slice(0, 40).replace(/\s+/g, " ")}: `;
  while (text.length < chars) text += `${writeSentence(random)} `;
  return text.trimEnd();
}

type Writer = (random: Random) => string;

function writeWordProblem(random: Random): string {
  const [a, b, c] = [drawBetween(random, 3, 97), drawBetween(random, 2, 19), drawBetween(random, 2, 60)];
  const [who, other] = [pick(random, FIRST_NAMES), pick(random, FIRST_NAMES)];
  const [thing, place] = [pick(random, OBJECTS), pick(random, PLACES)];
  return pick<() => string>(random, [
    () =>
      `${who} packs ${thing} into crates of ${b}. After ${a} crates ${c} ${thing} are left over, and ${other} takes a third of everything. How many does ${who} keep?`,
    () =>
      `A shop in ${place} sells ${thing} at ${b} coins each, or ${c} for ${b * c - b} coins. ${who} has ${a * b} coins. What is the largest number of ${thing} ${who} can buy?`,
    () =>
      `Two buses leave ${place}, one at ${a} km/h and one ${b} hours later at ${a + c} km/h. When does the second overtake the first, and how far from ${place}?`,
    () => `${who} and ${other} share ${a * b} ${thing} in the ratio ${b}:${c}, rounding down for ${other}. How many remain unshared?`,
    () => `How many integers below ${a * 100} are divisible by ${b} but not by ${c}?`,
    () =>
      `A tank holds ${a * c} litres. ${pick(random, ["One", "The first"])} pipe fills it in ${b} hours, a second empties it in ${b + c} hours. Both open: when is it full?`,
    () =>
      `In a class of ${a + c} pupils, ${a} play chess, ${c} play ${pick(random, ["tennis", "piano", "go"])} and ${b} do both. What is the chance that a random pupil does exactly one?`,
    () =>
      `Show that for every ${pick(random, ["odd", "positive", "prime"])} n, n^${b} - n is divisible by ${pick(random, [2, 3, 6])} or find the least counterexample above ${a}.`,
  ])();
}

function writeScienceQuestion(random: Random): string {
  const topic = pick(random, TOPICS);
  return writePhrase(
    `{Why|Under which conditions} {does|would} a {change|shift|fault} in ${topic} {lead|contribute} to {delays|losses|surprising results|better outcomes} in ${pick(random, PLACES)}{, and what evidence would settle it|, and what follows for ${pick(random, TOPICS)}|}?`,
    random,
  );
}

function writeCodeTask(random: Random): string {
  const [language, subject, limit] = [pick(random, PROGRAMMING_LANGUAGES), pick(random, CODE_SUBJECTS), pick(random, CODE_LIMITS)];
  const size = drawBetween(random, 2, 900);
  return writePhrase(
    `{In ${language}, {write|implement|build} ${subject} ${limit}|${subject} in ${language} ${limit}|Implement ${subject} (${language}) ${limit}}{; {the capacity|the batch size|the limit} is ${size}|, with {at most|up to} ${size} entries|, {used by|for} ${size} {clients|workers}}.`,
    random,
  );
}

function writeIssue(random: Random): string {
  const module = `${pick(random, ["core", "api", "billing", "sync", "ui", "auth", "search", "jobs"])}/${pick(random, ["handler", "parser", "client", "store", "queue", "router", "cache"])}_${drawBetween(random, 1, 99)}.${pick(random, ["py", "ts", "go", "rs", "java"])}`;
  const subject = pick(random, CODE_SUBJECTS);
  return writePhrase(
    `\`${module}\`, line ${drawBetween(random, 10, 900)}: {after|since} the {upgrade|refactoring|last release} ${subject} {returns stale values|loses entries|blocks for ${drawBetween(random, 2, 90)} s|raises a key error} {when|if} {two workers start at once|the input is empty|the clock goes back|more than ${drawBetween(random, 5, 500)} clients connect}. {Expected|It should be} ${pick(random, CODE_LIMITS)}. {CI log|Log}: \`assert ${drawBetween(random, 1, 99)} == ${drawBetween(random, 1, 99)}\``,
    random,
  );
}

function writeSensitiveQuestion(random: Random): string {
  const [place, year] = [pick(random, PLACES), drawBetween(random, 1946, 2025)];
  return writePhrase(
    `{Who|Which officials} {was|were} responsible for {the crackdown|the censorship of newspapers|the arrests|the contested election|the banned march} in ${place} in ${year}{?| and why is it {not taught|disputed}?}|{Is|Was} the {ruling party|government|head of state} {right|entitled} to {ban|dissolve|silence} {the union|the opposition|the minority's schools} in ${place} ({year|after} ${year})?|{What|How} do {exiles|dissidents|historians} from ${place} say about {the ${year} constitution|the famine of ${year}|leaders who fell in ${year}}?`,
    random,
  );
}

function writeRequest(random: Random): string {
  const topic = pick(random, TOPICS);
  return writePhrase(
    `{Write|Draft|Prepare} {a guide|a checklist|a comparison|an introduction|a dialogue} {about|on} ${topic} for {beginners|a town council|${pick(random, FIRST_NAMES)}, who runs a shop in ${pick(random, PLACES)}|readers of a newsletter|a class of ${drawBetween(random, 8, 35)}}{, mentioning ${pick(random, TOPICS)}|, in ${drawBetween(random, 80, 700)} words|, with ${drawBetween(random, 3, 12)} examples|}.`,
    random,
  );
}

function writeToolTask(random: Random): string {
  const [place, count] = [pick(random, PLACES), drawBetween(random, 2, 40)];
  return writePhrase(
    `{Find|Look up|Compare} {the cheapest {train|ferry|flight}|the weather|opening hours of the library|suppliers of ${pick(random, OBJECTS)}} {from|in} ${place} {for|on behalf of} ${count} {people|pupils|guests} {on|around} the ${drawBetween(random, 1, 28)}th{, store the result under "${pick(random, FIRST_NAMES)}-${count * 7}"|, convert the price to {USD|JPY|SEK}|, and {email|tell} ${pick(random, FIRST_NAMES)}}.`,
    random,
  );
}

function writeFunctionTask(random: Random): string {
  const names = [
    "get_stock",
    "book_seat",
    "send_note",
    "lookup_rate",
    "create_ticket",
    "track_parcel",
    "set_alarm",
    "find_route",
    "list_rooms",
  ];
  const tools = [0, 1, 2].map(() => ({
    name: `${pick(random, names)}_${drawBetween(random, 1, 60)}`,
    parameters: { [pick(random, ["place", "item", "person"])]: "string", [pick(random, ["count", "limit", "day"])]: "integer" },
  }));
  return `${JSON.stringify(tools)}\n${writeToolTask(random)}`;
}

function writeTable(random: Random): string {
  const columns = [
    pick(random, ["region", "store", "clinic", "line"]),
    pick(random, ["month", "week", "shift"]),
    pick(random, OBJECTS),
    pick(random, ["returns", "cost", "delay_min", "staff"]),
  ];
  const rows = Array.from(
    { length: drawBetween(random, 4, 12) },
    (_, i) => `${pick(random, PLACES)},${i + 1},${drawBetween(random, 10, 990)},${drawBetween(random, 0, 95)}`,
  );
  return `${columns.join(",")}\n${rows.join("\n")}\n${writePhrase(`{Question|Task}: {does|how does} ${columns[3]} {depend on|vary with} {${columns[0]}|${columns[1]}}{, and is it worth acting on?|, controlling for ${columns[2]}?|?}`, random)}`;
}

function writeScreen(random: Random): string {
  const widgets = Array.from({ length: drawBetween(random, 4, 9) }, (_, i) => {
    const [x, y] = [drawBetween(random, 0, 1900), drawBetween(random, 0, 1050)];
    return `[${i}] ${pick(random, ["button", "link", "input", "menu", "tab", "checkbox"])} "${pick(random, ["Save", "Export", "Next", "Search", "Filter", "Settings", "Add row", "Share", "Log out", "Details"])}" @(${x},${y})`;
  });
  return `Screen 1920x1080, ${pick(random, ["mail client", "spreadsheet", "ticket system", "browser shop", "file manager"])}:\n${widgets.join("\n")}\nGoal: ${writeToolTask(random)}`;
}

function writePicture(random: Random): string {
  return `[image ${drawBetween(random, 600, 4000)}x${drawBetween(random, 400, 3000)} sha1:${drawBetween(random, 1e6, 9e6).toString(16)}] ${writePhrase(`{How many|Which} ${pick(random, OBJECTS)} {are on the table|stand in front of the sign|can be seen twice} {and what does the {label|poster} say|and who is nearest|}?`, random)}`;
}

const WRITERS: Partial<Record<Capability, Writer>> = {
  reasoning: (random) => (random() < 0.7 ? writeWordProblem(random) : writeScienceQuestion(random)),
  grading: (random) => (random() < 0.5 ? writeRequest(random) : writeScienceQuestion(random)),
  safe_rewrite: writeSensitiveQuestion,
  agentic_coding: writeIssue,
  coding: writeCodeTask,
  tool_use: (random) => (random() < 0.5 ? writeToolTask(random) : writeFunctionTask(random)),
  data_analysis: writeTable,
  computer_use: writeScreen,
  vision: writePicture,
  task_generation: writeRequest,
};
