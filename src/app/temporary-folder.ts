/** A folder that does not outlive the work it is for: removed when done, when the work fails, and when the process is told to end. */
import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder under the system's own place for temporary files. */
export interface TemporaryFolder {
  path: string;
  remove(): Promise<void>;
}

/** Makes the folder. What is left to chance is SIGKILL, after which the system's own cleaning has to do. */
export async function createTemporaryFolder(): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), "stillwatch-"));
  // A second Ctrl-C ends the process at once; no promise is waited for then.
  const removeNow = (): void => rmSync(path, { recursive: true, force: true });
  process.once("exit", removeNow);
  return {
    path,
    async remove() {
      await rm(path, { recursive: true, force: true });
      process.off("exit", removeNow);
    },
  };
}
