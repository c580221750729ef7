/**
 * Event time. Every stage is handed a clock; only `app/` owns one that reads the machine's time. An analysis of history uses a clock that
 * stands at the newest event, so that replaying gives what live gave.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
}

/** A clock that stands still at `atMs`. */
export function fixedClock(atMs: number): Clock {
  return { now: () => atMs };
}
