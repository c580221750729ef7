/** The engine and the server are killed while events come: nothing is lost, nothing doubled. Needs a built tree. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorkshop, simulateSmallWorld, type Workshop } from "../../testing/command-line.js";

const KILLS = fileURLToPath(new URL("../../../../bench/kill-engine.mjs", import.meta.url));

let workshop: Workshop;
let world: ReturnType<typeof simulateSmallWorld>;
beforeAll(() => {
  workshop = createWorkshop();
  world = simulateSmallWorld(workshop);
});
afterAll(() => workshop.remove());

describe("kill -9", () => {
  it("of the engine and of the server, twenty times at random moments, loses nothing that was acknowledged and doubles nothing", () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [KILLS, world.log, "--kills", "20", "--seed", "5", "--folder", workshop.path("kills")],
      { encoding: "utf8" },
    );
    expect([status, stderr]).toEqual([0, ""]);
    expect(JSON.parse(stdout)).toMatchObject({ stored: world.lines.length, lost: 0, doubled: 0, foreign: 0 });
  });
});
