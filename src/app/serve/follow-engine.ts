/** What the engine tells, turned into decisions, counts and lines of the log. */
import type { Decision } from "../../vocabulary/decision.js";
import type { Services } from "./services.js";
import { noteFailure } from "./telling.js";

const MS_PER_SECOND = 1000;

/** What the engine finds becomes decisions; what is in force follows by itself. */
export function followEngine({ engine, decisions, verdicts, metrics, log }: Services): void {
  const countDecided = (decided: readonly Decision[]): void => {
    for (const { rule, measure, mode } of decided) metrics.count("stillwatch_decisions_total", { rule, measure, mode });
  };
  const pending = new Set<string>();
  const countPending = (): void => {
    const counts = new Map<string, number>();
    for (const { rule } of decisions.listWaiting()) counts.set(rule.name, (counts.get(rule.name) ?? 0) + 1);
    for (const rule of counts.keys()) pending.add(rule);
    // A rule that nobody waits for any more is told as such, and not left as it was.
    for (const rule of pending) metrics.set("stillwatch_decisions_pending", counts.get(rule) ?? 0, { rule });
  };
  engine.onUpdate(({ window, watermarkMs, campaigns, analysedEvents, tookMs, coverage: { ahead, late } = {} }) => {
    metrics.set("stillwatch_analysis_seconds", tookMs / MS_PER_SECOND, { window });
    metrics.set("stillwatch_analysed_events", analysedEvents, { window });
    metrics.set("stillwatch_campaigns", campaigns.length, { window });
    const until = new Date(watermarkMs).toISOString();
    log.info({ window, until, campaigns: campaigns.length, events: analysedEvents, ms: tookMs, ahead, late }, "analysed");
  });
  engine.onTurn(async (updates) => {
    const campaigns = updates.flatMap((update) => update.campaigns);
    verdicts.noteMembers(campaigns.flatMap(({ members }) => members));
    try {
      const decided = await decisions.decide(updates);
      countDecided(decided);
      countPending();
      log.info({ windows: updates.map(({ window }) => window), decided: decided.length }, "decided");
    } catch (error) {
      noteFailure(log, { error, part: "decisions" });
    }
  });
  engine.onMatches(async (matches) => {
    try {
      countDecided(await decisions.decideMatches(matches));
    } catch (error) {
      noteFailure(log, { error, part: "decisions" });
    }
  });
}
