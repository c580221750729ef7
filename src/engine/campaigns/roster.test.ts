import { describe, expect, it } from "vitest";
import { buildPopulation } from "../../sdk/testing/population.js";
import { findEnd } from "./roster.js";

const HOUR_MS = 3_600_000;
const YEARS_AHEAD = 70_000;
const send = (count: number, atHours: number): { atHours: number }[] => Array.from({ length: count }, () => ({ atHours }));

describe("findEnd", () => {
  it.each<[log: string, hours: { atHours: number }[], endHours: number | null]>([
    ["of an empty log is unknown", [], null],
    ["of one request is unknown", send(1, 3), null],
    ["is the end of the last hour", [...send(5, 2), ...send(5, 7)], 8],
    ["does not follow one clock that is years ahead", [...send(9, 2), ...send(1, YEARS_AHEAD)], 3],
    ["does not follow one in a thousand", [...send(3000, 2), ...send(3, YEARS_AHEAD)], 3],
    ["follows more", [...send(3000, 2), ...send(4, YEARS_AHEAD)], YEARS_AHEAD + 1],
  ])("%s", (_, requests, endHours) => {
    expect(findEnd(buildPopulation({ accounts: [{ requests }] }))).toBe(endHours === null ? null : endHours * HOUR_MS);
  });
});
