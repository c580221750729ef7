/** Records that were set aside, page by page, newest first. */
import { basename } from "node:path";
import { parseSegmentName } from "../../../store/hand-over/segment.js";
import type { EventStore } from "../../../store/events/store.js";
import type { QuarantinePage, QuarantineRecord } from "./messages.js";

/** Records on one page: a screenful for a person, an answer of some hundred kilobytes for a program. */
const PAGE_RECORDS_MAX = 1000;

interface QuarantineRow extends Pick<QuarantineRecord, "code" | "what" | "why" | "fix" | "line"> {
  source: string;
  column: number;
  key: string;
}

interface OriginRow {
  source: string;
  line: number;
  origin: string;
  origin_line: number;
  at_ms: number;
}

/** Segments are named by when they were begun, so descending names are newest first. */
const ORDER = "source, line, line_key";

/** Lists a page. `cursor` is what the page before gave, null for the first. An unknown cursor begins anew. */
export async function listQuarantinePage(
  store: Pick<EventStore, "rows">,
  { limit, cursor }: { limit: number; cursor: string | null },
): Promise<QuarantinePage> {
  const size = Math.max(1, Math.min(PAGE_RECORDS_MAX, Math.floor(limit)));
  const after = cursor === null ? null : readCursor(cursor);
  const page = `FROM quarantine FINAL
     ${after === null ? "" : `WHERE (${ORDER}) < ({source:String}, {line:UInt32}, {key:UInt64})`}
     ORDER BY source DESC, line DESC, line_key DESC LIMIT {size:UInt32}`;
  const rows = await store.rows<QuarantineRow>(
    `SELECT source, line, column, toString(line_key) AS key, toString(code) AS code, what, why, fix ${page}`,
    { size: size + 1, ...after },
  );
  const origins = await store.rows<OriginRow>(
    `SELECT source, line, origin, toFloat64(origin_line) AS origin_line, toFloat64(at_ms) AS at_ms FROM quarantine_origins FINAL
     WHERE (source, line) IN (SELECT source, line ${page})`,
    { size: size + 1, ...after },
  );
  const originOf = new Map(origins.map((origin) => [`${origin.line} ${origin.source}`, origin]));
  const data = rows.slice(0, size);
  const last = data.at(-1);
  return {
    data: data.map(({ code, what, why, fix, source, line, column }) => ({
      code,
      what,
      why,
      fix,
      ...describeSegment(source),
      line,
      column: column > 0 ? column : null,
      ...describeOrigin(originOf.get(`${line} ${source}`)),
    })),
    next_cursor: rows.length > size && last ? writeCursor(last) : null,
  };
}

function describeOrigin(origin: OriginRow | undefined): Pick<QuarantineRecord, "source" | "source_line" | "received_at"> {
  if (origin === undefined) return { source: null, source_line: null, received_at: null };
  const { origin: source, origin_line: line, at_ms: atMs } = origin;
  return { source, source_line: line === 0 ? null : line, received_at: new Date(atMs).toISOString() };
}

/** A path of this machine tells a sender nothing, and the file is gone; when it was written leads to the request in his own log. */
function describeSegment(path: string): Pick<QuarantineRecord, "file" | "format" | "received_from"> {
  const file = basename(path);
  const segment = parseSegmentName(file);
  return segment === null
    ? { file, format: null, received_from: null }
    : { file, format: segment.format, received_from: new Date(segment.number).toISOString() };
}

const writeCursor = ({ source, line, key }: QuarantineRow): string =>
  Buffer.from(JSON.stringify([source, line, key])).toString("base64url");

function readCursor(cursor: string): { source: string; line: number; key: string } | null {
  try {
    const [source, line, key] = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")) as unknown[];
    const isWhole = typeof source === "string" && Number.isInteger(line) && typeof key === "string" && /^\d{1,20}$/.test(key);
    return isWhole ? { source, line: line as number, key } : null;
  } catch {
    return null;
  }
}
