/** How files and functions look: sizes, names, exports, comments, and what tests may not contain. */
import { Visitor } from "oxc-parser";
import type { Offence, Rule } from "../rule.js";
import { isCode, isTest, listSources, type Source } from "../syntax.js";

/** A file is read in one go, about eight screens; beyond that people search instead of reading. */
const FILE_LINES_MAX = 400;
/** A function fits on one tall screen. */
const FUNCTION_LINES_MAX = 70;

export const fileSize: Rule = {
  name: `files have at most ${FILE_LINES_MAX} lines`,
  why: "a file is read in one go or not at all; split it by what its parts are about.",
  find: (tree) =>
    tree.paths.filter(isCode).flatMap((path) => {
      const lines = tree.read(path).replace(/\n$/, "").split("\n").length;
      return lines > FILE_LINES_MAX ? [{ path, what: `${lines} lines` }] : [];
    }),
  samples: [
    { claim: "401 lines are too many, in tests too", files: { "src/sdk/a.test.ts": "\n".repeat(401) }, offenders: ["src/sdk/a.test.ts"] },
    { claim: "400 lines are not", files: { "src/sdk/a.ts": "\n".repeat(400) }, offenders: [] },
  ],
};

export const functionSize: Rule = {
  name: `functions have at most ${FUNCTION_LINES_MAX} lines`,
  why: "a function does one thing and fits on one screen. The body of a describe() is a table of contents and may be longer.",
  find: (tree) => listSources(tree).flatMap(findLongFunctions),
  samples: [
    {
      claim: "functions, arrows and methods of 71 lines are too long",
      files: {
        "src/sdk/a.ts": `function a() {${"\n".repeat(70)}}`,
        "src/sdk/b.ts": `const b = () => {${"\n".repeat(70)}};`,
        "src/sdk/c.ts": `export const c = { method() {${"\n".repeat(70)}} };`,
      },
      offenders: ["src/sdk/a.ts", "src/sdk/b.ts", "src/sdk/c.ts"],
    },
    {
      claim: "70 lines, and a longer describe, are not",
      files: {
        "src/sdk/a.ts": `function a() {${"\n".repeat(69)}}`,
        "src/sdk/b.test.ts": `describe("b", () => {${"\n".repeat(90)}});\ndescribe.each([])("c", () => {${"\n".repeat(90)}});`,
      },
      offenders: [],
    },
  ],
};

function findLongFunctions(source: Source): Offence[] {
  const offences: Offence[] = [];
  const exempt = new Set<number>();
  const check = (node: { start: number; end: number }): void => {
    const lines = source.lineAt(node.end - 1) - source.lineAt(node.start) + 1;
    if (lines > FUNCTION_LINES_MAX && !exempt.has(node.start))
      offences.push({ path: source.path, line: source.lineAt(node.start), what: `${lines} lines` });
  };
  new Visitor({
    // Parents are visited before their children, so a describe is known before its body is judged.
    CallExpression: (node) => {
      if (/^describe\b/.test(source.text.slice(node.callee.start, node.callee.end)))
        for (const argument of node.arguments) exempt.add(argument.start);
    },
    FunctionDeclaration: check,
    FunctionExpression: check,
    ArrowFunctionExpression: check,
  }).visit(source.program);
  return offences;
}

const KEBAB = /^\.?[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/;
const TITLE = /^(README|LICENSE|NOTICE)(\.md)?$/;

export const fileNames: Rule = {
  name: "file names are kebab-case",
  why: "one spelling works on every file system and is found by the first guess.",
  find: (tree) =>
    tree.paths
      .filter((path) => path.includes("/"))
      .flatMap((path) => {
        const odd = path.split("/").find((name) => !KEBAB.test(name) && !TITLE.test(name));
        return odd === undefined ? [] : [{ path, what: `"${odd}" is not kebab-case` }];
      }),
  samples: [
    {
      claim: "camelCase, snake_case and capitals are found in files and folders",
      files: { "src/sdk/aFile.ts": "", "src/sdk/a_file.ts": "", "docs/Images/a.svg": "" },
      offenders: ["docs/Images/a.svg", "src/sdk/aFile.ts", "src/sdk/a_file.ts"],
    },
    {
      claim: "kebab-case, READMEs and numbered decisions are not",
      files: { "src/sdk/a-file.integration.test.ts": "", "src/sdk/README.md": "", "docs/decisions/0001-one-dialect.md": "" },
      offenders: [],
    },
  ],
};

/** A detection's folder is loaded by name, so what it exports must not need one; tools demand a default export of their configuration. */
const MAY_EXPORT_DEFAULT = /^src\/detections\/[^/]+\/detection\.ts$|\.config\.(ts|mjs|js)$/;

export const namedExports: Rule = {
  name: "exports have names",
  why: "a default export has as many names as importers, so nobody can search for it. Only a detection's detection.ts has one.",
  find: (tree) =>
    listSources(tree, (path) => !MAY_EXPORT_DEFAULT.test(path)).flatMap((source) => {
      const offences: Offence[] = [];
      const add = (at: number): void => {
        offences.push({ path: source.path, line: source.lineAt(at), what: "default export; give it a name" });
      };
      new Visitor({
        ExportDefaultDeclaration: (node) => add(node.start),
        ExportSpecifier: (node) => {
          if (node.exported.type === "Identifier" && node.exported.name === "default") add(node.start);
        },
      }).visit(source.program);
      return offences;
    }),
  samples: [
    {
      claim: "both spellings are found",
      files: { "src/sdk/a.ts": "export default 1;", "src/sdk/b.ts": "const b = 1;\nexport { b as default };" },
      offenders: ["src/sdk/a.ts", "src/sdk/b.ts"],
    },
    { claim: "a detection's is not", files: { "src/detections/a/detection.ts": "export default {};" }, offenders: [] },
  ],
};

const UNFINISHED = /\b(TODO|FIXME|XXX|HACK)\b/;

export const finished: Rule = {
  name: "no unfinished business in comments",
  why: "a note to oneself in the code is read by nobody who could act on it: finish it, or say in a sentence what is missing and why.",
  find: (tree) =>
    listSources(tree).flatMap((source) =>
      source.comments.flatMap((comment) => {
        const match = UNFINISHED.exec(comment.value);
        return match ? [{ path: source.path, line: source.lineAt(comment.start + match.index), what: match[0] }] : [];
      }),
    ),
  samples: [
    { claim: "found in any comment", files: { "src/sdk/a.ts": "/* later */ // TODO: later" }, offenders: ["src/sdk/a.ts"] },
    { claim: "not found in text that is data", files: { "src/sdk/a.ts": 'export const a = "TODO";' }, offenders: [] },
  ],
};

export const wholeTests: Rule = {
  name: "tests run, all of them",
  why: "a test that is switched off passes for one that ran. What a machine may lack is skipped with skipIf() and a console.warn that says what was not checked.",
  find: (tree) =>
    listSources(tree, isTest).flatMap((source) => {
      const offences: Offence[] = [];
      new Visitor({
        MemberExpression: (node) => {
          const name = node.property.type === "Identifier" && !node.computed ? node.property.name : "";
          if (/^(only|skip|todo|fails)$/.test(name))
            offences.push({
              path: source.path,
              line: source.lineAt(node.start),
              what: `.${name}; use skipIf(what is missing) and console.warn`,
            });
        },
      }).visit(source.program);
      return offences;
    }),
  samples: [
    {
      claim: "only, skip and todo are found in every position",
      files: {
        "src/sdk/a.test.ts": "it.only('a', f);",
        "src/sdk/b.test.ts": "describe.skip('b', f);",
        "src/sdk/c.test.ts": "it.skip.each([])('c', f);",
        "src/sdk/d.test.ts": "it('d', (context) => context.skip());",
        "src/sdk/e.test.ts": "it.todo('e');",
      },
      offenders: ["a", "b", "c", "d", "e"].map((name) => `src/sdk/${name}.test.ts`),
    },
    { claim: "skipIf is not", files: { "src/sdk/a.test.ts": "it.skipIf(!hasData)('a', f);" }, offenders: [] },
  ],
};
