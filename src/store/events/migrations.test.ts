import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { MIGRATIONS } from "./migrations.js";

/** Of the statements of each version, in order. A new version appends a line; a line that stands is never changed, and neither is its version. */
const DIGESTS: readonly string[] = [
  "0d469932dffde7bb",
  "775d4686a1849f9e",
  "ef6b6d146fb2aafe",
  "4c4066fca6f08adb",
  "00c6c52c57271f42",
  "015f78df0ba9ee5e",
  "59469f158dd9501c",
  "2efbb64cebd567aa",
  "85a9068dc105f71a",
  "7b8b709185522043",
];

it("no migration that stores have behind them was edited", () => {
  const digests = MIGRATIONS.map(({ statements }) => createHash("sha256").update(JSON.stringify(statements)).digest("hex").slice(0, 16));
  expect(digests).toEqual(DIGESTS);
});
