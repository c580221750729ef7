/** Which files and folders may exist. */
import type { Offence, Rule } from "../rule.js";

/** Folder → what may stand in it directly. A folder that is not a key here is free inside. */
const LAYOUT: Readonly<Record<string, { files: RegExp; folders: readonly string[] }>> = {
  "": {
    files:
      /^(README|ARCHITECTURE|GLOSSARY|PHILOSOPHY|CONTRIBUTING|SECURITY)\.md$|^(LICENSE|NOTICE)$|^package(-lock)?\.json$|^(tsconfig|biome|knip)\.json$|^vitest\.config\.ts$|^\.(gitignore|gitattributes|oxlintrc\.json)$/,
    folders: [".ci", "bench", "console", "deploy", "docs", "scripts", "src", "tidy"],
  },
  src: {
    files: /^$/,
    folders: [
      "app",
      "detections",
      "engine",
      "evaluate",
      "integrations",
      "provenance",
      "sdk",
      "simulate",
      "statistics",
      "store",
      "vocabulary",
    ],
  },
  // Files right in app are what both the command line and the server call.
  "src/app": { files: /\.ts$/, folders: ["alerts", "cli", "evaluation", "http", "proxy", "report", "serve", "testing", "workers"] },
  "src/engine": { files: /^(pipeline|coverage)\./, folders: ["acquire", "behaviour", "campaigns", "cases", "decisions", "exchange"] },
  "src/store": { files: /\.ts$/, folders: ["events", "hand-over", "records"] },
  "src/statistics": { files: /\.ts$/, folders: [] },
  "src/vocabulary": { files: /\.ts$/, folders: [] },
};

export const layout: Rule = {
  name: "every file has its place",
  why: "the alphabet is the pipeline: a newcomer finds a thing where the data flow says it must be. A new part needs a line in ARCHITECTURE.md and in tidy/rules/layout.ts.",
  find: (tree) => {
    const offences: Offence[] = [];
    for (const path of tree.paths) {
      const parts = path.split("/");
      for (let depth = 0; depth < parts.length; depth += 1) {
        const allowed = LAYOUT[parts.slice(0, depth).join("/")];
        if (!allowed) continue;
        const name = parts[depth] ?? "";
        const isFile = depth === parts.length - 1;
        if (isFile ? allowed.files.test(name) : allowed.folders.includes(name)) continue;
        const known = isFile ? `no such file belongs here` : `folders here are ${allowed.folders.join(", ") || "none"}`;
        offences.push({ path, what: `"${name}" in ${parts.slice(0, depth).join("/") || "the root"}: ${known}` });
        break;
      }
    }
    return offences;
  },
  samples: [
    {
      claim: "a seventh stage, a helper folder and a stray file are found",
      files: { "src/engine/scoring/a.ts": "", "src/utils/a.ts": "", "notes.txt": "", "src/engine/helpers.ts": "" },
      offenders: ["notes.txt", "src/engine/helpers.ts", "src/engine/scoring/a.ts", "src/utils/a.ts"],
    },
    {
      claim: "what the layout names is not found",
      files: { "README.md": "", "src/engine/pipeline.ts": "", "src/engine/acquire/deep/er/a.ts": "", "docs/decisions/0001-a.md": "" },
      offenders: [],
    },
  ],
};
