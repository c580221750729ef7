/** `stillwatch prune`: requests of long ago taken out of the event store of a data folder. */
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { pruneEvents, type PrunedStore } from "../../../store/events/prune-store.js";
import { requireStore } from "../../../store/events/renew-store.js";
import { openEventStore } from "../../../store/events/store.js";
import { lockFolder } from "../../serve/folder-lock.js";
import { durationOption } from "../duration-option.js";

/** Adds `prune`. */
export function addPruneCommand(program: Command): void {
  program
    .command("prune")
    .summary("take requests of long ago out of the event store")
    .description(
      "`stillwatch serve` takes out by itself what lies further back than `data.events_kept`, where that is set. This does it by hand, for a folder that no serve runs\n" +
        "on: what lies further back than --keep, by the events' own time, counted from the newest request, not from today. What is decided, names of campaigns, records of\n" +
        "checks, keys and what waits in the journal stay. `serve` must not be running on the folder; what stays is written anew, so leave as much room\n" +
        "free as the store takes.\n\n" +
        "Lost with the requests: `stillwatch replay` of that time, and reasoning handles issued then. Keep more than the longest of analysis.windows and\n" +
        "analysis.lateness_max together: with less, windows hold less than they say.",
    )
    .requiredOption("--data-dir <folder>", "the data folder of `stillwatch serve`")
    .addOption(durationOption("--keep <time>", { about: "how far back from the newest request is kept", otherwise: "45d" }))
    .addHelpText(
      "after",
      `
Examples:
  stillwatch prune --data-dir stillwatch-data
  stillwatch prune --data-dir stillwatch-data --keep 90d`,
    )
    .action(async ({ dataDir, keep }: { dataDir: string; keep: number }) => {
      const folder = resolve(dataDir);
      const path = join(folder, "events");
      await requireStore(path);
      const release = await lockFolder(folder, "stillwatch prune");
      try {
        const { beforeMs, removed, left } = await pruneStore(path, keep);
        const count = new Intl.NumberFormat("en");
        process.stdout.write(
          beforeMs === null
            ? "No requests are stored.\n"
            : `${count.format(removed)} requests from before ${new Date(beforeMs).toISOString()} were taken out, ${count.format(left)} are left.\n`,
        );
      } finally {
        release();
      }
    });
}

async function pruneStore(path: string, keptMs: number): Promise<PrunedStore> {
  const store = await openEventStore({ path });
  try {
    return await pruneEvents(store, { keptMs, notAfterMs: Date.now() });
  } finally {
    await store.close();
  }
}
