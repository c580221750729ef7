// Compiles the text kernel from AssemblyScript to WebAssembly, where that is older than its source. It is written beside the source that loads it, so that tests
// find it as the built tree does.
import { existsSync, readdirSync, renameSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const folder = join(root, "src/engine/behaviour/text/kernel");
const source = join(folder, "assembly");
const target = join(folder, "text-kernel.wasm");
// Written aside and renamed: a build that is ended on its way leaves nothing that looks whole.
const unfinished = join(folder, "text-kernel.unfinished.wasm");
/** Names the compiler's version. */
const lock = join(root, "package-lock.json");

function isFresh() {
  if (!existsSync(target)) return false;
  const builtMs = statSync(target).mtimeMs;
  const sources = readdirSync(source).map((name) => join(source, name));
  return [...sources, lock, fileURLToPath(import.meta.url)].every((path) => statSync(path).mtimeMs < builtMs);
}

/** Takes a few seconds, or none. */
export async function buildKernel() {
  if (isFresh()) return;
  const { main } = await import("assemblyscript/asc");
  const place = (path) => relative(root, path);
  const options = ["-O3", "--noAssert", "--runtime", "stub", "--enable", "simd"];
  const { error } = await main([place(join(source, "index.ts")), "-o", place(unfinished), "--baseDir", root, ...options]);
  if (error) throw new Error(`the text kernel was not compiled:\n${error.message}`);
  renameSync(unfinished, target);
}

/** What Vitest calls before it runs tests. */
export async function setup() {
  await buildKernel();
}
