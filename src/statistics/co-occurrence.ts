/**
 * Which members of sets stand together, counted over many small sets. One member at a time: its companions are counted in a plain array that
 * stays in the processor's cache, where a table of all pairs, tens of millions, would miss it at every step.
 */

/** A set that was seen `weight` times. */
export interface WeightedSet {
  /** Ascending, no repeats. */
  members: readonly number[];
  weight: number;
}

/** What {@link visitTogether} looks at. */
export interface TogetherQuestion {
  sets: readonly WeightedSet[];
  /** Members are below it. */
  width: number;
  /** Pairs seen together less often are passed over. */
  weightMin: number;
}

/** Calls `visit` once for every pair a < b with the weight of the sets that hold both, in the order of a; the order of b means nothing. */
export function visitTogether({ sets, width, weightMin }: TogetherQuestion, visit: (a: number, b: number, weight: number) => void): void {
  const { members, ends, setOf } = layOut(sets);
  const { offsets, places } = listPlaces(members, width);
  const weights = new Float64Array(width);
  const companions = new Int32Array(width);
  for (let a = 0; a < width; a++) {
    let count = 0;
    for (let entry = offsets[a]; entry < offsets[a + 1]; entry++) {
      const place = places[entry];
      const set = setOf[place];
      const { weight } = sets[set];
      for (let next = place + 1; next < ends[set]; next++) {
        const b = members[next];
        if (weights[b] === 0) companions[count++] = b;
        weights[b] += weight;
      }
    }
    for (let i = 0; i < count; i++) {
      const b = companions[i];
      if (weights[b] >= weightMin) visit(a, b, weights[b]);
      weights[b] = 0;
    }
  }
}

interface LaidOut {
  /** The members of all sets of some weight, one set after the other. */
  members: Int32Array;
  /** Where each set ends, and which set each member belongs to. */
  ends: Int32Array;
  setOf: Int32Array;
}

function layOut(sets: readonly WeightedSet[]): LaidOut {
  const total = sets.reduce((sum, { members, weight }) => sum + (weight > 0 ? members.length : 0), 0);
  const laidOut: LaidOut = { members: new Int32Array(total), ends: new Int32Array(sets.length), setOf: new Int32Array(total) };
  let to = 0;
  for (let set = 0; set < sets.length; set++) {
    const { members, weight } = sets[set];
    const size = weight > 0 ? members.length : 0;
    for (let i = 0; i < size; i++) {
      laidOut.members[to] = members[i];
      laidOut.setOf[to++] = set;
    }
    laidOut.ends[set] = to;
  }
  return laidOut;
}

/** Where each member stands: member `m` at `places[offsets[m]] … places[offsets[m + 1] - 1]`. */
function listPlaces(members: Int32Array, width: number): { offsets: Int32Array; places: Int32Array } {
  const offsets = new Int32Array(width + 1);
  for (let place = 0; place < members.length; place++) offsets[members[place] + 1]++;
  for (let member = 0; member < width; member++) offsets[member + 1] += offsets[member];
  const next = offsets.slice(0, width);
  const places = new Int32Array(members.length);
  for (let place = 0; place < members.length; place++) places[next[members[place]]++] = place;
  return { offsets, places };
}
