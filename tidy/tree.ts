/** The tree that the rules look at: the real one, read from the disk, or a small one that a rule's sample describes. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Files by path, relative to the repository root, with forward slashes. */
export interface Tree {
  /** Ascending. */
  paths: readonly string[];
  /** Text of one file. Throws when the tree does not hold it. */
  read(path: string): string;
  has(path: string): boolean;
}

/** Files that are not text; rules see their paths only. */
const BINARY = /\.(png|jpg|ico|gz|zst|parquet|woff2)$/;

/** A tree given as path → text. */
export function treeOf(files: Readonly<Record<string, string>>): Tree {
  const paths = Object.keys(files).sort();
  return {
    paths,
    has: (path) => path in files,
    read: (path) => {
      const text = files[path];
      if (text === undefined) throw new Error(`no such file in the tree: ${path}`);
      return text;
    },
  };
}

/** Reads the tree below `root`, without what `.gitignore` names (whole folder names and root-anchored folders are understood). */
export function readTree(root: string): Tree {
  const isIgnored = ignoreReader(root);
  const paths: string[] = [];
  const visit = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (isIgnored(path, entry.name)) continue;
      if (entry.isDirectory()) visit(path);
      else paths.push(path);
    }
  };
  visit("");
  paths.sort();
  const known = new Set(paths);
  const texts = new Map<string, string>();
  const read = (path: string): string => {
    let text = texts.get(path);
    if (text === undefined) {
      text = BINARY.test(path) ? "" : readFileSync(join(root, path), "utf8");
      texts.set(path, text);
    }
    return text;
  };
  return { paths, read, has: (path) => known.has(path) };
}

function ignoreReader(root: string): (path: string, name: string) => boolean {
  const file = join(root, ".gitignore");
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
  const names = new Set([".git"]);
  const anchored = new Set<string>();
  const endings: string[] = [];
  for (const line of lines.map((text) => text.trim()).filter((text) => text !== "" && !text.startsWith("#"))) {
    const bare = line.replace(/\/$/, "");
    if (bare.startsWith("/")) anchored.add(bare.slice(1));
    else if (bare.startsWith("*.")) endings.push(bare.slice(1));
    else names.add(bare);
  }
  return (path, name) => names.has(name) || anchored.has(path) || endings.some((ending) => name.endsWith(ending));
}
