/** Which news become alerts. */
import { describeCampaignFound, describeEngineDown } from "../alerts/describe.js";
import type { RecordDatabase } from "../../store/records/database.js";
import type { Alert, Services } from "./services.js";
import { tellDecisions } from "./tell-decisions.js";
import { watchUnchecked } from "./watch-unchecked.js";

/** An engine that is back within this time is told by its count of restarts alone. */
const DOWN_MS = 30_000;
const LOOK_MS = 5_000;

/** Listens; the answer ends it. `link` is how people reach the server. */
export async function tellPeople(
  { alerts, clock, decisions, engine, log }: Services,
  { link, database }: { link: string; database: RecordDatabase },
): Promise<() => Promise<void>> {
  const base = link.replace(/\/+$/, "");
  const tell = (alert: Alert): void => {
    alerts.send(alert).catch(() => log.error({ code: "SW2201", kind: alert.kind }, "an alert could not be written down"));
  };
  engine.onUpdate(({ campaigns }) => {
    for (const campaign of campaigns) tell(describeCampaignFound(campaign, base));
  });
  const stopTelling = await tellDecisions({
    decisions,
    database,
    clock,
    link: base,
    send: async (alert) => alerts.send(alert),
    onFailure: () => log.error({ code: "SW2201", kind: "decision" }, "an alert could not be written down; it is told at the next start"),
  });
  const stopWatching = watchUnchecked({
    engine,
    clock,
    link: base,
    tell,
    onFailure: () => log.warn({ code: "SW1943" }, "it could not be counted how many requests were checked; it is tried again"),
  });
  let downMs: number | null = null;
  let wasUp = false;
  let isTold = false;
  const timer = setInterval(() => {
    const { isAlive, restarts } = engine.status();
    wasUp ||= isAlive;
    if (isAlive || !wasUp) {
      downMs = null;
      isTold = false;
      return;
    }
    downMs ??= clock.nowMs();
    if (isTold || clock.nowMs() - downMs < DOWN_MS) return;
    isTold = true;
    tell(describeEngineDown({ restarts, atMs: downMs, link: base }));
  }, LOOK_MS).unref();
  return async () => {
    clearInterval(timer);
    stopWatching();
    await stopTelling();
  };
}
