/** SEAT on request logs. */
import { createFeatureExtractor } from "../../engine/behaviour/features.js";
import type { Hash64 } from "../../vocabulary/feature.js";
import type { RequestEvent } from "../../vocabulary/request-event.js";
import type { Baseline } from "./baseline.js";
import { chooseSimilarDistance, countSimilarPairs } from "./seat.js";

/** Queries kept of an account: half a million pairs, eight bytes a query. */
const QUERIES_MAX = 1_000;
/** Benign queries that the threshold is set on: two million pairs, 200 of which may be similar. */
const BENIGN_MAX = 2_000;

// The features of a text do not depend on detections, and the extractor is made without waiting for anything.
const extract = await createFeatureExtractor([]);

/** An account's number is its similar pairs. Benign pairs are pairs of strangers; one person's queries resemble each other more. */
export const seat: Baseline = {
  name: "seat",
  title: "SEAT",
  source: "Zhang, Chen, Wagner, SEAT: Similarity Encoder by Adversarial Training for Detecting Model Extraction Attack Queries, AISec 2021",
  needs: "text",
  rule: "pairs of the account's queries whose gists have signs as alike as one in 10,000 benign pairs; queries of fewer than eight content words have none; the paper's number of pairs belongs to its own encoder and flags nothing here.",
  start({ reference }) {
    const step = Math.max(1, Math.ceil(reference.length / BENIGN_MAX));
    const benign = reference.filter((_, index) => index % step === 0).flatMap((event) => sketchOf(event) ?? []);
    const distanceMax = chooseSimilarDistance(benign);
    const queries: Hash64[][] = [];
    return {
      add({ account, event }) {
        const sketch = sketchOf(event);
        if (sketch === null) return;
        const own = (queries[account] ??= []);
        if (own.length < QUERIES_MAX) own.push(sketch[0]);
      },
      finish: (accounts) => ({
        scores: Float64Array.from({ length: accounts }, (_, account) => {
          const own = queries[account] ?? [];
          return own.length < 2 ? -Infinity : countSimilarPairs(own, distanceMax);
        }),
        flagged: null,
      }),
    };
  },
};

/** The sketch in a list of one, so that a list of events can be flattened; null for a text too short to have one. */
function sketchOf(event: RequestEvent): [Hash64] | null {
  const sketch = extract(event)?.sketch;
  return sketch === undefined || sketch.headGist.length === 0 ? null : [[signsOf(sketch.headGist), signsOf(sketch.tailGist)]];
}

/** One bit for each of the 32 numbers of a gist: whether it is above zero, which is stored as 8. Near gists differ in few of them. */
function signsOf(gist: Uint32Array): number {
  let signs = 0;
  for (let number = 0; number < 32; number++) {
    const step = ((gist[number >> 3] ?? 0) >>> ((number & 7) * 4)) & 15;
    if (step > 8) signs |= 1 << number;
  }
  return signs >>> 0;
}
