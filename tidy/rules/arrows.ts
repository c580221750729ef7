/** Who may import whom. A star with the vocabulary in the middle: cycles between parts are impossible. */
import type { Offence, Rule } from "../rule.js";
import { isIntegrationTest, isTest, listSources, type Source } from "../syntax.js";

/** A part of the tree, and the parts that it may import besides itself. `$1` is what the pattern captured. */
interface Part {
  name: string;
  /** The first part whose pattern matches a path is the path's part. */
  pattern: RegExp;
  imports: readonly string[];
  /** What its unit tests may import on top. */
  testImports?: readonly string[];
  why: string;
}

const PARTS: readonly Part[] = [
  {
    name: "vocabulary",
    pattern: /^src\/vocabulary\//,
    imports: [],
    why: "the nouns are what everything agrees on; they can agree with everyone only by depending on nobody.",
  },
  {
    name: "statistics",
    pattern: /^src\/statistics\//,
    imports: ["vocabulary"],
    why: "mathematics knows nothing of campaigns; stages, detections and evaluation share it.",
  },
  {
    name: "store",
    pattern: /^src\/store\//,
    imports: ["vocabulary"],
    why: "a store keeps rows; what the rows mean is the stages' business.",
  },
  {
    name: "pipeline",
    pattern: /^src\/engine\/[a-z.-]+\.ts$/,
    imports: ["vocabulary", "store", "stage .*"],
    why: "the files right in engine put the stages together and know nothing around them.",
  },
  {
    name: "stage $1",
    pattern: /^src\/engine\/([a-z-]+)\//,
    imports: ["vocabulary", "store", "statistics"],
    // Small populations for tests are built by the kit that authors of detections use.
    testImports: ["sdk"],
    why: "a stage that imports another stage can no longer be run, tested or replaced alone; hand the value through pipeline.ts.",
  },
  {
    name: "sdk",
    pattern: /^src\/sdk\//,
    imports: ["vocabulary", "statistics"],
    why: "what an author of detections builds on must not move when the engine does.",
  },
  {
    name: "registry of $1",
    pattern: /^src\/(detections|integrations)\/[a-z.-]+\.ts$/,
    imports: ["vocabulary", "sdk", "$1 .*"],
    // What is said of all of them is tested where they are used.
    testImports: ["pipeline", "stage .*"],
    why: "the list of all detections (or integrations) is what app hands to the engine.",
  },
  {
    name: "$1 $2",
    pattern: /^src\/(detections|integrations)\/([a-z0-9-]+)\//,
    imports: ["vocabulary", "sdk"],
    // A test drives the folder's fixtures through the operator's own path.
    testImports: ["app", "pipeline", "stage .*"],
    why: "a detection or integration is written outside the house: it must work with the sdk alone, and it must be removable by deleting its folder.",
  },
  {
    name: "provenance",
    pattern: /^src\/provenance\//,
    imports: ["vocabulary", "store"],
    why: "auditing a suspect model has nothing to do with watching requests.",
  },
  {
    name: "simulate",
    pattern: /^src\/simulate\//,
    imports: ["vocabulary"],
    testImports: ["pipeline", "stage .*", "store"],
    why: "a world that knows how it will be judged is a flattering world.",
  },
  {
    name: "evaluate",
    pattern: /^src\/evaluate\//,
    imports: ["vocabulary", "statistics", "pipeline", "stage .*"],
    why: "scores compare outcomes with truth; reading anything else would let the truth leak.",
  },
  { name: "app", pattern: /^src\/app\//, imports: [".*"], why: "app puts the parts together." },
  {
    name: "console",
    pattern: /^console\//,
    imports: [],
    why: "the console is a client like any other: it talks to the HTTP API only.",
  },
  { name: "bench", pattern: /^bench\//, imports: [".*"], why: "a benchmark measures whatever it likes." },
  { name: "scripts", pattern: /^scripts\//, imports: ["built"], why: "scripts run before the build." },
  { name: "tidy", pattern: /^tidy\//, imports: ["scripts"], why: "tidy judges the tree as text." },
  { name: "built", pattern: /^dist\//, imports: [], why: "compiled output." },
];

function findPart(path: string): { part: Part; name: string; imports: string[] } | null {
  for (const part of PARTS) {
    const match = part.pattern.exec(path);
    if (!match) continue;
    const fill = (text: string): string => text.replace(/\$(\d)/g, (_, digit: string) => match[Number(digit)] ?? "");
    const extra = isTest(path) ? (part.testImports ?? []) : [];
    return { part, name: fill(part.name), imports: [...part.imports, ...extra].map(fill) };
  }
  return null;
}

function checkSource(source: Source): Offence[] {
  const from = findPart(source.path);
  // Integration tests look at the whole house from outside.
  if (isIntegrationTest(source.path)) return [];
  if (!from) return [{ path: source.path, what: "belongs to no part; give it one in tidy/rules/arrows.ts" }];
  const offences: Offence[] = [];
  for (const { specifier, target, line } of source.imports) {
    if (target === null) {
      if (from.name !== "vocabulary" || (isTest(source.path) && !specifier.startsWith("node:"))) continue;
      offences.push({ path: source.path, line, what: `vocabulary imports "${specifier}": ${from.part.why}` });
      continue;
    }
    const to = findPart(target);
    if (!to || to.name === from.name) continue;
    if (from.imports.some((allowed) => new RegExp(`^${allowed}$`).test(to.name))) continue;
    offences.push({ path: source.path, line, what: `${from.name} → ${to.name} ("${specifier}"): ${from.part.why}` });
  }
  return offences;
}

export const arrows: Rule = {
  name: "imports follow the arrows",
  why: "vocabulary ← store ← each stage ← pipeline ← app; see ARCHITECTURE.md.",
  find: (tree) => listSources(tree).flatMap(checkSource),
  samples: [
    {
      claim: "the vocabulary imports neither a built-in nor a part",
      files: { "src/vocabulary/a.ts": 'import "node:fs";\nimport "../store/b.js";\nimport "./c.js";' },
      offenders: ["src/vocabulary/a.ts", "src/vocabulary/a.ts"],
    },
    {
      claim: "a stage imports neither another stage nor the pipeline, in whatever form",
      files: {
        "src/engine/acquire/a.ts": 'export * from "../campaigns/b.js";',
        "src/engine/behaviour/b.ts": 'const b = await import("../acquire/a.js");',
        "src/engine/campaigns/c.ts": 'new Worker(new URL("../acquire/a.js", import.meta.url));',
        "src/engine/cases/d.ts": 'import type { Pipeline } from "../pipeline.js";',
      },
      offenders: ["src/engine/acquire/a.ts", "src/engine/behaviour/b.ts", "src/engine/campaigns/c.ts", "src/engine/cases/d.ts"],
    },
    {
      claim: "the store does not know the stages, nor the engine the detections",
      files: { "src/store/a.ts": 'import "../engine/acquire/a.js";', "src/engine/pipeline.ts": 'import "../detections/a/detection.js";' },
      offenders: ["src/engine/pipeline.ts", "src/store/a.ts"],
    },
    {
      claim: "detections import neither each other nor the engine",
      files: { "src/detections/one/detection.ts": 'import "../two/detection.js";\nimport "../../engine/acquire/a.js";' },
      offenders: ["src/detections/one/detection.ts", "src/detections/one/detection.ts"],
    },
    {
      claim: "simulate may look at the pipeline in a test only; nothing imports app",
      files: {
        "src/simulate/world.ts": 'import "../engine/pipeline.js";',
        "src/simulate/world.test.ts": 'import "../engine/pipeline.js";\nimport { it } from "vitest";',
        "src/evaluate/score.ts": 'import "../app/cli/main.js";',
      },
      offenders: ["src/evaluate/score.ts", "src/simulate/world.ts"],
    },
    {
      claim: "a file that belongs to no part is found, since nothing could be said of it",
      files: { "src/helpers/a.ts": "" },
      offenders: ["src/helpers/a.ts"],
    },
    {
      claim: "what the arrows allow is not found",
      files: {
        "src/engine/acquire/a.ts": 'import "./b.js";\nimport "../../store/c.js";\nimport "../../vocabulary/d.js";\nimport "zod";',
        "src/engine/pipeline.ts": 'import "./acquire/a.js";\nimport "./cases/a.js";',
        "src/detections/index.ts": 'import "./one/detection.js";\nimport "../sdk/index.js";',
        "src/app/cli/main.ts": 'import "../../detections/index.js";\nimport "../../engine/pipeline.js";',
        "src/store/a.integration.test.ts": 'import "../app/cli/main.js";',
      },
      offenders: [],
    },
  ],
};
