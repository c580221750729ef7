/**
 * Ctrl-C. A command that can stop between two steps takes {@link interruptionSignal} and hands it to its work, so that finished work is kept
 * and a rerun with the same `--data-dir` goes on. Commands that do not take it end at once. Exit status 3 either way.
 */
import { StillwatchError } from "../../vocabulary/errors.js";

/** How long a command may take to stop neatly before we stop waiting: longer than the insert of one chunk on a slow disk. */
const GRACE_MS = 15_000;

/** npm and `timeout` pass a signal on that the terminal sends to the whole group anyway: one key press, told twice. */
const ECHO_MS = 300;

const controller = new AbortController();
let isHeld = false;
let firstMs = 0;

/** The signal that Ctrl-C aborts, with a StillwatchError of exit status 3 as its reason. Taking it promises to look at it. */
export function interruptionSignal(): AbortSignal {
  isHeld = true;
  return controller.signal;
}

/** What Ctrl-C does. */
export function interrupt(): void {
  if (controller.signal.aborted && performance.now() - firstMs < ECHO_MS) return;
  if (!isHeld || controller.signal.aborted) process.exit(3);
  firstMs = performance.now();
  process.stderr.write("\nstopping after the work in hand; press Ctrl-C again to stop at once\n");
  controller.abort(describeInterruption());
  setTimeout(() => process.exit(3), GRACE_MS).unref();
}

/** Starts listening; called once, by the entry point. */
export function watchForInterruption(): void {
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
}

function describeInterruption(): StillwatchError {
  return new StillwatchError(
    {
      code: "SW1009",
      what: "interrupted",
      why: "the run was stopped before its report was written.",
      fix: "run the same command again; with the same --data-dir it goes on where it stopped.",
    },
    3,
  );
}
