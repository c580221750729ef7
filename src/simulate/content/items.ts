/** Items: the questions a harvesting job fills into its scaffolds when no real ones are given. Practically endless, so a queue need not repeat. */
import type { Capability } from "../../vocabulary/feature.js";
import { drawBetween, pick, type Random } from "../random.js";
import { writePhrase } from "../phrase.js";
import { FIRST_NAMES, OBJECTS, PLACES, SENTENCES, TOPICS } from "./words.js";

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
  let text = `${pick(random, SUBJECTS)} ${pick(random, TOPICS)} ${pick(random, CLAIMS)} ${pick(random, TOPICS)}`;
  if (random() < 0.4) text += ` in ${pick(random, PLACES)}`;
  if (random() < 0.3) text += `, by about ${drawBetween(random, 2, 95)} percent`;
  return `${text}.`;
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
  return writePhrase(
    "{Why|Under which conditions} {does|would} a {change|shift|fault} in [topic] {lead|contribute} to {delays|losses|surprising results|better outcomes} in [place]{, and what evidence would settle it|, and what follows for [topic]|}?",
    random,
  );
}

function writeCodeTask(random: Random): string {
  return writePhrase(
    "{In [code], {write|implement|build} [subject] [limit]|[subject] in [code] [limit]|Implement [subject] ([code]) [limit]}{; {the capacity|the batch size|the limit} is [2-900]|, with {at most|up to} [2-900] entries|, {used by|for} [2-900] {clients|workers}}.",
    random,
  );
}

function writeIssue(random: Random): string {
  return writePhrase(
    "`{core|api|billing|sync|ui|auth|search|jobs}/{handler|parser|client|store|queue|router|cache}_[1-99].{py|ts|go|rs|java}`, line [10-900]: {after|since} the {upgrade|refactoring|last release} [subject] {returns stale values|loses entries|blocks for [2-90] s|raises a key error} {when|if} {two workers start at once|the input is empty|the clock goes back|more than [5-500] clients connect}. {Expected|It should be} [limit]. {CI log|Log}: `assert [1-99] == [1-99]`",
    random,
  );
}

function writeSensitiveQuestion(random: Random): string {
  return writePhrase(
    "{{Who|Which officials} {was|were} responsible for {the crackdown|the censorship of newspapers|the arrests|the contested election|the banned march} in [place] in [1946-2025]{?| and why is it {not taught|disputed}?}|{Is|Was} the {ruling party|government|head of state} {right|entitled} to {ban|dissolve|silence} {the union|the opposition|the minority's schools} in [place] after [1946-2025]?|{What|How} do {exiles|dissidents|historians} from [place] say about {the [1946-2025] constitution|the famine of [1946-2025]|leaders who fell in [1946-2025]}?}",
    random,
  );
}

function writeRequest(random: Random): string {
  return writePhrase(
    "{Write|Draft|Prepare} {a guide|a checklist|a comparison|an introduction|a dialogue} {about|on} [topic] for {beginners|a town council|[name], who runs a shop in [place]|readers of a newsletter|a class of [8-35]}{, mentioning [topic]|, in [80-700] words|, with [3-12] examples|}.",
    random,
  );
}

function writeToolTask(random: Random): string {
  return writePhrase(
    '{Find|Look up|Compare} {the cheapest {train|ferry|flight}|the weather|opening hours of the library|suppliers of [object]} {from|in} [place] {for|on behalf of} [2-40] {people|pupils|guests} {on|around} the [1-28]th{, store the result under "[name]-[10-290]"|, convert the price to {USD|JPY|SEK}|, and {email|tell} [name]}.',
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
  return `[image ${drawBetween(random, 600, 4000)}x${drawBetween(random, 400, 3000)} sha1:${drawBetween(random, 1e6, 9e6).toString(16)}] ${writePhrase(`{How many|Which} [object] {are on the table|stand in front of the sign|can be seen twice} {and what does the {label|poster} say|and who is nearest|}?`, random)}`;
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
