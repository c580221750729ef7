/** Whether what the windows look at is kept for as long. */
import type { Problem } from "../../../vocabulary/errors.js";
import { LIVE_WINDOWS } from "../../../vocabulary/live.js";
import type { SettingPath } from "./json-schema.js";
import type { ServeSettings } from "./sections.js";
import { formatDuration } from "./values.js";

/** Told where requests would be taken out that a window still counts. */
export function findShortKeeping(
  { analysis, data }: Pick<ServeSettings, "analysis" | "data">,
  placeOf: (path: SettingPath) => Problem["place"] & object,
): Problem[] {
  const neededMs = Math.max(...analysis.windows.map((window) => LIVE_WINDOWS[window])) + analysis.lateness_max;
  if (data.events_kept === undefined || data.events_kept >= neededMs) return [];
  return [
    {
      code: "SW1804",
      what: `data.events_kept: ${formatDuration(data.events_kept)} is less than the windows look back`,
      place: placeOf(["data", "events_kept"]),
      why: "a window would hold less than it says.",
      fix: `keep ${formatDuration(neededMs)} or more (the longest of analysis.windows, and analysis.lateness_max), or leave out the longer windows.`,
    },
  ];
}
