/** How much of calls for a verdict may be in memory: while they arrive, and while they wait to be read. */
import { createMemoryGate, type MemoryGate } from "../intake/bodies.js";

/**
 * Parsing more can take longer than a message to another thread: a millisecond or two for nothing but empty lists, in which no other verdict is given. What middleware and proxy of
 * our own send of long texts in English fits.
 */
export const LARGE_BYTES = 64 * 1024;

/**
 * Two of the largest calls that `listen.body_bytes_max` takes where nothing is set. Gateways wait a second or two, so that a longer line would hold memory for callers who
 * are gone when it is their turn.
 */
export const CALL_BYTES_MAX_DEFAULT = 64 * 1024 * 1024;

/** Room for calls. The small ones have as much for themselves: whoever sends large ones must not shut them out. */
export interface CallRoom {
  small: MemoryGate;
  large: MemoryGate;
}

/** Makes the room that all routes of a server share. */
export function createCallRoom(bytesMax: number): CallRoom {
  return { small: createMemoryGate(bytesMax), large: createMemoryGate(bytesMax) };
}

/** Bytes of one call that are held. */
export interface CallHold {
  /** The call has come to so many bytes, or will. Throws SW1928 where there is no room. */
  grow(bytes: number): void;
  /** Once; whatever comes afterwards changes nothing. */
  release(): void;
}

/** Begins to hold a call; one that grows large moves from the one room to the other. */
export function holdCall({ small, large }: CallRoom): CallHold {
  let gate = small;
  let held = 0;
  return {
    grow(bytes) {
      if (bytes <= held) return;
      if (bytes >= LARGE_BYTES && gate === small) {
        large.reserve(bytes);
        small.release(held);
        gate = large;
      } else gate.reserve(bytes - held);
      held = bytes;
    },
    release() {
      gate.release(held);
      held = 0;
    },
  };
}
