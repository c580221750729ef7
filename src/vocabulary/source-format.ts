/** Source formats: how another product's log lines become request events. One per integration, handed to the engine as a list. */
import type { RequestEvent } from "./request-event.js";
import type { Problem } from "./errors.js";

/** Reads one kind of log. */
export interface SourceFormat {
  /** The value of `--format`. */
  name: string;
  title: string;
  /** How sure it is, 0 to 1, that this parsed line is its own; `auto` asks all and takes the surest. */
  recognise(record: unknown): number;
  /**
   * Turns one parsed line (a whole document for formats whose line is an envelope of many records, as OTLP's is) into request events.
   * Never throws: what it cannot read comes back as a problem, with the code, the reason and the fix.
   */
  read(record: unknown): SourceReading[];
}

/** One event, or why there is none. `Problem.place` is filled in by the reader of the file. */
export type SourceReading = { event: RequestEvent } | { problem: Problem };
