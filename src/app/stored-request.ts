/** One request as the event store keeps it, for an explanation. */
import { existsSync } from "node:fs";
import { openEventStore } from "../store/events/store.js";
import { StillwatchError } from "../vocabulary/errors.js";
import { UNTOLD_FIELDS, type UntoldField } from "../vocabulary/request-event.js";

/** What the store tells of one request; text is not there. */
export interface StoredRequest {
  at: string;
  account_id: string;
  target_model: string;
  status: number;
  input_tokens: number;
  output_tokens: number;
  /** Required fields that the source does not tell: their values above stand for nothing. */
  untold: UntoldField[];
  /** Fields of its line that the contract does not name, within bounds. */
  other_fields: Record<string, unknown>;
}

/**
 * Looks a request up in the data folder of an analysis; null when it is not stored.
 *
 * @throws StillwatchError SW1655 when there is no such folder; SW14xx as the store does.
 */
export async function findStoredRequest(dataFolder: string, requestId: string): Promise<StoredRequest | null> {
  if (!existsSync(dataFolder)) {
    throw new StillwatchError({
      code: "SW1655",
      what: "the data folder does not exist",
      place: { file: dataFolder },
      why: "opening it would make a new and empty one, which knows no request.",
      fix: "give the folder that `stillwatch analyze --data-dir` was given.",
    });
  }
  const store = await openEventStore({ path: dataFolder });
  try {
    const [row] = await store.rows<
      Omit<StoredRequest, "at" | "untold" | "other_fields"> & { at_ms: string; untold: number; other_fields: string }
    >(
      `SELECT at_ms, account_id, toString(target_model) AS target_model, status, input_tokens, output_tokens, untold, other_fields
       FROM events_once WHERE request_key = xxHash64({id:String}) AND request_id = {id:String}`,
      { id: requestId },
    );
    if (row === undefined) return null;
    const { at_ms, untold, other_fields, ...told } = row;
    const others = other_fields === "" ? {} : (JSON.parse(other_fields) as Record<string, unknown>);
    return {
      at: new Date(Number(at_ms)).toISOString(),
      ...told,
      untold: UNTOLD_FIELDS.filter((_, bit) => (untold >>> bit) & 1),
      other_fields: others,
    };
  } finally {
    await store.close();
  }
}
