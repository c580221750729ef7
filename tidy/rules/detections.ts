/** Every detection is a complete folder whose every number has a reason. */
import { Visitor } from "oxc-parser";
import type { Offence, Rule } from "../rule.js";
import { listSources, type Source } from "../syntax.js";
import type { Tree } from "../tree.js";

const FIXTURES = ["fixtures/attack.ndjson", "fixtures/lookalike.ndjson", "fixtures/quiet.ndjson"];
const FILES = ["detection.ts", "README.md", "expected.md", "detection.test.ts", ...FIXTURES];
/** Fewer words than this name a number; they do not give a reason for it. */
const REASON_WORDS_MIN = 5;
/** Zero, one and two count things ("none", "any", "a pair"); every other number that something is compared with is a threshold. */
const COUNTING_MAX = 2;

function listDetections(tree: Tree): string[] {
  const names = tree.paths.flatMap((path) => /^src\/detections\/([^/]+)\//.exec(path)?.[1] ?? []);
  return [...new Set(names)];
}

const wholeFiles = (name: string, change: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  ...Object.fromEntries(FILES.map((file) => [`src/detections/${name}/${file}`, file.endsWith(".ndjson") ? '{"a":1}\n' : "x"])),
  [`src/detections/${name}/README.md`]: FIXTURES.map((fixture) => `\`${fixture}\``).join(" "),
  ...change,
});

export const detectionFolders: Rule = {
  name: "every detection folder is complete",
  why: "a detection is proved by an attack it finds, an innocent look-alike it leaves alone and quiet traffic it is silent on, and a page that says which fixture shows which claim.",
  find: (tree) =>
    listDetections(tree).flatMap((name) => {
      const folder = `src/detections/${name}`;
      const missing = FILES.filter((file) => !tree.has(`${folder}/${file}`)).map((file) => ({
        path: `${folder}/${file}`,
        what: "missing",
      }));
      const broken = FIXTURES.filter((file) => tree.has(`${folder}/${file}`)).flatMap((file) => checkFixture(tree, `${folder}/${file}`));
      const readme = tree.has(`${folder}/README.md`) ? tree.read(`${folder}/README.md`) : "";
      const uncited = FIXTURES.filter((file) => readme !== "" && !readme.includes(file)).map((file) => ({
        path: `${folder}/README.md`,
        what: `does not say what ${file} shows`,
      }));
      return [...missing, ...broken, ...uncited];
    }),
  samples: [
    {
      claim: "each missing file is named",
      files: { "src/detections/a/detection.ts": "" },
      offenders: FILES.slice(1).map((file) => `src/detections/a/${file}`),
    },
    {
      claim: "an empty fixture, one that is not NDJSON, and a page that cites none are found",
      files: wholeFiles("a", {
        "src/detections/a/README.md": "A detection.",
        "src/detections/a/fixtures/attack.ndjson": "",
        "src/detections/a/fixtures/quiet.ndjson": "{\n}\n",
      }),
      offenders: [
        "src/detections/a/README.md",
        "src/detections/a/README.md",
        "src/detections/a/README.md",
        "src/detections/a/fixtures/attack.ndjson",
        "src/detections/a/fixtures/quiet.ndjson",
      ],
    },
    { claim: "a whole folder is not", files: wholeFiles("a"), offenders: [] },
  ],
};

function checkFixture(tree: Tree, path: string): Offence[] {
  const lines = tree
    .read(path)
    .split("\n")
    .filter((line) => line !== "");
  if (lines.length === 0) return [{ path, what: "empty" }];
  const broken = lines.findIndex((line) => !isJsonObject(line));
  return broken === -1 ? [] : [{ path, line: broken + 1, what: "not a JSON object" }];
}

function isJsonObject(line: string): boolean {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

export const thresholds: Rule = {
  name: "every threshold has a reason",
  why: "a number nobody can argue with is a number nobody can correct: put it into `thresholds` with a unit and a why.",
  find: (tree) => listSources(tree, (path) => /^src\/detections\/[^/]+\/(?!.*\.test\.ts$)/.test(path)).flatMap(findBareNumbers),
  samples: [
    {
      claim: "a threshold without a why, or with too short a one, is found",
      files: {
        "src/detections/a/detection.ts": 'const t = { one: { value: 3, unit: "x" }, two: { value: 4, unit: "x", why: "seems right" } };',
      },
      offenders: ["src/detections/a/detection.ts", "src/detections/a/detection.ts"],
    },
    {
      claim: "a comparison with a bare number is found",
      files: { "src/detections/a/detection.ts": "if (share > 0.4) report();\nif (30 <= accounts) report();" },
      offenders: ["src/detections/a/detection.ts", "src/detections/a/detection.ts"],
    },
    {
      claim: "a reasoned threshold and counting are not",
      files: {
        "src/detections/a/detection.ts":
          'const t = { one: { value: 3, unit: "x", why: "below three the interval covers chance" } };\nif (count > 0 && share >= t.one.value) report();',
      },
      offenders: [],
    },
  ],
};

function findBareNumbers(source: Source): Offence[] {
  const offences: Offence[] = [];
  const add = (at: number, what: string): void => {
    offences.push({ path: source.path, line: source.lineAt(at), what });
  };
  new Visitor({
    ObjectExpression: (node) => {
      const values = new Map(
        node.properties.flatMap((property) =>
          property.type === "Property" && property.key.type === "Identifier" ? [[property.key.name, property.value] as const] : [],
        ),
      );
      if (!values.has("value") || !values.has("unit")) return;
      const why = values.get("why");
      const text = why ? source.text.slice(why.start, why.end) : "";
      if (text.split(/\s+/).filter(Boolean).length < REASON_WORDS_MIN) add(node.start, "a threshold needs a why of at least five words");
    },
    BinaryExpression: (node) => {
      if (!/^[<>]=?$/.test(node.operator)) return;
      for (const side of [node.left, node.right]) {
        if (side.type === "Literal" && typeof side.value === "number" && !(Number.isInteger(side.value) && side.value <= COUNTING_MAX))
          add(side.start, `compared with a bare ${side.value}; make it a threshold with a why`);
      }
    },
  }).visit(source.program);
  return offences;
}
