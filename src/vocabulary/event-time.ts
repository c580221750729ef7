/**
 * Event time as it stands in a record: RFC 3339 with an offset, or epoch milliseconds. Read by hand because `Date.parse` depends on the
 * machine's time zone for near misses and turns 30 February into 2 March.
 */

/** Before 2015 nobody sold access to a language model: an earlier time is a broken clock or another unit. */
export const EVENT_TIME_MIN_MS = 1_420_070_400_000;
/** From 2100 on, a time is a typing error or another unit; one of them would move the newest event, where the analysis stands, by decades. */
export const EVENT_TIME_MAX_MS = 4_102_444_800_000;

/** Why a value is no event time. */
export type EventTimeFault = "not_a_time" | "without_offset" | "in_seconds" | "in_other_unit" | "too_early" | "too_late";

const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334] as const;
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/** Reads an event time: milliseconds since the Unix epoch, or why there are none. What is not an event may be older: `earliestMs`. */
export function parseEventTime(value: unknown, earliestMs: number = EVENT_TIME_MIN_MS): number | EventTimeFault {
  if (typeof value === "string") {
    const ms = parseRfc3339(value);
    return typeof ms === "number" ? checkRange(ms, earliestMs) : ms;
  }
  if (typeof value !== "number" || !Number.isFinite(value)) return "not_a_time";
  if (value >= EVENT_TIME_MIN_MS / 1000 && value < EVENT_TIME_MAX_MS / 1000) return "in_seconds";
  if (value >= EVENT_TIME_MIN_MS * 1000) return "in_other_unit";
  return checkRange(Math.floor(value), earliestMs);
}

function checkRange(ms: number, earliestMs: number): number | EventTimeFault {
  if (ms < earliestMs) return "too_early";
  return ms >= EVENT_TIME_MAX_MS ? "too_late" : ms;
}

/** Reads `2026-02-14T08:30:00.123456+02:00`; digits after the millisecond are cut. */
function parseRfc3339(text: string): number | EventTimeFault {
  const year = readDigits(text, 0, 4);
  const month = readDigits(text, 5, 2);
  const day = readDigits(text, 8, 2);
  const hour = readDigits(text, 11, 2);
  const minute = readDigits(text, 14, 2);
  const second = readDigits(text, 17, 2);
  if (!(year >= 0 && month >= 1 && month <= 12 && day >= 1 && hour <= 23 && minute <= 59 && second <= 60)) return "not_a_time";
  if (text[4] !== "-" || text[7] !== "-" || text[13] !== ":" || text[16] !== ":") return "not_a_time";
  const between = text[10];
  if (between !== "T" && between !== "t" && between !== " ") return "not_a_time";
  const isLeapYear = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  if (day > (DAYS_IN_MONTH[month - 1] ?? 0) + (isLeapYear && month === 2 ? 1 : 0)) return "not_a_time";

  let at = 19;
  let millisecond = 0;
  if (text[at] === ".") {
    const digitsFrom = ++at;
    while (isDigit(text.charCodeAt(at))) at++;
    if (at === digitsFrom) return "not_a_time";
    millisecond = Number(text.slice(digitsFrom, Math.min(at, digitsFrom + 3)).padEnd(3, "0"));
  }
  const offsetMinutes = readOffset(text, at);
  if (typeof offsetMinutes !== "number") return offsetMinutes;
  const years = year - 1970;
  const leapDays = countLeapYears(year - 1) - countLeapYears(1969) + (isLeapYear && month > 2 ? 1 : 0);
  const days = years * 365 + leapDays + (DAYS_BEFORE_MONTH[month - 1] ?? 0) + day - 1;
  return ((days * 24 + hour) * 60 + minute - offsetMinutes) * 60_000 + second * 1000 + millisecond;
}

function countLeapYears(throughYear: number): number {
  return Math.floor(throughYear / 4) - Math.floor(throughYear / 100) + Math.floor(throughYear / 400);
}

function readOffset(text: string, at: number): number | EventTimeFault {
  if (at === text.length) return "without_offset";
  const sign = text[at];
  if (sign === "Z" || sign === "z") return at + 1 === text.length ? 0 : "not_a_time";
  if (sign !== "+" && sign !== "-") return "not_a_time";
  const hasColon = text[at + 3] === ":";
  const hours = readDigits(text, at + 1, 2);
  const minutes = readDigits(text, at + (hasColon ? 4 : 3), 2);
  if (!(hours <= 23 && minutes <= 59) || text.length !== at + (hasColon ? 6 : 5)) return "not_a_time";
  return (sign === "-" ? -1 : 1) * (hours * 60 + minutes);
}

/** The number that `count` digits at `from` make, NaN where one of them is no digit. */
function readDigits(text: string, from: number, count: number): number {
  let value = 0;
  for (let at = from; at < from + count; at++) {
    const code = text.charCodeAt(at);
    if (!isDigit(code)) return Number.NaN;
    value = value * 10 + code - 48;
  }
  return value;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
