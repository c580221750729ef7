/** `stillwatch evaluate` as a person runs it, on worlds that are small enough to wait for. */
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Evaluation } from "../../evaluate/index.js";
import { createWorkshop, simulateSmallWorld, type Workshop } from "../testing/command-line.js";

let workshop: Workshop;

beforeAll(() => {
  workshop = createWorkshop();
  simulateSmallWorld(workshop);
});

afterAll(() => workshop.remove());

describe("one world", () => {
  it("is analysed, scored and shown to published methods; campaigns are looked for in its beginning", () => {
    const options = ["--methods", "metadata", "--cuts", "0.5", "--benign", "world", "-o", "json"];
    const { status, stdout, stderr } = workshop.run(["evaluate", "--world", "world", ...options]);
    expect({ status, stderr: /SW\d{4}/.exec(stderr)?.[0] }).toEqual({ status: 0, stderr: undefined });
    const evaluation = JSON.parse(stdout) as Evaluation;
    expect(evaluation.ours.attack_accounts).toBeGreaterThan(10);
    expect(evaluation.baselines.map(({ name }) => name)).toContain("volume-threshold");
    for (const { calibrated, kindest, name } of evaluation.baselines) {
      expect({ name, isKindest: kindest.f1 >= (calibrated?.f1 ?? Number.NaN) }).toEqual({ name, isKindest: true });
    }
    const { attack_accounts: attackers, found } = evaluation.ours;
    const parts = Object.values(evaluation.missed ?? {}) as { accounts: number; sharing_nothing: number }[];
    expect(parts.reduce((sum, { accounts }) => sum + accounts, 0)).toBe(attackers - found);
    expect(parts.every((part) => part.sharing_nothing <= part.accounts)).toBe(true);
    expect(evaluation.time_to_find?.map(({ campaign }) => campaign)).toEqual(["deepseek-1", "minimax-1", "moonshot-1"]);
    expect(workshop.listTemporary()).toEqual([]);
  });

  it("is measured without methods where the log is not in the order of time, and says so", () => {
    const lines = readFileSync(workshop.path("world", "requests.ndjson"), "utf8").trimEnd().split("\n");
    writeFileSync(workshop.path("backwards.ndjson"), `${lines.reverse().join("\n")}\n`);
    const truth = workshop.path("world", "truth.ndjson");
    const { status, stdout } = workshop.run(["evaluate", "backwards.ndjson", "--truth", truth, "-o", "json"]);
    const evaluation = JSON.parse(stdout) as Evaluation;
    expect({ status, baselines: evaluation.baselines }).toEqual({ status: 0, baselines: [] });
    expect(evaluation.unchecked["single_events"]).toContain("SW1608");
    expect(evaluation.ours.attack_accounts).toBeGreaterThan(10);
  });

  it.each([
    [["--world", "nowhere"], "SW1609"],
    [[], "SW1610"],
    [["--suite", "quick", "--only", "febuary"], "SW1611"],
    [["--world", "world", "--cuts", "2"], "SW1004"],
  ])("is refused by name: %j", (options, code) => {
    const { status, stderr } = workshop.run(["evaluate", ...options]);
    expect({ status, code: /SW\d{4}/.exec(stderr)?.[0] }).toEqual({ status: 2, code });
  });
});

describe("the suite", () => {
  const command = ["evaluate", "--suite", "quick", "--accounts-per-world", "400", "--only", "pair-paraphrase-unique", "--write", "page.md"];

  it("writes the page, keeps the rows, and does not measure them twice", () => {
    const first = workshop.run(command);
    expect(first.status, first.stderr).toBe(0);
    const listRows = (): string[] =>
      readdirSync(workshop.path("stillwatch-evaluation", "rows")).map(
        (name) => `${name} ${statSync(workshop.path("stillwatch-evaluation", "rows", name)).mtimeMs}`,
      );
    const rows = listRows();
    expect(rows).toHaveLength(2);
    const page = readFileSync(workshop.path("page.md"), "utf8");
    expect(page).toContain("| paraphrased scaffolds + own payments |");
    const again = workshop.run(command);
    expect({ rows: listRows(), stdout: again.stdout }).toEqual({ rows, stdout: first.stdout });
    expect(readFileSync(workshop.path("page.md"), "utf8")).toBe(page);
  });

  it("can be stopped: exit status 3, and the fix says that the same command goes on", async () => {
    const { child, ended } = workshop.start([...command, "--work", "stopped", "--seeds", "650"]);
    await new Promise((resolve) => setTimeout(resolve, 4000));
    child.kill("SIGINT");
    const { status, stderr } = await ended;
    expect(status).toBe(3);
    expect(stderr).toContain("run the same command again");
  });
});
