import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { buildSampleReport } from "../../report/testing/sample-report.js";
import { addExplainCommand } from "./explain.js";

const { report, accounts, requests } = buildSampleReport({ crowd: 20 });
const account = accounts[0].account_id;
const campaign = report.campaigns[0].id;
let folder: string;

const write = (file: string, lines: readonly object[]): void =>
  writeFileSync(join(folder, file), lines.map((line) => `${JSON.stringify(line)}\n`).join(""));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stillwatch-explain-"));
  writeFileSync(join(folder, "report.json"), JSON.stringify(report));
  write("accounts.ndjson", accounts);
  write("requests.ndjson", requests);
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

/** Runs the command and answers what it printed. */
async function run(...argv: string[]): Promise<string> {
  let printed = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  const program = new Command().exitOverride();
  addExplainCommand(program);
  await program.parseAsync(["explain", ...argv, "--report", folder], { from: "user" });
  return printed;
}

describe("stillwatch explain", () => {
  it.each([
    ["account", account, "Where it stands"],
    ["campaign", campaign, "Why we say so"],
    ["request", requests[0].request_id, "It belongs to the slice of"],
    ["request", "never-seen", "No campaign's slice holds this request."],
  ])("%s %s prints %s", async (kind, id, text) => {
    expect(await run(kind, id)).toContain(text);
  });

  it("request --url says whom a running serve can be asked about, and asks nobody", async () => {
    await expect(run("request", "r-1", "--url", "http://127.0.0.1:1")).rejects.toMatchObject({
      problem: { code: "SW1656", fix: expect.stringMatching(/explain account.*--url.*stillwatch unchecked.*--requests/s) as string },
    });
  });

  it.each([
    [requests[0].request_id, undefined],
    ["never-seen", 2],
  ])("of request %s leaves the status %s", async (id, status) => {
    await run("request", id);
    expect(process.exitCode).toBe(status);
  });

  it("prints JSON that other programs read", async () => {
    const explanation: unknown = JSON.parse(await run("account", account, "-o", "json"));
    expect(explanation).toMatchObject({ kind: "account", id: account });
  });

  it.each([
    ["a misspelt account", ["account", `${account}x`], "SW1653", `did you mean "${account}"`],
    ["the beginning of a campaign's id", ["campaign", campaign.slice(0, 6)], "SW1653", `did you mean "${campaign}"`],
    ["an id that is like no other", ["account", "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"], "SW1653", 'unknown account "zzz'],
    ["an id with an escape", ["campaign", "\u001b[2J"], "SW1653", "[U+001B]"],
  ])("%s is refused with a suggestion", async (_, argv, code, what) => {
    const problem: unknown = expect.objectContaining({ code, what: expect.stringContaining(what) as unknown });
    await expect(run(...argv)).rejects.toMatchObject({ problem, exitStatus: 2 });
  });

  it.each<[string, () => void, string[], string]>([
    ["no report", () => rmSync(join(folder, "report.json")), ["campaign", campaign], "SW1652"],
    ["a report that is no JSON", () => writeFileSync(join(folder, "report.json"), "{"), ["campaign", campaign], "SW1652"],
    ["a report of another schema", () => writeFileSync(join(folder, "report.json"), "{}"), ["campaign", campaign], "SW1652"],
    ["no account lines", () => rmSync(join(folder, "accounts.ndjson")), ["account", account], "SW1652"],
    ["a cut account line", () => writeFileSync(join(folder, "accounts.ndjson"), '{"account_id"'), ["account", account], "SW1652"],
    ["no slices", () => rmSync(join(folder, "requests.ndjson")), ["request", "r"], "SW1654"],
  ])("%s: a code, no half an explanation", async (_, damage, argv, code) => {
    damage();
    const problem: unknown = expect.objectContaining({ code });
    await expect(run(...argv)).rejects.toMatchObject({ problem });
  });
});
