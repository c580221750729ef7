/** What people are told: who, since when, why, what we did, and where to look. */
import { createHash } from "node:crypto";
import { type CheckTotals, countMissed } from "../../store/events/request-checks.js";
import { MEASURES, type Decision, type Measure } from "../../vocabulary/decision.js";
import type { LiveCampaign } from "../../vocabulary/live.js";
import type { Alert, DecisionChange } from "../serve/services.js";

/** Accounts named in an alert; the rest are counted, and stand behind the link. */
const NAMED_MAX = 5;

/** Reasons in an alert: a screen of a telephone. */
const REASONS_MAX = 5;

/** A campaign that was not told before. `link` is how people reach the server. */
export function describeCampaignFound({ campaign, members }: LiveCampaign, link: string): Alert {
  const inside = members.filter(({ standing }) => standing === "campaign").map(({ accountId }) => accountId);
  const lineage = campaign.successor_of === null ? [] : [`It goes on where ${campaign.successor_of} ended.`];
  return {
    kind: "campaign_found",
    key: `campaign_found ${campaign.id}`,
    title: `Campaign found: ${count(campaign.accounts, "account")} act as one`,
    who: nameSome(inside),
    sinceMs: Date.parse(campaign.first_at),
    because: [...lineage, ...campaign.because].slice(0, REASONS_MAX),
    done: "Nothing yet: only the policy decides.",
    link: `${link}/v1/campaigns/${campaign.id}`,
    command: `stillwatch campaigns show ${campaign.id}`,
  };
}

/** What became of decisions, in words. */
const ENDINGS = {
  decision_proposed: (isOne: boolean) => (isOne ? "waits for a person" : "wait for a person"),
  decision_active: (isOne: boolean) => (isOne ? "is in force" : "are in force"),
  decision_rolled_back: () => "taken back",
} as const;

const WORDS: Readonly<Record<Measure, string>> = {
  watch: "watch",
  throttle: "throttle",
  step_up: "ask for verification",
  shape: "shape answers",
  block: "block",
};

/** Which decisions belong into one alert: those that moved to one state about one campaign. A standing order is about nobody yet, and is told alone. */
export function nameGroup(decision: Decision): string | null {
  const kind = kindOf(decision);
  if (decision.mode !== "enforce" || kind === null) return null;
  return `${kind} ${decision.campaignId}${decision.scope.kind === "campaign" ? " order" : ""}`;
}

/** What moved, one alert for each campaign and state. Shadow acts on nobody, so nobody is told; `stillwatch shadow-report` tells it. */
export function describeChange({ by, note, decisions }: Omit<DecisionChange, "kind">, link: string): Alert[] {
  const groups = new Map<string, Decision[]>();
  for (const decision of decisions) {
    const name = nameGroup(decision);
    if (name === null) continue;
    const known = groups.get(name);
    if (known === undefined) groups.set(name, [decision]);
    else known.push(decision);
  }
  return [...groups.values()].map((group) => describeGroup(group, { by, note: note ?? null, link }));
}

function kindOf({ state }: Decision): keyof typeof ENDINGS | null {
  if (state === "proposed") return "decision_proposed";
  if (state === "active") return "decision_active";
  // One kind for receivers: what is taken back, whoever did it, waits for nobody any more.
  return state === "rolled_back" || state === "withdrawn" ? "decision_rolled_back" : null;
}

function describeGroup(group: readonly Decision[], { by, note, link }: { by: string; note: string | null; link: string }): Alert {
  const [first] = group;
  const kind = kindOf(first) ?? "decision_proposed";
  const ids = group.map(({ id }) => id).sort();
  const ends = new Date(Math.max(...group.map(({ expiresMs }) => expiresMs))).toISOString();
  const rules = [...new Set(group.map(({ rule }) => rule))].sort();
  return {
    kind,
    // A group may move in parts: each part is told once.
    key: `${kind} ${first.campaignId} ${createHash("sha256").update(ids.join(" ")).digest("hex").slice(0, KEY_LENGTH)}`,
    title: `${nameMeasures(group)} ${first.state === "withdrawn" ? "withdrawn" : ENDINGS[kind](group.length === 1)}`,
    who:
      first.scope.kind === "campaign"
        ? `whoever a request shows to be of ${first.campaignId}`
        : nameSome([...new Set(group.map(({ scope }) => scope.id))]),
    sinceMs: Math.min(...group.map(({ decidedMs }) => decidedMs)),
    because: [`${rules.length === 1 ? "Rule" : "Rules"} ${rules.join(", ")}, campaign ${first.campaignId}.`, ...first.because].slice(
      0,
      REASONS_MAX,
    ),
    done: kind === "decision_rolled_back" ? describeTakeBack(by, note) : `${describeDone(kind, by)} Ends ${ends} by itself.`,
    link: `${link}/v1/decisions?campaign_id=${encodeURIComponent(first.campaignId)}`,
    command: `stillwatch campaigns show ${first.campaignId}`,
  };
}

/** 96 bits tell all parts apart that will ever be told. */
const KEY_LENGTH = 24;

/** `3 decisions to throttle`, or `3 decisions (2 to throttle, 1 to block)`, mildest first. */
function nameMeasures(group: readonly Decision[]): string {
  const counts = MEASURES.map((measure) => ({ measure, amount: group.filter((each) => each.measure === measure).length }));
  const there = counts.filter(({ amount }) => amount > 0);
  const decisions = count(group.length, "decision");
  if (there.length === 1) return `${decisions} to ${WORDS[there[0].measure]}`;
  return `${decisions} (${there.map(({ measure, amount }) => `${amount} to ${WORDS[measure]}`).join(", ")})`;
}

function describeDone(kind: "decision_proposed" | "decision_active", by: string): string {
  return kind === "decision_proposed" ? "Nothing yet: it waits for approval." : `In force, by ${by}; it can be taken back.`;
}

/** Who took it back, and why: a rollback says so, and so does the allowlist, whoever wrote on it. */
function describeTakeBack(by: string, note: string | null): string {
  // The policy takes back nothing but proposals, and for one reason.
  if (by === "policy") return "Withdrawn before enough people approved it: the rule no longer holds.";
  const who = by === "allowlist" ? "the allowlist, on which they stand now" : by;
  return `Taken back by ${who}${note === null || by === "allowlist" ? "" : ` (${note})`}.`;
}

/** The engine died: verdicts go on from the last snapshot, nothing new is found. */
export function describeEngineDown({ restarts, atMs, link }: { restarts: number; atMs: number; link: string }): Alert {
  return {
    kind: "engine_down",
    key: `engine_down ${restarts} ${atMs}`,
    title: "The engine is down",
    who: "everybody",
    sinceMs: atMs,
    because: ["Verdicts are given from the last snapshot; records wait in the journal; no campaign is found meanwhile."],
    done: "It is started again by itself.",
    link: `${link}/readyz`,
  };
}

/** More requests pass without a check than before: what was decided about them was not carried out. */
export function describeUncheckedRise(
  { now, before }: { now: CheckTotals; before: CheckTotals },
  { fromMs, toMs, link }: { fromMs: number; toMs: number; link: string },
): Alert {
  const [from, to] = [fromMs, toMs].map((atMs) => new Date(atMs).toISOString());
  const share = (totals: CheckTotals): string => `${((countMissed(totals) / totals.events) * PERCENT).toFixed(1)} %`;
  return {
    kind: "unchecked_requests",
    key: `unchecked_requests ${fromMs}`,
    title: `${share(now)} of the requests pass unchecked, ${share(before)} before`,
    who: `${countMissed(now)} of ${count(now.events, "request")}`,
    sinceMs: fromMs,
    because: [
      `For ${now.none} of them no gateway asked, ${now.unchecked} were answered without decisions that are fresh enough, ${now.error} could not be read, ${now.unheeded} were refused or answered too late and served all the same.`,
    ],
    done: "Nothing: whoever is decided about passes too, where the gateway lets requests through without an answer.",
    link: `${link}/v1/unchecked?from=${from}&to=${to}`,
    command: `stillwatch unchecked --from ${from} --to ${to}`,
  };
}

const PERCENT = 100;

function nameSome(names: readonly string[]): string {
  const sorted = [...names].sort();
  const rest = sorted.length - NAMED_MAX;
  return rest > 0 ? `${sorted.slice(0, NAMED_MAX).join(", ")} and ${rest} more` : sorted.join(", ");
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? "" : "s"}`;
}
