/** Required fields that a log may leave untold: what follows from the rest of its record is filled in, what does not is said to be untold. */
import type { RequestEvent, UntoldField } from "../vocabulary/request-event.js";

/** Notes that the source does not tell a required field; `coverage` in the report counts them. */
export function noteUntold(event: RequestEvent, field: UntoldField): void {
  (event.untold ??= []).push(field);
}

/** Token counts as a record tells them. */
export interface ToldTokens {
  input: number | undefined;
  output: number | undefined;
}

/**
 * Fills in the token counts of an event whose status is set. A request that failed without counts used none: providers bill, and log, nothing
 * for what they refused. Any other count that is absent is untold.
 */
export function fillTokens(event: RequestEvent, { input, output }: ToldTokens): void {
  const hasFailed = event.status >= 400;
  event.inputTokens = input ?? 0;
  event.outputTokens = output ?? 0;
  if (input === undefined && !hasFailed) noteUntold(event, "input_tokens");
  if (output === undefined && !hasFailed) noteUntold(event, "output_tokens");
}
