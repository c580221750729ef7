/** Replay: what the live analysis says of a store, made anew from the stored events alone. */
import type { ReportCalibration } from "../../../vocabulary/calibration.js";
import { StillwatchError } from "../../../vocabulary/errors.js";
import type { CampaignUpdate } from "../../../vocabulary/live.js";
import type { EventStore } from "../../../store/events/store.js";
import { createLiveEngine } from "./live-engine.js";
import type { EngineReport } from "./messages.js";
import type { AnalysisSettings } from "./settings.js";
import { openSideFacts } from "./side-facts.js";
import { createTracker } from "./tracker.js";

/** What to replay, and with what beside it. */
export interface ReplayWish {
  store: EventStore;
  settings: AnalysisSettings;
  calibration: ReportCalibration;
  /** Forget what campaigns were called as well; decisions that name them then name nobody. */
  isForgettingNames: boolean;
  onUpdate: (update: CampaignUpdate) => void;
}

/** Deletes what was derived and makes it again: one turn over every window. */
export async function replayEvents({ store, settings, calibration, isForgettingNames, onUpdate }: ReplayWish): Promise<EngineReport> {
  if (isForgettingNames) await store.command("TRUNCATE TABLE known_campaigns");
  const { accounts, releases, enforcement, allowlist } = settings;
  const fail = (error: unknown): never => {
    throw error;
  };
  const sideFacts = await openSideFacts({ accounts, releases, enforcement, allowlist }, (problem) => fail(new StillwatchError(problem)));
  const tracker = createTracker();
  try {
    const engine = await createLiveEngine({
      store,
      tracker,
      sideFacts,
      settings,
      calibration,
      intake: () => Promise.reject(new Error("a replay takes nothing in")),
      nowMs: () => performance.now(),
      dateMs: () => Date.now(),
      onUpdate,
      onTurn: () => {},
      onMatches: () => {},
      onKnown: () => {},
      onTrouble: fail,
      onReport: () => {},
    });
    await engine.analyse({ isForced: true });
    return engine.report();
  } finally {
    await tracker.close();
  }
}
