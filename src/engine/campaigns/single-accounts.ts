/** Campaigns of one account: its own evidence comes from two groups, as a search over extraction techniques does. */
import type { AccountDetection } from "../../vocabulary/detection.js";
import type { Population } from "../../vocabulary/fingerprint.js";
import { fuseSignals } from "./fusion.js";
import { buildGroup } from "./group.js";
import type { TestedCandidate } from "./test-candidate.js";

/**
 * Prior log odds of an account with evidence from two groups of its own. In five tuning worlds of 2,200 accounts no benign account had any, but
 * a red team looks the same: with this prior a search is called one at about 140 different tries, before the 200 wanted, and watched from 40.
 */
const SINGLE_ACCOUNT_LOG_ODDS = -4.4;

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
