/** Innocent accounts that the test of a replay knows to be named: a shortfall that is known, and told on the page beside what the replays showed. */

/** Where they are. */
export const INNOCENT_WORLD = "seed 1511, bundled text, the first 12 % of its campaign";

/**
 * In that world, at most. Of the rule that blocks and not of the standing order; nothing may make it worse, and who mends it
 * lowers it.
 */
export const INNOCENT_KNOWN = { named: 2, refusedRequests: 1, organizations: 1 };

/** Who they are, for people. */
export const INNOCENT_WHO = "users of a public agent framework, all of whose few requests are in scaffolds that the campaign sends too";
