/** Settings of the analysis that runs beside the traffic: the section `analysis` of `stillwatch.yaml`. */
import { availableParallelism } from "node:os";
import { z } from "zod";
import { LIVE_WINDOWS, type LiveWindow } from "../../../vocabulary/live.js";

/** A turn over the last hour of a busy gateway takes seconds; a minute later a campaign has sent little more than before. */
const INTERVAL_MS_DEFAULT = 60_000;
/** Exporters of logs hold records back for minutes, queues that were down for an hour: later than that something is wrong, and it is told. */
const LATENESS_MS_MAX_DEFAULT = 3_600_000;
/** After a sixtieth of its span a window looks different: a minute of an hour, half an hour of a day, twelve hours of a month. */
const REFRESH_SHARE_DEFAULT = 1 / 60;
/** A window that holds a tenth more than at its last turn is a different one whatever time has passed: backlogs, imports, first days. */
const GROWTH_SHARE_DEFAULT = 0.1;

const WINDOW_NAMES = Object.keys(LIVE_WINDOWS) as [LiveWindow, ...LiveWindow[]];
const sideFile = (what: string) => z.string().min(1).optional().describe(`File, folder or glob: ${what} Read again when it changes.`);

/** The section. */
export const analysisSettings = z
  .strictObject({
    windows: z
      .array(z.enum(WINDOW_NAMES))
      .min(1)
      .default([...WINDOW_NAMES])
      .describe("Spans of event time, counted back from the latest event, that are analysed."),
    interval_ms: z.int().min(1000).default(INTERVAL_MS_DEFAULT).describe("Milliseconds between two turns over the same window, at least."),
    refresh_share: z
      .number()
      .positive()
      .max(1)
      .default(REFRESH_SHARE_DEFAULT)
      .describe("Share of its span of event time that must have passed before a window is analysed again …"),
    growth_share: z.number().positive().default(GROWTH_SHARE_DEFAULT).describe("… unless this share of what it held has come since."),
    lateness_ms_max: z
      .int()
      .min(0)
      .default(LATENESS_MS_MAX_DEFAULT)
      .describe(
        "Events older than the latest one by more milliseconds are counted as late. They are stored, and longer windows take them in.",
      ),
    events_kept_ms: z
      .int()
      .min(1)
      .optional()
      .describe("How far back from the newest request events are kept, by their own time, in milliseconds (default: all are)."),
    workers: z
      .int()
      .min(0)
      .max(64)
      .default(availableParallelism())
      .describe("Threads that read events (default: one for each core, below the server's own work; 0: none besides the engine's own)."),
    store: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe("ClickHouse server that keeps the events, instead of the engine in the process: http://user@host:8123/database."),
    metadata_only: z.boolean().default(false).describe("Drop all text at the door and work from metadata alone."),
    calibration: z.string().min(1).optional().describe("What `stillwatch calibrate` learnt from benign traffic of your own."),
    false_positive_rate: z
      .number()
      .positive()
      .max(0.5)
      .optional()
      .describe("Share of benign accounts that may stand in a campaign, such as 1e-4 (default: the usual bar)."),
    accounts: sideFile("accounts with creation time, programme, payment fingerprint, …"),
    releases: sideFile("when target models were released."),
    enforcement: sideFile("accounts that were limited, suspended or banned."),
    allowlist: sideFile("accounts or organizations that nothing may touch, beside those allowed through the interface."),
  })
  .describe("How the analysis runs beside the traffic.");

/** The section, with every default filled in. */
export type AnalysisSettings = z.infer<typeof analysisSettings>;
