/**
 * Which members of sets stand together, counted over many small sets. One member at a time: its companions are counted in a plain array that
 * stays in the processor's cache, where a table of all pairs, tens of millions, would miss it at every step.
 */

/** Sets, one after the other: set `s` holds `members[offsets[s]] … members[offsets[s + 1] - 1]`, ascending, and was seen `weights[s]` times. */
export interface WeightedSets {
  offsets: Uint32Array;
  members: Int32Array;
  weights: Uint32Array;
}

/** What {@link visitTogether} looks at. */
export interface TogetherQuestion {
  sets: WeightedSets;
  /** Members are below it. */
  width: number;
  /** Pairs seen together less often are passed over. */
  weightMin: number;
}

/** Calls `visit` once for every pair a < b with the weight of the sets that hold both, in the order of a; the order of b means nothing. */
export function visitTogether({ sets, width, weightMin }: TogetherQuestion, visit: (a: number, b: number, weight: number) => void): void {
  const { offsets, members, weights } = sets;
  const { firsts, places, setOf } = listPlaces(sets, width);
  const together = new Float64Array(width);
  const companions = new Int32Array(width);
  for (let a = 0; a < width; a++) {
    let count = 0;
    for (let entry = firsts[a]; entry < firsts[a + 1]; entry++) {
      const set = setOf[entry];
      const weight = weights[set];
      const end = offsets[set + 1];
      for (let next = places[entry] + 1; next < end; next++) {
        const b = members[next];
        if (together[b] === 0) companions[count++] = b;
        together[b] += weight;
      }
    }
    for (let i = 0; i < count; i++) {
      const b = companions[i];
      if (together[b] >= weightMin) visit(a, b, together[b]);
      together[b] = 0;
    }
  }
}

interface Places {
  /** Member `m` stands at `places[firsts[m]] … places[firsts[m + 1] - 1]`. */
  firsts: Uint32Array;
  places: Uint32Array;
  /** The set that each of these places belongs to. */
  setOf: Uint32Array;
}

/** Where each member stands in sets of some weight that hold others behind it. */
function listPlaces({ offsets, members, weights }: WeightedSets, width: number): Places {
  const firsts = new Uint32Array(width + 1);
  for (let set = 0; set < weights.length; set++) {
    if (weights[set] === 0) continue;
    for (let place = offsets[set]; place + 1 < offsets[set + 1]; place++) firsts[members[place] + 1]++;
  }
  for (let member = 0; member < width; member++) firsts[member + 1] += firsts[member];
  const next = firsts.slice(0, width);
  const places = new Uint32Array(firsts[width]);
  const setOf = new Uint32Array(firsts[width]);
  for (let set = 0; set < weights.length; set++) {
    if (weights[set] === 0) continue;
    for (let place = offsets[set]; place + 1 < offsets[set + 1]; place++) {
      const to = next[members[place]]++;
      places[to] = place;
      setOf[to] = set;
    }
  }
  return { firsts, places, setOf };
}
