/** From bytes to rows: what a worker does with one chunk. Pure. */
import createXxhash from "xxhash-wasm";
import type { TextFeatures } from "../../vocabulary/feature.js";
import type { QuarantineEntry } from "../../vocabulary/quarantine.js";
import type { RequestEvent } from "../../vocabulary/request-event.js";
import type { SourceFormat, SourceReading } from "../../vocabulary/source-format.js";
import type { BlockWriter, ChunkResult, ChunkTask } from "./chunk.js";
import { BATCH_DEPTH_MAX } from "./limits.js";
import { boundOtherFields } from "./other-fields.js";
import { NO_REQUEST, UNREADABLE_RECORD } from "./problems.js";
import { describeEntry } from "./quarantine-entry.js";
import { readRecords } from "./read-records.js";

/** What a reader of chunks is made of; composed in `app`, which knows the integrations and detections. */
export interface ChunkReaderParts {
  formats: readonly SourceFormat[];
  /** Null features: no text. */
  extractFeatures: (event: RequestEvent) => TextFeatures | null;
  /** Collects one chunk's rows; `finish` starts it again. */
  writer: BlockWriter;
}

/** Reads one chunk after another. */
export type ChunkReader = (task: ChunkTask) => ChunkResult;

/** Makes a reader of chunks. It keeps nothing between chunks, so which worker reads which chunk changes nothing. */
export async function createChunkReader({ formats, extractFeatures, writer }: ChunkReaderParts): Promise<ChunkReader> {
  const xxhash = await createXxhash();
  return (task) => {
    const format = formats.find((candidate) => candidate.name === task.format);
    if (format === undefined) throw new Error(`no format is called ${task.format}`);
    const { file, sourceKey, isMetadataOnly, body } = task;
    const quarantine: QuarantineEntry[] = [];
    const times: number[] = [];
    const lines = readRecords(task, xxhash, {
      damage: (entry) => void quarantine.push(entry),
      record(record, place) {
        const { line, offset } = place;
        const readings = readWithFormat(format, record);
        for (let index = 0; index < readings.length; index++) {
          const reading = readings[index];
          let problem = "problem" in reading ? reading.problem : null;
          if ("event" in reading) {
            try {
              const event = isMetadataOnly ? dropText(reading.event) : reading.event;
              if (event.otherFields !== undefined) event.otherFields = boundOtherFields(event.otherFields);
              writer.add(event, extractFeatures(event), { sourceKey, offset, line });
              times.push(event.atMs);
            } catch {
              problem = UNREADABLE_RECORD;
            }
          }
          if (problem !== null) quarantine.push(describeEntry(problem, { file, line, lineKey: place.hash(index) }));
        }
      },
    });
    const { rows } = writer;
    return { block: rows > 0 ? writer.finish() : null, rows, times: Float64Array.from(times), lines, quarantine, buffer: body.buffer };
  };
}

/** Hands a parsed record to the format; an array is a batch of records. Every record comes to something, and nothing is thrown. */
export function readWithFormat(format: SourceFormat, record: unknown): SourceReading[] {
  if (!Array.isArray(record)) return readOne(format, record);
  const readings: SourceReading[] = [];
  // A stack of its own: the engine's overflows on arrays in arrays in arrays. The next item is the last one.
  const waiting: { item: unknown; depth: number }[] = [{ item: record, depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { item, depth } = next;
    if (!Array.isArray(item) || item.length === 0) for (const reading of readOne(format, item)) readings.push(reading);
    else if (depth === BATCH_DEPTH_MAX) readings.push({ problem: UNREADABLE_RECORD });
    else for (let index = item.length - 1; index >= 0; index--) waiting.push({ item: item[index], depth: depth + 1 });
  }
  return readings;
}

function readOne(format: SourceFormat, record: unknown): SourceReading[] {
  try {
    const readings = format.read(record);
    return readings.length > 0 ? readings : [{ problem: NO_REQUEST }];
  } catch {
    return [{ problem: UNREADABLE_RECORD }];
  }
}

/** The event without any text, as a provider would hand it over who keeps prompts to himself. */
function dropText(event: RequestEvent): RequestEvent {
  const { system: _system, messages: _messages, output: _output, ...rest } = event;
  return rest;
}
