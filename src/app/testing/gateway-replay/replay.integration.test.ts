/** A small world through a real LiteLLM proxy and a real serve: found, reported in shadow, approved, stopped, taken back. The figures: bench/replay-through-gateway.mjs. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorkshop, type Workshop } from "../command-line.js";
import { LITELLM_PACKAGES } from "../litellm-proxy.js";
import { preparePython } from "../python-tools.js";
import { INNOCENT_KNOWN } from "./known-innocents.js";
import { type ReplayResult, replayThroughGateway } from "./replay.js";

const python = await preparePython(LITELLM_PACKAGES);
if ("missing" in python) console.warn(`NOT CHECKED: a world replayed through a real LiteLLM proxy. ${python.missing}`);

/** Small enough for two minutes: three in ten accounts are the campaign's, and it ends once some were refused. */
const WORLD = [
  "--seed",
  "1511",
  "--accounts",
  "500",
  "--requests",
  "12000",
  "--days",
  "7",
  "--campaigns",
  "moonshot",
  "--campaign-accounts",
  "150",
];
const END_AT_SHARE = 0.12;
describe.skipIf("missing" in python)("a world replayed through LiteLLM, with serve beside it", () => {
  let workshop: Workshop;
  let result: ReplayResult;

  beforeAll(async () => {
    if ("missing" in python) return;
    workshop = createWorkshop();
    expect(workshop.run(["simulate", "--out", "world", ...WORLD]).stderr).toBe("");
    result = await replayThroughGateway({ worldFolder: workshop.path("world"), pythonFolder: python.folder, endAtShare: END_AT_SHARE });
  }, 900_000);
  afterAll(() => workshop?.remove());

  it("the campaign is found before a twentieth of it was served", () => {
    expect(result.found.share).toBeLessThan(0.05);
  });

  it("the report in shadow names its accounts, before anybody is refused", () => {
    expect(result.report.accounts.length).toBeGreaterThan(10);
    expect(result.report.benign).toEqual([]);
    expect(result.report.rules).toMatchObject([
      { rule: "meet", measure: "step_up", mode: "shadow", decisions: { shadow: 1 } },
      { rule: "stop", measure: "block", mode: "shadow", accounts: result.report.accounts.length },
    ]);
    expect(result.report.share).toBeLessThan(result.stopped.share);
  });

  it("what two people approved is what was reported, and LiteLLM refuses it", () => {
    expect(result.stopped.accounts.length).toBeGreaterThan(10);
    expect(result.stopped.notInReport).toBeLessThan(result.stopped.accounts.length / 2);
    expect(result.end.refused).toBeGreaterThan(10);
  });

  it("the standing order meets accounts of the campaign that begin after it", () => {
    expect(result.end.steppedUp).toBeGreaterThan(0);
    expect(result.ordered.share).toBeLessThan(END_AT_SHARE);
  });

  it("hardly anybody innocent is named, and no more than is known", () => {
    // Not none: a user of a public agent framework has sent all that he sent in the campaign's scaffolds, one or two tasks, as accounts of the pool have that early.
    expect(result.end.benignNamed.length).toBeLessThanOrEqual(INNOCENT_KNOWN.named);
    expect(result.end.benignRefused).toBeLessThanOrEqual(INNOCENT_KNOWN.refusedRequests);
    expect(result.end.organizationsTouched).toBeLessThanOrEqual(INNOCENT_KNOWN.organizations);
  });

  it("every request was checked, and reached the model as it was sent", () => {
    expect(result.end).toMatchObject({ unchecked: { none: 0, unchecked: 0, error: 0 }, unknownAtModel: 0 });
  });

  it("taken back, it passes again", () => {
    expect(result.rolledBack.passesAgain).toBe(true);
  });
});
