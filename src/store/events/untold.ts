/** Required fields that sources left untold, counted over what is stored. */
import { UNTOLD_FIELDS, type UntoldField } from "../../vocabulary/request-event.js";
import type { EventStore } from "./store.js";

/** Requests per field that do not tell it; fields that all requests tell are absent. */
export type UntoldCounts = Partial<Record<UntoldField, number>>;

/** Counts them. @param eventsSql table expression that yields every request exactly once. */
export async function countUntold(store: Pick<EventStore, "rows">, eventsSql: string): Promise<UntoldCounts> {
  const counts = UNTOLD_FIELDS.map((field, bit) => `toFloat64(countIf(bitTest(untold, ${bit}))) AS requests_${field}`);
  const [row] = await store.rows<Record<string, number>>(`SELECT ${counts.join(", ")} FROM ${eventsSql} WHERE untold != 0`);
  const told = UNTOLD_FIELDS.map((field) => [field, row?.[`requests_${field}`] ?? 0] as const);
  return Object.fromEntries(told.filter(([, count]) => count > 0));
}
