/** `stillwatch quarantine`: what a running `serve` could not read, and giving it again. */
import { setTimeout as wait } from "node:timers/promises";
import { type Command, InvalidArgumentError } from "commander";
import createXxhash from "xxhash-wasm";
import { listInputFiles } from "../../../engine/acquire/input-files.js";
import { openInputFile, type PlannedChunk } from "../../../engine/acquire/plan-chunks.js";
import { sourceFormats } from "../../../integrations/index.js";
import { StillwatchError } from "../../../vocabulary/errors.js";
import { makeVisible } from "../../report/text.js";
import type { QuarantineRecord } from "../../serve/engine/messages.js";
import { renderTable } from "../decision-table.js";
import { isForPeople, linesOption, type LinesOutput } from "../lines-option.js";
import { type AddressFlags, findServer, withAddress } from "../running-server.js";
import { askServer, type ServerAddress } from "../server-client.js";
import { suggestName } from "../suggest.js";

/** Bytes sent at a time: an eighth of what the server takes by default, so that proxies with smaller bounds take it too. */
const SENT_BYTES = 4 * 1024 * 1024;
/** Codes with which a server asks to come again, and how long to wait: what it says in Retry-After. */
const COME_AGAIN: ReadonlySet<string> = new Set(["SW1920", "SW1928"]);
const COME_AGAIN_MS = 2000;
/** Entries asked for at a time. */
const PAGE_ENTRIES = 1000;

/** Adds `quarantine list` and `quarantine replay`. */
export function addQuarantineCommand(program: Command): void {
  const quarantine = program
    .command("quarantine")
    .summary("see what serve could not read, and give it again")
    .description(
      "Records that a running `stillwatch serve` could not read are set aside with code, place, reason and fix. Their text is not kept: it may be\n" +
        "anybody's prompt. So giving them again needs the files or the gateway's log where they came from.\n\n" +
        "The environment's STILLWATCH_KEY holds a key with the scope read (list) or events:write (replay).",
    );
  addList(quarantine);
  addReplay(quarantine);
}

function addList(quarantine: Command): void {
  withAddress(quarantine.command("list"))
    .summary("list what was set aside, newest first")
    .description(
      "Lists records that could not be read, newest first: a table for people, one JSON object a line for programs. What was mended since stays\n" +
        "listed: it is a history. `source` and `source_line` say where a record came from: a followed file and its line there, or by whose key it was\n" +
        "sent and its line in that body, which came at `received_at`. `file` is a piece of the journal, deleted once it was stored.",
    )
    .option("--limit <n>", "how many", toCount, PAGE_ENTRIES)
    .addOption(linesOption())
    .addHelpText(
      "after",
      "\nExamples:\n  stillwatch quarantine list\n  stillwatch quarantine list --limit 10000 | jq -r .code | sort | uniq -c",
    )
    .action(async ({ limit, output, ...address }: AddressFlags & { limit: number; output?: LinesOutput }) => {
      const server = await findServer(address);
      const isTable = isForPeople(output);
      const rows: string[][] = [];
      let cursor: string | null = null;
      let listed = 0;
      while (listed < limit) {
        const query = `limit=${Math.min(PAGE_ENTRIES, limit - listed)}${cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`}`;
        const page = (await askServer(server, { method: "GET", path: `/v1/quarantine?${query}` })) as Page;
        for (const entry of page.data)
          if (isTable) rows.push(describeEntry(entry));
          else process.stdout.write(`${JSON.stringify(entry)}\n`);
        listed += page.data.length;
        cursor = page.next_cursor;
        if (cursor === null || page.data.length === 0) break;
      }
      if (rows.length > 0) process.stdout.write(renderTable(["code", "from", "line", "taken in", "what"], rows));
      if (listed === 0) process.stderr.write("nothing is set aside; what was just sent is read within seconds\n");
    });
}

interface Page {
  data: QuarantineRecord[];
  next_cursor: string | null;
}

function describeEntry({ code, what, file, line, source, source_line, received_at, received_from }: QuarantineRecord): string[] {
  const place = source === null ? [file, line] : [source, source_line ?? "?"];
  const at = received_at ?? received_from;
  return [code, makeVisible(String(place[0])), String(place[1]), at === null ? "?" : at.slice(0, 19), makeVisible(what)];
}

function addReplay(quarantine: Command): void {
  withAddress(quarantine.command("replay"))
    .summary("give records again; those that can be read now are taken in")
    .description(
      "Sends the records of files to serve. Those that can be read are taken in, and count once however often they are given; the others are listed\n" +
        "on standard output, one JSON object a line, with file, line, code, reason and fix. Use it after a mended log or a newer stillwatch.",
    )
    .argument("<inputs...>", "files, folders and globs, as for analyze; .gz and .zst too")
    .option("--format <name>", "what the records are: native, bedrock, langfuse, litellm, otlp", toFormat, "native")
    .addHelpText(
      "after",
      "\nExamples:\n  stillwatch quarantine replay mended.ndjson\n  stillwatch quarantine replay 'gateway/2026-05-*.json.gz' --format litellm",
    )
    .action(async (inputs: string[], { format, ...address }: AddressFlags & { format: string }) => {
      const sent = await replay(inputs, { server: await findServer(address), format });
      process.stderr.write(`${sent.records} taken in, ${sent.unreadable} still cannot be read\n`);
    });
}

/** What became of the records. */
interface Replayed {
  records: number;
  unreadable: number;
}

async function replay(inputs: readonly string[], { server, format }: { server: ServerAddress; format: string }): Promise<Replayed> {
  const xxhash = await createXxhash();
  const total: Replayed = { records: 0, unreadable: 0 };
  for (const input of await listInputFiles(inputs)) {
    const { file } = input;
    const takeBuffer = (bytes: number): ArrayBuffer => new ArrayBuffer(bytes);
    const opened = await openInputFile(input, { file, xxhash, formats: sourceFormats, format, takeBuffer, chunkBytes: SENT_BYTES });
    try {
      for await (const chunk of opened.chunks) {
        for (const entry of chunk.damage) tell(total, entry);
        const { lines, lineOf } = writeLines(chunk);
        if (lines.length === 0) continue;
        const answer = await send(server, { format, lines });
        total.records += answer.records;
        for (const { line, ...problem } of answer.unreadable) tell(total, { file, line: lineOf(line), ...problem });
        total.unreadable += answer.unreadable_records - answer.unreadable.length;
      }
    } finally {
      await opened.close();
    }
  }
  return total;
}

function tell(total: Replayed, entry: object): void {
  total.unreadable++;
  process.stdout.write(`${JSON.stringify(entry)}\n`);
}

/** A chunk as lines to send, and from a line that was sent to the line of the file. */
function writeLines({ body }: PlannedChunk): { lines: Uint8Array<ArrayBuffer>; lineOf: (sent: number) => number } {
  if (body.kind === "lines") {
    const first = body.line;
    return { lines: new Uint8Array(body.buffer, 0, body.length).slice(), lineOf: (sent) => first + sent - 1 };
  }
  const parts: Buffer[] = [];
  const places: number[] = [];
  for (let at = 0; at < body.spans.length; at += 3) {
    const value = Buffer.from(body.buffer, body.spans[at], body.spans[at + 1] - body.spans[at]);
    // In JSON a line break is white space or a mistake; a mistake stays one.
    parts.push(Buffer.from(value.toString("latin1").replaceAll(/[\r\n]/g, " "), "latin1"), Buffer.from("\n"));
    places.push(body.spans[at + 2]);
  }
  return { lines: new Uint8Array(Buffer.concat(parts)), lineOf: (sent) => places[sent - 1] ?? sent };
}

interface Answer {
  records: number;
  unreadable_records: number;
  unreadable: { line: number }[];
}

async function send(server: ServerAddress, { format, lines }: { format: string; lines: Uint8Array<ArrayBuffer> }): Promise<Answer> {
  for (;;) {
    try {
      return (await askServer(server, { method: "POST", path: `/v1/quarantine/replay?format=${format}`, lines })) as Answer;
    } catch (error) {
      const isLater = error instanceof StillwatchError && COME_AGAIN.has(error.problem.code);
      // A chunk of blank lines holds nothing, which is nobody's mistake here.
      if (error instanceof StillwatchError && error.problem.code === "SW1927") return { records: 0, unreadable_records: 0, unreadable: [] };
      if (!isLater) throw error;
      await wait(COME_AGAIN_MS);
    }
  }
}

function toFormat(text: string): string {
  const names = sourceFormats.map(({ name }) => name);
  if (names.includes(text)) return text;
  const near = suggestName(text, names);
  throw new InvalidArgumentError(`there is no format "${text}"${near === null ? "" : `; did you mean "${near}"?`}`);
}

function toCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("write a whole number from 1 on");
  return Number(text);
}
