/** A new detection: a whole folder, small enough to read at once, whose fixtures hold from the first run. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Writes the folder. The name is a checked kebab-case name. */
export function scaffoldDetection(folder: string, name: string): void {
  for (const [file, text] of Object.entries(draftFiles(name))) {
    const path = join(folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

/** Adds a detection to the text of `src/detections/index.ts`, in alphabetical order. */
export function registerDetection(index: string, name: string): string {
  const line = `import ${toVariable(name)} from "./${name}/detection.js";`;
  const lines = index.split("\n");
  const isImport = (text: string): boolean => /^import \w+ from "\.\/.+\/detection\.js";$/.test(text);
  const folderOf = (text: string): string => /"\.\/(.+)\/detection\.js"/.exec(text)?.[1] ?? "";
  const imports = lines.filter(isImport);
  const at = lines.findIndex((text) => isImport(text) && folderOf(text) > name);
  const last = lines.findLastIndex(isImport);
  lines.splice(at >= 0 ? at : last >= 0 ? last + 1 : 2, 0, line);
  const names = [...imports, line]
    .map(folderOf)
    .sort()
    .map((folder) => `  ${toVariable(folder)},`);
  return lines
    .join("\n")
    .replace(/(export const detections: readonly Detection\[\] = )\[[^\]]*\];/, (_, head: string) => `${head}[\n${names.join("\n")}\n];`);
}

function toVariable(name: string): string {
  return name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

function toTitle(name: string): string {
  const words = name.replaceAll("-", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function draftFiles(name: string): Readonly<Record<string, string>> {
  return {
    "detection.ts": draftDeclaration(name),
    "detection.test.ts": draftTest(),
    "README.md": draftPage(name),
    "expected.md": "Not written yet: `stillwatch detections test --update`.\n",
    "fixtures/attack.ndjson": draftEvent("attack", "What the phrase to listen for looks like in a request: replace this sentence."),
    "fixtures/lookalike.ndjson": draftEvent("lookalike", "An innocent request that resembles it."),
    "fixtures/quiet.ndjson": draftEvent("quiet", "How long do lentils cook?"),
  };
}

function draftEvent(kind: string, content: string): string {
  const event = {
    request_id: `${kind}-01`,
    at: "2026-02-10T00:01:00Z",
    account_id: `acct-${kind}-1`,
    target_model: "frontier-1",
    status: 200,
    input_tokens: 20,
    output_tokens: 300,
    messages: [{ role: "user", content }],
    note: "say what this request is",
  };
  return `${JSON.stringify(event)}\n`;
}

function draftTest(): string {
  return `import { describeRequestDetection } from "../../app/testing/request-detection.js";
import detection from "./detection.js";

describeRequestDetection(detection);
`;
}

function draftDeclaration(name: string): string {
  return `import { matchRules, type PhraseRule, type RequestDetection, type RequestFinding, type RequestText } from "../../sdk/index.js";

const phrases = {
  /** The role of these phrases in the sentence. */
  marker: ["phrase to listen for"],
} satisfies Record<string, readonly string[]>;

const detection: RequestDetection = {
  name: "${name}",
  title: "${toTitle(name)}",
  maturity: "draft",
  level: "request",
  group: "content",
  spoofable: 3,
  looksFor: "Say in one or two sentences what an analyst should look at.",
  innocentTwins: ["Say who does the same and is innocent, and what tells them apart."],
  sources: ["Name the report or paper that taught us."],
  thresholds: {
    clauseWords: { value: 12, unit: "words", why: "Say why it is this number and no other." },
  },
  // Take a technique from the vocabulary, or add one at its end; each belongs to one detection.
  techniques: [],
  phrases,
  inspect,
};

const rules: readonly PhraseRule[] = [
  { technique: "articulate_reasoning", groups: ["marker"], windowWords: detection.thresholds["clauseWords"]!.value },
];

function inspect(text: RequestText): RequestFinding | null {
  const techniques = matchRules(text.heard, rules);
  return techniques.length === 0 ? null : { techniques };
}

export default detection;
`;
}

function draftPage(name: string): string {
  return `# ${toTitle(name)}

What it looks for, in one paragraph.

## What looks the same and is innocent

Who, and the line of \`fixtures/lookalike.ndjson\` that shows it stays silent. Ordinary traffic: \`fixtures/quiet.ndjson\`.

## What it finds

Each form, and the line of \`fixtures/attack.ndjson\` that shows it.

## How easily it is faked

## Numbers

Every threshold and its reason; recall and false positives with the command that shows them.

## Maturity

Draft.
`;
}
