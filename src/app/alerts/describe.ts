/** What people are told: who, since when, why, what we did, and where to look. */
import { type CheckTotals, countMissed } from "../../store/events/request-checks.js";
import type { Decision, Measure } from "../../vocabulary/decision.js";
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

const TITLES = {
  decision_proposed: (decisions: string, measure: string) => `${decisions} to ${measure} wait for a person`,
  decision_active: (decisions: string, measure: string) =>
    `${decisions} to ${measure} ${decisions.startsWith("1 ") ? "is" : "are"} in force`,
  decision_rolled_back: (decisions: string, measure: string) => `${decisions} to ${measure} taken back`,
} as const;

const WORDS: Readonly<Record<Measure, string>> = {
  watch: "watch",
  throttle: "throttle",
  step_up: "ask for verification",
  shape: "shape answers",
  block: "block",
};

/** What moved, one alert for each batch and state. Shadow acts on nobody, so nobody is told; `stillwatch shadow-report` tells it. */
export function describeChange({ by, decisions }: DecisionChange, link: string): Alert[] {
  const batches = new Map<string, Decision[]>();
  for (const decision of decisions) {
    if (decision.mode !== "enforce" || kindOf(decision) === null) continue;
    const key = `${kindOf(decision)} ${decision.batchId}`;
    batches.set(key, [...(batches.get(key) ?? []), decision]);
  }
  return [...batches.values()].map((batch) => describeBatch(batch, { by, link }));
}

function kindOf({ state }: Decision): keyof typeof TITLES | null {
  if (state === "proposed") return "decision_proposed";
  if (state === "active") return "decision_active";
  return state === "rolled_back" ? "decision_rolled_back" : null;
}

function describeBatch(batch: readonly Decision[], { by, link }: { by: string; link: string }): Alert {
  const [first] = batch;
  const kind = kindOf(first) ?? "decision_proposed";
  const ids = batch.map(({ id }) => id).sort();
  const ends = new Date(Math.max(...batch.map(({ expiresMs }) => expiresMs))).toISOString();
  return {
    kind,
    // A batch may move in parts: each part is told once.
    key: `${kind} ${first.batchId} ${ids[0]} ${ids.length}`,
    title: TITLES[kind](count(batch.length, "decision"), WORDS[first.measure]),
    who:
      first.scope.kind === "campaign"
        ? `whoever a request shows to be of ${first.campaignId}`
        : nameSome(batch.map(({ scope }) => scope.id)),
    sinceMs: Math.min(...batch.map(({ decidedMs }) => decidedMs)),
    because: [`Rule ${first.rule}, campaign ${first.campaignId}.`, ...first.because].slice(0, REASONS_MAX),
    done: `${describeDone(kind, by)} Ends ${ends} by itself.`,
    link: `${link}/v1/decisions?batch_id=${encodeURIComponent(first.batchId)}`,
    command: `stillwatch campaigns show ${first.campaignId}`,
  };
}

function describeDone(kind: keyof typeof TITLES, by: string): string {
  if (kind === "decision_proposed") return "Nothing yet: it waits for approval.";
  return kind === "decision_active" ? `In force, by ${by}; it can be taken back.` : `Taken back by ${by}.`;
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
