/** Banned words. Each names its replacement, so that the failure is also the instruction. */
import { Visitor } from "oxc-parser";
import type { Offence, Rule } from "../rule.js";
import { isIntegrationTest, isTest, listSources, type Source } from "../syntax.js";

interface BannedWord {
  word: string;
  instead: string;
  isAllowedIn: (path: string) => boolean;
}

const isApp = (path: string): boolean => path.startsWith("src/app/");
/** What runs beside the product (benchmarks, scripts, these rules) and never inside it. */
const isTooling = (path: string): boolean => /^(bench|scripts|tidy)\//.test(path);
const nowhere = (): boolean => false;

const mayReadTime = (path: string): boolean => isApp(path) || isTooling(path) || isIntegrationTest(path);
const mayReadEnvironment = (path: string): boolean => isApp(path) || isTooling(path) || isTest(path);
const mayPrint = (path: string): boolean => isApp(path) || isTooling(path) || isTest(path);
const clock = { instead: "the Clock that you are handed (src/vocabulary/clock.ts)", isAllowedIn: mayReadTime };
const generator = { instead: "a seeded generator that you are handed", isAllowedIn: isApp };
const upperLower = { instead: "toLowerCase or toUpperCase, which ignore the locale", isAllowedIn: nowhere };

/** Member expressions `object.property`; `*` stands for every property, or for every object. */
const MEMBERS: Readonly<Record<string, Omit<BannedWord, "word">>> = {
  "Date.now": clock,
  "performance.*": { instead: "a stopwatch that app hands you", isAllowedIn: mayReadTime },
  "Math.random": generator,
  "crypto.randomUUID": generator,
  "crypto.randomBytes": generator,
  "crypto.getRandomValues": generator,
  "process.env": { instead: "an option that app hands you", isAllowedIn: mayReadEnvironment },
  "console.*": { instead: "a value handed back to app, which prints; results and progress have one writer", isAllowedIn: mayPrint },
  "*.localeCompare": { instead: "a comparison with <, which is the same on every machine", isAllowedIn: nowhere },
  "*.toLocaleString": { instead: 'new Intl.NumberFormat("en") or toISOString, which name the locale', isAllowedIn: nowhere },
  "*.toLocaleLowerCase": upperLower,
  "*.toLocaleUpperCase": upperLower,
};

const NETWORK = /^node:(http|https|http2|net|tls|dgram|dns)(\/|$)/;
/** Middleware runs in other people's services, where asking over the network is all it does. */
const isMiddleware = (path: string): boolean => path.startsWith("src/sdk/middleware/");
const mayUseNetwork = (path: string): boolean => isApp(path) || isTooling(path) || isTest(path) || isMiddleware(path);

/** The same functions by their named imports. */
const NAMED_IMPORTS: Readonly<Record<string, string>> = {
  "node:perf_hooks performance": "performance.*",
  "node:crypto randomUUID": "crypto.randomUUID",
  "node:crypto randomBytes": "crypto.randomBytes",
  "node:crypto randomInt": "crypto.randomBytes",
  "node:process env": "process.env",
};

function checkSource(source: Source): Offence[] {
  const offences: Offence[] = [];
  const add = (at: number, { word, instead, isAllowedIn }: BannedWord): void => {
    if (isAllowedIn(source.path)) return;
    offences.push({ path: source.path, line: source.lineAt(at), what: `${word} is banned here; use ${instead}.` });
  };
  const addMember = (at: number, word: string): void => {
    const [object = "", property = ""] = word.split(".");
    const banned = MEMBERS[word] ?? MEMBERS[`${object}.*`] ?? MEMBERS[`*.${property}`];
    if (banned) add(at, { word, ...banned });
  };
  new Visitor({
    MemberExpression: (node) => {
      const object = node.object.type === "Identifier" ? node.object.name : "?";
      if (node.property.type === "Identifier" && !node.computed) addMember(node.start, `${object}.${node.property.name}`);
    },
    NewExpression: (node) => {
      if (node.callee.type === "Identifier" && node.callee.name === "Date" && node.arguments.length === 0)
        add(node.start, { word: "new Date()", ...clock });
    },
    CallExpression: (node) => {
      if (node.callee.type !== "Identifier") return;
      if (node.callee.name === "Date") add(node.start, { word: "Date()", ...clock });
      if (node.callee.name === "fetch") add(node.start, { word: "fetch", instead: "a value that app fetched", isAllowedIn: mayUseNetwork });
    },
    ImportDeclaration: (node) => {
      const from = node.source.value;
      if (NETWORK.test(from)) add(node.start, { word: from, instead: "src/app, which owns the network", isAllowedIn: mayUseNetwork });
      for (const specifier of node.specifiers) {
        const name = specifier.type === "ImportSpecifier" && specifier.imported.type === "Identifier" ? specifier.imported.name : "";
        const member = NAMED_IMPORTS[`${from} ${name}`];
        if (member) addMember(node.start, member);
      }
    },
    TSAnyKeyword: (node) => add(node.start, { word: "any", instead: "unknown, and narrow it", isAllowedIn: nowhere }),
    TSEnumDeclaration: (node) => add(node.start, { word: "enum", instead: "a list `as const` and its union type", isAllowedIn: nowhere }),
  }).visit(source.program);
  return offences;
}

export const words: Rule = {
  name: "banned words name their replacement",
  why: "the same input must give the same report on every machine, at every hour, in every language; the wall clock, chance, the environment and the network have one door, src/app.",
  find: (tree) => listSources(tree).flatMap(checkSource),
  samples: [
    {
      claim: "the wall clock in every spelling",
      files: {
        "src/engine/acquire/a.ts": "Date.now();\nnew Date();\nDate();\nperformance.now();\nimport { performance } from 'node:perf_hooks';",
      },
      offenders: Array.from({ length: 5 }, () => "src/engine/acquire/a.ts"),
    },
    {
      claim: "chance and the environment",
      files: { "src/simulate/a.ts": "Math.random();\ncrypto.randomUUID();\nprocess.env.HOME;\nimport { randomBytes } from 'node:crypto';" },
      offenders: Array.from({ length: 4 }, () => "src/simulate/a.ts"),
    },
    {
      claim: "the locale, also where app is at work",
      files: { "src/app/cli/a.ts": "a.localeCompare(b);\nn.toLocaleString();" },
      offenders: ["src/app/cli/a.ts", "src/app/cli/a.ts"],
    },
    {
      claim: "any and enum, in tests too",
      files: { "src/store/a.test.ts": "const a: any = 1;\nenum Colour { Red }" },
      offenders: ["src/store/a.test.ts", "src/store/a.test.ts"],
    },
    {
      claim: "the network and printing",
      files: { "src/store/a.ts": "import { get } from 'node:https';\nawait fetch('x');\nconsole.log(1);" },
      offenders: ["src/store/a.ts", "src/store/a.ts", "src/store/a.ts"],
    },
    {
      claim: "words in comments and strings, dates with arguments, and app's own clock are not found",
      files: {
        "src/engine/acquire/a.ts": "// Date.now() and any\nconst text = 'Math.random()'; new Date(0); Date.parse(text);",
        "src/app/clock.ts": "export const now = () => Date.now(); process.env.HOME; console.error(1);",
        "src/store/a.integration.test.ts": "performance.now(); await fetch('http://127.0.0.1'); process.env.STILLWATCH_DATA;",
      },
      offenders: [],
    },
  ],
};
