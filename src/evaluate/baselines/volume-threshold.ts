/** The volume threshold: what every provider has, an account that sends too much. */
import type { Baseline } from "./baseline.js";

/**
 * Requests of the busiest hour. The whole number of requests would be no better: pools stay below daily limits, and long-lived customers do not.
 * No number is published, so that there is no rule but the threshold set on a benign world.
 */
export const volumeThreshold: Baseline = {
  name: "volume-threshold",
  title: "volume threshold",
  source: "rate limits as every provider documents them; the query-count detector that Juuti et al. (PRADA, EuroS&P 2019) start from",
  needs: "metadata",
  rule: "requests in the account's busiest clock hour; no published number flags.",
  start() {
    const hours: number[] = [];
    const counts: number[] = [];
    const peaks: number[] = [];
    return {
      add({ account, event }) {
        const hour = Math.floor(event.atMs / HOUR_MS);
        counts[account] = hours[account] === hour ? counts[account] + 1 : 1;
        hours[account] = hour;
        peaks[account] = Math.max(peaks[account] ?? 0, counts[account]);
      },
      finish: (accounts) => ({
        scores: Float64Array.from({ length: accounts }, (_, account) => peaks[account] ?? -Infinity),
        flagged: null,
      }),
    };
  },
};

const HOUR_MS = 3_600_000;
