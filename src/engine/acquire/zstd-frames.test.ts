/** What frames ask for is known before they are unpacked. */
import { describe, expect, it } from "vitest";
import { type FrameFault, watchFrames } from "./zstd-frames.js";

const KIB = 1024;
const MAGIC = [0x28, 0xb5, 0x2f, 0xfd];
/** A block of one byte, `count` times. */
const run = (count: number, { isLast }: { isLast: boolean }): number[] => {
  const header = (isLast ? 1 : 0) | (1 << 1) | (count << 3);
  return [header & 0xff, (header >> 8) & 0xff, header >> 16, 0x20];
};
const LAST = run(10, { isLast: true });
/** Exponent and eighths, as in the descriptor. */
const windowed = (exponent: number, eighths: number, ...blocks: number[]): number[] => [...MAGIC, 0, (exponent << 3) | eighths, ...blocks];
/** `zstd-text\n`, as zstd wrote it: with a checksum. */
const WRITTEN = [...Buffer.from("KLUv/QRYUQAAenN0ZC10ZXh0CmdSFpk=", "base64")];
const SKIPPED = [0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3];

const follow = (bytes: number[], step: number): { fault: FrameFault | null; soundBytes: number; isBetweenFrames: boolean } => {
  const watch = watchFrames({ windowBytesMax: 8 * KIB * KIB, copiedBytesMax: 64 * KIB * KIB });
  let soundBytes = 0;
  let fault: FrameFault | null = null;
  for (let at = 0; at < bytes.length; at += step) {
    const told = watch.push(Uint8Array.from(bytes.slice(at, at + step)));
    soundBytes += told.soundBytes;
    fault = told.fault;
  }
  return { fault, soundBytes, isBetweenFrames: watch.isBetweenFrames() };
};

describe.each([1, 3, 7, 1000])("in pieces of %d bytes", (step) => {
  it.each<[string, number[]]>([
    ["nothing", []],
    ["a frame as zstd writes it", WRITTEN],
    ["several, and skippable ones", [...SKIPPED, ...WRITTEN, ...SKIPPED, ...WRITTEN]],
    ["the largest window", windowed(13, 0, ...LAST)],
    [
      "a single segment with each length of its size",
      [0x20, 0x60, 0xa0, 0xe0].flatMap((flags) => [...MAGIC, flags, 10, ...zeros(flags), ...LAST]),
    ],
    ["a dictionary's name before the size", [...MAGIC, 0x23, 0xff, 0xff, 0xff, 0xff, 10, ...LAST]],
  ])("%s is sound to the last byte", (_, bytes) => {
    expect(follow(bytes, step)).toEqual({ fault: null, soundBytes: bytes.length, isBetweenFrames: true });
  });

  it.each<[string, FrameFault, number[]]>([
    ["ten bytes that ask for 1.9 GB", "window", windowed(20, 7, ...LAST)],
    ["the largest window that can be asked for", "window", windowed(31, 7, ...LAST)],
    ["an eighth more than the largest", "window", windowed(13, 1, ...LAST)],
    ["a single segment of 4 GB", "window", [...MAGIC, 0xa0, 0xff, 0xff, 0xff, 0xff, ...LAST]],
    ["one of 2⁶³ bytes, whose lower half is small", "window", [...MAGIC, 0xe0, 10, 0, 0, 0, 0, 0, 0, 0x80, ...LAST]],
    ["a second frame behind an honest one", "window", [...WRITTEN, ...windowed(20, 7, ...LAST)]],
    [
      "tiny blocks, each of which moves the window",
      "work",
      windowed(13, 0, ...Array.from({ length: 9 }, () => run(1, { isLast: false })).flat()),
    ],
    ["tiny frames, each of which makes a window", "work", Array.from({ length: 9 }, () => windowed(13, 0, ...LAST)).flat()],
    ["foreign bytes", "damage", [...WRITTEN, 1, 2, 3, 4]],
    ["a block of a kind that there is not", "damage", windowed(0, 0, 0b111, 0, 0)],
    ["a block larger than blocks are", "damage", windowed(0, 0, ...run(2 * 128 * KIB, { isLast: true }))],
    ["a reserved bit", "damage", [...MAGIC, 0x08, 0, ...LAST]],
  ])("%s: %s", (_, fault, bytes) => {
    const told = follow(bytes, step);
    expect(told.fault).toBe(fault);
    expect(told.soundBytes).toBeLessThan(bytes.length);
  });

  it("what breaks off is told from what is whole", () => {
    for (let bytes = 1; bytes < WRITTEN.length; bytes++) expect(follow(WRITTEN.slice(0, bytes), step).isBetweenFrames).toBe(false);
  });
});

/** The rest of a size of this length, whose first byte is there; one of two bytes is 256 more than it says. */
function zeros(flags: number): number[] {
  return Array.from({ length: [0, 1, 3, 7][flags >> 6] ?? 0 }, () => 0);
}
