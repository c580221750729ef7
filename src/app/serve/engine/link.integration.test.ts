/** An engine process that hangs, seen from the server. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { analysisSettings } from "./settings.js";
import { startEngine } from "./link.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "stillwatch-link-"));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

/** Opens, beats, answers; the first of them stops doing anything when it is asked to analyse. */
const ENGINE = `
import { existsSync, writeFileSync } from "node:fs";
const mark = new URL("hung.mark", import.meta.url);
process.on("message", ({ id, name }) => {
  if (name === "analyse" && !existsSync(mark)) { writeFileSync(mark, ""); for (;;); }
  process.send({ kind: "answer", id, answered: name === "open" ? { storedEvents: 7, quarantined: 0, watermarkMs: null } : null });
  if (name === "close") process.exit();
});
setInterval(() => process.send({ kind: "beat" }), 20);
process.on("disconnect", () => process.exit());
`;

describe("an engine process that hangs", () => {
  it("counts as down when it is silent, is ended, and the next one is asked what it was asked", { timeout: 60_000 }, async () => {
    const file = join(folder, "engine.mjs");
    await writeFile(file, ENGINE);
    const troubles: string[] = [];
    const engine = await startEngine({
      folder,
      settings: analysisSettings.parse({}),
      nowMs: () => performance.now(),
      onTrouble: ({ code }) => void troubles.push(code),
      entry: pathToFileURL(file),
      patience: { silentMs: 1000, hungMs: 4000 },
    });
    try {
      expect(engine.status()).toMatchObject({ isAlive: true, restarts: 0 });
      const first = engine.status().pid;
      const analysed = engine.analyse();
      await expect.poll(() => engine.status().isAlive, { timeout: 20_000 }).toBe(false);
      expect(engine.status()).toMatchObject({ restarts: 0, pid: first });
      await analysed;
      expect(engine.status()).toMatchObject({ isAlive: true, restarts: 1, storedEvents: 7 });
      expect(engine.status().pid).not.toBe(first);
      expect(troubles).toEqual(["SW1941"]);
    } finally {
      await engine.close();
    }
  });
});
