/** Compressed files that were made to fill the memory, and the seams between the pieces in which they are fed. */
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { openByteSource } from "./byte-source.js";
import { withFiles } from "./test-acquire.js";

const MIB = 1024 * 1024;

/** A Zstandard frame of blocks that say "128 KiB of this byte" in four bytes (RFC 8878 §3.1.1.2). */
function makeDenseZstd(blocks: number): Uint8Array {
  const frame = new Uint8Array(6 + blocks * 4);
  frame.set([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38]);
  for (let block = 0; block < blocks; block++) {
    const header = (block === blocks - 1 ? 1 : 0) | (1 << 1) | ((128 * 1024) << 3);
    frame.set([header & 0xff, (header >> 8) & 0xff, header >> 16, 0x61], 6 + block * 4);
  }
  return frame;
}

describe("a small file that unpacks to a huge one", () => {
  it.each([
    ["zstd", "zstd", true, makeDenseZstd(12_000)],
    ["zstd in JavaScript", "zstd", false, makeDenseZstd(12_000)],
    ["gzip", "gzip", true, gzipSync(Buffer.alloc(200 * MIB), { level: 9 })],
  ] as const)("%s: waits compressed until what was unpacked is consumed", async (_claim, storage, prefersNative, content) => {
    await withFiles({ log: content }, async (folder) => {
      const before = process.memoryUsage().arrayBuffers;
      const source = await openByteSource({ path: join(folder, "log"), file: "log", storage, prefersNative });
      const target = new Uint8Array(64 * 1024);
      expect(await source.read(target, 0)).toBeGreaterThan(0);
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(150 * MIB);
      await source.close();
    });
  });

  it.each([true, false])("comes out whole (native: %s)", async (prefersNative) => {
    await withFiles({ log: makeDenseZstd(2000) }, async (folder) => {
      const source = await openByteSource({ path: join(folder, "log"), file: "log", storage: "zstd", prefersNative });
      const target = new Uint8Array(MIB);
      let total = 0;
      for (let count = await source.read(target, 0); count > 0; count = await source.read(target, 0)) total += count;
      expect([total, source.damage()]).toEqual([2000 * 128 * 1024, null]);
      await source.close();
    });
  });
});

describe("a frame that asks for a window of gigabytes", () => {
  it.each([true, false])("is damage, and what stands before it comes out (native: %s)", async (prefersNative) => {
    const greedy = [0x28, 0xb5, 0x2f, 0xfd, 0, (20 << 3) | 7, 3, 0, 0x10, 0x20];
    await withFiles({ log: Buffer.concat([makeDenseZstd(2), Buffer.from(greedy)]) }, async (folder) => {
      const before = process.memoryUsage().arrayBuffers;
      const source = await openByteSource({ path: join(folder, "log"), file: "log", storage: "zstd", prefersNative });
      const target = new Uint8Array(MIB);
      let total = 0;
      for (let count = await source.read(target, 0); count > 0; count = await source.read(target, 0)) total += count;
      expect([total, source.damage()?.code]).toEqual([2 * 128 * 1024, "SW1106"]);
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(150 * MIB);
      await source.close();
    });
  });
});

describe("gzip members", () => {
  // A member without compression is 23 bytes longer than its content; these end before, at and behind the seam at 4096 bytes.
  it.each([4072, 4073, 4074, 4096, 8169])("that end near a seam (%d bytes of content) are read to the last", async (bytes) => {
    const members = Buffer.concat([1, 2, 3].map((value) => gzipSync(Buffer.alloc(bytes, value), { level: 0 })));
    await withFiles({ log: members }, async (folder) => {
      const source = await openByteSource({ path: join(folder, "log"), file: "log", storage: "gzip" });
      const target = new Uint8Array(1000);
      const counts = [0, 0, 0, 0];
      for (let count = await source.read(target, 0); count > 0; count = await source.read(target, 0)) {
        for (const value of target.subarray(0, count)) counts[value]++;
      }
      expect([counts, source.damage()]).toEqual([[0, bytes, bytes, bytes], null]);
      await source.close();
    });
  });
});
