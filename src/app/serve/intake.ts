/** The one door by which records come in, from wherever: journal first, then what verdicts must know at once. */
import { setImmediate } from "node:timers/promises";
import type { RecordOrigin } from "../../store/hand-over/origins.js";
import type { BodyShape } from "../http/intake/shape-body.js";
import { CHECKS_FORMAT, type Journal, type Metrics, type Verdicts } from "./services.js";
import { createInlineWork, type RecordWork } from "./work/record-work.js";
import { HANDLE_FIELDS, REPORT_FIELDS, type IssuedHandles } from "./work/scan-records.js";

/** How a body is handed in. */
export interface Handed {
  /** Default: lines as they are. */
  shape?: BodyShape;
  /** True where nobody looks at the bytes afterwards, so that a thread may have them without a copy. */
  isGiven?: boolean;
  /** Told of records that cannot be read. */
  origin?: RecordOrigin;
}

/** Takes records in. */
export interface Intake {
  /**
   * Settles when the records are on disk. Lines end in a newline, pieces of a body may end anywhere; `source` says by which way they came, for the count.
   *
   * @returns how many lines hold something. Whether they can be read shows later: what cannot goes to quarantine and is never lost silently. `isEmpty`: there was
   * nothing to write.
   * @throws JournalFull, or the system's error; nothing is acknowledged then, and the same records may be sent again. HttpError for a body that is none of its shape.
   */
  take(format: string, body: Buffer | readonly Buffer[], source: string, handed?: Handed): Promise<{ records: number; isEmpty: boolean }>;
}

/** What the door needs. */
export interface IntakeParts {
  journal: Journal;
  verdicts: Pick<Verdicts, "noteHandles" | "noteUnchecked">;
  metrics: Pick<Metrics, "count">;
  /** Default: in this thread. */
  work?: RecordWork;
}

const AS_IS: BodyShape = { kind: "as_is" };

/** Noted at once: a millisecond, in which no request is answered. */
const HANDLES_AT_ONCE = 1_000 * HANDLE_FIELDS;

async function noteHandles(verdicts: IntakeParts["verdicts"], handles: IssuedHandles): Promise<void> {
  for (let from = 0; from < handles.length; from += HANDLES_AT_ONCE) {
    if (from > 0) await setImmediate();
    const issued: { handle: string; accountId: string; organizationId?: string }[] = [];
    for (let at = from; at < Math.min(handles.length, from + HANDLES_AT_ONCE); at += HANDLE_FIELDS) {
      const [handle, accountId, organizationId] = handles.slice(at, at + HANDLE_FIELDS);
      issued.push(organizationId === "" ? { handle, accountId } : { handle, accountId, organizationId });
    }
    verdicts.noteHandles(issued);
  }
}

/** Puts the door together. */
export function createIntake({ journal, verdicts, metrics, work = createInlineWork() }: IntakeParts): Intake {
  return {
    async take(format, body, source, { shape = AS_IS, isGiven = false, origin } = {}) {
      const pieces = Buffer.isBuffer(body) ? [body] : body;
      const { lines, records, handles, reports } = await work.prepare({ format, shape, body: pieces }, { isGiven });
      const bytes = lines.length;
      if (bytes === 0) return { records: 0, isEmpty: true };
      try {
        await journal.append(format, lines, origin);
        await noteHandles(verdicts, handles);
        if (reports.lines.length > 0) await journal.append(CHECKS_FORMAT, reports.lines);
      } finally {
        work.giveBack(lines);
      }
      for (let at = 0; at < reports.requests.length; at += REPORT_FIELDS)
        verdicts.noteUnchecked(reports.requests[at], reports.requests[at + 1]);
      metrics.count("stillwatch_intake_records_total", { format, source }, records);
      metrics.count("stillwatch_intake_bytes_total", { format, source }, bytes);
      return { records, isEmpty: false };
    },
  };
}
