import { appendFile, copyFile, mkdtemp, rename, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { JournalFull } from "../../../store/hand-over/journal.js";
import { followFiles } from "./files.js";
import type { Source, SourceTools } from "./source.js";

/** Far more often than in service, so that nobody waits. */
const LOOK_EVERY_MS = 20;

let folder = "";
let source: Source | null = null;
let taken: { format: string; text: string; from: string }[] = [];
let isFull = false;

const tools: Omit<SourceTools, "signal"> = {
  intake: {
    async take(format, lines, _source, { origin } = {}) {
      if (isFull) throw new JournalFull(1);
      taken.push({ format, text: lines.toString(), from: `${basename(origin?.from ?? "")}:${origin?.line}` });
      return { records: 1, isEmpty: false };
    },
  },
  metrics: { count() {} },
  log: { info() {}, warn() {} },
};
const path = (...names: readonly string[]): string => join(folder, ...names);
const start = async (pattern = "*.log", format = "native"): Promise<void> => {
  source = await followFiles(
    { path: path(pattern), format },
    { ...tools, positionsFile: path("state", "files.json"), nowMs: () => Date.now(), lookEveryMs: LOOK_EVERY_MS },
  );
};
const stop = async (): Promise<void> => {
  await source?.close();
  source = null;
};
const readTaken = (): string => taken.map(({ text }) => text).join("");
const expectTaken = async (text: string): Promise<void> => expect.poll(readTaken, { timeout: 5000, interval: 20 }).toBe(text);
/** Longer than the time between two looks: what was to come would have come. */
const settle = async (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 10 * LOOK_EVERY_MS));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "stillwatch-files-"));
  taken = [];
  isFull = false;
});
afterEach(async () => {
  await stop();
  await rm(folder, { recursive: true, force: true });
});

describe("following files", () => {
  it("takes what is there and what is appended, in whole lines only", async () => {
    await writeFile(path("a.log"), "1\n2\nha");
    await start();
    await expectTaken("1\n2\n");
    await appendFile(path("a.log"), "lf\n");
    await expectTaken("1\n2\nhalf\n");
    await writeFile(path("b.log"), "b\n");
    await expectTaken("1\n2\nhalf\nb\n");
  });

  it("says which line of which file it takes, over a restart and a file made anew", async () => {
    const listPlaces = (): string[] => taken.map(({ from }) => from);
    await writeFile(path("a.log"), "1\n2\n");
    await start();
    await expectTaken("1\n2\n");
    await appendFile(path("a.log"), "3\n\n5\n");
    await expectTaken("1\n2\n3\n\n5\n");
    await stop();
    await appendFile(path("a.log"), "6\n");
    await start();
    await expect.poll(listPlaces, { timeout: 5000 }).toEqual(["a.log:1", "a.log:3", "a.log:6"]);
    await truncate(path("a.log"), 0);
    await settle();
    await writeFile(path("a.log"), "new\n");
    await expect.poll(listPlaces, { timeout: 5000 }).toEqual(["a.log:1", "a.log:3", "a.log:6", "a.log:1"]);
  });

  it("goes on where it stopped, also after a restart", async () => {
    await writeFile(path("a.log"), "1\n");
    await start();
    await expectTaken("1\n");
    await stop();
    await appendFile(path("a.log"), "2\n");
    await start();
    await expectTaken("1\n2\n");
  });

  it("over rotation by renaming: the rest of the old file, all of the new one, nothing twice", async () => {
    await writeFile(path("a.log"), "1\n");
    await start("a.log");
    await expectTaken("1\n");
    await rename(path("a.log"), path("a.log.1"));
    await appendFile(path("a.log.1"), "2\n");
    await writeFile(path("a.log"), "3\n");
    await expect.poll(() => readTaken().split("\n").toSorted().join(""), { timeout: 5000 }).toBe("123");
  });

  it("over rotation while nobody followed", async () => {
    await writeFile(path("a.log"), "1\n");
    await start("a.log");
    await expectTaken("1\n");
    await stop();
    await appendFile(path("a.log"), "2\n");
    await rename(path("a.log"), path("a.log.1"));
    await writeFile(path("a.log"), "3\n");
    await writeFile(path("other"), "not asked for\n");
    await start("a.log");
    await expect.poll(() => readTaken().split("\n").toSorted().join(""), { timeout: 5000 }).toBe("123");
    await settle();
    expect(readTaken()).not.toContain("asked");
  });

  it("over truncation, shorter or longer than before", async () => {
    await writeFile(path("a.log"), "1\n2\n");
    await start("a.log");
    await expectTaken("1\n2\n");
    await copyFile(path("a.log"), path("a.log.1"));
    await truncate(path("a.log"));
    await appendFile(path("a.log"), "3\n");
    await expectTaken("1\n2\n3\n");
    await stop();
    await truncate(path("a.log"));
    await appendFile(path("a.log"), "another and longer\n");
    await start("a.log");
    await expectTaken("1\n2\n3\nanother and longer\n");
  });

  it("passes over copies that rotation compressed", async () => {
    await writeFile(path("a.log"), gzipSync("1\n"));
    await writeFile(path("b.log"), "2\n");
    await start();
    await expectTaken("2\n");
    await settle();
    expect(readTaken()).toBe("2\n");
  });

  it("waits while the backlog is full and loses nothing", async () => {
    isFull = true;
    await writeFile(path("a.log"), "1\n");
    await start();
    await settle();
    expect(taken).toEqual([]);
    isFull = false;
    await expectTaken("1\n");
  });

  it("finds out the format of each batch where it is to", async () => {
    await writeFile(path("a.log"), '{"resourceSpans":[]}\n');
    await writeFile(path("b.log"), '{"request_id":"r","at":1,"account_id":"a"}\n');
    await start("*.log", "auto");
    await expect.poll(() => taken.map(({ format }) => format), { timeout: 5000 }).toEqual(["otlp", "native"]);
  });
});
