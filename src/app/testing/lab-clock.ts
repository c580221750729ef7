/**
 * A clock for a whole experiment: a file that holds the time. Whoever replays a world sets it, and programs that read it instead of the machine's clock
 * live in the world's time, however fast it passes. Nothing that they are sent has to say what time it is.
 */
import { closeSync, openSync, writeSync } from "node:fs";

/** A clock that stands until it is set. */
export interface LabClock {
  file: string;
  /** Never backwards. */
  set(atMs: number): void;
  close(): void;
}

/** Makes the file. */
export function createLabClock(file: string, startMs: number): LabClock {
  const handle = openSync(file, "w");
  let nowMs = Number.NEGATIVE_INFINITY;
  const set = (atMs: number): void => {
    if (atMs <= nowMs) return;
    nowMs = atMs;
    const seconds = Buffer.alloc(8);
    seconds.writeDoubleLE(atMs / 1000);
    writeSync(handle, seconds, 0, seconds.length, 0);
  };
  set(startMs);
  return { file, set, close: () => closeSync(handle) };
}

/** Names the file to a Python program. */
export const CLOCK_VARIABLE = "STILLWATCH_TEST_CLOCK";

/**
 * `sitecustomize.py`, which Python runs before anything else: `datetime.now` is the lab's clock. Durations, time-outs and caches go by `time.monotonic` and
 * `time.time`, which stay the machine's, so the program works as fast as it does.
 */
export const PYTHON_CLOCK = `import datetime, mmap, os, struct

_file = open(os.environ["${CLOCK_VARIABLE}"], "rb")
_held = mmap.mmap(_file.fileno(), 8, access=mmap.ACCESS_READ)
_machine = datetime.datetime


class _Either(type):
    # What libraries in other languages made is a datetime all the same.
    def __instancecheck__(cls, value):
        return isinstance(value, _machine)

    def __subclasscheck__(cls, kind):
        return issubclass(kind, _machine)


def _read():
    return struct.unpack("<d", _held[:8])[0]


class _Lab(_machine, metaclass=_Either):
    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(_read(), tz)

    @classmethod
    def utcnow(cls):
        return cls.fromtimestamp(_read(), datetime.timezone.utc).replace(tzinfo=None)


_Lab.__name__ = _Lab.__qualname__ = "datetime"
datetime.datetime = _Lab
`;
