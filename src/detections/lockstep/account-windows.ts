/**
 * When every account sent every scaffold that can be met on: flat columns, made in one pass and once per population, because a hundred thousand
 * pairs are compared.
 */
import type { Population } from "../../sdk/index.js";

/** Length of the short windows: one job fanned out over accounts is served within minutes, a session is longer. Slots nest in hours. */
export const SLOT_MINUTES = 5;
export const SLOTS_PER_HOUR = 60 / SLOT_MINUTES;
const SLOT_MS = SLOT_MINUTES * 60_000;

/** Windows in which two accounts can meet. */
export type Grain = "hour" | "slot";

/** The distinct hours and slots, ascending, in which accounts sent scaffolds. */
export interface AccountWindows {
  /** Scaffolds of account `a`, ascending, stand at `offsets[a] … offsets[a + 1] - 1` of `families`; each such place is an entry. */
  offsets: Uint32Array;
  families: Uint32Array;
  /** Windows of entry `e` stand at `offsets[e] … offsets[e + 1] - 1` of `values`. */
  hour: Windows;
  slot: Windows;
}

interface Windows {
  offsets: Uint32Array;
  values: Uint32Array;
}

/** Lists the windows of scaffolds that two parties or more carry, because one party meets nobody, and at most `carriersMax` accounts. */
export function listAccountWindows(population: Population, carriersMax: number): AccountWindows {
  const { requests, requestOffsets, families, fromMs, hours } = population;
  const accounts = requestOffsets.length - 1;
  const slots = Math.max(1, hours.length) * SLOTS_PER_HOUR;
  const keys = new Float64Array(requests.count * 2);
  const offsets = new Uint32Array(accounts + 1);
  const found = new Uint32Array(keys.length);
  const ofHours = { offsets: new Uint32Array(keys.length + 1), values: new Uint32Array(keys.length), size: 0 };
  const ofSlots = { offsets: new Uint32Array(keys.length + 1), values: new Uint32Array(keys.length), size: 0 };
  const isAsked = Uint8Array.from(families.parties, (parties, family) =>
    parties >= 2 && families.accounts[family] <= carriersMax ? 1 : 0,
  );
  let entries = 0;
  for (let account = 0; account < accounts; account++) {
    let count = 0;
    for (let row = requestOffsets[account]; row < requestOffsets[account + 1]; row++) {
      const slot = Math.floor((requests.atMs[row] - fromMs) / SLOT_MS);
      const system = requests.systemFamily[row];
      const prompt = requests.promptFamily[row];
      if (system >= 0 && isAsked[system] === 1) keys[count++] = system * slots + slot;
      if (prompt >= 0 && isAsked[prompt] === 1) keys[count++] = prompt * slots + slot;
    }
    keys.subarray(0, count).sort();
    for (let at = 0; at < count; at++) {
      if (at > 0 && keys[at] === keys[at - 1]) continue;
      const family = Math.floor(keys[at] / slots);
      const isFirst = entries === offsets[account] || found[entries - 1] !== family;
      if (isFirst) found[entries++] = family;
      const slot = keys[at] - family * slots;
      ofSlots.values[ofSlots.size++] = slot;
      ofSlots.offsets[entries] = ofSlots.size;
      const hour = Math.floor(slot / SLOTS_PER_HOUR);
      if (isFirst || ofHours.values[ofHours.size - 1] !== hour) ofHours.values[ofHours.size++] = hour;
      ofHours.offsets[entries] = ofHours.size;
    }
    offsets[account + 1] = entries;
  }
  const trim = ({ offsets: ends, values, size }: Windows & { size: number }): Windows => ({
    offsets: ends.slice(0, entries + 1),
    values: values.slice(0, size),
  });
  return { offsets, families: found.slice(0, entries), hour: trim(ofHours), slot: trim(ofSlots) };
}

/** Calls `visit` for every scaffold that both accounts sent, ascending, with their entries for it. */
export function visitShared(
  { offsets, families }: AccountWindows,
  [a, b]: readonly [number, number],
  visit: (entryOfA: number, entryOfB: number) => void,
): void {
  const [endA, endB] = [offsets[a + 1], offsets[b + 1]];
  for (let i = offsets[a], j = offsets[b]; i < endA && j < endB; ) {
    const difference = families[i] - families[j];
    if (difference === 0) visit(i, j);
    if (difference <= 0) i += 1;
    if (difference >= 0) j += 1;
  }
}

/** Windows in which two accounts sent the same scaffold, over all scaffolds. Written out, because it is asked of a million pairs. */
export function countMeetings(windows: AccountWindows, [a, b]: readonly [number, number], grain: Grain): number {
  const { offsets, families } = windows;
  const { offsets: starts, values } = windows[grain];
  const endA = offsets[a + 1];
  const endB = offsets[b + 1];
  let meetings = 0;
  for (let i = offsets[a], j = offsets[b]; i < endA && j < endB; ) {
    const difference = families[i] - families[j];
    if (difference === 0) {
      const endI = starts[i + 1];
      const endJ = starts[j + 1];
      for (let x = starts[i], y = starts[j]; x < endI && y < endJ; ) {
        const gap = values[x] - values[y];
        if (gap === 0) meetings += 1;
        if (gap <= 0) x += 1;
        if (gap >= 0) y += 1;
      }
    }
    if (difference <= 0) i += 1;
    if (difference >= 0) j += 1;
  }
  return meetings;
}
