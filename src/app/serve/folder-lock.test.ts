import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lockFolder } from "./folder-lock.js";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stillwatch-lock-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const lock = (holder: unknown): void => writeFileSync(join(folder, "lock"), typeof holder === "string" ? holder : JSON.stringify(holder));

describe("a data folder has one owner", () => {
  it("a second is refused until the first gives it back", async () => {
    const release = await lockFolder(folder, "stillwatch serve");
    await expect(lockFolder(folder, "stillwatch serve")).rejects.toThrow(/SW1810/);
    release();
    expect(existsSync(join(folder, "lock"))).toBe(false);
    (await lockFolder(folder, "stillwatch keys"))();
  });

  it("of many who come at once, one gets it", async () => {
    lock({ pid: spawnSync("true").pid, started: null, what: "dead" });
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(folder, "each")));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  it.each<[claim: string, holder: () => unknown]>([
    ["a dead process", () => ({ pid: spawnSync("true").pid, started: null, what: "dead" })],
    ["an earlier process with the id of this one", () => ({ pid: process.pid, started: "another boot 1", what: "dead" })],
    ["a lock half written", () => '{"pid": 1'],
    ["an empty lock", () => ""],
  ])("%s has it no more", async (_claim, holder) => {
    lock(holder());
    (await lockFolder(folder, "this"))();
  });

  it("a living process has it", async () => {
    const child = spawn("sleep", ["60"]);
    try {
      lock({ pid: child.pid, started: null, what: "stillwatch serve" });
      await expect(lockFolder(folder, "this")).rejects.toThrow(
        expect.objectContaining({ problem: expect.objectContaining({ code: "SW1810" }) }),
      );
    } finally {
      child.kill();
    }
  });

  it("is made where it is not there, and its lock names this process", async () => {
    const release = await lockFolder(join(folder, "deep", "er"), "this");
    expect(JSON.parse(readFileSync(join(folder, "deep", "er", "lock"), "utf8"))).toMatchObject({ pid: process.pid, what: "this" });
    release();
  });

  it("a file in its place is told", async () => {
    mkdirSync(join(folder, "a"));
    writeFileSync(join(folder, "a", "b"), "");
    await expect(lockFolder(join(folder, "a", "b"), "this")).rejects.toThrow(/SW1811/);
  });
});
