/** What stands on standard input is for nobody here: every command reads files that are named. */
import { closeSync, openSync } from "node:fs";
import { devNull } from "node:os";
import { isatty } from "node:tty";

const STANDARD_INPUT = 0;

/**
 * Puts nothing in the place of standard input, unless a person sits at it. The embedded engine would take what a script pipes there (`while read name; do stillwatch …`) for
 * rows of its inserts, and the script's next turn would find it eaten. To be called before anything else opens a file: the lowest free descriptor is taken.
 */
export function leaveStandardInput(): void {
  if (isatty(STANDARD_INPUT)) return;
  try {
    closeSync(STANDARD_INPUT);
  } catch (error) {
    // Whoever started this has closed it already.
    if ((error as NodeJS.ErrnoException).code !== "EBADF") throw error;
  }
  openSync(devNull, "r");
}
