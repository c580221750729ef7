/** PRADA on request logs: the class of a query is the capability that its text asks for, its point is that of its words. */
import { createFeatureExtractor } from "../../engine/behaviour/features.js";
import { CAPABILITIES } from "../../vocabulary/feature.js";
import type { Baseline } from "./baseline.js";
import { addPradaQuery, createPradaState, testPradaState, type PradaState } from "./prada.js";
import { createTextEmbedder, queryOf } from "./text-embedding.js";

/** W has little meaning below this many distances, and PRADA itself waits for 100; accounts with more than these get a number. */
const DISTANCES_MIN = 10;
/** Queries of an account that are looked at: the authors' code needs 100, and every further one is compared with all of the growing set. */
const QUERIES_MAX = 400;

// The features of a text do not depend on detections, and the extractor is made without waiting for anything.
const extract = await createFeatureExtractor([]);

/** An account's number is 1 − W. */
export const prada: Baseline = {
  name: "prada",
  title: "PRADA",
  source: "Juuti, Szyller, Marchal, Asokan, PRADA: Protecting against DNN Model Stealing Attacks, EuroS&P 2019",
  needs: "text",
  rule: "1 − W of Shapiro and Wilk over the distances from each query to the nearest earlier one of its class; the published thresholds belong to two image models and flag nothing here.",
  start() {
    const embed = createTextEmbedder();
    const states: PradaState[] = [];
    const counts: number[] = [];
    return {
      add({ account, event }) {
        const query = queryOf(event);
        if (query === null) return;
        counts[account] = (counts[account] ?? 0) + 1;
        if (counts[account] > QUERIES_MAX) return;
        const capability = extract(event)?.capability ?? "unknown";
        addPradaQuery((states[account] ??= createPradaState()), embed(query), CAPABILITIES.indexOf(capability));
      },
      finish: (accounts) => ({
        scores: Float64Array.from({ length: accounts }, (_, account) => {
          const state = states[account];
          const w = state === undefined ? null : testPradaState(state, { distancesMin: DISTANCES_MIN });
          return w === null ? -Infinity : 1 - w;
        }),
        flagged: null,
      }),
    };
  },
};
