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

/** The problems that standard error names, of settings and a policy as they are given: code, and what is wrong without the rest of its sentence. */
async function listProblems(settings: string, policy: string): Promise<string[]> {
  writeFileSync(join(folder, "policy.yaml"), policy);
  writeFileSync(join(folder, "stillwatch.yaml"), settings);
  const errors = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const program = new Command().exitOverride();
  addConfigCommand(program);
  await program.parseAsync(["config", "check", "--config", join(folder, "stillwatch.yaml")], { from: "user" });
  const said = errors.mock.calls.map(([text]) => String(text)).join("");
  return [...said.matchAll(/^(SW\d{4}) (.*)$/gm)].map(
    ([, code, what]) => `${code} ${what.replace(/: (expected|Too|write|a match|watching|small|a decision).*$/, "")}`,
  );
}

describe("config check tells in one run", () => {
  it("what is wrong of every kind: names, values, files, what is seen together, and the policy", async () => {
    const settings = `
listenn: 1
listen: { port: 99999999, hosst: x, host: 0.0.0.0 }
analysis: { interval: abc, accounts: nowhere.ndjson }
data: { events_kept: 2d }
alerts: { webhooks: [{ url: "\${NOT_THERE_AT_ALL}" }] }
policy: policy.yaml
`;
    const policy = `
rules:
  - { name: Bad Name, measure: block, owner: t, reason: r, whenn: 1 }
  - { name: slow, measure: throttle, reason: r, members: { probability_min: 2 } }
  - { name: slow, on: match, measure: block, owner: x, reason: r }
  - { name: look, measure: watch, owner: x, reason: r, for: 2h, members: { nope: 1 } }
  - { name: look, measure: watch, owner: x, reason: r }
`;
    expect(await listProblems(settings, policy)).toEqual([
      "SW1803 unknown setting",
      "SW1804 listen.port",
      "SW1803 unknown setting in listen",
      "SW1808 listening on 0.0.0.0 without TLS",
      "SW1804 analysis.interval",
      "SW1809 a file that the settings name cannot be read: analysis.accounts",
      "SW1804 data.events_kept: 2d is less than the windows look back",
      "SW1804 a setting is missing: alerts.webhooks[0].secret",
      "SW1805 the environment has no NOT_THERE_AT_ALL",
      "SW1804 rules[0].name",
      "SW1803 unknown setting in rules[0]",
      "SW1804 a setting is missing: rules[1].owner",
      "SW1804 rules[1].members.probability_min",
      "SW1804 rules[2].measure",
      "SW1804 rules[3].for",
      "SW1803 unknown setting in rules[3].members",
      "SW1804 rules[4].name: another rule has this name",
    ]);
    expect(process.exitCode).toBe(2);
  });

  it("nothing that only seems so because something else is wrong", async () => {
    const settings = "listen: { host: 0.0.0.0, tls: { certificate: 7 } }\nanalysis: { windows: [2h] }\ndata: { events_kept: 2d }\n";
    expect(await listProblems(settings, "")).toEqual([
      "SW1804 a setting is missing: listen.tls.key",
      "SW1804 listen.tls.certificate",
      "SW1804 analysis.windows[0]",
    ]);
  });
});

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
