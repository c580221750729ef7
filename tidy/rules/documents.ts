/** What the documents say and what the tree does are the same thing. */
import { dirname, join } from "node:path/posix";
import { renderGlossary } from "../../scripts/write-glossary.mjs";
import type { Offence, Rule } from "../rule.js";
import { isCode, isTest } from "../syntax.js";
import type { Tree } from "../tree.js";

const CODE = /\bSW1\d{3}\b/g;
const CATALOGUE = "docs/errors.md";

function listMatches(text: string, pattern: RegExp): { match: string; line: number }[] {
  return text.split("\n").flatMap((line, index) => [...line.matchAll(pattern)].map((found) => ({ match: found[0], line: index + 1 })));
}

export const errorCatalogue: Rule = {
  name: "error codes and docs/errors.md agree",
  why: "a code that a person meets must be found in the catalogue, and the catalogue must not promise an error that nothing raises.",
  find: (tree) => {
    const used = new Map<string, Offence>();
    for (const path of tree.paths.filter((name) => name.startsWith("src/") && isCode(name) && !isTest(name)))
      for (const { match, line } of listMatches(tree.read(path), CODE))
        if (!used.has(match)) used.set(match, { path, line, what: `${match} has no row in ${CATALOGUE}` });
    const rows = tree.has(CATALOGUE) ? listMatches(tree.read(CATALOGUE), /^\| SW1\d{3} (?=\|)/g) : [];
    const offences: Offence[] = [];
    const listed = new Set<string>();
    for (const { match, line } of rows) {
      const code = match.slice(2, -1);
      if (listed.has(code)) offences.push({ path: CATALOGUE, line, what: `${code} has two rows` });
      else if (!used.has(code)) offences.push({ path: CATALOGUE, line, what: `nothing in src raises ${code}` });
      listed.add(code);
    }
    for (const [code, offence] of used) if (!listed.has(code)) offences.push(offence);
    return offences;
  },
  samples: [
    {
      claim: "an unlisted code, an unused row and a double row are found",
      files: {
        "docs/errors.md": "| SW1001 | a |\n| SW1002 | b |\n| SW1001 | c |\n",
        "src/app/cli/a.ts": '"SW1001"; "SW1003";',
        "src/app/cli/a.test.ts": '"SW1002"; "SW1999";',
      },
      offenders: ["docs/errors.md", "docs/errors.md", "src/app/cli/a.ts"],
    },
    { claim: "agreement is not", files: { "docs/errors.md": "| SW1001 | a |\n", "src/app/cli/a.ts": '"SW1001";' }, offenders: [] },
  ],
};

function readVocabulary(tree: Tree): { path: string; text: string }[] {
  return tree.paths
    .filter((path) => /^src\/vocabulary\/[^/]+\.ts$/.test(path) && !isTest(path))
    .map((path) => ({ path, text: tree.read(path) }));
}

export const glossary: Rule = {
  name: "GLOSSARY.md is what the vocabulary says",
  why: "the glossary is generated from the doc comments in src/vocabulary: write there and run `npm run glossary`.",
  find: (tree) => {
    const vocabulary = readVocabulary(tree);
    if (vocabulary.length === 0) return [];
    const { text, undocumented } = renderGlossary(vocabulary);
    const offences: Offence[] = undocumented.map(({ path, line, name }) => ({ path, line, what: `${name} has no doc comment` }));
    if (!tree.has("GLOSSARY.md") || tree.read("GLOSSARY.md") !== text)
      offences.push({ path: "GLOSSARY.md", what: "out of date; run `npm run glossary`" });
    return offences;
  },
  samples: [
    {
      claim: "a missing or old glossary and an undocumented export are found",
      files: { "src/vocabulary/a.ts": "/** A noun. */\n\n/** One. */\nexport interface A {}\nexport const B = 1;", "GLOSSARY.md": "old" },
      offenders: ["GLOSSARY.md", "src/vocabulary/a.ts"],
    },
    {
      claim: "a fresh one is not",
      files: {
        "src/vocabulary/a.ts": "/** One. */\nexport interface A {}",
        "GLOSSARY.md": renderGlossary([{ path: "src/vocabulary/a.ts", text: "/** One. */\nexport interface A {}" }]).text,
      },
      offenders: [],
    },
  ],
};

const LINK = /\]\((?!https?:|mailto:|#)([^)\s#]+)(#[^)]*)?\)/g;
const NPM_RUN = /npm run ([a-z][a-z:-]*)/g;

export const documents: Rule = {
  name: "documents point at what exists",
  why: "a dead link or a command that is gone costs a newcomer the trust in the rest of the page.",
  find: (tree) => {
    const scripts = tree.has("package.json") ? (JSON.parse(tree.read("package.json")) as { scripts?: Record<string, string> }).scripts : {};
    const folders = new Set(tree.paths.flatMap((path) => path.split("/").map((_, index, parts) => parts.slice(0, index).join("/"))));
    return tree.paths
      .filter((path) => path.endsWith(".md") && !path.includes("/fixtures/"))
      .flatMap((path) => {
        const text = tree.read(path);
        const links = listMatches(text, LINK).flatMap(({ match, line }) => {
          const target = join(dirname(path), match.slice(2, -1).replace(/#.*/, "")).replace(/\/$/, "");
          return tree.has(target) || folders.has(target) ? [] : [{ path, line, what: `no such file: ${target}` }];
        });
        const commands = listMatches(text, NPM_RUN).flatMap(({ match, line }) =>
          scripts?.[match.slice("npm run ".length)] === undefined
            ? [{ path, line, what: `package.json has no script for "${match}"` }]
            : [],
        );
        return [...links, ...commands];
      });
  },
  samples: [
    {
      claim: "a dead link and an unknown command are found",
      files: { "package.json": '{"scripts":{"demo":"x"}}', "README.md": "[a](docs/gone.md)\n`npm run demos`" },
      offenders: ["README.md", "README.md"],
    },
    {
      claim: "live ones are not",
      files: {
        "package.json": '{"scripts":{"demo":"x"}}',
        "docs/a.md": "[b](../src/sdk/)\n[c](https://example.org) `npm run demo`",
        "src/sdk/index.ts": "",
      },
      offenders: [],
    },
  ],
};

// Rules and their samples in tidy/ name records that need not exist.
const DECISION = /docs\/decisions\/[0-9]{4}[\w.-]*/g;

export const decisions: Rule = {
  name: "decisions that are cited exist",
  why: "whoever asks why a number stands in the code is sent to a record; a record that is not there looks like a reason and is none.",
  find: (tree) =>
    tree.paths
      .filter((path) => /\.(ts|mjs|md|json)$/.test(path) && !path.startsWith("tidy/"))
      .flatMap((path) =>
        listMatches(tree.read(path), DECISION).flatMap(({ match, line }) => {
          const target = match.replace(/[.-]+$/, "");
          return tree.has(target) ? [] : [{ path, line, what: `no such decision: ${target}` }];
        }),
      ),
  samples: [
    {
      claim: "a record that is not there is found, in code, tests and documents, and so is half a name",
      files: {
        "docs/decisions/0001-one.md": "",
        "README.md": "as docs/decisions/0002-two.md says",
        "src/sdk/a.ts": "// docs/decisions/0001-other.md",
        "src/sdk/a.test.ts": "// see docs/decisions/0001.",
      },
      offenders: ["README.md", "src/sdk/a.test.ts", "src/sdk/a.ts"],
    },
    {
      claim: "one that is there is not",
      files: { "docs/decisions/0001-one.md": "see docs/decisions/0001-one.md.", "src/sdk/a.ts": "// (docs/decisions/0001-one.md)" },
      offenders: [],
    },
  ],
};
