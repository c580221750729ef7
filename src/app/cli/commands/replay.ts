/** `stillwatch replay`: campaigns made anew from the stored events. */
import { access } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Option, type Command } from "commander";
import { openEventStore, type EventStore } from "../../../store/events/store.js";
import { StillwatchError } from "../../../vocabulary/errors.js";
import { LIVE_WINDOWS, type CampaignUpdate, type LiveWindow } from "../../../vocabulary/live.js";
import { applyCalibration } from "../../calibration.js";
import { replayEvents } from "../../serve/engine/replay.js";
import { analysisSettings } from "../../serve/engine/settings.js";
import { parseStoreUrl } from "../../store-url.js";

interface ReplayFlags {
  dataDir?: string;
  store?: string;
  window?: LiveWindow[];
  accounts?: string;
  releases?: string;
  enforcement?: string;
  allowlist?: string;
  calibration?: string;
  falsePositiveRate?: string;
  forgetNames?: boolean;
  output: "human" | "ndjson";
}

/** Adds `replay`. */
export function addReplayCommand(program: Command): void {
  program
    .command("replay")
    .summary("make campaigns anew from the stored events")
    .description(
      "Deletes what the live analysis derived and makes it again from the stored events: one turn over every window, as of the latest event.\n" +
        "The same events and side files give what `stillwatch serve` said at its last turn. `serve` must not be running on the folder.\n\n" +
        "Events are never changed. What campaigns are called is kept, because decisions name them.",
    )
    .option("--data-dir <folder>", "the data folder of `stillwatch serve` (or of `stillwatch analyze --data-dir`)")
    .addOption(new Option("--store <url>", "events on a ClickHouse server: http://user@host:8123/database").conflicts("dataDir"))
    .addOption(new Option("--window <name...>", "only these windows (default: all)").choices(Object.keys(LIVE_WINDOWS)))
    .option("--accounts <file>", "side file, as for `stillwatch analyze`; likewise:")
    .option("--releases <file>")
    .option("--enforcement <file>")
    .option("--allowlist <file>")
    .option("--calibration <file>", "what `stillwatch calibrate` learnt from benign traffic of your own")
    .option("--false-positive-rate <share>", "share of benign accounts that may stand in a campaign, such as 1e-4")
    .option("--forget-names", "name campaigns anew as well; decisions that name them then name nobody")
    .addOption(new Option("-o, --output <kind>", "what to print").choices(["human", "ndjson"]).default("human"))
    .addHelpText(
      "after",
      `
Examples:
  stillwatch replay --data-dir stillwatch-data --accounts accounts.ndjson
  stillwatch replay --data-dir stillwatch-data --window 30d -o ndjson | jq '.campaigns[].campaign.because'

With -o ndjson it prints one line a window, as the live analysis hands it on.`,
    )
    .action(async (flags: ReplayFlags) => {
      const store = await openStore(flags);
      try {
        const report = await replayEvents({
          store,
          settings: readSettings(flags),
          calibration: applyCalibration({ file: flags.calibration, rate: readRate(flags.falsePositiveRate) }),
          isForgettingNames: flags.forgetNames === true,
          onUpdate: (update) => void process.stdout.write(flags.output === "ndjson" ? `${JSON.stringify(update)}\n` : renderUpdate(update)),
        });
        if (report.watermarkMs === null) throw nothingStored(flags);
      } finally {
        await store.close();
      }
    });
}

function readSettings({ window: windows, accounts, releases, enforcement, allowlist }: ReplayFlags) {
  return analysisSettings.parse({ ...(windows ? { windows } : {}), accounts, releases, enforcement, allowlist });
}

function readRate(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const rate = Number(text);
  if (rate > 0 && rate <= 0.5) return rate;
  throw new StillwatchError({
    code: "SW1004",
    what: `--false-positive-rate ${text} is no share`,
    why: "stillwatch does nothing on arguments that it does not understand.",
    fix: "a share above 0 and up to .5, such as 1e-4.",
  });
}

async function openStore({ dataDir, store }: ReplayFlags): Promise<EventStore> {
  if (store !== undefined) return openEventStore(parseStoreUrl(store));
  if (dataDir === undefined) throw needsFolder();
  const folder = resolve(dataDir);
  // `serve` keeps events beside its journal and records; `analyze` has the folder for itself.
  for (const path of [join(folder, "events"), folder]) if (await isThere(join(path, "events", "store"))) return openEventStore({ path });
  throw nothingStored({ dataDir });
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function renderUpdate({ window, watermarkMs, analysedEvents, campaigns }: CampaignUpdate): string {
  const head = `${window} up to ${new Date(watermarkMs).toISOString()}: ${analysedEvents} events, ${campaigns.length} ${campaigns.length === 1 ? "campaign" : "campaigns"}`;
  const lines = campaigns.map(
    ({ campaign, members }) =>
      `  ${campaign.id}  ${campaign.confidence.toFixed(3)}  ${members.filter(({ standing }) => standing === "campaign").length} accounts, ${campaign.events} events`,
  );
  return `${[head, ...lines].join("\n")}\n`;
}

function needsFolder(): StillwatchError {
  return new StillwatchError({
    code: "SW1003",
    what: "neither --data-dir nor --store is given",
    why: "the command cannot guess what it should work on.",
    fix: "stillwatch replay --data-dir stillwatch-data",
  });
}

function nothingStored({ dataDir, store }: Pick<ReplayFlags, "dataDir" | "store">): StillwatchError {
  return new StillwatchError({
    code: "SW1944",
    what: "no events are stored there",
    ...(dataDir === undefined ? {} : { place: { file: dataDir } }),
    why: "campaigns of no events would look like an all-clear.",
    fix: store === undefined ? "name the folder that `data.folder` of the settings names." : "check the database in the address.",
  });
}
