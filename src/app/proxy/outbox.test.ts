import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { DeliverySettings } from "./delivery.js";
import { openFolderOutbox, openMemoryOutbox, type Outbox } from "./outbox.js";

/** What the server answers to a batch. */
let answer: (lines: string[]) => number = () => 202;
let taken: string[] = [];
let told: string[] = [];
let server: Server;
beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => void chunks.push(chunk));
    request.on("end", () => {
      const lines = Buffer.concat(chunks).toString().trimEnd().split("\n");
      const status = answer(lines);
      if (status === 202) taken.push(...lines);
      if (status > 0) response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  taken = [];
  told = [];
  answer = () => 202;
});

const listener = {
  onLost: (why: string) => void told.push(`lost: ${why}`),
  onFound: () => void told.push("found"),
  onDropped: (count: number, why: string) => void told.push(`dropped ${count}: ${why}`),
  onSetAside: (file: string, why: string) => void told.push(`aside ${file}: ${why}`),
};
const where = (): DeliverySettings => ({
  url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  key: "k",
  // Far sooner than in service, so that nobody waits.
  retryMsMin: 10,
});
const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

const KINDS = {
  memory: async (bytesMax = 1 << 20): Promise<Outbox> => openMemoryOutbox({ ...where(), bytesMax }, listener),
  folder: async (bytesMax = 1 << 20): Promise<Outbox> => {
    folders.push(mkdtempSync(join(tmpdir(), "stillwatch-spool-")));
    return openFolderOutbox({ ...where(), folder: folders.at(-1) ?? "", bytesMax, nowMs: () => Date.now() }, listener);
  },
};
const lines = (count: number): string[] => Array.from({ length: count }, (_, index) => `{"request_id":"${index}"}`);
const fill = (outbox: Outbox, count: number): void => {
  for (const line of lines(count)) outbox.add(`${line}\n`);
};

describe.each(Object.entries(KINDS))("events on their way, in %s", (kind, open) => {
  it("arrive in order, in few batches", async () => {
    const outbox = await open();
    let batches = 0;
    answer = () => {
      batches += 1;
      return 202;
    };
    fill(outbox, 1000);
    expect(await outbox.close(5_000)).toEqual({ lost: 0, kept: 0 });
    expect(taken).toEqual(lines(1000));
    // What comes while one is under way goes with the next.
    expect(batches).toBeLessThan(20);
  });

  it.each([[503], [429], [401]])("wait while they are answered %i, and arrive once it is over", async (status) => {
    const outbox = await open();
    let calls = 0;
    answer = () => ((calls += 1) < 3 ? status : 202);
    fill(outbox, 3);
    await expect.poll(() => taken, { timeout: 10_000 }).toEqual(lines(3));
    // The sender learns a moment later that they were taken.
    await expect.poll(() => told, { timeout: 10_000 }).toEqual([`lost: stillwatch answered ${status}`, "found"]);
    expect(await outbox.close(5_000)).toEqual({ lost: 0, kept: 0 });
  });

  it("that are refused for good are found among the others, dropped and told", async () => {
    const outbox = await open();
    answer = (batch) => (batch.includes('{"request_id":"5"}') ? 413 : 202);
    fill(outbox, 9);
    expect(await outbox.close(5_000)).toEqual({ lost: 0, kept: 0 });
    expect(taken).toEqual(lines(9).filter((line) => !line.includes("5")));
    expect(told).toEqual(["dropped 1: stillwatch answered 413"]);
  });

  it("beyond the bound are dropped and told; those that wait stay", async () => {
    const outbox = await open(100);
    answer = () => 503;
    fill(outbox, 10);
    await expect.poll(() => told.filter((line) => line.startsWith("dropped")).length, { timeout: 10_000 }).toBeGreaterThan(0);
    answer = () => 202;
    await outbox.close(5_000);
    expect(taken).toEqual(lines(10).slice(0, taken.length));
    expect(taken.length).toBeGreaterThan(3);
  });

  it("that nobody takes are counted when it is closed, in time", async () => {
    const outbox = await open();
    answer = () => 0;
    fill(outbox, 4);
    const startedMs = performance.now();
    expect(await outbox.close(300)).toEqual(kind === "memory" ? { lost: 4, kept: 0 } : { lost: 0, kept: 4 });
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });
});

describe("a folder", () => {
  it("keeps what was not taken for the next start, and nothing of what was", async () => {
    const outbox = await KINDS.folder();
    const folder = folders.at(-1) ?? "";
    answer = () => 503;
    fill(outbox, 5);
    expect(await outbox.close(200)).toEqual({ lost: 0, kept: 5 });
    expect(readdirSync(folder)).not.toEqual([]);
    answer = () => 202;
    const again = await openFolderOutbox({ ...where(), folder, bytesMax: 1 << 20, nowMs: () => Date.now() }, listener);
    await expect.poll(() => taken, { timeout: 10_000 }).toEqual(lines(5));
    expect(await again.close(5_000)).toEqual({ lost: 0, kept: 0 });
    expect(readdirSync(folder)).toEqual([]);
  });

  it("goes on behind a file that cannot be read, and tells of it once", async () => {
    const folder = mkdtempSync(join(tmpdir(), "stillwatch-spool-"));
    folders.push(folder);
    // No disk breaks on demand; what is no file cannot be read by anybody either.
    for (const name of ["0000000000000001-native.ndjson", "0000000000000002-native.ndjson.open"]) mkdirSync(join(folder, name));
    writeFileSync(join(folder, "0000000000000003-native.ndjson"), `${lines(2).join("\n")}\n`);
    const outbox = await openFolderOutbox({ ...where(), folder, bytesMax: 1 << 20, nowMs: () => Date.now() }, listener);
    await expect.poll(() => taken, { timeout: 10_000 }).toEqual(lines(2));
    outbox.add('{"request_id":"later"}\n');
    await expect.poll(() => taken.length, { timeout: 10_000 }).toBe(3);
    expect(await outbox.close(5_000)).toEqual({ lost: 0, kept: 0 });
    expect(told).toEqual([
      "aside 0000000000000002-native.ndjson.open: the disk says EISDIR",
      "aside 0000000000000001-native.ndjson: the disk says EISDIR",
    ]);
    expect(readdirSync(folder)).toEqual(["0000000000000001-native.ndjson", "0000000000000002-native.ndjson.open"]);
  });
});
