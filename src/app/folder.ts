/** Output folders, made and tried before any work is done: an hour of analysis must not end in a folder that cannot be written. */
import { access, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

/**
 * Makes a folder with its parents and tries to write into it. Throws the system's error.
 * Node's own recursive mkdir never returns where a parent exists and refuses children with ENOENT, as /proc does; each step is made once here.
 */
export async function makeWritableFolder(folder: string): Promise<void> {
  const missing: string[] = [];
  let parent = resolve(folder);
  while (!(await isThere(parent)) && dirname(parent) !== parent) {
    missing.push(parent);
    parent = dirname(parent);
  }
  for (const path of missing.reverse()) await makeOne(path);
  const probe = join(folder, ".stillwatch-probe");
  await writeFile(probe, "");
  await rm(probe, { force: true });
}

async function makeOne(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    // Another process may have made it in the meantime.
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
