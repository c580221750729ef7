/**
 * Policy facts: what an operator's own rules ask about and no probability may use. Whoever is in an access programme or comes from somewhere is
 * counted here in sums; no account is named, and nothing here is a signal about anybody.
 */
import { clopperPearsonInterval } from "../../statistics/intervals.js";
import type { Population } from "../../vocabulary/fingerprint.js";

/** Sentences per access programme: how much of it is in campaigns, with an interval; keys are stable. `inCampaign` holds positions of accounts. */
export function describeProgrammes(
  { programmes }: Pick<Population, "programmes">,
  inCampaign: ReadonlySet<number>,
): Record<string, string> {
  const counted = new Map<string, { accounts: number; abused: number }>();
  programmes.forEach((programme, account) => {
    if (programme === "" || programme === "none") return;
    const count = counted.get(programme) ?? { accounts: 0, abused: 0 };
    counted.set(programme, count);
    count.accounts += 1;
    if (inCampaign.has(account)) count.abused += 1;
  });
  const told: Record<string, string> = {};
  for (const programme of [...counted.keys()].sort()) {
    const { accounts, abused } = counted.get(programme) ?? { accounts: 0, abused: 0 };
    const { low, high } = clopperPearsonInterval({ successes: abused, trials: accounts });
    told[`programme_${programme}`] =
      `${abused} of ${accounts} accounts in the ${programme.replaceAll("_", " ")} programme stand in a campaign (${formatPercent(abused / accounts)}, with 95 % confidence ${formatPercent(low)} to ${formatPercent(high)}).`;
  }
  return told;
}

function formatPercent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
