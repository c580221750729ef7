/** Content types of bodies that bring records: what a call takes is taken under the names that senders have for it, and nothing else is guessed at. */
import type { FastifyRequest } from "fastify";
import { unknownMediaType } from "./intake-problems.js";

export const NDJSON = "application/x-ndjson";
export const JSON_DOCUMENT = "application/json";
export const PROTOBUF = "application/x-protobuf";

/** Other names for the same. `text/plain` is what `fetch` says of any string, and Vector and Logstash of lines. */
const ALSO_CALLED: Readonly<Record<string, readonly string[]>> = {
  [NDJSON]: ["application/ndjson", "application/jsonl", "application/x-jsonlines", "text/plain"],
  [PROTOBUF]: ["application/protobuf"],
};

/** The type without its parameters, in small letters; empty where none is given. */
export function readMediaType({ headers }: Pick<FastifyRequest, "headers">): string {
  return (headers["content-type"] ?? "").split(";")[0].trim().toLowerCase();
}

/**
 * Refuses what the route does not take. A body without a type passes, as what the route reads first: clients that send bytes (Python's requests, Go, `fetch` with a buffer) name none.
 *
 * @throws HttpError SW1905.
 */
export function refuseOtherTypes(request: Pick<FastifyRequest, "headers" | "routeOptions">): void {
  const { takes } = request.routeOptions.config;
  const type = readMediaType(request);
  if (takes === undefined || type === "") return;
  const taken = Object.keys(takes);
  if (!taken.some((each) => each === type || ALSO_CALLED[each]?.includes(type))) throw unknownMediaType(type, taken);
}
