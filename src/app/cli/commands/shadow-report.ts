/** `stillwatch shadow-report`: what the rules would have done, had they acted. */
import type { Command } from "commander";
import type { ShadowReport } from "../../../engine/decisions/shadow.js";
import { renderShadowReport } from "../decision-table.js";
import { durationOption } from "../duration-option.js";
import { ask, print, type ServerFlags, withServer, writeQuery } from "../running-server.js";

/** Adds `shadow-report`. */
export function addShadowReportCommand(program: Command): void {
  withServer(program.command("shadow-report"))
    .summary("say what the rules would have done, had they acted")
    .description(
      "Says for every rule of policy.yaml how many accounts and organizations it touched, because of which campaigns, and which of their requests it\n" +
        "would have met in shadow, which were served while it waited for people, and which it really refused. Read it before a rule is set to\n" +
        "`mode: enforce`. Requests count from the moment at which a rule decided: past logs that are sent in one go all lie before it.\n" +
        "Asks a running `stillwatch serve` with the key in the environment's STILLWATCH_KEY (scope read).",
    )
    .addOption(durationOption("--since <time>", { about: "how far back from now, such as 30d", otherwise: "7d" }))
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
