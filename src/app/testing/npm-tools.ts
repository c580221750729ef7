/** npm packages for tests against the real thing, which are no dependencies of ours: installed once into the user's cache folder. */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Fetching a gateway with its dependencies takes seconds, on a slow line minutes. */
const INSTALL_MS_MAX = 300_000;

/** A folder whose `node_modules` holds the package at this version; or why not. Install scripts do not run. */
export async function prepareNpm(name: string, version: string): Promise<{ folder: string } | { missing: string }> {
  const base = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  const folder = join(base, "stillwatch-tests", `npm-${name.replaceAll(/[^a-z0-9]+/g, "-")}-${version}`);
  const mark = join(folder, "installed");
  if (existsSync(mark)) return { folder };
  try {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const switches = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefix", folder];
    await run("npm", ["install", ...switches, `${name}@${version}`], { timeout: INSTALL_MS_MAX });
    writeFileSync(mark, `${name}@${version}`);
    return { folder };
  } catch (error) {
    return { missing: `${name}@${version} cannot be installed here: ${error instanceof Error ? error.message.slice(0, 300) : "unknown"}` };
  }
}
