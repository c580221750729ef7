/** Python packages for tests against the real thing: installed once into the user's cache folder, and left there. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The first installation fetches some hundred megabytes. */
const INSTALL_MS_MAX = 900_000;

/**
 * A virtual environment with these packages, exact versions. Null where there is no Python or nothing can be fetched: the test then says that it
 * checked nothing, and why.
 */
export async function preparePython(packages: readonly string[]): Promise<{ folder: string } | { missing: string }> {
  const name = createHash("sha256").update(packages.join("\n")).digest("hex").slice(0, 16);
  const base = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  const folder = join(base, "stillwatch-tests", `python-${name}`);
  const mark = join(folder, "installed");
  if (existsSync(mark)) return { folder };
  try {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    await run("python3", ["-m", "venv", folder]);
    await run(join(folder, "bin", "pip"), ["install", "--quiet", "--disable-pip-version-check", ...packages], { timeout: INSTALL_MS_MAX });
    writeFileSync(mark, packages.join("\n"));
    return { folder };
  } catch (error) {
    return {
      missing: `${packages.join(", ")} cannot be installed here: ${error instanceof Error ? error.message.slice(0, 300) : "unknown"}`,
    };
  }
}
