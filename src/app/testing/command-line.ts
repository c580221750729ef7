/** The built command line in a process of its own, with its own place for temporary files; for integration tests. */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Report } from "../../vocabulary/report.js";

const main = fileURLToPath(new URL("../../../dist/app/cli/main.js", import.meta.url));

/** What a command left behind. */
export interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** A folder to work in, and the command line in it. */
export interface Workshop {
  folder: string;
  /** Absolute path inside the folder. */
  path(...names: string[]): string;
  run(args: readonly string[], env?: Record<string, string>): Ended;
  /** Starts without waiting; ends with `ended`. */
  start(
    args: readonly string[],
    env?: Record<string, string>,
  ): { child: ChildProcess; ended: Promise<Ended & { signal: NodeJS.Signals | null }> };
  /** What lies in the place for temporary files: nothing, when commands tidy up. */
  listTemporary(): string[];
  remove(): void;
}

/** Makes a workshop. Needs a built tree. */
export function createWorkshop(): Workshop {
  if (!existsSync(main)) throw new Error("integration tests need a built tree: run `npm run build` first");
  const folder = mkdtempSync(join(tmpdir(), "stillwatch-test-"));
  const temporary = join(folder, "temporary");
  mkdirSync(temporary);
  const environment = (env: Record<string, string> = {}): NodeJS.ProcessEnv => ({
    ...process.env,
    TMPDIR: temporary,
    NO_COLOR: "1",
    ...env,
  });
  return {
    folder,
    path: (...names) => join(folder, ...names),
    run(args, env) {
      const options = { encoding: "utf8" as const, cwd: folder, env: environment(env), maxBuffer: 1 << 28 };
      const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], options);
      return { status, stdout, stderr };
    },
    start(args, env) {
      const child = spawn(process.execPath, [main, ...args], { cwd: folder, env: environment(env), stdio: ["ignore", "pipe", "pipe"] });
      let stdout = "";
      let stderr = "";
      child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString("utf8")));
      child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString("utf8")));
      const ended = new Promise<Ended & { signal: NodeJS.Signals | null }>((resolve) => {
        child.once("close", (status, signal) => resolve({ status, signal, stdout, stderr }));
      });
      return { child, ended };
    },
    listTemporary: () => readdirSync(temporary),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The simulated world that the tests share: small, with the three campaigns. Answers the arguments that name its side files. */
export function simulateSmallWorld(workshop: Workshop): { log: string; sideFiles: string[]; lines: string[] } {
  const made = workshop.run(["simulate", "--out", "world", "--seed", "7", "--accounts", "400", "--requests", "9600"]);
  if (made.status !== 0) throw new Error(made.stderr);
  const sideFiles = ["accounts", "releases", "enforcement", "allowlist"].flatMap((name) => [
    `--${name}`,
    workshop.path("world", `${name}.ndjson`),
  ]);
  const log = workshop.path("world", "requests.ndjson");
  return { log, sideFiles, lines: readFileSync(log, "utf8").trimEnd().split("\n") };
}

/** What {@link readSteadyReport} reads. */
export interface SteadyReport {
  report: string;
  accounts: string;
  requests: string;
}

/** The files of a report that may not depend on how the input was cut, as text; what may is left out. */
export function readSteadyReport(folder: string): SteadyReport {
  const report = readReport(folder);
  const { duplicates: _duplicates, ...counts } = report.counts;
  const { timings: _timings, ...rest } = report;
  return {
    report: JSON.stringify({ ...rest, counts }, null, 2),
    accounts: readFileSync(join(folder, "accounts.ndjson"), "utf8"),
    requests: readFileSync(join(folder, "requests.ndjson"), "utf8"),
  };
}

/** Where two reports differ: file and first line that is not the same, short enough to read; null when they are the same. */
export function findDifference(expected: SteadyReport, found: SteadyReport): string | null {
  for (const file of ["report", "accounts", "requests"] as const) {
    if (expected[file] === found[file]) continue;
    const [before, after] = [expected[file].split("\n"), found[file].split("\n")];
    const at = before.findIndex((line, index) => line !== after[index]);
    return `${file} line ${at + 1}: ${before[at]?.slice(0, 300)} ≠ ${after[at]?.slice(0, 300)}`;
  }
  return null;
}

/** `report.json` of a folder. */
export function readReport(folder: string): Report {
  return JSON.parse(readFileSync(join(folder, "report.json"), "utf8")) as Report;
}

/** Bytes as a Zstandard frame of stored blocks (RFC 8878 §3.1.1): Node 20 can read the format and not write it. */
export function storeAsZstd(bytes: Buffer): Buffer {
  const BLOCK_BYTES_MAX = 128 * 1024;
  const head = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0, 0, 0, 0]);
  head.writeUInt32LE(bytes.length, 5);
  const parts: Uint8Array[] = [head];
  for (let from = 0; from < bytes.length; from += BLOCK_BYTES_MAX) {
    const block = bytes.subarray(from, from + BLOCK_BYTES_MAX);
    const isLast = from + BLOCK_BYTES_MAX >= bytes.length;
    const header = (block.length << 3) | (isLast ? 1 : 0);
    parts.push(Buffer.from([header & 255, (header >>> 8) & 255, header >>> 16]), block);
  }
  return Buffer.concat(parts);
}
