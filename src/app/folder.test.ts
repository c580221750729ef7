import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeWritableFolder } from "./folder.js";

describe("makeWritableFolder", () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "stillwatch-folder-"));
    await writeFile(join(root, "file"), "");
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  it("makes a folder with its parents and leaves nothing in it", async () => {
    await makeWritableFolder(join(root, "a", "b"));
    expect(await readdir(join(root, "a", "b"))).toEqual([]);
    await expect(makeWritableFolder(join(root, "a", "b"))).resolves.toBeUndefined();
  });

  it.each([["file"], ["file/below"]])("refuses %s, which is or lies in a file", async (path) => {
    await expect(makeWritableFolder(join(root, path))).rejects.toThrow(/ENOTDIR|EEXIST/);
  });

  it.skipIf(process.platform !== "linux")("ends where the system takes no folder", async () => {
    await expect(makeWritableFolder("/proc/stillwatch/report")).rejects.toThrow(/ENOENT|EACCES|EPERM/);
  });
});
