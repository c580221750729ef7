/** Processes that come at once for a folder whose owner died. */
import { fork, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fileURLToPath } from "node:url";

const COMERS = 6;

/** Waits for the word, comes for the folder, tells how it went, and holds on until it is ended. */
const COMER = `
const { lockFolder } = await import(process.argv[2]);
process.once("message", async () => process.send(await lockFolder(process.argv[3], "each").then(() => "has it", () => "refused")));
process.send("ready");
`;

describe("a data folder whose owner died", () => {
  it("goes to one of many processes that come at once, every time", { timeout: 60_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), "stillwatch-lock-"));
    try {
      await writeFile(join(folder, "comer.mjs"), COMER);
      for (let round = 0; round < 3; round++) {
        const data = join(folder, `data-${round}`);
        await mkdir(data);
        await writeFile(join(data, "lock"), JSON.stringify({ pid: spawnSync("true").pid, started: null, what: "dead" }));
        const told = await comeAtOnce(join(folder, "comer.mjs"), data);
        expect(told.filter((each) => each === "has it")).toHaveLength(1);
        expect(told.filter((each) => each === "refused")).toHaveLength(COMERS - 1);
        expect(await readdir(data)).toEqual(["lock"]);
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

async function comeAtOnce(script: string, data: string): Promise<unknown[]> {
  const module = fileURLToPath(new URL("../../../dist/app/serve/folder-lock.js", import.meta.url));
  const children = Array.from({ length: COMERS }, () => fork(script, [module, data], { execArgv: [] }));
  const hear = async (): Promise<unknown[]> =>
    Promise.all(children.map(async (child) => new Promise((resolve) => child.once("message", resolve))));
  try {
    await hear();
    const told = hear();
    for (const child of children) child.send("come");
    return await told;
  } finally {
    for (const child of children) child.kill();
  }
}
