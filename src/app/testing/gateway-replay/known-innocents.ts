/** Innocent accounts that the test of a replay knows to be named: a shortfall that is known, and told on the page beside what the replays showed. */

/** Where they are. */
export const INNOCENT_WORLD = "seed 1511, bundled text, the first 12 % of its campaign";

/**
 * In that world, at most: nobody on a machine with nothing else to do, and one on three of three that were busy, where the analysis looks less often. Of the rule that blocks and not of the
 * standing order; nothing may make it worse, and who mends it lowers it.
 */
export const INNOCENT_KNOWN = { named: 1, refusedRequests: 0, organizations: 0 };

/** Who they are, for people. */
export const INNOCENT_WHO = "a user of a public agent framework, all of whose few requests are in scaffolds that the campaign sends too";
