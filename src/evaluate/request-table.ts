/** A table from request id to a small number in 17 bytes a slot, so that slices of millions of requests fit. */
import createXxhash from "xxhash-wasm";

/** Ids are kept as 64-bit hashes: among 100 million requests two collide with a probability of 3 in 10,000. */
export interface RequestTable {
  /** Keeps the first value of an id; tells whether it was new. */
  add(requestId: string, value: number): boolean;
  /** The value of an id the first time it is asked for; −1 afterwards, and for ids that are not there. */
  take(requestId: string): number;
}

const SECOND_SEED = 0x9e3779b9;
/** A fuller table makes long walks. */
const FILL_MAX = 0.6;

interface Slots {
  first: Uint32Array;
  second: Uint32Array;
  /** Value + 1; 0 where the slot is free. */
  values: Int32Array;
  isTaken: Uint8Array;
}

const createSlots = (size: number): Slots => ({
  first: new Uint32Array(size),
  second: new Uint32Array(size),
  values: new Int32Array(size),
  isTaken: new Uint8Array(size),
});

/** Makes an empty table; it grows. */
export async function createRequestTable(): Promise<RequestTable> {
  const xxhash = await createXxhash();
  let slots = createSlots(1024);
  let used = 0;
  const locate = (first: number, second: number): number => {
    const mask = slots.values.length - 1;
    let slot = first & mask;
    while (slots.values[slot] !== 0 && (slots.first[slot] !== first || slots.second[slot] !== second)) slot = (slot + 1) & mask;
    return slot;
  };
  const grow = (): void => {
    const old = slots;
    slots = createSlots(old.values.length * 2);
    for (let index = 0; index < old.values.length; index++) {
      if (old.values[index] === 0) continue;
      const slot = locate(old.first[index], old.second[index]);
      slots.first[slot] = old.first[index];
      slots.second[slot] = old.second[index];
      slots.values[slot] = old.values[index];
      slots.isTaken[slot] = old.isTaken[index];
    }
  };
  return {
    add(requestId, value) {
      const first = xxhash.h32(requestId) >>> 0;
      const second = xxhash.h32(requestId, SECOND_SEED) >>> 0;
      const slot = locate(first, second);
      if (slots.values[slot] !== 0) return false;
      slots.first[slot] = first;
      slots.second[slot] = second;
      slots.values[slot] = value + 1;
      used++;
      if (used > slots.values.length * FILL_MAX) grow();
      return true;
    },
    take(requestId) {
      const slot = locate(xxhash.h32(requestId) >>> 0, xxhash.h32(requestId, SECOND_SEED) >>> 0);
      if (slots.values[slot] === 0 || slots.isTaken[slot] === 1) return -1;
      slots.isTaken[slot] = 1;
      return slots.values[slot] - 1;
    },
  };
}
