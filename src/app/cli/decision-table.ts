/** Decisions as a person reads them in a terminal. */
import stringWidth from "string-width";
import type { AllowlistLine, DecisionLine, EventLine } from "../http/decisions/describe.js";
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
      ({ at, who, previous_state: before, new_state: now, note }) =>
        `  ${at}  ${makeVisible(who)}: ${before === null ? now : before === now ? `${now}, one more yes` : `${before} → ${now}`}${note === null ? "" : ` (${makeVisible(note)})`}`,
    ),
  ];
  return lines.join("\n");
}

/** What an answer did. */
export interface AnswerLine {
  data: readonly DecisionLine[];
  unchanged: readonly { state: string }[];
  /** Of `data`: to which this person said yes before. */
  repeated: readonly string[];
}

/** What an answer did, and what it did not. */
export function renderAnswer({ data, unchanged, repeated }: AnswerLine): string {
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
  if (freed > 0) lines.push("Milder measures that had made room for these do not come back: what is wanted of them is proposed anew.");
  return lines.join("\n");
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

/** What the rules would have done. */
export function renderShadowReport({ from, to, rules }: ShadowReport): string {
  const rows = rules.map(({ rule, measure, mode, decisions, accounts, organizations, campaigns, requests }) => [
    makeVisible(rule),
    measure,
    mode,
    String(decisions),
    String(accounts),
    String(organizations),
    String(campaigns.length),
    String(requests),
  ]);
  const head = `From ${from} to ${to}\n`;
  if (rows.length === 0) return `${head}No rule decided anything.\n`;
  const table = renderTable(["rule", "measure", "mode", "decisions", "accounts", "organizations", "campaigns", "requests"], rows);
  return `${head}\n${table}\nRules in shadow acted on nobody: this is what they would have done. Requests came while a decision stood, and are at least so many.\n`;
}

function describeMeasure({ measure, mode }: DecisionLine): string {
  return mode === "shadow" ? `${measure} (shadow)` : measure;
}

function describeState({ state, approvals, approvals_needed: needed }: DecisionLine): string {
  if (state !== "proposed") return state;
  const given = new Set(approvals.filter(({ is_approved: isApproved }) => isApproved).map(({ by }) => by)).size;
  return `proposed, ${given} of ${needed} yes`;
}

/** Columns as wide as their widest cell, two spaces between. */
function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "none\n";
  const widths = head.map((name, column) => Math.max(stringWidth(name), ...rows.map((row) => stringWidth(row[column]))));
  const renderRow = (row: readonly string[]): string =>
    row
      .map((cell, column) => padText(cell, widths[column]))
      .join("  ")
      .trimEnd();
  return `${[head, ...rows].map(renderRow).join("\n")}\n`;
}
