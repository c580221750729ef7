/** `stillwatch shadow-report`: what the rules would have done, had they acted. */
import { type Command, InvalidArgumentError } from "commander";
import type { ShadowReport } from "../../serve/services.js";
import { duration } from "../../serve/settings/values.js";
import { renderShadowReport } from "../decision-table.js";
import { ask, print, type ServerFlags, withServer, writeQuery } from "../running-server.js";

/** Adds `shadow-report`. */
export function addShadowReportCommand(program: Command): void {
  withServer(program.command("shadow-report"))
    .summary("say what the rules would have done, had they acted")
    .description(
      "Says for every rule of policy.yaml how many accounts and organizations it would have touched, because of which campaigns, and how many of\n" +
        "their requests would have been answered otherwise. Read it before a rule is set to `mode: enforce`. Asks a running `stillwatch serve` with\n" +
        "the key in the environment's STILLWATCH_KEY (scope read).",
    )
    .option("--since <time>", "how far back from now, such as 30d", toDuration, 604_800_000)
    .addHelpText(
      "after",
      `
Examples:
  stillwatch shadow-report
  stillwatch shadow-report --since 30d -o json | jq '.rules[] | select(.measure == "block")'
  stillwatch decisions list --mode shadow --measure block --each     # who it would have been`,
    )
    .action(async (flags: ServerFlags & { since: number }) => {
      const since = new Date(Date.now() - flags.since).toISOString();
      const answer = await ask<ShadowReport>(flags, { method: "GET", path: `/v1/shadow-report${writeQuery({ since })}` });
      print(flags, { answer, render: renderShadowReport });
    });
}

function toDuration(text: string): number {
  const read = duration.safeParse(text);
  if (!read.success || read.data === 0) throw new InvalidArgumentError("write a whole number with a unit, such as 30d");
  return read.data;
}
