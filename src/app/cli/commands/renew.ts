/** `stillwatch renew`: the event store of a data folder made anew, after an update that reads requests in another way. */
import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { renewStore } from "../../../store/events/renew-store.js";
import { lockFolder } from "../../serve/folder-lock.js";

/** Adds `renew`. */
export function addRenewCommand(program: Command): void {
  program
    .command("renew")
    .summary("begin a new event store after an update, and keep everything else")
    .description(
      "After an update that reads requests in another way, `stillwatch serve` refuses the events of before (SW1411): of their text nothing was\n" +
        "kept, so they cannot be read anew from the store. This moves them aside, within the data folder, and begins a new event store. Decisions,\n" +
        "the allowlist, keys, names of campaigns, records of checks, and what waits in the journal stay. `serve` must not be running on the folder.\n\n" +
        "Followed files that are still there are read again by the next start. Give the rest of the last 30 days again as you gave it at first:\n" +
        "a request that comes twice counts once. Until then reasoning handles that were issued before are not known: one that another account sends\n" +
        "back is not noticed.",
    )
    .requiredOption("--data-dir <folder>", "the data folder of `stillwatch serve`")
    .addHelpText(
      "after",
      `
Examples:
  stillwatch renew --data-dir stillwatch-data
  stillwatch serve --config stillwatch.yaml &
  zcat logs/2026-0[45]-*.ndjson.gz | split -l 10000 --filter 'curl --fail-with-body --retry 9 --data-binary @- \\
    -H "x-stillwatch-key: $STILLWATCH_KEY" -H "content-type: application/x-ndjson" http://127.0.0.1:8484/v1/events'
  kafka-consumer-groups.sh --bootstrap-server kafka:9092 --group stillwatch --topic requests --reset-offsets --by-duration P30D --execute`,
    )
    .action(async ({ dataDir }: { dataDir: string }) => {
      const folder = resolve(dataDir);
      const release = await lockFolder(folder, "stillwatch renew");
      try {
        // Where files were read up to: they are read from their beginning.
        const forgetRead = async (): Promise<void> => rm(join(folder, "sources"), { recursive: true, force: true });
        const { aside, kept } = await renewStore(join(folder, "events"), forgetRead);
        process.stdout.write(
          `The events of before lie in ${aside}; delete it when you do not go back to the older stillwatch.\n` +
            `Kept: names of ${kept.known_campaigns} campaigns, records of ${kept.request_checks} checks.\n` +
            "Start serve; followed files are read again. Give it the other requests of the last 30 days once more: a request that comes twice counts once.\n",
        );
      } finally {
        release();
      }
    });
}
