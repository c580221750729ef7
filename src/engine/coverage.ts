/** Coverage: what could not be checked, and why. A check that did not run is never a pass, so every one is named. */
import { AccountFact, RequestFlag, type Population } from "../vocabulary/fingerprint.js";

/** The daily curve and common rates need more than one day. */
const RATE_HOURS_MIN = 24;

/** Sentences per check that could not run, or ran on part of the input; keys are stable. */
export function describeCoverage(population: Population, sideFiles: readonly string[]): Record<string, string> {
  const coverage: Record<string, string> = {};
  const { requests } = population;
  const share = (isCounted: (row: number) => boolean): number => {
    let counted = 0;
    for (let row = 0; row < requests.count; row++) if (isCounted(row)) counted += 1;
    return requests.count === 0 ? 0 : counted / requests.count;
  };
  const tell = (key: string, value: number, [none, some]: [string, (percent: number) => string]): void => {
    if (value === 0) coverage[key] = none;
    else if (value < 0.9) coverage[key] = some(Math.round(value * 100));
  };
  tell(
    "text",
    share((row) => (requests.flags[row] & RequestFlag.hasText) !== 0),
    [
      "No request carries text: families rest on tools and settings, and what the requests ask for was not checked.",
      (percent) => `Only ${percent} % of the requests carry text; the others were judged by metadata alone.`,
    ],
  );
  tell(
    "addresses",
    share((row) => requests.address[row] >= 0),
    [
      "No request carries a client address: shared infrastructure was not checked.",
      (percent) => `Only ${percent} % of the requests carry a client address.`,
    ],
  );
  tell(
    "streaming",
    share((row) => (requests.flags[row] & RequestFlag.streamKnown) !== 0),
    [
      "No request says whether it was streamed: that part of the harvest shape was not checked.",
      (percent) => `Only ${percent} % of the requests say whether they were streamed.`,
    ],
  );
  const known = population.facts.reduce((sum, facts) => sum + (facts & AccountFact.known ? 1 : 0), 0);
  tell("registration", population.accountIds.length === 0 ? 1 : known / population.accountIds.length, [
    "No account data (--accounts): registration bursts and shared instruments were not checked.",
    (percent) => `Account data cover ${percent} % of the accounts; registration of the others was not checked.`,
  ]);
  if (!sideFiles.includes("releases")) coverage["releases"] = "No releases (--releases): shifts to a new target model were not checked.";
  if (!sideFiles.includes("enforcement")) coverage["enforcement"] = "No enforcement (--enforcement): successor pools were not checked.";
  if (!sideFiles.includes("allowlist")) coverage["allowlist"] = "No allowlist (--allowlist): nobody is exempt.";
  if (population.organizationIds.every((organization) => organization === "")) {
    coverage["organizations"] = "No request or account names an organization: every account counted as a stranger to every other.";
  }
  if (population.hours.length < RATE_HOURS_MIN)
    coverage["rates"] = "The window is shorter than a day: common rate processes were not checked.";
  return coverage;
}
