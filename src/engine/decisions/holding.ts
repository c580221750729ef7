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
}

interface Looks {
  watermarkMs: number;
  /** Names of the rules that it was looked at for. */
  rules: ReadonlySet<string>;
  /** By rule and scope. */
  sinceMs: Map<string, number>;
}

/** Remembers nothing yet: after a restart every rule has to hold anew. */
export function createHolding(): Holding {
  const windows = new Map<string, Looks>();
  return {
    note(views, policy) {
      const rules = policy.rules.filter(isFollowed);
      for (const { window, watermarkMs, campaigns } of views)
        windows.set(window, look(windows.get(window), { watermarkMs, campaigns, rules }));
    },
    measure(rule, scope) {
      const key = nameKey(nameRule(rule), scope);
      const held = [...windows.values()].flatMap(({ watermarkMs, sinceMs }) => {
        const since = sinceMs.get(key);
        return since === undefined ? [] : [watermarkMs - since];
      });
      return held.length === 0 ? null : Math.max(...held);
    },
    isUnsaid(rule, scope, named) {
      const name = nameRule(rule);
      const { windows_any: wanted } = rule.when;
      return named
        .filter((window) => wanted.length === 0 || wanted.includes(window))
        .every((window) => {
          const looks = windows.get(window);
          return looks !== undefined && looks.rules.has(name) && !looks.sinceMs.has(nameKey(name, scope));
        });
    },
  };
}

/** Watching changes no answer and waits for nothing; what matches is told once, not look by look. */
const isFollowed = ({ on, scope, measure }: PolicyRule): boolean => measure !== "watch" && (on === "campaign" || scope === "campaign");

function look(
  before: Looks | undefined,
  { watermarkMs, campaigns, rules }: { watermarkMs: number; campaigns: readonly LiveCampaign[]; rules: readonly PolicyRule[] },
): Looks {
  const sinceMs = new Map<string, number>();
  for (const rule of rules) {
    const name = nameRule(rule);
    for (const view of campaigns) {
      if (!isMet(rule, { ...view.campaign, ...view })) continue;
      for (const scope of listScopes(view, rule)) {
        const key = nameKey(name, scope);
        sinceMs.set(key, before?.sinceMs.get(key) ?? watermarkMs);
      }
    }
  }
  return { watermarkMs, rules: new Set(rules.map(nameRule)), sinceMs };
}

/** Whom the rule would decide about in this look, and each account that it means: of an organization that is not the campaign's as a whole the accounts are decided. */
function listScopes(view: LiveCampaign, rule: PolicyRule): DecisionScope[] {
  if (rule.scope === "campaign") return [{ kind: "campaign", id: view.campaign.id }];
  const accounts = listMeant(view.members, rule).map(({ accountId }): DecisionScope => ({ kind: "account", id: accountId }));
  if (rule.scope === "account") return accounts;
  return [...accounts, ...listSubjects(view, rule).flatMap(({ scope }) => (scope.kind === "organization" ? [scope] : []))];
}

/** What a rule asks and does, whoever has to approve it and whether it is enforced: `enforce` goes on where shadow was. */
function nameRule({ name, on, scope, measure, when, members }: PolicyRule): string {
  return JSON.stringify([name, on, scope, measure, when, members]);
}

const nameKey = (rule: string, { kind, id }: DecisionScope): string => `${kind} ${id} ${rule}`;
