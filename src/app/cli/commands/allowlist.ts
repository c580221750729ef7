/** `stillwatch allowlist`: who is never acted on. */
import { Argument, type Command, InvalidArgumentError } from "commander";
import type { AllowlistLine } from "../../http/decisions/describe.js";
import { renderAllowlist } from "../decision-table.js";
import { ask, print, type ServerFlags, withServer } from "../running-server.js";

/** A quarter of a year: long enough not to be a chore, short enough that somebody looks again. */
const DAYS_DEFAULT = 90;
const DAYS_MAX = 366;
const DAY_MS = 86_400_000;

/** Adds `allowlist list`, `add` and `remove`. */
export function addAllowlistCommand(program: Command): void {
  const allowlist = program
    .command("allowlist")
    .summary("list, add and remove who is never acted on")
    .description(
      "Whoever is on the allowlist is never decided about; what stands against him is taken back when he is put there, and verdicts ask it first.\n" +
        "Every entry has a reason and an end. Asks a running `stillwatch serve` with the key in the environment's STILLWATCH_KEY (scope read, and\n" +
        "allowlist:write to change it).",
    );
  withServer(allowlist.command("list"))
    .summary("list who is spared, why, and until when")
    .description("Lists who is spared, why, by whom, and until when.")
    .addHelpText("after", "\nExamples:\n  stillwatch allowlist list\n  stillwatch allowlist list -o json | jq -r '.data[].scope.id'")
    .action(async (flags: ServerFlags) => {
      const answer = await ask<{ data: AllowlistLine[] }>(flags, { method: "GET", path: "/v1/allowlist" });
      print(flags, { answer, render: ({ data }) => renderAllowlist(data) });
    });
  withServer(allowlist.command("add"))
    .summary("spare an account or an organization")
    .description("Spares an account or a whole organization from now on, and takes back what stands against it.")
    .addArgument(new Argument("<kind>", "who").choices(["account", "organization"]))
    .argument("<id>", "its id")
    .requiredOption("--reason <text>", "why, for whoever looks at the list next")
    .option("--days <count>", `for how long, at most ${DAYS_MAX}`, toDays, DAYS_DEFAULT)
    .addHelpText(
      "after",
      `
Examples:
  stillwatch allowlist add organization org_university --reason "benchmark team, contract 12"
  stillwatch allowlist add account acct_7f31 --reason "our own load test" --days 7`,
    )
    .action(async (kind: string, id: string, flags: ServerFlags & { reason: string; days: number }) => {
      const expiresAt = new Date(Date.now() + flags.days * DAY_MS).toISOString();
      const answer = await ask<AllowlistLine>(flags, {
        method: "POST",
        path: "/v1/allowlist",
        body: { scope: { kind, id }, reason: flags.reason, expires_at: expiresAt },
      });
      print(flags, { answer, render: (entry) => renderAllowlist([entry]) });
    });
  withServer(allowlist.command("remove"))
    .summary("end an entry")
    .description("Ends an entry. What was taken back because of it is not put in force again; new findings may be decided about.")
    .argument("<entry>", "the entry's id, as `stillwatch allowlist list` shows it")
    .addHelpText("after", "\nExamples:\n  stillwatch allowlist remove alw_0123456789abcdef")
    .action(async (entry: string, flags: ServerFlags) => {
      await ask<null>(flags, { method: "DELETE", path: `/v1/allowlist/${encodeURIComponent(entry)}` });
      process.stderr.write(`${entry} is ended\n`);
    });
}

function toDays(text: string): number {
  const days = Number(text);
  if (!Number.isInteger(days) || days < 1 || days > DAYS_MAX) throw new InvalidArgumentError(`write a whole number from 1 to ${DAYS_MAX}`);
  return days;
}
