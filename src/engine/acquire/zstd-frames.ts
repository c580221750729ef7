/**
 * What Zstandard frames ask for, read from their headers before anything is unpacked (RFC 8878 §3.1). A frame of ten bytes may ask for a window of
 * gigabytes, and fzstd allocates and fills it before it looks at the first block.
 */

/** Bytes of a frame's window that files may ask for: what `zstd -d` and Node unpack without being told otherwise. */
export const FILE_WINDOW_BYTES_MAX = 128 * 1024 * 1024;

/** No block holds more, packed or unpacked (RFC 8878 §3.1.1.2.3). */
const BLOCK_BYTES_MAX = 128 * 1024;

/** Why frames are not unpacked further: they are none, or they ask for too large a window, or for too much copying. */
export type FrameFault = "damage" | "window" | "work";

/** What frames may ask for. */
export interface FrameBounds {
  windowBytesMax: number;
  /** Windows copied: fzstd moves the whole window once for each block, however small. Default: no bound. */
  copiedBytesMax?: number;
}

/** Follows frames from their first byte to their last. */
export interface FrameWatch {
  /** How many of these bytes are within the bounds, and what is wrong behind them. After a fault none are. */
  push(bytes: Uint8Array): { soundBytes: number; fault: FrameFault | null };
  /** True where the content may end: before the first frame, and behind a whole one. */
  isBetweenFrames(): boolean;
  /** True where a frame has not yet said what it asks for. */
  isInHeader(): boolean;
}

/** Makes one. */
export function watchFrames(bounds: FrameBounds): FrameWatch {
  const frames = followFrames(bounds);
  const gathered: number[] = [];
  let step: Step = { kind: "magic", bytes: 4 };
  frames.next([]);
  let doneBytes = 0;
  let fault: FrameFault | null = null;
  const advance = (): void => {
    // A step of no bytes is done as soon as it is there.
    while (fault === null && doneBytes === step.bytes) {
      const next = frames.next(gathered.splice(0));
      doneBytes = 0;
      if (next.done === true) fault = next.value;
      else step = next.value;
    }
  };
  return {
    push(bytes) {
      if (fault !== null) return { soundBytes: 0, fault };
      let at = 0;
      let soundBytes = 0;
      for (; at < bytes.length; soundBytes = at) {
        const count = Math.min(bytes.length - at, step.bytes - doneBytes);
        if (step.kind !== "content") gathered.push(...bytes.subarray(at, at + count));
        doneBytes += count;
        at += count;
        advance();
        if (fault !== null) break;
      }
      return { soundBytes, fault };
    },
    isBetweenFrames: () => fault === null && step.kind === "magic" && doneBytes === 0,
    isInHeader: () => step.kind === "magic" || step.kind === "header",
  };
}

/** Bytes to come next: read by us, or content that only the decompressor reads. */
interface Step {
  kind: "magic" | "header" | "block" | "content";
  bytes: number;
}

/** Asks for the bytes that it has to see; ends with what is wrong. */
function* followFrames({ windowBytesMax, copiedBytesMax = Infinity }: FrameBounds): Generator<Step, FrameFault, readonly number[]> {
  let copiedBytes = 0;
  for (;;) {
    const magic = readNumber(yield { kind: "magic", bytes: 4 });
    if (magic >= 0x184d2a50 && magic <= 0x184d2a5f) {
      yield { kind: "content", bytes: readNumber(yield { kind: "header", bytes: 4 }) };
      continue;
    }
    if (magic !== 0xfd2fb528) return "damage";
    const [flags = 0] = yield { kind: "header", bytes: 1 };
    if ((flags & 0b1000) !== 0) return "damage";
    const windowBytes = readWindowBytes(flags, yield { kind: "header", bytes: countHeaderBytes(flags) });
    if (windowBytes > windowBytesMax) return "window";
    copiedBytes += windowBytes;
    for (let isLast = false; !isLast; ) {
      const header = readNumber(yield { kind: "block", bytes: 3 });
      isLast = (header & 1) === 1;
      const type = (header >> 1) & 3;
      const bytes = header >> 3;
      if (type === 3 || bytes > BLOCK_BYTES_MAX) return "damage";
      copiedBytes += windowBytes;
      if (copiedBytes > copiedBytesMax) return "work";
      // Of a run its byte alone is there.
      yield { kind: "content", bytes: type === 1 ? 1 : bytes };
    }
    yield { kind: "content", bytes: (flags & 0b100) === 0 ? 0 : 4 };
  }
}

const hasSingleSegment = (flags: number): boolean => (flags & 0b10_0000) !== 0;
const countDictionaryBytes = (flags: number): number => [0, 1, 2, 4][flags & 3] ?? 0;
const countSizeBytes = (flags: number): number => [hasSingleSegment(flags) ? 1 : 0, 2, 4, 8][flags >> 6] ?? 0;

/** Behind the flags. */
function countHeaderBytes(flags: number): number {
  return (hasSingleSegment(flags) ? 0 : 1) + countDictionaryBytes(flags) + countSizeBytes(flags);
}

/** A frame in a single segment needs all of its content. */
function readWindowBytes(flags: number, header: readonly number[]): number {
  if (hasSingleSegment(flags)) {
    const size = header.slice(countDictionaryBytes(flags));
    return readNumber(size) + (size.length === 2 ? 256 : 0);
  }
  const [descriptor = 0] = header;
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

/** Little-endian; exact up to 2⁵³, and larger than every bound above. */
function readNumber(bytes: readonly number[]): number {
  return bytes.reduceRight((sum, byte) => sum * 256 + byte, 0);
}
