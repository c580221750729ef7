/** Decisions as a person reads them in a terminal. */
import stringWidth from "string-width";
import type { AllowlistLine, DecisionLine, EventLine, LeftLine, PendingLine } from "../http/decisions/describe.js";
import { makeVisible } from "../report/text.js";
import type { ShadowReport } from "../../engine/decisions/shadow.js";
import { padText } from "./terminal-text.js";

/** Decisions by batch and state: a campaign of a thousand accounts is one line, and one answer. */
export function renderBatches(decisions: readonly DecisionLine[]): string {
  const groups = new Map<string, DecisionLine[]>();
  for (const decision of decisions) {
    const key = `${decision.batch_id} ${decision.state}`;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [decision]);
    else known.push(decision);
  }
  const rows = [...groups.values()].map((group) => {
    const [first] = group;
    return [
      first.batch_id,
      String(group.length),
      String(group.reduce((sum, { accounts }) => sum + accounts, 0)),
      describeMeasure(first),
      describeState(first),
      makeVisible(first.rule),
      makeVisible(first.campaign_id),
      first.expires_at.slice(0, 16),
    ];
  });
  return renderTable(["batch", "count", "accounts", "measure", "state", "rule", "campaign", "ends"], rows);
}

/** One line each. */
export function renderDecisions(decisions: readonly DecisionLine[]): string {
  const rows = decisions.map((decision) => [
    decision.id,
    describeMeasure(decision),
    describeState(decision),
    makeVisible(`${decision.scope.kind} ${decision.scope.id}`),
    makeVisible(decision.rule),
    decision.expires_at.slice(0, 16),
  ]);
  return renderTable(["decision", "measure", "state", "about", "rule", "ends"], rows);
}

/** Who waits for a rule's `for`, one line each. */
export function renderPending(pending: readonly PendingLine[]): string {
  const rows = pending.map(({ rule, scope, campaign_id: campaign, window, since, due, seen_until: seen, ...rest }) => [
    makeVisible(`${scope.kind} ${scope.id}`),
    makeVisible(rule),
    describeMeasure(rest),
    makeVisible(campaign),
    ...[since, due, seen].map((time) => time.slice(0, 16)),
    window,
  ]);
  if (rows.length === 0) return "nobody waits: no rule that says `for` holds for anybody whom it has not decided about\n";
  const table = renderTable(["about", "rule", "measure", "campaign", "since", "due", "seen until", "window"], rows);
  return `${table}\nBy the time of the traffic, UTC: the rule decides at the first look behind \`due\`, if it has held until then.\n`;
}

function describeTouched({ scope, accounts }: DecisionLine): string {
  if (scope.kind === "campaign") return "whoever a request shows to be the campaign's: a standing order";
  return `${accounts} ${accounts === 1 ? "account" : "accounts"}`;
}

/** One decision with its reasons and what happened to it. */
export function renderDecision({ events, ...decision }: DecisionLine & { events: readonly EventLine[] }): string {
  const lines = [
    `${decision.id}: ${describeMeasure(decision)} for ${makeVisible(`${decision.scope.kind} ${decision.scope.id}`)}, ${describeState(decision)}`,
    "",
    `  told to the person concerned: ${makeVisible(decision.reason)}`,
    `  rule ${makeVisible(decision.rule)}, answered for by ${makeVisible(decision.owner)}`,
    `  touches ${describeTouched(decision)}`,
    `  campaign ${makeVisible(decision.campaign_id)}, evidence ${makeVisible(decision.evidence)}`,
    `  from ${decision.decided_at} to ${decision.expires_at}`,
    `  batch ${decision.batch_id}`,
    ...(Object.keys(decision.parameters).length === 0 ? [] : [`  carried out as ${JSON.stringify(decision.parameters)}`]),
    "",
    "Because",
    ...decision.because.map((sentence) => `  - ${makeVisible(sentence)}`),
    "",
    "What happened",
    ...events.map(
      (event, place) =>
        `  ${event.at}  ${makeVisible(event.who)}: ${describeMove(event, events.slice(0, place))}${event.note === null ? "" : ` (${makeVisible(event.note)})`}`,
    ),
  ];
  return lines.join("\n");
}

/** A yes moves nothing until there are enough; of one person only the first counts. */
function describeMove({ who, previous_state: before, new_state: now }: EventLine, earlier: readonly EventLine[]): string {
  if (before === null) return now;
  if (before !== now) return `${before} → ${now}`;
  const isAgain = earlier.some((each) => each.who === who && each.previous_state === each.new_state);
  return isAgain ? `${now}, the same yes again` : `${now}, one more yes`;
}

/** What an answer did. */
export interface AnswerLine {
  data: readonly DecisionLine[];
  unchanged: readonly { state: string }[];
  /** Of `data`: to which this person said yes before. */
  repeated: readonly string[];
  /** With a rollback. */
  left?: LeftLine;
}

/** What an answer did, and what it did not. */
export function renderAnswer({ data, unchanged, repeated, left }: AnswerLine): string {
  const states = new Map<string, number>();
  const said = new Set(repeated);
  for (const decision of data) {
    const state = describeState(decision);
    const line = said.has(decision.id) ? `still ${state}: you have said yes already, and another person has to` : `now ${state}`;
    states.set(line, (states.get(line) ?? 0) + 1);
  }
  const lines = [...states.entries()].map(([state, count]) => `${count} ${count === 1 ? "is" : "are"} ${state}`);
  if (unchanged.length > 0)
    lines.push(`${unchanged.length} stay as they were: ${[...new Set(unchanged.map(({ state }) => state))].sort().join(", ")}`);
  const freed = data.filter(({ state, mode }) => state === "rolled_back" && mode === "enforce").length;
  if (freed > 0 && left !== undefined) lines.push(...describeLeft(left));
  if (freed > 0) lines.push("Milder measures that had made room for these do not come back: what is wanted of them is proposed anew.");
  return lines.join("\n");
}

/** What stands afterwards against those whom it was about. */
function describeLeft({ free, standing }: LeftLine): string[] {
  const measures = new Map<string, number>();
  for (const { measure } of standing) measures.set(measure, (measures.get(measure) ?? 0) + 1);
  const still = [...measures.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([measure, count]) => `${count} to ${measure}`);
  return [
    ...(free > 0 ? [`Nothing is in force any more against ${free} of them: their requests pass.`] : []),
    ...(still.length > 0 ? [`Still in force about them: ${still.join(", ")}.`] : []),
  ];
}

/** The allowlist. */
export function renderAllowlist(entries: readonly AllowlistLine[]): string {
  const rows = entries.map(({ id, scope, reason, added_by: by, expires_at: ends }) => [
    id,
    makeVisible(`${scope.kind} ${scope.id}`),
    ends.slice(0, 10),
    makeVisible(by),
    makeVisible(reason),
  ]);
  return renderTable(["entry", "who", "ends", "added by", "reason"], rows);
}

/** What the rules would have done, and what they did. */
export function renderShadowReport({ from, to, events, left_out: leftOut, rules }: ShadowReport): string {
  const head = [
    `Decisions that stood from ${from} to ${to}`,
    ...(events === null ? [] : [`Their requests by the requests' own time, from ${events.from} to ${events.to}`]),
    ...(leftOut === 0
      ? []
      : [`Left out: ${leftOut} ${leftOut === 1 ? "decision" : "decisions"} that ended before; --since looks further back`]),
    "",
  ].join("\n");
  if (rules.length === 0) return `${head}No rule decided anything.\n`;
  const rows = rules.map(({ rule, measure, mode, accounts, organizations, campaigns, decisions, requests }) => [
    makeVisible(rule),
    measure,
    mode ?? "gone",
    ...[accounts, organizations, campaigns.length].map(String),
    ...[decisions.shadow, decisions.proposed, decisions.in_force, decisions.ended].map(String),
    ...[requests.would_have, requests.waited, requests.refused, requests.before].map(String),
  ]);
  return [head, renderTable(REPORT_COLUMNS, rows), ...explainReport(rules)].join("\n");
}

const REPORT_COLUMNS: readonly string[] = [
  "rule",
  "measure",
  "mode",
  "accounts",
  "organizations",
  "campaigns",
  "in shadow",
  "proposed",
  "in force",
  "over",
  "would have",
  "waited",
  "refused",
  "before",
];

/** What the columns mean, as far as these lines need it. */
function explainReport(rules: ShadowReport["rules"]): string[] {
  const sum = (column: keyof ShadowReport["rules"][number]["requests"]): number =>
    rules.reduce((total, { requests }) => total + requests[column], 0);
  const isAllBefore = sum("before") > 0 && sum("would_have") + sum("waited") + sum("refused") === 0;
  return [
    "Decisions: in shadow (they act on nobody), proposed (they wait for people), in force, over. Requests, at least so many: would have been met by a",
    "decision in shadow; waited: served while one was proposed; refused: really answered otherwise, as gateways asked; before: sent before the rule decided,",
    "which it would not have met. Columns are not to be added up: a rule set to enforce meets again what it met in shadow.",
    ...(isAllBefore ? ["", ...ALL_BEFORE] : []),
    "",
  ];
}

const ALL_BEFORE = [
  "Everything came before the rules decided, as with logs that are sent in one go. For what they would have done meanwhile, send the logs in the order",
  'of time, in portions, with a turn of the analysis between ("Past logs" in docs/serve.md), or wait for live traffic.',
];

/** The measure, and whether it is only in shadow. */
export function describeMeasure({ measure, mode }: Pick<DecisionLine, "measure" | "mode">): string {
  return mode === "shadow" ? `${measure} (shadow)` : measure;
}

/** The state; of a proposal how many people said yes. */
export function describeState({ state, approvals, approvals_needed: needed }: DecisionLine): string {
  if (state !== "proposed") return state;
  const given = new Set(approvals.filter(({ is_approved: isApproved }) => isApproved).map(({ by }) => by)).size;
  return `proposed, ${given} of ${needed} yes`;
}

/** Columns as wide as their widest cell, two spaces between. */
export function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "none\n";
  const widths = head.map((name, column) => Math.max(stringWidth(name), ...rows.map((row) => stringWidth(row[column]))));
  const renderRow = (row: readonly string[]): string =>
    row
      .map((cell, column) => padText(cell, widths[column]))
      .join("  ")
      .trimEnd();
  return `${[head, ...rows].map(renderRow).join("\n")}\n`;
}
