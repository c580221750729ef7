/** Threads beside the server, which has the same cores. */
import { getPriority, setPriority } from "node:os";
import { platform } from "node:process";

/** As the engine: a verdict and an acknowledgement must not wait for work that can. */
const NICENESS = 5;

/** Lowers this thread, never raises it. Linux counts threads as it does processes; elsewhere the server itself would be meant, and it takes its share. */
export function giveWay(): void {
  if (platform === "linux" && getPriority() < NICENESS) setPriority(NICENESS);
}
