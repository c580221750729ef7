/** Work that starts in any number and ends one at a time in the order of its start, with a bound on what is under way. */

/** One stage after the other: read by workers, stored in order. */
export interface AssemblyLine {
  /** Waits until there is room for another piece of work. Throws what went wrong meanwhile, or the reason of the signal. */
  waitForSlot(): Promise<void>;
  /** Takes work that has begun; `finish` is called when it and everything before it is done. */
  push<T>(work: Promise<T>, finish: (value: T) => Promise<void>): void;
  /** Waits for everything that was taken; throws nothing. */
  settle(): Promise<void>;
  /** Throws what went wrong, or the reason of the signal. */
  assertGoing(): void;
  /** True when some work went wrong; an interruption is no failure. */
  hasFailed(): boolean;
}

/** Makes a line for at most `inFlightMax` pieces of work. */
export function createAssemblyLine(inFlightMax: number, signal?: AbortSignal): AssemblyLine {
  const waiting: (() => void)[] = [];
  let inFlight = 0;
  let failure: { error: unknown } | null = null;
  let last: Promise<void> = Promise.resolve();

  const assertGoing = (): void => {
    if (failure !== null) throw failure.error;
    signal?.throwIfAborted();
  };
  const finishOne = async <T>(work: Promise<T>, finish: (value: T) => Promise<void>): Promise<void> => {
    try {
      const value = await work;
      // After a failure nothing more is stored: what follows would leave a gap that looks like a result.
      if (failure === null) await finish(value);
    } catch (error) {
      failure ??= { error };
    } finally {
      inFlight--;
      waiting.shift()?.();
    }
  };
  return {
    assertGoing,
    async waitForSlot() {
      assertGoing();
      if (inFlight >= inFlightMax) await new Promise<void>((resolve) => waiting.push(resolve));
      assertGoing();
    },
    push(work, finish) {
      inFlight++;
      // The failure is looked at in its turn; until then it must not count as unhandled.
      work.catch(() => {});
      last = last.then(() => finishOne(work, finish));
    },
    settle: () => last,
    hasFailed: () => failure !== null,
  };
}
