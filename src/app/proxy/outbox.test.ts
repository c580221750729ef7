import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openOutbox, type Outbox } from "./outbox.js";

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

const open = (bytesMax = 1 << 20): Outbox =>
  openOutbox(
    { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, key: "k", bytesMax },
    {
      onLost: (why) => void told.push(`lost: ${why}`),
      onFound: () => void told.push("found"),
      onDropped: (count, why) => void told.push(`dropped ${count}: ${why}`),
    },
  );
const lines = (count: number): string[] => Array.from({ length: count }, (_, index) => `{"request_id":"${index}"}`);
const fill = (outbox: Outbox, count: number): void => {
  for (const line of lines(count)) outbox.add(`${line}\n`);
};

describe("events on their way", () => {
  it("arrive in order, in few batches", async () => {
    const outbox = open();
    let batches = 0;
    answer = () => {
      batches += 1;
      return 202;
    };
    fill(outbox, 1000);
    expect(await outbox.close(5_000)).toBe(0);
    expect([taken, batches]).toEqual([lines(1000), 1]);
  });

  it.each([[503], [429], [401]])("wait while they are answered %i, and arrive once it is over", async (status) => {
    const outbox = open();
    let calls = 0;
    answer = () => ((calls += 1) < 3 ? status : 202);
    fill(outbox, 3);
    await expect.poll(() => taken, { timeout: 10_000 }).toEqual(lines(3));
    expect(told).toEqual([`lost: stillwatch answered ${status}`, "found"]);
    expect(await outbox.close(100)).toBe(0);
  });

  it("that are refused for good are found among the others, dropped and told", async () => {
    const outbox = open();
    answer = (batch) => (batch.includes('{"request_id":"5"}') ? 413 : 202);
    fill(outbox, 9);
    expect(await outbox.close(5_000)).toBe(0);
    expect(taken).toEqual(lines(9).filter((line) => !line.includes("5")));
    expect(told).toEqual(["dropped 1: stillwatch answered 413"]);
  });

  it("beyond the bound are dropped and told; those that wait stay", async () => {
    const outbox = open(100);
    answer = () => 503;
    fill(outbox, 10);
    expect(told.filter((line) => line.startsWith("dropped")).length).toBeGreaterThan(0);
    answer = () => 202;
    await outbox.close(5_000);
    expect(taken).toEqual(lines(10).slice(0, taken.length));
    expect(taken.length).toBeGreaterThan(3);
  });

  it("that nobody takes are counted when it is closed, in time", async () => {
    const outbox = open();
    answer = () => 0;
    fill(outbox, 4);
    const startedMs = performance.now();
    expect(await outbox.close(300)).toBe(4);
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });
});
