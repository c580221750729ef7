/** `stillwatch alerts`: what could not be told to anybody, and telling it again. */
import type { Command } from "commander";
import type { DeadLetterLine } from "../../http/alerts.js";
import { makeVisible } from "../../report/text.js";
import { ask, print, type ServerFlags, withServer, writeQuery } from "../running-server.js";

/** Letters asked for at a time. */
const PAGE_LETTERS = 100;

interface Page {
  data: DeadLetterLine[];
  next_cursor: string | null;
  waiting: { count: number; failed: number; since: string | null };
}

/** Adds `alerts list` and `alerts retry`. */
export function addAlertsCommand(program: Command): void {
  const alerts = program
    .command("alerts")
    .summary("list alerts that reached nobody, and send them again")
    .description(
      "An alert that its receiver does not take is sent again for a day. What has not arrived by then is a dead letter: kept, counted in /metrics, and\n" +
        "listed here. Asks a running `stillwatch serve` with the key in the environment's STILLWATCH_KEY (scope read, and decisions:write to retry).",
    );
  withServer(alerts.command("list"))
    .summary("list dead letters, newest first")
    .description("Lists what was not told: who, since when, to which receiver, and what went wrong at the last attempt.")
    .addHelpText("after", "\nExamples:\n  stillwatch alerts list\n  stillwatch alerts list -o json | jq -r '.data[].id'")
    .action(async (flags: ServerFlags) =>
      print(flags, { answer: { ...(await listAll(flags)), next_cursor: null }, render: renderLetters }),
    );
  withServer(alerts.command("retry"))
    .summary("send dead letters again")
    .description(
      "Sends dead letters again, once the receiver is back: those that are named, or all. They are tried for a day, as new ones are.",
    )
    .argument("[letters...]", "ids, as `stillwatch alerts list` shows them (default: all)")
    .addHelpText("after", "\nExamples:\n  stillwatch alerts retry\n  stillwatch alerts retry msg_0123456789abcdef0123456789abcdef")
    .action(async (letters: string[], flags: ServerFlags) => {
      const answer = await ask<{ retried: string[] }>(flags, {
        method: "POST",
        path: "/v1/alerts/dead-letters/retry",
        body: letters.length === 0 ? {} : { ids: letters },
      });
      print(flags, {
        answer,
        render: ({ retried }) => `${retried.length} ${retried.length === 1 ? "letter is" : "letters are"} sent again`,
      });
    });
}

async function listAll(flags: ServerFlags): Promise<Omit<Page, "next_cursor">> {
  const letters: DeadLetterLine[] = [];
  for (let cursor: string | undefined; ; ) {
    const page: Page = await ask<Page>(flags, {
      method: "GET",
      path: `/v1/alerts/dead-letters${writeQuery({ limit: PAGE_LETTERS, cursor })}`,
    });
    letters.push(...page.data);
    if (page.next_cursor === null) return { data: letters, waiting: page.waiting };
    cursor = page.next_cursor;
  }
}

function renderLetters({ data, waiting }: Page): string {
  const { count, failed, since } = waiting;
  const late = failed === 0 ? "" : `, ${failed} of them after failed attempts`;
  const tried =
    count === 0 ? "" : `${count} ${count === 1 ? "alert is" : "alerts are"} still being tried${late}; the oldest since ${since}.`;
  if (data.length === 0) return tried === "" ? "Every alert has arrived." : tried;
  const describe = ({ id, title, who, since, given_up_at, receiver, last_error, attempts, link, command }: DeadLetterLine): string =>
    [
      `${id}  ${makeVisible(title)}`,
      `  who: ${makeVisible(who)}; since ${since}`,
      `  ${receiver} did not take it ${attempts} times, up to ${given_up_at}: ${makeVisible(last_error)}`,
      `  ${command ?? link}`,
    ].join("\n");
  return [...data.map(describe), ...(tried === "" ? [] : [tried])].join("\n\n");
}
