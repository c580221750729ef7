/** What can be wrong with what is sent in. */
import { HttpError } from "../problems.js";

/** When senders are asked to come again: the engine reads a segment in about this time. */
export const RETRY_AFTER_MS = 2000;

/** The journal holds as much as it may. */
export function journalIsFull(): HttpError {
  return new HttpError(
    {
      code: "SW1920",
      what: "the backlog is full",
      why: "more comes in than is being read, and what is answered for must not be lost; nothing of this request was kept.",
      fix: "send the same again after Retry-After. If it stays, see /readyz for the engine, or raise `intake.backlog_bytes_max`.",
    },
    { status: 429, retryAfterMs: RETRY_AFTER_MS },
  );
}

/** The disk refuses. Never quotes the system's message: it holds paths. */
export function journalCannotWrite(): HttpError {
  return new HttpError(
    {
      code: "SW1921",
      what: "the records could not be written to disk",
      why: "a record is answered for only when it is durable.",
      fix: "send the same again later: records that did arrive count once. The operator looks at the data folder's disk: full, read-only or failing.",
    },
    { status: 503, retryAfterMs: RETRY_AFTER_MS },
  );
}

/** The thread that makes bodies ready ended over this one or another. A status without a time to come again would have senders drop what they hold. */
export function bodyNotMadeReady(): HttpError {
  return new HttpError(
    {
      code: "SW1929",
      what: "the body could not be made ready",
      why: "the part of stillwatch that does so failed, over this body or another; nothing of this request was kept.",
      fix: "send the same again after Retry-After. If it stays, send in smaller requests, and report it with the log's lines of this time.",
    },
    { status: 503, retryAfterMs: RETRY_AFTER_MS },
  );
}

/** gzip or zstd that is none, or breaks off. */
export function undecompressable(encoding: string): HttpError {
  return new HttpError(
    {
      code: "SW1922",
      what: `the body is not whole ${encoding}`,
      why: "what cannot be decompressed whole is not taken in part: nobody could say which records are missing.",
      fix: "send the whole body, and a Content-Encoding only when it is compressed.",
    },
    { status: 400 },
  );
}

/** A compression that we do not read. */
export function unknownEncoding(): HttpError {
  return new HttpError(
    {
      code: "SW1923",
      what: "the content encoding is not known here",
      why: "stillwatch reads bodies that are plain, gzip or zstd.",
      fix: "send one of these and name it in Content-Encoding.",
    },
    { status: 415 },
  );
}

/** What curl says of a body where it is not told. */
const FORM = "application/x-www-form-urlencoded";

/** A content type that the call does not take. The sender's own word is not repeated. */
export function unknownMediaType(type: string, taken: readonly string[]): HttpError {
  return new HttpError(
    {
      code: "SW1905",
      what: "the content type is not taken here",
      why:
        type === FORM
          ? "the body says that it is a form: curl says so of --data and --data-binary where it is not told otherwise."
          : "stillwatch does not guess how a body is written; read as something else, all of it would end in quarantine.",
      fix: `send the header Content-Type: ${taken.join(", or ")}; with curl, -H 'content-type: ${taken[0]}'.`,
    },
    { status: 415 },
  );
}

/** It begins as a compressed body does, and nothing says so: read as lines, all of it would end in quarantine. */
export function unnamedEncoding(encoding: string): HttpError {
  return new HttpError(
    {
      code: "SW1931",
      what: `the body is ${encoding}, and does not say so`,
      why: "taken as it is, nothing in it could be read.",
      fix: `send the header Content-Encoding: ${encoding}.`,
    },
    { status: 415 },
  );
}

/** Decompresses to more than is taken. */
export function tooLargeDecompressed(): HttpError {
  return new HttpError(
    {
      code: "SW1924",
      what: "the body is too large once decompressed",
      why: "a few bytes can decompress to gigabytes, and memory is bounded.",
      fix: "send it in several requests.",
    },
    { status: 413 },
  );
}

/** Frames that would have memory or time taken before a byte of content is there. */
export function tooMuchToUnpack(): HttpError {
  return new HttpError(
    {
      code: "SW1930",
      what: "the zstd body takes too much memory or work to unpack",
      why: "a few bytes can ask for a window of gigabytes; here 8 MiB is the most (RFC 9659), and less where the body is in very many small blocks.",
      fix: "compress without --long and --ultra, flush less often, or send gzip.",
    },
    { status: 413 },
  );
}

/** `?format=` names nothing. */
export function unknownFormat(names: readonly string[]): HttpError {
  return new HttpError(
    {
      code: "SW1925",
      what: "unknown source format",
      why: "records that are read as another format than they have would all end in quarantine.",
      fix: `?format= takes ${names.join(", ")}; without it records are native.`,
    },
    { status: 400 },
  );
}

/** A body of one JSON document that is none. */
export function notJson(wanted: string): HttpError {
  return new HttpError(
    {
      code: "SW1926",
      what: `the body is not ${wanted}`,
      why: "nothing in it could be told apart; nothing was kept.",
      fix: `send ${wanted}; NDJSON goes to /v1/events with Content-Type application/x-ndjson.`,
    },
    { status: 400 },
  );
}

/** Nothing in it. */
export function noRecords(): HttpError {
  return new HttpError(
    {
      code: "SW1927",
      what: "the body holds no record",
      why: "an empty success would look like a sender that works.",
      fix: "send at least one record; a sender with nothing to say sends nothing.",
    },
    { status: 400 },
  );
}

/** Too many bodies at one time. */
export function tooMuchInFlight(): HttpError {
  return new HttpError(
    {
      code: "SW1928",
      what: "too many bodies are under way",
      why: "memory is bounded; nothing of this request was kept.",
      fix: "send the same again after Retry-After, or with fewer connections.",
    },
    { status: 429, retryAfterMs: RETRY_AFTER_MS },
  );
}
