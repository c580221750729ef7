/** The proxy asks the serve that is meant: the one that is named, that of the settings beside it, or the one at the usual place. */
import { writeFileSync } from "node:fs";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createWorkshop, type Workshop } from "../testing/command-line.js";
import { startProxyProcess } from "../testing/running-proxy.js";

let workshop: Workshop;
beforeEach(() => void (workshop = createWorkshop()));
afterEach(() => workshop.remove());

const USUAL = "http://127.0.0.1:8484";

it.each<[claim: string, settings: string | null, flags: string[], asked: string]>([
  ["without settings the usual place", null, [], USUAL],
  ["where the settings of this folder let serve listen", "listen: { port: 8599 }\n", [], "http://127.0.0.1:8599"],
  ["the one that is named before all", "listen: { port: 8599 }\n", ["--server", "http://127.0.0.1:8600"], "http://127.0.0.1:8600"],
  [
    "where they say so, whatever else of them cannot be read here",
    "listen: { port: 8599 }\nalerts: { slack: [{ url: '${NOT_SET_HERE}' }] }\n",
    [],
    "http://127.0.0.1:8599",
  ],
])("%s", async (_, settings, flags, asked) => {
  if (settings !== null) writeFileSync(workshop.path("stillwatch.yaml"), settings);
  const proxy = await startProxyProcess(workshop, { key: "sw_test", upstream: "http://127.0.0.1:1", flags });
  const { stderr } = await proxy.stop();
  expect(stderr).toContain(`asks ${asked};`);
});

it("settings that are named and not there are a fault", () => {
  const args = ["proxy", "--upstream", "http://127.0.0.1:1", "--listen", "127.0.0.1:0", "--config", "none.yaml"];
  const { status, stderr } = workshop.run(args, { STILLWATCH_KEY: "sw_test" });
  expect([status, stderr]).toEqual([2, expect.stringContaining("SW1801")]);
});
