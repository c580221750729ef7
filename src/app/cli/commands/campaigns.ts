/** `stillwatch campaigns`: what a running serve found, for a person. */
import type { Command } from "commander";
import { detections } from "../../../detections/index.js";
import { explainLiveCampaign, renderCampaigns } from "../campaign-page.js";
import { renderExplanation } from "../explanation-page.js";
import { tellCommands } from "../invocation.js";
import { readCampaign, readCampaigns, readDecisionsOf } from "../live-findings.js";
import { print, type ServerFlags, withServer } from "../running-server.js";
import { describeTerminal } from "../terminal-text.js";

/** What decides whether anything was done stands under "What was decided". */
const CLOSING = "A probability is not proof. Whatever stands above in shadow or as proposed acts on nobody.";

/** Adds `campaigns list` and `campaigns show`. */
export function addCampaignsCommand(program: Command): void {
  const campaigns = program
    .command("campaigns")
    .summary("list the campaigns that serve found, and explain one")
    .description(
      "Campaigns as the latest analysis of a running `stillwatch serve` saw them: what they are after, why the accounts are said to act as one, who\n" +
        "is in them, and what was decided. An alert names the command that shows its campaign. Asks serve with the key in the environment's\n" +
        "STILLWATCH_KEY (scope read). What `stillwatch analyze` wrote is explained by `stillwatch explain`.",
    );
  withServer(campaigns.command("list"))
    .summary("list campaigns, surest first")
    .description("Lists the campaigns of all windows, surest first.")
    .addHelpText("after", "\nExamples:\n  stillwatch campaigns list\n  stillwatch campaigns list -o json | jq -r '.data[].id'")
    .action(async (flags: ServerFlags) =>
      print(flags, { answer: { data: await readCampaigns(flags), next_cursor: null }, render: ({ data }) => renderCampaigns(data) }),
    );
  withServer(campaigns.command("show"))
    .summary("explain one campaign: why, who, and what was decided")
    .description(
      "Explains one campaign: why its accounts are said to act as one, what speaks against it, who is in it, and what was decided.",
    )
    .argument("<id>", "the campaign's id")
    .addHelpText("after", "\nExamples:\n  stillwatch campaigns show campaign--3274f29b297e90f9")
    .action(async (id: string, flags: ServerFlags) => {
      const [campaign, decisions] = await Promise.all([readCampaign(flags, id), readDecisionsOf(flags, id)]);
      const render = (): string =>
        tellCommands(
          renderExplanation(explainLiveCampaign(campaign, { decisions, detections }), { ...describeTerminal(), closing: CLOSING }),
        );
      print(flags, { answer: campaign, render });
    });
}
