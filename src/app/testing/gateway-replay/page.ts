/** What replays showed, as a table and as a page. */
import { INNOCENT_KNOWN, INNOCENT_WHO, INNOCENT_WORLD } from "./known-innocents.js";
import type { ReplayResult } from "./replay.js";
import type { Served } from "./tally.js";

/** One replay. */
export interface ReplayRun {
  seed: string;
  result: ReplayResult;
}

/** What the product promises of it. */
const FOUND_SHARE_MAX = 0.05;
/** Accounts may come to light between the report and the first proposal, an hour later; when half are new, the report told of something else. */
const JOINED_SHARE_MAX = 0.5;

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const tell = ({ served, share }: Served): string => `${percent(share)} (${served})`;
const nobody = (segments: readonly string[]): string => (segments.length === 0 ? "nobody" : [...new Set(segments)].sort().join(", "));

const sumUnchecked = ({ unchecked: { none, unchecked, error } }: ReplayResult["end"]): number => none + unchecked + error;

const ROWS: readonly (readonly [string, (result: ReplayResult) => string])[] = [
  ["requests sent through LiteLLM", ({ calls }) => String(calls)],
  ["share of the campaign that was asked for", ({ sentShare }) => percent(sentShare)],
  ["exchanges of the campaign, and accounts that have them", ({ campaign }) => `${campaign.exchanges}, ${campaign.accounts}`],
  ["served when the analysis told of the campaign", ({ found }) => `${tell(found)}, ${found.accounts} accounts`],
  ["served when the rule in shadow first named accounts", ({ shadowed }) => tell(shadowed)],
  ["served when people read the shadow report", ({ report }) => `${tell(report)}, ${report.accounts.length} accounts named`],
  ["of those, not of the campaign", ({ report }) => nobody(report.benign)],
  ["served when LiteLLM first refused, after two people's yes", ({ stopped }) => `${tell(stopped)}, ${stopped.accounts.length} accounts`],
  ["of those, not named in the report before", ({ stopped }) => String(stopped.notInReport)],
  ["served when the standing order came into force", ({ ordered }) => tell(ordered)],
  [
    "accounts that began after it; refused at their first request of the harvest, by the second, ever",
    ({ end: { newcomers } }) => `${newcomers.accounts}; ${newcomers.atFirst}, ${newcomers.bySecond}, ${newcomers.ever}`,
  ],
  ["batches that people approved", ({ approvals }) => String(approvals)],
  [
    "served in the end, refused",
    ({ campaign, end }) => `${percent(end.served / campaign.exchanges)}, ${percent(end.refused / campaign.exchanges)}`,
  ],
  [
    "refused of what was asked after the first refusal",
    ({ campaign, sentShare, stopped, end }) =>
      percent(end.refused / Math.max(1, Math.round(sentShare * campaign.exchanges) - stopped.served)),
  ],
  [
    "accounts of the campaign; blocked in the end, told to verify",
    ({ end }) => `${end.campaignAccounts}; ${end.blockedAccounts}, ${end.steppedUp}`,
  ],
  ["customers and look-alikes named by any decision", ({ end }) => nobody(end.benignNamed)],
  ["their organizations touched", ({ end }) => String(end.organizationsTouched)],
  ["their requests refused", ({ end }) => String(end.benignRefused)],
  [
    "requests never checked, unchecked or unreadable; answered by nobody",
    ({ end }) => `${sumUnchecked(end)}; ${end.failed + end.unknownAtModel}`,
  ],
  [
    "after the rollback a refused request passes",
    ({ rolledBack }) => `${rolledBack.passesAgain ? "yes" : "no"}, ${rolledBack.batches} batches`,
  ],
];

/** True when everything is as promised. */
export function isAsPromised({ found, report, stopped, end, rolledBack }: ReplayResult): boolean {
  const isNobodyTouched = report.benign.length + end.benignNamed.length + end.benignRefused + end.organizationsTouched === 0;
  const isWhatWasReported = stopped.notInReport < stopped.accounts.length * JOINED_SHARE_MAX;
  const isEveryCallKnown = sumUnchecked(end) + end.failed + end.unknownAtModel === 0;
  return (
    found.share < FOUND_SHARE_MAX && isNobodyTouched && isWhatWasReported && isEveryCallKnown && end.refused > 0 && rolledBack.passesAgain
  );
}

/** As a table of Markdown. */
export function writeReplayTable(runs: readonly ReplayRun[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const head = [line(["", ...runs.map(({ seed }) => `seed ${seed}`)]), line(["---", ...runs.map(() => "---:")])];
  const rows = ROWS.map(([name, write]) => line([name, ...runs.map(({ result }) => write(result))]));
  const verdict = line(["as promised", ...runs.map(({ result }) => (isAsPromised(result) ? "yes" : "**no**"))]);
  return `${[...head, ...rows, verdict].join("\n")}\n`;
}

/** As a page. `commit` is what was measured; null where nobody can tell, because the tree was changed. */
export function writeReplayPage(runs: readonly ReplayRun[], { command, commit }: { command: string; commit: string | null }): string {
  const minutes = runs.map(({ result }) => Math.round(result.tookMs / 60_000)).join(" and ");
  return `# A campaign stopped at a gateway

\`${command}\` made this page, in ${minutes} minutes, of ${commit === null ? "a tree with changes that are in no commit" : `commit ${commit}`}.
What was changed in \`src\` since then is not in these figures.

Worlds of \`stillwatch simulate\`, whose seeds and half of the prompts the command names (seeds up to 1660 of the first half were looked at while detections were
tuned), sent request by request, in the world's order and at the world's time, through a real LiteLLM proxy to a model that answers what the world's model answered. LiteLLM asks a real \`stillwatch serve\` before each request and tells it of each
finished one. \`serve\` starts with two rules of [the example policy](policy.example.yaml) in shadow: \`stop\`, which blocks, and \`meet\`, a [standing order](policy.md#standing-orders) to verify for
whoever shows at a request to be of the campaign by two independent kinds of evidence. When \`stop\` names somebody, a person takes an hour, reads \`stillwatch shadow-report\`, and sets both to \`enforce\`; what
they then propose waits another hour for two people's yes.

${writeReplayTable(runs)}
"Served" counts exchanges of the campaign that reached the model, as a share of all that the world holds; the campaign's accounts also send ordinary requests, which are not counted
and are refused with the rest once an account is blocked. Attackers here do not react to being refused. Accounts that are not registered yet are in no side file, nor is
enforcement that has not happened. How the world's time reaches LiteLLM, and what that leaves out, tells [decision 26](decisions/0026-replayed-through-a-gateway.md).

**What falls short.** Some accounts begin their harvest with a scaffold that is known and nothing else that is: no address and no card of the others, registered in nobody's hours. One kind of evidence alone changes nothing, so they
go on until a second one shows, or until they have sent enough to be told from a customer and people have said yes.

**People here do not look.** They say yes to whatever is proposed, an hour later: "approved" shows that people are asked, not that they would have kept anybody from being named.

**Innocents that the tests know of.** In the small world of the replay's test (${INNOCENT_WORLD}) the rule that blocks names up to ${INNOCENT_KNOWN.named} innocent account, of ${INNOCENT_KNOWN.organizations} organizations, and ${INNOCENT_KNOWN.refusedRequests} requests are refused: ${INNOCENT_WHO}. The standing order
meets nobody innocent. [Decision 35](decisions/0035-innocents.md) tells why and what was tried, [decision 40](decisions/0040-not-at-the-first-look.md) why a rule waits; what earlier replays showed of innocent accounts is in [decision 26](decisions/0026-replayed-through-a-gateway.md#what-replays-showed-of-innocent-accounts).
`;
}
