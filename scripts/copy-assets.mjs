// tsc copies only what it compiles; the kernel, the detections' pages and fixtures and the simulator's own prompts travel beside the code.
import { cpSync, readdirSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { buildKernel } from "./build-kernel.mjs";

await buildKernel();
const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const source = join(root, "src");
const isAsset = (path) => !path.endsWith(".ts") && !path.endsWith("tsconfig.json");

function* walk(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* walk(path);
    else yield path;
  }
}

for (const path of walk(source)) {
  if (isAsset(path)) cpSync(path, join(root, "dist", relative(source, path)));
}
