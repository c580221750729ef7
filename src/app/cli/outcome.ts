/** What a finished analysis prints on standard output. */
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { WrittenAnalysis } from "../analysis.js";
import { renderSummary } from "./summary.js";

export type OutputKind = "human" | "json" | "ndjson";

/** Prints the summary, the report as JSON, or the account lines. */
export async function printOutcome(written: WrittenAnalysis, { kind, folder }: { kind: OutputKind; folder: string }): Promise<void> {
  if (kind === "json") process.stdout.write(`${JSON.stringify(written.report, null, 2)}\n`);
  else if (kind === "ndjson") await pipeline(createReadStream(join(folder, "accounts.ndjson")), process.stdout, { end: false });
  else {
    process.stdout.write(
      renderSummary({
        report: written.report,
        accounts: written.accounts,
        quarantine: written.quarantine,
        width: process.stdout.columns ?? 100,
        height: process.stdout.rows,
        isColour: process.stdout.isTTY && process.env["NO_COLOR"] === undefined,
        folder,
      }),
    );
  }
}
