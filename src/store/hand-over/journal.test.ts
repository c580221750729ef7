import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { JournalFull, type JournalOptions, openJournal, type SegmentJournal } from "./journal.js";
import { createTracer, ORIGINS_MAX, readOrigins } from "./origins.js";

let folder = "";
let journal: SegmentJournal | null = null;

const start = async (options: Partial<JournalOptions> = {}): Promise<SegmentJournal> => {
  journal = await openJournal({ folder, nowMs: () => 1000, backlogBytesMax: 1 << 20, segmentAgeMsMax: 60_000, ...options });
  return journal;
};
const lines = (...names: readonly string[]): Buffer => Buffer.from(names.map((name) => `{"n":"${name}"}\n`).join(""));
const readAll = async (): Promise<string[]> => {
  const texts: string[] = [];
  for (const name of (await readdir(folder)).toSorted()) texts.push(await readFile(join(folder, name), "utf8"));
  return texts.flatMap((text) => [...text.matchAll(/"n":"([^"]*)"}\n/g)].map((match) => match[1]));
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "stillwatch-journal-"));
});
afterEach(async () => {
  await journal?.close();
  journal = null;
  await rm(folder, { recursive: true, force: true });
});

describe("the journal", () => {
  it("answers when the lines are in the file, and hands them over in whole segments with their format", async () => {
    const opened = await start();
    await Promise.all([opened.append("native", lines("a", "b")), opened.append("native", lines("c")), opened.append("otlp", lines("d"))]);
    expect(await readAll()).toEqual(["a", "b", "c", "d"]);
    expect(opened.listClosed()).toEqual([]);
    await opened.rotate();
    expect(opened.listClosed().map(({ format, bytes }) => ({ format, bytes }))).toEqual([
      { format: "native", bytes: lines("a", "b", "c").length },
      { format: "otlp", bytes: lines("d").length },
    ]);
    expect((await readdir(folder)).filter((name) => name.endsWith(".open"))).toEqual([]);
  });

  it("keeps beside a segment where its records came from, until it is removed", async () => {
    const opened = await start();
    await opened.append("native", lines("a", "b"), { from: "/logs/a.log", line: 7 });
    await opened.append("native", lines("c"));
    await opened.append("native", lines("d", "e"), { from: "http, key ann", line: 1 });
    await opened.rotate();
    const [{ path }] = opened.listClosed();
    const trace = createTracer(await readFile(path), await readOrigins(path));
    expect([1, 2, 3, 4, 5].map((line) => trace(line)).map((traced) => `${traced?.from} ${traced?.line}`)).toEqual([
      "/logs/a.log 7",
      "/logs/a.log 8",
      " null",
      "http, key ann 1",
      "http, key ann 2",
    ]);
    await opened.remove(opened.listClosed()[0]);
    expect(await readdir(folder)).toEqual([]);
  });

  it("claims nothing of where records came from behind the bound, nor where nobody said so", async () => {
    const opened = await start();
    const names = Array.from({ length: ORIGINS_MAX + 3 }, (_, index) => `r${index}`);
    await Promise.all(names.map(async (name, index) => opened.append("native", lines(name), { from: `f${index}`, line: 1 })));
    await opened.append("otlp", lines("x"));
    await opened.rotate();
    const [first, second] = opened.listClosed();
    const trace = createTracer(await readFile(first.path), await readOrigins(first.path));
    expect([1, ORIGINS_MAX - 1, ORIGINS_MAX, ORIGINS_MAX + 3].map((line) => trace(line)?.from)).toEqual([
      "f0",
      `f${ORIGINS_MAX - 2}`,
      "",
      "",
    ]);
    expect(createTracer(await readFile(second.path), await readOrigins(second.path))(1)).toBeNull();
  });

  it("writes more appends together than one call of the system takes, in order", async () => {
    const opened = await start();
    const names = Array.from({ length: 2500 }, (_, index) => `r${index}`);
    await Promise.all(names.map(async (name) => opened.append("native", lines(name))));
    expect(await readAll()).toEqual(names);
  });

  it("closes a segment by bytes and by age, and tells so", async () => {
    const opened = await start({ segmentBytesMax: 20, segmentAgeMsMax: 30 });
    const closed = new Promise((resolve) => opened.onClosed(resolve));
    await opened.append("native", lines("one-that-is-large"));
    await opened.append("native", lines("b"));
    expect(opened.listClosed().map(({ bytes }) => bytes)).toEqual([lines("one-that-is-large").length]);
    await closed;
    await expect.poll(() => opened.listClosed().length).toBe(2);
  });

  it("closes no further one by age while many wait, and again once they are read", async () => {
    const opened = await start({ segmentAgeMsMax: 5, agedSegmentsMax: 2 });
    const wait = async (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 40));
    for (const name of ["a", "b", "c", "d", "e"]) {
      await opened.append("native", lines(name));
      await wait();
    }
    expect(opened.listClosed().length).toBe(2);
    await opened.remove(opened.listClosed()[0]);
    await expect.poll(() => opened.listClosed().length).toBe(2);
    await opened.rotate();
    expect(await readAll()).toEqual(["b", "c", "d", "e"]);
  });

  it("numbers go on over a restart, and count what waits", async () => {
    const first = await start();
    await first.append("native", lines("a"));
    await first.close();
    const second = await start({ nowMs: () => 5 });
    expect(second.backlogBytes()).toBe(lines("a").length);
    await second.append("native", lines("b"));
    await second.rotate();
    expect(second.listClosed().map(({ number }) => number)).toEqual([1000, 1001]);
    await second.remove(second.listClosed()[0]);
    expect(await readAll()).toEqual(["b"]);
    expect(second.backlogBytes()).toBe(lines("b").length);
    // Twice is as good as once.
    await second.remove({ ...second.listClosed()[0], number: 1000 });
    expect(second.backlogBytes()).toBe(lines("b").length);
  });

  it("takes nothing above its bound and keeps nothing of it, until something was read", async () => {
    const opened = await start({ backlogBytesMax: 25 });
    await opened.append("native", lines("a"));
    await expect(opened.append("native", lines("a-longer-one"))).rejects.toThrow(JournalFull);
    await opened.rotate();
    await expect(opened.append("otlp", lines("a-longer-one"))).rejects.toThrow(JournalFull);
    await opened.remove(opened.listClosed()[0]);
    await opened.append("native", lines("a-longer-one"));
    expect(await readAll()).toEqual(["a-longer-one"]);
  });

  it("bounds what waits in memory", async () => {
    const opened = await start({ waitingBytesMax: 30 });
    const results = await Promise.allSettled(["a", "b", "c", "d", "e"].map((name) => opened.append("native", lines(name))));
    expect(results.filter(({ status }) => status === "fulfilled").length).toBe(3);
    expect((await readAll()).length).toBe(3);
  });

  it("refuses half a line, names that are no format, and everything after its end", async () => {
    const opened = await start();
    await expect(opened.append("native", Buffer.from("{}"))).rejects.toThrow("newline");
    await expect(opened.append("../native", lines("a"))).rejects.toThrow("name");
    await opened.close();
    await expect(opened.append("native", lines("a"))).rejects.toThrow("closed");
  });

  it("tells those who wait when the disk fails, and goes on when it is back", async () => {
    const opened = await start();
    await rm(folder, { recursive: true });
    await expect(opened.append("native", lines("a"))).rejects.toThrow("ENOENT");
    await start();
    await opened.append("native", lines("b"));
  });

  it("passes over files that are no segments", async () => {
    await writeFile(join(folder, "notes.txt"), "mine");
    const opened = await start();
    expect(opened.listClosed()).toEqual([]);
    expect(await readFile(join(folder, "notes.txt"), "utf8")).toBe("mine");
  });
});

describe("after a stop at any point", () => {
  it("everything that was answered for is there, and every line is whole", { timeout: 20_000 }, async () => {
    const batch = fc.array(fc.string({ maxLength: 300 }), { minLength: 1, maxLength: 4 });
    const plan = fc.record({
      batches: fc.array(batch, { minLength: 1, maxLength: 5 }),
      rotated: fc.nat(5),
      cutBytes: fc.nat(400),
      tornText: fc.string(),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ batches, rotated, cutBytes, tornText }) => {
        await rm(folder, { recursive: true, force: true });
        const opened = await openJournal({ folder, nowMs: () => 7, backlogBytesMax: 1 << 20 });
        const texts = batches.map((items) => items.map((item) => JSON.stringify({ item })));
        for (const [index, items] of texts.entries()) {
          await opened.append("native", Buffer.from(items.map((item) => `${item}\n`).join("")));
          if (index === rotated) await opened.rotate();
        }
        // What a kill in the middle of the next write leaves: some of it, cut anywhere.
        const open = (await readdir(folder)).find((name) => name.endsWith(".open"));
        const torn = Buffer.from(`${JSON.stringify({ torn: tornText })}\n`.repeat(5));
        if (open !== undefined) await writeFile(join(folder, open), torn.subarray(0, cutBytes), { flag: "a" });
        const recovered = await openJournal({ folder, nowMs: () => 7, backlogBytesMax: 1 << 20 });
        const found: string[] = [];
        for (const { path } of recovered.listClosed()) found.push(await readFile(path, "utf8"));
        await recovered.close();
        await opened.close();
        const kept = found.join("").split("\n").slice(0, -1);
        const answered = texts.flat();
        expect(kept.slice(0, answered.length)).toEqual(answered);
        for (const line of kept) expect(() => JSON.parse(line) as unknown).not.toThrow();
        expect(found.every((text) => text.endsWith("\n"))).toBe(true);
      }),
      { numRuns: 25 },
    );
  });

  it.each([0, 1, 70_000, 140_000, 200_001])("a line of any length that was cut after %d bytes is dropped alone", async (length) => {
    const opened = await start();
    await opened.append("native", lines("kept"));
    const [name] = await readdir(folder);
    await writeFile(join(folder, name), "x".repeat(length), { flag: "a" });
    const again = await openJournal({ folder, nowMs: () => 1, backlogBytesMax: 1 });
    expect(again.listClosed().map(({ bytes }) => bytes)).toEqual([lines("kept").length]);
    await opened.close();
  });

  it("a segment in which nothing was whole is gone", async () => {
    const opened = await start();
    await opened.append("native", lines("a"));
    const [name] = await readdir(folder);
    await truncate(join(folder, name), 4);
    const again = await openJournal({ folder, nowMs: () => 1, backlogBytesMax: 1 });
    expect(again.listClosed()).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
    await opened.close();
  });
});
