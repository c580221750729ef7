/** `stillwatch evaluate`: what cannot be asked together is refused, and not passed over. */
import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { addEvaluateCommand } from "./evaluate.js";

async function evaluate(...args: string[]): Promise<void> {
  const program = new Command().exitOverride();
  addEvaluateCommand(program);
  await program.parseAsync(["evaluate", ...args], { from: "user" });
}

describe("evaluate refuses", () => {
  it.each<[claim: string, args: string[]]>([
    ["milestones of log files, whose truth does not tell them", ["log.ndjson", "--truth", "truth.ndjson", "--milestones"]],
    ["milestones of nothing", ["--milestones"]],
    ["milestones of a suite, which measures its own", ["--suite", "quick", "--milestones"]],
  ])("%s", async (_claim, args) => {
    await expect(evaluate(...args)).rejects.toMatchObject({ problem: { code: "SW1610", what: "--milestones without --world" } });
  });
});
