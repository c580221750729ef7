/** Where records came from is kept however many cannot be read, and is never why the others are not stored. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Row } from "../../../store/events/store.js";
import { ORIGINS_MAX, writeOrigins } from "../../../store/hand-over/origins.js";
import { keepOrigins } from "./quarantine-origins.js";

let folder: string;
let segment: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stillwatch-origins-"));
  segment = join(folder, "0000000000000001-native.ndjson");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** More than the stack takes as arguments. */
const LINES = 200_000;
/** `x` and a newline. */
const LINE_BYTES = 2;

/** One chunk of which no line can be read, with as many origins as are kept, each of as many lines. */
async function breakAll(): Promise<Parameters<typeof keepOrigins>[1]> {
  writeFileSync(segment, "x\n".repeat(LINES));
  const each = Math.floor(LINES / ORIGINS_MAX);
  const origins = Array.from({ length: ORIGINS_MAX }, (_, index) => ({
    from: `f${index}`,
    line: 1,
    byte: index * each * LINE_BYTES,
    atMs: index,
  }));
  await writeOrigins(segment, origins);
  const quarantine = Array.from({ length: LINES }, (_, index) => ({ file: segment, line: index + 1 }));
  return [
    { token: "t", quarantine },
    { token: "u", quarantine: quarantine.slice(0, 10) },
  ];
}

describe("origins of records that were set aside", () => {
  it("are kept of a segment of which no line can be read, each once, in portions that stay the same", async () => {
    const chunks = await breakAll();
    const rows: Row[] = [];
    const tokens: string[] = [];
    const store = {
      insertRows: async (insert: { token: string; rows: readonly Row[] }) => {
        tokens.push(insert.token);
        for (const row of insert.rows) rows.push(row);
      },
    };
    await keepOrigins(store, chunks, (error) => expect.fail(String(error)));
    expect(rows).toHaveLength(LINES);
    const each = Math.floor(LINES / ORIGINS_MAX);
    expect(rows[each - 1]).toEqual({ source: segment, line: each, origin: "f0", origin_line: each, at_ms: 0 });
    expect(rows[each]).toEqual({ source: segment, line: each + 1, origin: "f1", origin_line: 1, at_ms: 1 });
    expect(rows.at(-1)).toMatchObject({ line: LINES, origin: `f${ORIGINS_MAX - 1}` });
    expect(new Set(tokens).size).toBe(tokens.length);
    const first = [...tokens];
    tokens.length = 0;
    await keepOrigins(store, chunks, (error) => expect.fail(String(error)));
    expect(tokens).toEqual(first);
  });

  it("are told as lost where they cannot be stored, and hold nothing up", async () => {
    const failures: unknown[] = [];
    const refusal = new Error("no room");
    const store = { insertRows: async () => Promise.reject(refusal) };
    await keepOrigins(store, await breakAll(), (error) => failures.push(error));
    expect(failures).toEqual([refusal]);
  });

  it("are none where nobody said where records came from", async () => {
    writeFileSync(segment, "x\n");
    const store = { insertRows: async () => expect.fail("nothing to store") };
    await keepOrigins(store, [{ token: "t", quarantine: [{ file: segment, line: 1 }] }], (error) => expect.fail(String(error)));
  });
});
