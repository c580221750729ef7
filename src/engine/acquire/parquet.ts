/**
 * Parquet files as a stream of NDJSON, one row a line: nested structs become objects, timestamps RFC 3339 in UTC. The embedded engine reads
 * them, in a process of its own, because one process can hold one data folder only and this one holds the store's. Row groups may be larger than
 * memory; the engine streams them, which no reader in JavaScript does.
 */
import { spawn } from "node:child_process";
import { mkdtemp, open, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Problem } from "../../vocabulary/errors.js";
import type { ByteSource } from "./byte-source.js";
import { damagedParquet } from "./problems.js";

/** Memory that the reading process may use for the engine, in bytes: row groups of a million rows of 2 KB pass in pieces of this. */
const MEMORY_BYTES = 1_000_000_000;
/** Rows that the engine decodes at a time. */
const BLOCK_ROWS = 4096;
/** Descriptor under which the child finds the file: a path could hold characters that the engine takes for a glob. */
const FILE_DESCRIPTOR = 3;
/** Of what the child says when it fails; only its error number is used. */
const COMPLAINT_CHARS_MAX = 4096;

/** One thread, so that rows come in the order of the file. Written as text because sources and compiled code lie in different places. */
const CHILD = `
const [library, folder] = process.argv.slice(1);
const { Session } = require(library);
const session = new Session(folder);
const file = "file('/dev/fd/${FILE_DESCRIPTOR}', Parquet)";
process.stderr.write("rows " + session.query("SELECT count() FROM " + file, "TSV").trim() + "\\n");
const settings = "max_threads=1, max_memory_usage=${MEMORY_BYTES}, input_format_parquet_max_block_size=${BLOCK_ROWS}, session_timezone='UTC', " +
  "date_time_output_format='iso', output_format_json_quote_64bit_integers=0, output_format_json_named_tuples_as_objects=1";
(async () => {
  for await (const chunk of session.queryStream("SELECT * FROM " + file + " SETTINGS " + settings, { format: "JSONEachRow" })) {
    if (!process.stdout.write(chunk.raw())) await new Promise((resolve) => process.stdout.once("drain", resolve));
  }
})().catch((error) => {
  process.stderr.write(String(error && error.message) + "\\n");
  process.exitCode = 1;
});
`;

/** Opens the file as NDJSON. A file that is no whole Parquet file gives no bytes and {@link ByteSource.damage} says so. */
export async function openParquet(path: string): Promise<ByteSource> {
  const folder = await mkdtemp(join(tmpdir(), "stillwatch-parquet-"));
  const handle = await open(path, "r");
  const { size } = await handle.stat();
  const library = createRequire(import.meta.url).resolve("chdb");
  const child = spawn(process.execPath, ["-e", CHILD, library, folder], { stdio: ["ignore", "pipe", "pipe", handle.fd] });
  let complaint = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    if (complaint.length < COMPLAINT_CHARS_MAX) complaint += text;
  });
  const ended = new Promise<number>((resolve) => {
    child.on("error", () => resolve(1));
    child.on("close", (code) => resolve(code ?? 1));
  });
  if (child.stdout === null) throw new Error("the reading process has no output");
  const pieces = child.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let piece: Uint8Array = new Uint8Array(0);
  let rows = 0;
  let damage: Problem | null = null;
  return {
    async read(target, at) {
      while (piece.length === 0) {
        const next = await pieces.next();
        if (next.done === true) {
          if ((await ended) !== 0) damage = damagedParquet(nameFailure(complaint));
          return 0;
        }
        piece = next.value;
        rows += countNewlines(next.value);
      }
      const count = Math.min(piece.length, target.length - at);
      target.set(piece.subarray(0, count), at);
      piece = piece.subarray(count);
      return count;
    },
    consumedBytes() {
      const total = Number(/^rows (\d+)/.exec(complaint)?.[1] ?? 0);
      return total === 0 ? 0 : Math.floor((size * Math.min(rows, total)) / total);
    },
    damage: () => damage,
    async close() {
      child.kill("SIGKILL");
      await ended;
      await handle.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function countNewlines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) count++;
  return count;
}

/** The engine's error numbers, without its words: those may quote the file. */
function nameFailure(complaint: string): string {
  const codes = [...complaint.matchAll(/\bCode: (\d{1,4})\b/g)].map((match) => match[1]);
  return codes.length === 0 ? "the engine could not be started" : `engine error ${codes.at(-1)}`;
}
