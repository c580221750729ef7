/** Reads records at the door, to tell at once which of them can be read: what is given again is given by a person who waits for the answer. */
import createXxhash from "xxhash-wasm";
import { readRecords } from "../../../engine/acquire/read-records.js";
import { readWithFormat } from "../../../engine/acquire/read-chunk.js";
import { sourceFormats } from "../../../integrations/index.js";
import type { QuarantineEntry } from "../../../vocabulary/quarantine.js";

/** A line that still cannot be read. Never its text. */
export type Unreadable = Pick<QuarantineEntry, "line" | "column" | "code" | "what" | "why" | "fix">;

/** Lines parted into those that can be read and the others. */
export interface ReadAgain {
  /** As they came, each with its newline. */
  readable: Buffer;
  unreadable: Unreadable[];
}

const NEWLINE = 10;

/** Parts lines. A batch on one line is readable when any record of it is; what is wrong with the others is told too. */
export async function readAgain(format: string, lines: Buffer): Promise<ReadAgain> {
  const reader = sourceFormats.find(({ name }) => name === format);
  if (reader === undefined) throw new Error("no format is called so");
  const xxhash = await createXxhash();
  const unreadable: Unreadable[] = [];
  const readable: Buffer[] = [];
  const buffer = new Uint8Array(lines).buffer;
  readRecords({ file: "", body: { kind: "lines", buffer, length: lines.length, offset: 0, line: 1 } }, xxhash, {
    damage: ({ line, column, code, what, why, fix }) =>
      void unreadable.push({ line, ...(column === undefined ? {} : { column }), code, what, why, fix }),
    record(record, { line, offset }) {
      const readings = readWithFormat(reader, record);
      for (const reading of readings) {
        if (!("problem" in reading)) continue;
        const { code, what, why, fix } = reading.problem;
        unreadable.push({ line, code, what, why, fix });
      }
      if (readings.some((reading) => "event" in reading)) readable.push(lines.subarray(offset, lines.indexOf(NEWLINE, offset) + 1));
    },
  });
  return { readable: Buffer.concat(readable), unreadable };
}
