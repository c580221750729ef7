/**
 * Exemplars: what a family looks like, shown with the words that several accounts sent and the rest marked as slots. The store holds no text,
 * so a few requests of each family are read again from where they lie.
 */
import type { AcquiredSource } from "../engine/acquire/index.js";
import { rereadRecords, type RecordLocator } from "../engine/acquire/index.js";
import { readWithFormat } from "../engine/acquire/read-chunk.js";
import { outlineOf } from "../engine/behaviour/features.js";
import { shareScaffold } from "../engine/behaviour/text/scaffold.js";
import type { Outcome } from "../engine/pipeline.js";
import { takeKeys, takeQuantities, takeStrings } from "../store/events/column-batch.js";
import type { EventStore } from "../store/events/store.js";
import type { Hash64 } from "../vocabulary/feature.js";
import type { Family } from "../vocabulary/family.js";
import type { RequestEvent } from "../vocabulary/request-event.js";
import type { SourceFormat } from "../vocabulary/source-format.js";

/** Requests read for one family: enough that three share whatever the scaffold is, few enough to align all with all. */
const REQUESTS_PER_FAMILY_MAX = 8;
/** Families shown; aligning one takes up to 20 ms, and nobody reads on. */
const FAMILIES_SHOWN_MAX = 300;
/** Keys of one query: the text of a query may have 256 KiB. */
const KEYS_PER_QUERY_MAX = 5_000;

/** Where text can be read again. */
export interface ExemplarContext {
  store: EventStore;
  /** The files of this run; requests of an earlier run whose files were not named again stay without text. */
  sources: readonly AcquiredSource[];
  formats: readonly SourceFormat[];
}

/** Fills in `exemplar` of the report's families where their requests can still be read, and says in the coverage where they cannot. */
export async function fillExemplars(outcome: Outcome, context: ExemplarContext): Promise<void> {
  const samples = pickSamples(outcome);
  if (samples.length === 0) return;
  const shown = samples.slice(0, FAMILIES_SHOWN_MAX);
  const events = await readEventsAgain(new Set(shown.flatMap((sample) => sample.keys)), context);
  let unreadable = 0;
  for (const { family, isSystem, keys } of shown) {
    const read = keys.map((key) => events.get(key)).filter((event) => event !== undefined);
    if (read.length < Math.min(2, keys.length)) unreadable++;
    family.exemplar = shareScaffold(read.map((event) => regionOf(event, isSystem)).filter((text) => text.trim() !== ""));
  }
  const sentences: string[] = [];
  if (unreadable > 0) {
    sentences.push(
      `The requests of ${unreadable} of ${shown.length} families could not be read again: their files are gone, were changed or were not given.`,
    );
  }
  if (samples.length > shown.length) sentences.push(`Only the first ${shown.length} of ${samples.length} families were looked up.`);
  if (sentences.length > 0) outcome.report.coverage["exemplars"] = sentences.join(" ");
}

/** Requests that stand for one family of one campaign. */
interface FamilySample {
  family: Family;
  isSystem: boolean;
  /** Of different parties, ascending. */
  keys: bigint[];
}

/** For every family of the report the smallest request keys of different parties: the same whatever the order of the input. */
function pickSamples({ report, tracking, population }: Outcome): FamilySample[] {
  const { requests, families, parties, requestOffsets } = population;
  const positions = new Map(families.ids.map((id, position) => [id, position]));
  return report.campaigns.flatMap((campaign, index) => {
    const { group } = tracking.campaigns[index];
    const wanted = new Map<number, Map<number, bigint>>();
    for (const { id } of campaign.families) wanted.set(positions.get(id) ?? -1, new Map());
    for (const account of group.members) {
      for (let row = requestOffsets[account]; row < requestOffsets[account + 1]; row++) {
        for (const family of [requests.systemFamily[row], requests.promptFamily[row]]) {
          const smallest = wanted.get(family);
          if (smallest === undefined) continue;
          const known = smallest.get(parties[account]);
          if (known === undefined || requests.key[row] < known) smallest.set(parties[account], requests.key[row]);
        }
      }
    }
    return campaign.families.map((family) => {
      const position = positions.get(family.id) ?? -1;
      const keys = [...(wanted.get(position)?.values() ?? [])].sort((a, b) => (a < b ? -1 : 1)).slice(0, REQUESTS_PER_FAMILY_MAX);
      return { family, isSystem: families.isSystem[position] === 1, keys };
    });
  });
}

/** The requests of the keys as they stand in their files, those that can be read. */
async function readEventsAgain(keys: ReadonlySet<bigint>, context: ExemplarContext): Promise<Map<bigint, RequestEvent>> {
  const sources = new Map(context.sources.map((source) => [toKey(source.sourceKey), source]));
  const places = await findPlaces([...keys], context.store);
  const found: { place: StoredPlace; source: AcquiredSource }[] = [];
  for (const place of places) {
    const source = sources.get(place.sourceKey);
    if (source !== undefined) found.push({ place, source });
  }
  const records = await rereadRecords(found.map(({ place, source }): RecordLocator => ({ source, offset: place.offset })));
  const events = new Map<bigint, RequestEvent>();
  for (const [index, { place, source }] of found.entries()) {
    const format = context.formats.find((candidate) => candidate.name === source.format);
    const record = records[index];
    if (format === undefined || record === null) continue;
    for (const reading of readWithFormat(format, record)) {
      if ("event" in reading && reading.event.requestId === place.requestId) events.set(place.key, reading.event);
    }
  }
  return events;
}

/** Where a stored request came from. */
interface StoredPlace {
  key: bigint;
  requestId: string;
  sourceKey: bigint;
  offset: number;
}

async function findPlaces(keys: readonly bigint[], store: EventStore): Promise<StoredPlace[]> {
  const places: StoredPlace[] = [];
  for (let from = 0; from < keys.length; from += KEYS_PER_QUERY_MAX) {
    const list = keys.slice(from, from + KEYS_PER_QUERY_MAX).join(", ");
    const sql = `SELECT request_key, request_id, source_key, source_offset FROM events_once WHERE request_key IN (${list}) ORDER BY request_key`;
    for await (const batch of store.columns(sql)) {
      const requestKeys = takeKeys(batch, "request_key");
      const requestIds = takeStrings(batch, "request_id");
      const sourceKeys = takeKeys(batch, "source_key");
      const offsets = takeQuantities(batch, "source_offset");
      for (let row = 0; row < batch.rows; row++) {
        places.push({ key: requestKeys[row], requestId: requestIds[row], sourceKey: sourceKeys[row], offset: offsets[row] });
      }
    }
  }
  return places;
}

function toKey([high, low]: Hash64): bigint {
  return (BigInt(high) << 32n) | BigInt(low >>> 0);
}

/** The text that families of the region are made of. */
function regionOf(event: RequestEvent, isSystem: boolean): string {
  const outline = outlineOf(event.messages ?? []);
  return isSystem ? (event.system ?? outline.system) : outline.lastUser;
}
