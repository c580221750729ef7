/**
 * What the requests of a family are about: the mean of their gists, by region. A slot that is filled anew each time cancels out in the mean;
 * how much cancels out tells which end of a family is scaffold and which is slot.
 */
import { GIST_DIMENSIONS } from "../../vocabulary/sketch.js";

/** Requests per signature whose gists are taken, one an account: the mean of sixteen has a fourth of the noise of one. */
const SAMPLES_MAX = 16;
/** Eight numbers of four bits in each stored one; 8 stands for zero. */
const STEP_BITS = 4;
const STEPS_PER_ENTRY = 8;
const STEP_MASK = 15;
const STEP_ZERO = 8;
/**
 * Mean cosine between the gists of two requests of a family from which a region can be scaffold. Sixty-four words that begin with a scaffold
 * of forty agree by .5 to .7, those that merely share a phrase by .1; at .5 many short
 * scaffolds fall out, at .2 phrases of the crowd come in.
 */
const AGREEMENT_MIN = 0.3;
/** The region whose gists agree best is the scaffold: another counts too only when they agree about as well, as in a short text. */
const AS_STEADY_SHARE_MIN = 0.95;
/** Share of the requests looked at that must have a gist: where most are too short for one, the rest are the exception. */
const GIST_SHARE_MIN = 0.5;

/** Gists of signatures, collected in the ordered pass over all requests. */
export interface GistSamples {
  /** Regions of a request: the system prompt has one, the user's message has its head and its tail. */
  readonly regions: number;
  /** True when a request of this signature and account is still wanted; never for signature -1, which stands for none. */
  wants(signature: number, account: number): boolean;
  /** Starts the sample of one request, to which {@link GistSamples.add} adds its regions. */
  start(signature: number, account: number): void;
  /** Adds the gist of a region; an empty one tells that there is none. */
  add(gist: Readonly<RegionGist>): void;
  /** Adds what the gists of a signature's region sum up to, at `to` of `sums`, and tells how many they are. */
  addSums(signature: number, region: number, into: { sums: Float64Array; to: number }): number;
  /** Requests looked at. */
  samplesOf(signature: number): number;
}

/** The stored gist of one region of a request: it stands at `from … to - 1` of `values`. */
export interface RegionGist {
  signature: number;
  region: number;
  values: Uint32Array;
  from: number;
  to: number;
}

/** Starts collecting. Sums of sixteen numbers of four bits fit a byte, so a signature takes 32 bytes a region. */
export function createGistSamples(regions: number): GistSamples {
  let sums = new Uint8Array(1024 * regions * GIST_DIMENSIONS);
  let counts = new Uint8Array(1024 * regions);
  let samples = new Uint8Array(1024);
  let lastAccount = new Int32Array(1024).fill(-1);

  function grow(signature: number): void {
    if (signature < samples.length) return;
    const capacity = Math.max(signature + 1, samples.length * 2);
    sums = copyInto(new Uint8Array(capacity * regions * GIST_DIMENSIONS), sums);
    counts = copyInto(new Uint8Array(capacity * regions), counts);
    samples = copyInto(new Uint8Array(capacity), samples);
    lastAccount = copyInto(new Int32Array(capacity).fill(-1), lastAccount);
  }

  return {
    regions,
    wants: (signature, account) =>
      signature >= 0 && (signature >= samples.length || (lastAccount[signature] !== account && samples[signature] < SAMPLES_MAX)),
    start(signature, account) {
      grow(signature);
      lastAccount[signature] = account;
      samples[signature] += 1;
    },
    add({ signature, region, values, from, to }) {
      if (from === to) return;
      const start = (signature * regions + region) * GIST_DIMENSIONS;
      counts[signature * regions + region] += 1;
      for (let part = 0, d = start; part < GIST_DIMENSIONS / STEPS_PER_ENTRY; part++) {
        let steps = values[from + part];
        for (let step = 0; step < STEPS_PER_ENTRY; step++, steps >>>= STEP_BITS) sums[d++] += steps & STEP_MASK;
      }
    },
    addSums(signature, region, { sums: target, to }) {
      const entry = signature * regions + region;
      if (signature >= samples.length || counts[entry] === 0) return 0;
      const zero = STEP_ZERO * counts[entry];
      for (let d = 0, from = entry * GIST_DIMENSIONS; d < GIST_DIMENSIONS; d++, from++) target[to + d] += sums[from] - zero;
      return counts[entry];
    },
    samplesOf: (signature) => (signature < samples.length ? samples[signature] : 0),
  };
}

function copyInto<T extends Uint8Array | Int32Array>(larger: T, smaller: T): T {
  larger.set(smaller);
  return larger;
}

/** Mean gists of families, as plain data: they may be compared in another thread. */
export interface FamilyGists {
  families: number;
  regions: number;
  /** Per family and region where its unit gist begins in `values`; -1 where the region is slot rather than scaffold, or has no gist. */
  starts: Int32Array;
  values: Float32Array;
}

/** Unit gist of a family's region, null for none. */
export function takeGist({ regions, starts, values }: FamilyGists, family: number, region: number): Float32Array | null {
  const start = starts[family * regions + region];
  return start < 0 ? null : values.subarray(start, start + GIST_DIMENSIONS);
}

/** Adds up the samples of the signatures of each family. */
export function averageGists(options: { samples: GistSamples; familyOfSignature: Int32Array; families: number }): FamilyGists {
  const { samples, familyOfSignature, families } = options;
  const { regions } = samples;
  const width = GIST_DIMENSIONS;
  const sums = new Float64Array(families * regions * width);
  const lengths = new Float64Array(families * regions);
  const counts = new Float64Array(families * regions);
  const looked = new Float64Array(families);
  const into = { sums, to: 0 };
  for (let signature = 0; signature < familyOfSignature.length; signature++) {
    const family = familyOfSignature[signature];
    if (family < 0) continue;
    looked[family] += samples.samplesOf(signature);
    for (let region = 0; region < regions; region++) {
      const entry = family * regions + region;
      into.to = entry * width;
      counts[entry] += samples.addSums(signature, region, into);
    }
  }
  for (let entry = 0; entry < lengths.length; entry++) {
    let square = 0;
    for (let d = 0; d < width; d++) square += sums[entry * width + d] ** 2;
    lengths[entry] = Math.sqrt(square);
  }
  const isScaffold = (entry: number): boolean => {
    const family = Math.floor(entry / regions);
    const count = counts[entry];
    if (count < GIST_SHARE_MIN * looked[family]) return false;
    const own = lengths[entry] / count;
    if (agreementOf(own / STEP_LENGTH, count) < AGREEMENT_MIN) return false;
    for (let other = family * regions; other < (family + 1) * regions; other++) {
      if (counts[other] > 0 && own < AS_STEADY_SHARE_MIN * (lengths[other] / counts[other])) return false;
    }
    return true;
  };
  const scaffolds = Int32Array.from(lengths.keys()).filter(isScaffold);
  const starts = new Int32Array(lengths.length).fill(-1);
  const values = new Float32Array(scaffolds.length * width);
  scaffolds.forEach((entry, place) => {
    starts[entry] = place * width;
    for (let d = 0; d < width; d++) values[place * width + d] = sums[entry * width + d] / lengths[entry];
  });
  return { families, regions, starts, values };
}

/** Mean cosine between two of `count` unit vectors whose mean has this length: the square of the length, less what each has with itself. */
function agreementOf(meanLength: number, count: number): number {
  return count < 2 ? 0 : (count * meanLength ** 2 - 1) / (count - 1);
}

/** Length of a unit gist in stored steps; see `text/gist.ts`. */
const STEP_LENGTH = 13;
