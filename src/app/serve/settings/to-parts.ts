/** The operator's settings as each part takes them. */
import { join } from "node:path";
import type { EngineOptions } from "../engine/messages.js";
import { analysisSettings } from "../engine/settings.js";
import type { VerdictSettings } from "../verdicts.js";
import type { ServeSettings } from "./sections.js";

/** For the engine process. */
export function toEngineOptions({ analysis, data }: ServeSettings): EngineOptions {
  const { interval, lateness_max: latenessMax, workers, ...rest } = analysis;
  return {
    folder: join(data.folder, "events"),
    settings: analysisSettings.parse({
      ...rest,
      interval_ms: interval,
      lateness_ms_max: latenessMax,
      ...(data.events_kept === undefined ? {} : { events_kept_ms: data.events_kept }),
      ...(workers === undefined ? {} : { workers }),
    }),
  };
}

/** For verdicts. */
export function toVerdictSettings({ verdicts }: ServeSettings): VerdictSettings {
  const named = Object.entries(verdicts.integrations).map(([name, { on_unavailable: answer }]) => [name, answer] as const);
  return {
    refreshIntervalMs: verdicts.refresh_interval,
    snapshotAgeMaxMs: verdicts.snapshot_age_max,
    onUnavailable: Object.fromEntries([["default", verdicts.on_unavailable], ...named]),
    handleMode: verdicts.reasoning_handles,
    handlesMax: verdicts.reasoning_handles_max,
    knownAgeMaxMs: verdicts.known_age_max,
  };
}
