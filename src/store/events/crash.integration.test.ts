/** What happens to the store in the process when its process is killed, and when two processes want the same folder. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { openEventStore } from "./store.js";
import { makeBlock, mix, range } from "./testing/request-samples.js";

const folder = await mkdtemp(join(tmpdir(), "stillwatch-crash-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

const BLOCKS = 12;
const REQUESTS_PER_BLOCK = 20_000;

/** Opens the store and inserts all blocks, telling of each; what was inserted before is not inserted again, by its token. */
const CHILD = `
const [folder, blocks, size] = process.argv.slice(1);
const { openEventStore } = await import(${JSON.stringify(new URL("../../../dist/store/events/store.js", import.meta.url).href)});
const { makeBlock, range } = await import(${JSON.stringify(new URL("../../../dist/store/events/testing/request-samples.js", import.meta.url).href)});
const store = await openEventStore({ path: folder }).catch((error) => { console.log(error.problem.code); process.exit(2); });
console.log("open");
for (let k = 0; k < Number(blocks); k++) {
  const block = await makeBlock(range(k * size, (k + 1) * size));
  await store.insertBlock({ table: "request_events", token: "block " + k, block });
  console.log("block " + k);
}
console.log("done");
setInterval(() => {}, 1000);
`;

/** A running child and the lines it said; `until` waits for one of them. */
function startChild(path: string, blocks: number): { child: ChildProcess; lines: string[]; until: (line: string) => Promise<void> } {
  const child = spawn(process.execPath, ["--input-type=module", "-e", CHILD, path, String(blocks), String(REQUESTS_PER_BLOCK)]);
  const lines: string[] = [];
  child.stdout.on("data", (chunk: Buffer) => lines.push(...chunk.toString("utf8").trim().split("\n")));
  const until = async (line: string): Promise<void> => {
    while (!lines.includes(line)) {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`The child ended before "${line}": ${lines.join(", ")}`);
      await sleep(5);
    }
  };
  return { child, lines, until };
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
}

describe("the store in the process", () => {
  it("loses nothing and repeats nothing when it is killed during inserts, however often", async () => {
    const path = join(folder, "killed");
    for (let attempt = 0; attempt < 6; attempt++) {
      const { child, until } = startChild(path, BLOCKS);
      await until(`block ${attempt}`);
      // Somewhere within the next insert, at another place each time.
      await sleep(mix(attempt) % 150);
      await kill(child);
    }
    const last = startChild(path, BLOCKS);
    await last.until("done");
    await kill(last.child);

    const store = await openEventStore({ path });
    const [counts] = await store.rows(
      "SELECT toUInt32(count()) AS stored, toUInt32(uniqExact(request_key)) AS requests FROM request_events",
    );
    const [digest] = await store.rows("SELECT sum(content_version) AS digest FROM events_once");
    await store.close();
    expect(counts).toEqual({ stored: BLOCKS * REQUESTS_PER_BLOCK, requests: BLOCKS * REQUESTS_PER_BLOCK });
    expect(await readdir(path), "no block is left lying about").not.toContain("incoming");

    const calm = await openEventStore({ path: join(folder, "calm") });
    await calm.insertBlock({ table: "request_events", token: "all", block: await makeBlock(range(0, BLOCKS * REQUESTS_PER_BLOCK)) });
    expect(await calm.rows("SELECT sum(content_version) AS digest FROM events_once")).toEqual([digest]);
    await calm.close();
  });

  it("refuses a folder that another process holds, and takes it once that is gone", async () => {
    const path = join(folder, "held");
    const { child, until } = startChild(path, 0);
    await until("done");
    await expect(openEventStore({ path })).rejects.toMatchObject({ problem: { code: "SW1402" }, exitStatus: 2 });
    await kill(child);
    const store = await openEventStore({ path });
    await store.close();
  });
});
