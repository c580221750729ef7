/** Commands that ask a running `stillwatch serve`: one request, and its problems told as those of the command line. */
import { StillwatchError, type Problem } from "../../vocabulary/errors.js";

/** Where the server is and who asks. */
export interface ServerAddress {
  /** Such as http://127.0.0.1:8484 */
  url: string;
  /** From STILLWATCH_KEY: a process list shows what is given as an option. */
  key: string | undefined;
}

/** One request. */
export interface ServerRequest {
  method: "GET" | "POST" | "DELETE";
  /** With its query. */
  path: string;
  body?: unknown;
  /** NDJSON in place of `body`. */
  lines?: Uint8Array<ArrayBuffer>;
  /** Sent as `Idempotency-Key`: the same write sent again is carried out once. */
  idempotencyKey?: string;
}

/** People wait for it; the server answers all but the largest lists within a second. */
const TIMEOUT_MS = 30_000;

/**
 * Asks, and answers the body of the answer; null where it has none.
 *
 * @throws StillwatchError SW1912 when nobody answers, SW1913 when what answers is no stillwatch; the server's own code when it refuses.
 */
export async function askServer(
  { url, key }: ServerAddress,
  { method, path, body, lines, idempotencyKey }: ServerRequest,
): Promise<unknown> {
  const response = await fetch(joinUrl(url, path), {
    method,
    signal: AbortSignal.timeout(TIMEOUT_MS),
    redirect: "error",
    headers: {
      ...(key === undefined || key === "" ? {} : { authorization: `Bearer ${key}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(lines === undefined ? {} : { "content-type": "application/x-ndjson" }),
      ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(lines === undefined ? {} : { body: lines }),
  }).catch((error: unknown) => {
    throw unreachable(url, error);
  });
  const text = await response.text();
  if (response.ok && text === "") return null;
  const answer = parse(text);
  if (answer === undefined) throw foreign(url, response.status);
  if (response.ok) return answer;
  throw new StillwatchError(readProblem(answer, { url, status: response.status }));
}

function joinUrl(url: string, path: string): string {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) throw unreachable(url, new Error("not an http or https address"));
  return url.replace(/\/+$/, "") + path;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function readProblem(answer: unknown, { url, status }: { url: string; status: number }): Problem {
  const { code, title, detail, fix } = Object(answer) as Record<string, unknown>;
  if (typeof code !== "string" || typeof title !== "string") return foreign(url, status).problem;
  return { code, what: title, why: String(detail), fix: FIXES_HERE[code] ?? String(fix) };
}

/** The server speaks of headers; at a command line the same is mended otherwise. */
const FIXES_HERE: Readonly<Record<string, string>> = {
  SW1906: "put a key's secret into the environment as STILLWATCH_KEY; whoever runs serve makes one: stillwatch keys create.",
  SW1907:
    "look at STILLWATCH_KEY: it holds the key's secret, sw_…, which was shown when it was made; stillwatch keys create makes another.",
};

function unreachable(url: string, error: unknown): StillwatchError {
  const cause = error instanceof Error && error.cause instanceof Error && "code" in error.cause ? String(error.cause.code) : "";
  const told = error instanceof Error ? error.message : "no answer";
  return new StillwatchError({
    code: "SW1912",
    what: "stillwatch serve does not answer",
    place: { file: url },
    why: cause === "" ? `${told}.` : `the system says ${cause}.`,
    fix: "check the address, and that stillwatch serve runs there: it says where it listens when it starts.",
  });
}

function foreign(url: string, status: number): StillwatchError {
  return new StillwatchError({
    code: "SW1913",
    what: `what answers is not stillwatch (status ${status})`,
    place: { file: url },
    why: "its answer is not of our form; a proxy may stand in front, or another server has this port.",
    fix: "check the address.",
  });
}
