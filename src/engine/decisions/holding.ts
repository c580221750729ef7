/**
 * How long rules have held for accounts, without a break. One look at little traffic may put an account into a campaign and the next take it out again: a rule that
 * says `for` waits until several looks said the same, as alerting rules of Prometheus do. By the time of the traffic, so that a busy machine or a backlog changes nothing.
 */
import type { DecisionScope } from "../../vocabulary/decision.js";
import type { CampaignUpdate, LiveCampaign } from "../../vocabulary/live.js";
import { listMeant, listSubjects } from "./decide.js";
import { isMet, type Policy, type PolicyRule } from "./policy.js";

/** What one turn of the analysis says of one window. */
export type WindowView = Pick<CampaignUpdate, "window" | "watermarkMs" | "campaigns">;

/** What is remembered of the looks since it was made. */
export interface Holding {
  /** Takes in what a turn saw. */
  note(views: readonly WindowView[], policy: Policy): void;
  /**
   * Milliseconds of event time between the first and the last of the looks without a break that the rule held in, in the window where that is longest: 0 after a
   * single look. Null where no window's latest look has it. A rule that asks something else now, or does something else, is another one, whatever its name.
   */
  measure(rule: PolicyRule, scope: DecisionScope): number | null;
  /**
   * True when every window that could say so has been looked at for the rule as it is now, and none of their latest looks has it: of the windows named, those that the rule asks of. A turn
   * may fail half-way, and another policy asks anew: a window that has not answered yet is no answer.
   */
  isUnsaid(rule: PolicyRule, scope: DecisionScope, windows: readonly string[]): boolean;
  /** Whom rules of the policy that say `for` hold for, and have not for long enough in any window: each once for a rule, by the window where that is longest; the first due first. */
  listWaiting(policy: Policy): Waiting[];
}

/** Somebody whom a rule holds for, and will decide about once it has held for as long as its `for` says. Times are of the traffic. */
export interface Waiting {
  rule: PolicyRule;
  scope: DecisionScope;
  /** So that an organization on the allowlist covers its accounts. */
  organizationId: string | null;
  campaignId: string;
  window: string;
  /** The first of the looks without a break that had it. */
  sinceMs: number;
  /** Where the traffic must have come to. */
  dueMs: number;
  /** Where the window has come to. */
  seenUntilMs: number;
}

/** One that a rule holds for. */
interface Held {
  scope: DecisionScope;
  organizationId: string | null;
  campaignId: string;
  sinceMs: number;
  /** Whom the rule decides about now: not an account whose organization is decided about as a whole. */
  isSubject: boolean;
}

interface Looks {
  window: string;
  watermarkMs: number;
  /** By rule: those that it was looked at for. By scope: whom it holds for. */
  held: Map<string, Map<string, Held>>;
}

/** Remembers nothing yet: after a restart every rule has to hold anew. */
export function createHolding(): Holding {
  const windows = new Map<string, Looks>();
  return {
    note(views, policy) {
      const rules = policy.rules.filter(isFollowed);
      for (const { window, watermarkMs, campaigns } of views)
        windows.set(window, look(windows.get(window), { window, watermarkMs, campaigns, rules }));
    },
    measure(rule, scope) {
      const [name, key] = [nameRule(rule), nameScope(scope)];
      const times = [...windows.values()].flatMap(({ watermarkMs, held }) => {
        const found = held.get(name)?.get(key);
        return found === undefined ? [] : [watermarkMs - found.sinceMs];
      });
      return times.length === 0 ? null : Math.max(...times);
    },
    isUnsaid(rule, scope, named) {
      const [name, key] = [nameRule(rule), nameScope(scope)];
      const { windows_any: wanted } = rule.when;
      return named
        .filter((window) => wanted.length === 0 || wanted.includes(window))
        .every((window) => windows.get(window)?.held.get(name)?.has(key) === false);
    },
    listWaiting: ({ rules }) =>
      rules
        .filter((rule) => isFollowed(rule) && rule.for > 0)
        .flatMap((rule) => listWaitingFor(rule, [...windows.values()]))
        .sort(compareWaiting),
  };
}

function listWaitingFor(rule: PolicyRule, looks: readonly Looks[]): Waiting[] {
  const name = nameRule(rule);
  const longest = new Map<string, Waiting>();
  for (const { window, watermarkMs, held } of looks) {
    for (const [key, { isSubject, ...found }] of held.get(name) ?? []) {
      const known = longest.get(key);
      const isLonger = known === undefined || watermarkMs - found.sinceMs > known.seenUntilMs - known.sinceMs;
      if (!isSubject || !isLonger) continue;
      longest.set(key, { ...found, rule, window, dueMs: found.sinceMs + rule.for, seenUntilMs: watermarkMs });
    }
  }
  return [...longest.values()].filter(({ dueMs, seenUntilMs }) => seenUntilMs < dueMs);
}

function compareWaiting(one: Waiting, other: Waiting): number {
  const [left, right] = [one, other].map(({ rule, scope }) => JSON.stringify([rule.name, scope.kind, scope.id]));
  return one.dueMs - other.dueMs || (left < right ? -1 : 1);
}

/** Watching changes no answer and waits for nothing; what matches is told once, not look by look. */
const isFollowed = ({ on, scope, measure }: PolicyRule): boolean => measure !== "watch" && (on === "campaign" || scope === "campaign");

function look(before: Looks | undefined, { window, watermarkMs, campaigns, rules }: WindowView & { rules: readonly PolicyRule[] }): Looks {
  const held = new Map<string, Map<string, Held>>();
  for (const rule of rules) {
    const name = nameRule(rule);
    const own = new Map<string, Held>();
    held.set(name, own);
    for (const view of campaigns) {
      if (!isMet(rule, { ...view.campaign, ...view })) continue;
      const subjects = new Map(listDecided(view, rule).map(({ scope, organizationId }) => [nameScope(scope), organizationId]));
      for (const scope of listScopes(view, rule)) {
        const key = nameScope(scope);
        const sinceMs = before?.held.get(name)?.get(key)?.sinceMs ?? watermarkMs;
        const isSubject = subjects.has(key) || own.get(key)?.isSubject === true;
        own.set(key, { scope, organizationId: subjects.get(key) ?? null, campaignId: view.campaign.id, sinceMs, isSubject });
      }
    }
  }
  return { window, watermarkMs, held };
}

/** Whom the rule decides about in this look, were it to decide. */
function listDecided(view: LiveCampaign, rule: PolicyRule): { scope: DecisionScope; organizationId: string | null }[] {
  if (rule.scope !== "campaign") return listSubjects(view, rule);
  return [{ scope: { kind: "campaign", id: view.campaign.id }, organizationId: null }];
}

/** The same, and each account that it means: of an organization that is not the campaign's as a whole the accounts are decided. */
function listScopes(view: LiveCampaign, rule: PolicyRule): DecisionScope[] {
  const decided = listDecided(view, rule).map(({ scope }) => scope);
  if (rule.scope === "campaign") return decided;
  const accounts = listMeant(view.members, rule).map(({ accountId }): DecisionScope => ({ kind: "account", id: accountId }));
  if (rule.scope === "account") return accounts;
  return [...accounts, ...decided.filter(({ kind }) => kind === "organization")];
}

/** What a rule asks and does, whoever has to approve it and whether it is enforced: `enforce` goes on where shadow was. */
function nameRule({ name, on, scope, measure, when, members }: PolicyRule): string {
  return JSON.stringify([name, on, scope, measure, when, members]);
}

const nameScope = ({ kind, id }: DecisionScope): string => `${kind} ${id}`;
