/** `stillwatch config check`: what is allowed and seldom meant is said, and is no error. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { addConfigCommand } from "./config.js";

let folder = "";
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "stillwatch-config-"))));
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

/** What standard error says of a policy whose rules are named by measure and mode. */
async function check(rules: readonly [measure: string, mode: string, more?: string][]): Promise<string> {
  const lines = rules.map(([measure, mode, more = ""]) => {
    const name = measure.replace("_", "-");
    return `  - { name: ${name}, measure: ${measure}, mode: ${mode}, owner: trust, reason: "Write to us."${more} }`;
  });
  writeFileSync(join(folder, "policy.yaml"), ["rules:", ...lines, ""].join("\n"));
  writeFileSync(join(folder, "stillwatch.yaml"), "policy: policy.yaml\n");
  const errors = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const program = new Command().exitOverride();
  addConfigCommand(program);
  await program.parseAsync(["config", "check", "--config", join(folder, "stillwatch.yaml")], { from: "user" });
  return errors.mock.calls.map(([text]) => String(text)).join("");
}

describe("config check", () => {
  it("warns of a hard rule that is enforced over milder ones in shadow, and calls it no error", async () => {
    const said = await check([
      ["watch", "shadow"],
      ["throttle", "shadow"],
      ["step_up", "shadow"],
      ["block", "enforce"],
    ]);
    expect(said).toContain(
      "warning: block (block) is enforced over milder rules in shadow: watch (watch), throttle (throttle), step-up (step_up).",
    );
    expect(process.exitCode ?? 0).toBe(0);
  });

  it("says that a rule waits for one in shadow that only watches, as the ladder has it", async () => {
    const said = await check([
      ["watch", "shadow"],
      ["block", "enforce"],
    ]);
    expect(said).toContain(
      "warning: block (block) is enforced over a rule in shadow that only watches: watch (watch). It is a rung all the same",
    );
    expect(said).not.toContain("has met none of them");
  });

  it.each<[claim: string, rules: [string, string, string?][]]>([
    [
      "all in shadow",
      [
        ["throttle", "shadow"],
        ["block", "shadow"],
      ],
    ],
    [
      "switched on from below",
      [
        ["throttle", "enforce"],
        ["block", "shadow"],
      ],
    ],
    [
      "beside a standing order, which is no rung of theirs",
      [
        ["step_up", "shadow", ", on: match, scope: campaign"],
        ["block", "enforce"],
      ],
    ],
  ])("says nothing of rules %s", async (_claim, rules) => {
    expect(await check(rules)).toBe("");
  });
});
