/** `stillwatch unchecked`: which requests were served without being held against decisions. */
import { InvalidArgumentError, type Command } from "commander";
import { type AddressFlags, findServer, withAddress } from "../running-server.js";
import { askServer } from "../server-client.js";

/** Requests asked for at a time. */
const PAGE_REQUESTS = 1000;
const PERCENT = 100;

interface UncheckedFlags extends AddressFlags {
  from?: string;
  to?: string;
  limit: number;
}

interface UncheckedAnswer {
  from: string;
  to: string;
  totals: { events: number; checked: number; unchecked: number; error: number; none: number; unheeded: number; unserved: number };
  data: unknown[];
  next_cursor: string | null;
}

/** Adds `unchecked`. */
export function addUncheckedCommand(program: Command): void {
  withAddress(program.command("unchecked"))
    .summary("tell which requests were served without a check")
    .description(
      "Compares the requests that a running `stillwatch serve` was told of with the checks that gateways asked for. Lists those that were not\n" +
        "checked, one JSON object a line, oldest first, and sums them up on standard error. Works for gateways that send the request's id with both.\n\n" +
        "The environment's STILLWATCH_KEY holds a key with the scope read.",
    )
    .option("--from <time>", "event time, RFC 3339 (default: a day before --to)")
    .option("--to <time>", "event time, RFC 3339, excluded (default: now)")
    .option("--limit <n>", "how many to list", toCount, PAGE_REQUESTS)
    .addHelpText(
      "after",
      `
state: "none" nobody asked (the gateway is not wired, or passed while stillwatch was away); "unchecked" asked, and answered without decisions that
were fresh enough, or not in time, as the gateway says itself; "error" asked in a way that could not be read; "unheeded" the answer was no and the request was served all the same, or came when
it had been served already: the gateway had given up waiting.

Examples:
  stillwatch unchecked --from 2026-05-01T10:00:00Z --to 2026-05-01T11:00:00Z
  stillwatch unchecked --limit 1000000 | jq -r .account_id | sort | uniq -c | sort -rn | head`,
    )
    .action(listAll);
}

async function listAll({ from: fromWish, to: toWish, limit, ...address }: UncheckedFlags): Promise<void> {
  const server = await findServer(address);
  let cursor: string | null = null;
  let listed = 0;
  let [from, to] = [fromWish, toWish];
  let answer: UncheckedAnswer;
  do {
    const query = new URLSearchParams({ limit: String(Math.min(PAGE_REQUESTS, Math.max(1, limit - listed))) });
    if (from !== undefined) query.set("from", from);
    if (to !== undefined) query.set("to", to);
    if (cursor !== null) query.set("cursor", cursor);
    answer = (await askServer(server, { method: "GET", path: `/v1/unchecked?${query.toString()}` })) as UncheckedAnswer;
    for (const request of answer.data.slice(0, limit - listed)) process.stdout.write(`${JSON.stringify(request)}\n`);
    listed += answer.data.length;
    cursor = answer.next_cursor;
    // Now moves on from page to page; the span stays.
    ({ from, to } = answer);
  } while (cursor !== null && listed < limit);
  const more = cursor === null ? "" : `Listed are the first ${listed}; --limit lists more.\n`;
  process.stderr.write(`${describeTotals(answer)}\n${more}`);
}

function describeTotals({ from, to, totals }: UncheckedAnswer): string {
  const { events, checked, unchecked, error, none, unheeded, unserved } = totals;
  if (events === 0) return `No requests from ${from} to ${to}: nothing can be said about checks.`;
  const format = (count: number): string => new Intl.NumberFormat("en").format(count);
  const share = ((checked / events) * PERCENT).toFixed(1);
  return (
    `${format(checked)} of ${format(events)} requests were checked (${share} %), from ${from} to ${to}.\n` +
    `Not checked: ${format(none)} never asked for, ${format(unchecked)} without an answer or fresh decisions, ${format(error)} unreadable. ` +
    `Served all the same: ${format(unheeded)}. Not checked and not served: ${format(unserved)}.`
  );
}

function toCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 0) throw new InvalidArgumentError("a whole number from 0 on is needed.");
  return count;
}
