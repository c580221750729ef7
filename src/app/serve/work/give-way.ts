/** Threads beside the server, which has the same cores. */
import { getPriority, setPriority } from "node:os";
import { platform } from "node:process";

/** As the engine: a verdict and an acknowledgement must not wait for work that can. */
const NICENESS = 5;

/** Below the intake: where there is not enough for both, campaigns are looked for a little later, and no event waits. Beside two readers on two cores it gets a seventh. */
export const BACKGROUND_NICENESS = 10;

/** Lowers this thread, never raises it. Linux counts threads as it does processes; elsewhere the server itself would be meant, and it takes its share. */
export function giveWay(niceness = NICENESS): void {
  if (platform === "linux" && getPriority() < niceness) setPriority(niceness);
}
