/** When people and machines work: daily curves in local time, weekends, and real rate traces where given. */
import type { Random } from "./random.js";
import type { RateTrace } from "./library.js";

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** Relative activity per local hour: office work, evenings at home, machines, and people up at night. */
const CURVES: readonly (readonly number[])[] = [
  [1, 1, 1, 1, 1, 2, 5, 12, 30, 48, 52, 50, 36, 44, 52, 50, 44, 30, 16, 12, 10, 8, 5, 2],
  [8, 4, 2, 1, 1, 2, 5, 10, 14, 16, 18, 20, 24, 22, 22, 24, 28, 34, 42, 50, 54, 48, 34, 18],
  [20, 20, 21, 20, 20, 20, 21, 22, 23, 24, 24, 24, 23, 24, 24, 24, 23, 22, 22, 21, 21, 21, 20, 20],
  [40, 46, 44, 36, 26, 14, 6, 3, 2, 2, 3, 5, 8, 10, 12, 12, 12, 12, 14, 16, 20, 26, 32, 38],
];
/** Weekend activity relative to weekdays, per curve. */
const WEEKEND: readonly number[] = [0.18, 1.1, 0.95, 1];

/** Number of daily curves. */
export const CURVE_COUNT = CURVES.length;

/** Time zones of the crowd (hours from UTC) with weights. */
export const TIME_ZONES: readonly number[] = [-8, -6, -5, -3, 0, 1, 2, 3, 5, 8, 9];
export const TIME_ZONE_WEIGHTS: readonly number[] = [12, 8, 15, 6, 8, 16, 8, 4, 9, 10, 5];

/**
 * Fills `weights` (24 entries) with an account's relative activity per UTC hour of one day; the sum over a typical weekday is 24.
 * `trace` replaces the curve where there is one.
 */
export function fillHourWeights(
  weights: Float64Array,
  pace: { curve: number; timeZone: number },
  day: { index: number; weekday: number },
  trace: RateTrace | null,
): void {
  if (trace) {
    const length = trace.hourly.length;
    for (let hour = 0; hour < 24; hour++) weights[hour] = trace.hourly[(day.index * 24 + hour - pace.timeZone + length) % length] ?? 0;
    return;
  }
  const curve = CURVES[pace.curve] ?? CURVES[2];
  let total = 0;
  for (const value of curve) total += value;
  const isWeekend = day.weekday === 0 || day.weekday === 6;
  const scale = (24 / total) * (isWeekend ? (WEEKEND[pace.curve] ?? 1) : 1);
  for (let hour = 0; hour < 24; hour++) weights[hour] = (curve[(hour + pace.timeZone + 24) % 24] ?? 0) * scale;
}

/** A moment in a day, drawn by hour weights; milliseconds since the day's start. */
export function drawMoment(random: Random, weights: Float64Array, total: number): number {
  let left = random() * total;
  for (let hour = 0; hour < 24; hour++) {
    left -= weights[hour] ?? 0;
    if (left < 0) return Math.floor((hour + random()) * HOUR_MS);
  }
  return DAY_MS - 1;
}
