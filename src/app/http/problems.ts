/** Errors over HTTP: `application/problem+json` (RFC 9457) with the code, the reason and the fix that a person would meet on the command line. */
import { StillwatchError, type Problem } from "../../vocabulary/errors.js";

/** An error with the HTTP status that belongs to it. */
export class HttpError extends StillwatchError {
  readonly status: number;
  /** When to come again; becomes `Retry-After`. */
  readonly retryAfterMs: number | undefined;

  constructor(problem: Problem, { status, retryAfterMs }: { status: number; retryAfterMs?: number }) {
    super(problem);
    this.name = "HttpError";
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The body of an error. */
export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  fix: string;
}

/** Where the codes are explained; relative, because it is the reader's copy that counts. */
const TYPE_PREFIX = "urn:stillwatch:problem:";

/** Writes an error as the body that a client reads. What is nobody's fault but ours says so, and nothing of its text leaves the process. */
export function describeHttpError(error: unknown): { body: ProblemBody; retryAfterMs: number | undefined; isOurs: boolean } {
  if (error instanceof StillwatchError) {
    const status = error instanceof HttpError ? error.status : error.exitStatus === 2 ? 400 : 500;
    const retryAfterMs = error instanceof HttpError ? error.retryAfterMs : undefined;
    // What says when to come again is no fault: it is how a bound is kept.
    const isOurs = status >= 500 && retryAfterMs === undefined;
    const isWrittenForClients = error instanceof HttpError || !isOurs;
    return { body: writeBody(isWrittenForClients ? error.problem : hideInside(error.problem), status), retryAfterMs, isOurs };
  }
  const framework = describeFrameworkError(error);
  if (framework !== null) return { body: framework, retryAfterMs: undefined, isOurs: false };
  return {
    body: writeBody(
      {
        code: "SW1901",
        what: "stillwatch failed to answer",
        why: "something happened that it was not written for; the log tells where.",
        fix: "ask again; if it stays, report it with the log's lines of this time.",
      },
      500,
    ),
    retryAfterMs: undefined,
    isOurs: true,
  };
}

/** What a store or the engine says of a fault names folders, queries and accounts: it is for the operator's log. */
function hideInside({ code }: Problem): Problem {
  return {
    code,
    what: "stillwatch could not do this now",
    why: "something inside it failed; the log tells what, under this code.",
    fix: "ask again; if it stays, look up the code in docs/errors.md.",
  };
}

function writeBody({ code, what, why, fix }: Problem, status: number): ProblemBody {
  return { type: `${TYPE_PREFIX}${code}`, title: what, status, code, detail: why, fix };
}

/** What fastify itself refuses: bodies that are too large, of an unknown type, no JSON, or not as the schema says. */
function describeFrameworkError(error: unknown): ProblemBody | null {
  if (!(error instanceof Error) || !("statusCode" in error) || typeof error.statusCode !== "number") return null;
  const status = error.statusCode;
  if (status < 400 || status >= 500) return null;
  if ("validation" in error && Array.isArray(error.validation)) {
    const [first] = error.validation as { instancePath?: string; keyword?: string; message?: string }[];
    const place =
      first?.instancePath === undefined || first.instancePath === ""
        ? describePart(error)
        : first.instancePath.slice(1).replaceAll("/", ".");
    return writeBody(
      {
        code: "SW1902",
        // Never the name of an unknown field: it is the caller's text.
        what: `${place}: ${first?.keyword === "additionalProperties" ? "holds a field that is not known here" : (first?.message ?? "not as the interface says")}`,
        why: "a request that is half understood would be half carried out.",
        fix: "see /openapi.json for the fields of this call.",
      },
      400,
    );
  }
  if ("code" in error && error.code === "FST_ERR_BAD_URL") return writeBody(UNREADABLE_HTTP, status);
  const known = FRAMEWORK_PROBLEMS[status] ?? FRAMEWORK_PROBLEMS[400];
  return writeBody(known, status);
}

/** What is no HTTP, or does not come to its end. */
const UNREADABLE_HTTP: Problem = {
  code: "SW1915",
  what: "the request cannot be read as HTTP",
  why: "it is not written as HTTP/1.1 wants it, its head is too large, or it did not arrive in time.",
  fix: "send it whole and well-formed; `listen.request_timeout` says how long a request may take to arrive.",
};

/** The body of the answer to it. Nothing of what came is in it. */
export function describeUnreadableHttp(status: number): ProblemBody {
  return writeBody(UNREADABLE_HTTP, status);
}

/** A body that is not what its content type says. */
export function unreadableBody(): HttpError {
  return new HttpError(FRAMEWORK_PROBLEMS[400], { status: 400 });
}

/** A large call for a verdict that does not come to its end while anybody waits for it. */
export function callTooSlow(): HttpError {
  return new HttpError(
    {
      code: "SW1932",
      what: "the call did not arrive in time",
      why: "what has come of it is held in memory that other calls need, and no gateway waits for so long.",
      fix: "send it within five seconds, or less of the text: of long ones beginning and end are looked at.",
    },
    { status: 408 },
  );
}

/** The part of the request that a schema is about. */
function describePart(error: Error): string {
  const part = "validationContext" in error ? error.validationContext : "body";
  return part === "querystring" ? "the query" : `the ${String(part)}`;
}

const FRAMEWORK_PROBLEMS: Readonly<Record<number, Problem>> = {
  400: {
    code: "SW1903",
    what: "the request cannot be read",
    why: "its body is not what its content type says.",
    fix: "send well-formed JSON, or NDJSON where the call takes it; see /openapi.json.",
  },
  413: {
    code: "SW1904",
    what: "the body is too large",
    why: "memory is bounded, so a single request is.",
    fix: "send it in several requests; `listen.body_bytes_max` sets the bound.",
  },
  415: {
    code: "SW1905",
    what: "the content type is not known here",
    why: "stillwatch does not guess how a body is written.",
    fix: "send JSON with the header Content-Type: application/json; /openapi.json names the content types of each call.",
  },
};
