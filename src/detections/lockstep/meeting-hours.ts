/** A quick answer for nearly all pairs: whether two accounts ever sent one scaffold in the same hour. */
import type { Population } from "../../sdk/index.js";

/** The scaffold-hours of every account, those of account `a` at `keys[offsets[a]] … keys[offsets[a + 1] - 1]`, ascending, no repeats. */
interface MeetingHours {
  keys: Float64Array;
  offsets: Uint32Array;
}

const known = new WeakMap<Population, Map<number, MeetingHours>>();

/** Whether two accounts sent a scaffold of at most `carriersMax` accounts in the same hour. */
export function haveMet(a: number, b: number, { population, carriersMax }: { population: Population; carriersMax: number }): boolean {
  const { keys, offsets } = recallHours(population, carriersMax);
  const [endA, endB] = [offsets[a + 1], offsets[b + 1]];
  for (let i = offsets[a], j = offsets[b]; i < endA && j < endB; ) {
    if (keys[i] === keys[j]) return true;
    if (keys[i] < keys[j]) i += 1;
    else j += 1;
  }
  return false;
}

function recallHours(population: Population, carriersMax: number): MeetingHours {
  let ofPopulation = known.get(population);
  if (!ofPopulation) known.set(population, (ofPopulation = new Map()));
  let hours = ofPopulation.get(carriersMax);
  if (!hours) ofPopulation.set(carriersMax, (hours = listMeetingHours(population, carriersMax)));
  return hours;
}

function listMeetingHours(population: Population, carriersMax: number): MeetingHours {
  const { requests, requestOffsets, families } = population;
  const accounts = requestOffsets.length - 1;
  const hours = Math.max(1, population.hours.length);
  // One party meets nobody.
  const isAsked = Uint8Array.from(families.ids, (_, family) =>
    families.accounts[family] >= 2 && families.accounts[family] <= carriersMax ? 1 : 0,
  );
  const keys = new Float64Array(requests.count * 2);
  const offsets = new Uint32Array(accounts + 1);
  let size = 0;
  for (let account = 0; account < accounts; account++) {
    const from = size;
    let to = from;
    for (let row = requestOffsets[account]; row < requestOffsets[account + 1]; row++) {
      const system = requests.systemFamily[row];
      const prompt = requests.promptFamily[row];
      if (system >= 0 && isAsked[system] === 1) keys[to++] = system * hours + requests.hour[row];
      if (prompt >= 0 && isAsked[prompt] === 1) keys[to++] = prompt * hours + requests.hour[row];
    }
    keys.subarray(from, to).sort();
    for (let at = from; at < to; at++) if (at === from || keys[at] !== keys[at - 1]) keys[size++] = keys[at];
    offsets[account + 1] = size;
  }
  return { keys: keys.slice(0, size), offsets };
}
