/** Campaigns of one account: its own evidence comes from two groups, as a search over extraction techniques does. */
import type { AccountDetection } from "../../vocabulary/detection.js";
import type { Population } from "../../vocabulary/fingerprint.js";
import { fuseSignals } from "./fusion.js";
import { buildGroup } from "./group.js";
import type { TestedCandidate } from "./test-candidate.js";

/**
 * Prior log odds of an account with evidence from two groups of its own. A search over extraction techniques is to be told before its 200th try, and of
 * farther wordings three in four are recognised: with this prior it passes the usual bar at 141 recognised tries, and is watched from 40, from which it
 * is looked for. Of 69,500 benign accounts in 32 tuning worlds one had evidence from two groups, and stays at -2; a red team looks like a search.
 */
export const SINGLE_ACCOUNT_LOG_ODDS = -3.8;

/** Asks the account-level detections about every account that nothing protects. */
export function testSingleAccounts(population: Population, detections: readonly AccountDetection[]): TestedCandidate[] {
  const tested: TestedCandidate[] = [];
  // What is shown as context weighs nothing and proposes nobody.
  const weighing = detections.filter(({ isContext }) => isContext !== true);
  for (let account = 0; account < population.accountIds.length; account++) {
    if (population.isAllowlisted[account] === 1) continue;
    const signals = weighing.flatMap((detection) => detection.inspect(account, population));
    if (new Set(signals.map((signal) => signal.group)).size < 2) continue;
    const group = buildGroup(population, { accounts: [account], families: [] });
    tested.push({
      group,
      carriers: group,
      carrierSignals: new Map(),
      memberProbabilities: Float64Array.of(1),
      origin: "account",
      signals,
      fusion: fuseSignals(signals, { priorLogOdds: SINGLE_ACCOUNT_LOG_ODDS }),
    });
  }
  return tested;
}
