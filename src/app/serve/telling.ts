/** What went wrong in a part, in the server's log: without a message that may quote a request. */
import type { FastifyBaseLogger } from "fastify";
import { type Problem, StillwatchError } from "../../vocabulary/errors.js";

/** Tells of what the operator can do something about. */
export function noteProblem(log: FastifyBaseLogger, { code, what, why, fix, place }: Problem): void {
  log.warn({ code, what, why, fix, file: place?.file, line: place?.line }, "trouble");
}

/** Tells of what failed, whatever it is. */
export function noteFailure(log: FastifyBaseLogger, { error, part }: { error: unknown; part: string }): void {
  if (error instanceof StillwatchError) noteProblem(log, error.problem);
  else log.error({ part, kind: error instanceof Error ? error.name : "unknown", stack: readFrames(error) }, "a part failed");
}

/** Where it happened, without the message. */
function readFrames(error: unknown): string[] {
  return error instanceof Error
    ? (error.stack ?? "")
        .split("\n")
        .filter((line) => /^\s+at /.test(line))
        .slice(0, 8)
    : [];
}
