/** Source files as syntax. TypeScript 7 has no JavaScript API, so the parser is oxc's. */
import { dirname, join } from "node:path/posix";
import { type Comment, type Program, parseSync } from "oxc-parser";
import type { Tree } from "./tree.js";

/** One parsed source file. */
export interface Source {
  path: string;
  text: string;
  program: Program;
  comments: Comment[];
  imports: Import[];
  /** Line of a character offset; both as the parser and a person count them: from 0, and from 1. */
  lineAt(offset: number): number;
}

/** One file or package that a source file names. */
export interface Import {
  /** As written. */
  specifier: string;
  /** Path inside the repository with the extension the tree has, or null for a package or a Node built-in. */
  target: string | null;
  line: number;
}

const CODE = /^(src|tidy|bench|scripts|console)\/.*\.(ts|tsx|mjs|js)$/;
const TEST = /\.test\.tsx?$/;
/** Workers and child processes name their file in a URL: as much an import as any other. */
const URL_IMPORT = /new URL\(\s*["'`](\.{1,2}\/[^"'`]+\.(?:js|ts|mjs))["'`]\s*,\s*import\.meta\.url/g;

const parsed = new WeakMap<Tree, Map<string, Source>>();

export function isCode(path: string): boolean {
  return CODE.test(path) && !path.endsWith(".d.ts");
}

export function isTest(path: string): boolean {
  return TEST.test(path);
}

export function isIntegrationTest(path: string): boolean {
  return path.endsWith(".integration.test.ts");
}

/** All source files of the tree that `wanted` accepts, in ascending order of path. */
export function listSources(tree: Tree, wanted: (path: string) => boolean = () => true): Source[] {
  return tree.paths.filter((path) => isCode(path) && wanted(path)).map((path) => readSource(tree, path));
}

function readSource(tree: Tree, path: string): Source {
  let sources = parsed.get(tree);
  if (!sources) parsed.set(tree, (sources = new Map()));
  let source = sources.get(path);
  if (!source) sources.set(path, (source = parseSource(tree, path)));
  return source;
}

function parseSource(tree: Tree, path: string): Source {
  const text = tree.read(path);
  const { program, comments, module } = parseSync(path, text);
  const lineAt = lineReader(text);
  const named = [
    ...module.staticImports.map(({ moduleRequest, start }) => ({ specifier: moduleRequest.value, start })),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest, start }) => (moduleRequest ? [{ specifier: moduleRequest.value, start }] : [])),
    ),
    ...module.dynamicImports.flatMap(({ moduleRequest: { start, end } }) => {
      const literal = /^["'`]([^"'`$]+)["'`]$/.exec(text.slice(start, end));
      return literal?.[1] ? [{ specifier: literal[1], start }] : [];
    }),
    ...[...text.matchAll(URL_IMPORT)].map((match) => ({ specifier: match[1] ?? "", start: match.index })),
  ];
  const imports = named.map(({ specifier, start }) => ({ specifier, target: resolve(tree, path, specifier), line: lineAt(start) }));
  return { path, text, program, comments, imports, lineAt };
}

function resolve(tree: Tree, from: string, specifier: string): string | null {
  if (!specifier.startsWith(".")) return null;
  const path = join(dirname(from), specifier);
  const typed = path.replace(/\.js$/, ".ts");
  return tree.has(typed) || !tree.has(path) ? typed : path;
}

function lineReader(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}
