/** What becomes of windows when the thread that tracks them dies. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { WindowInput } from "../../../engine/pipeline.js";
import { createTracker } from "./tracker.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "stillwatch-tracker-"));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

/** A thread that does with its first window what `first` says, and answers every other one. */
async function writeThread(name: string, first: string): Promise<URL> {
  const file = join(folder, `${name}.mjs`);
  await writeFile(
    file,
    `import { existsSync, writeFileSync } from "node:fs";
import { parentPort } from "node:worker_threads";
const mark = ${JSON.stringify(join(folder, `${name}.mark`))};
parentPort.on("message", () => {
  if (!existsSync(mark)) { writeFileSync(mark, ""); ${first} }
  parentPort.postMessage({ findings: "found" });
});`,
  );
  return pathToFileURL(file);
}

/** Columns are handed over, so every window has its own. */
const makeWindow = (): WindowInput => ({ population: { at: new Float64Array(4) } }) as unknown as WindowInput;

describe("a thread that tracks campaigns", () => {
  it.each([
    ["exits", "process.exit(3);"],
    ["throws", "throw new Error('my secret prompt');"],
  ])("that %s fails its window, without the message, and the next window has a new thread", async (name, first) => {
    const tracker = createTracker(await writeThread(name.replaceAll(" ", "-"), first));
    await expect(tracker.track(makeWindow())).rejects.toMatchObject({
      problem: { code: "SW1948", what: expect.not.stringContaining("secret") as string },
    });
    expect(await tracker.track(makeWindow())).toBe("found");
    expect(await tracker.track(makeWindow())).toBe("found");
    await tracker.close();
    await expect(tracker.track(makeWindow())).rejects.toThrow("closed");
  });
});
