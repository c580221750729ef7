import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StillwatchError } from "../../vocabulary/errors.js";
import { createBufferPool } from "./buffer-pool.js";
import { type ByteSourceOptions, openByteSource } from "./byte-source.js";
import { makeLines, runAcquire, type TestRun, withFiles } from "./test-acquire.js";

/** `{"id":"z0"}` to `{"id":"z39"}`, a line each, as the reference implementation packs them; older versions of Node cannot. */
const ZSTD_OF_40_LINES =
  "KLUv/WD+AP0DAGQDeyJpZCI6InowIn0KMTIzNDU2Nzg5MTExMTExMTExMjIyMjIyMjIyMjMzMzMzMzMzMzM5In0KJyCAkxIPnHCXY5zgjmM54Q7HOMEdx3DCHcdywh2OzUlh3BHKsQGcCMZdoBwDkJPfuPPBcf+c8YcxYq5hRpgzjBFzzLATkQ4=";
const ZSTD_TEXT = Array.from({ length: 40 }, (_, index) => `{"id":"z${index}"}\n`).join("");

/** Content of a source and the code of its damage. */
async function readAll(options: ByteSourceOptions): Promise<[text: string, code: string | undefined]> {
  const source = await openByteSource(options);
  const piece = Buffer.alloc(64);
  let text = "";
  for (let count = await source.read(piece, 0); count > 0; count = await source.read(piece, 0)) text += piece.toString("latin1", 0, count);
  await source.close();
  return [text, source.damage()?.code];
}

const LINES = makeLines(500);
const IDS = LINES.map((line) => (JSON.parse(line) as { id: string }).id);
const TEXT = `${LINES.join("\n")}\n`;

const readOne = (content: string | Uint8Array, options = {}): Promise<TestRun> =>
  withFiles({ log: content }, (folder) => runAcquire([join(folder, "log")], options));

describe("a file is read whole and in order", () => {
  it.each([
    ["plain", TEXT],
    ["without a newline at its end", LINES.join("\n")],
    ["with CRLF", LINES.join("\r\n")],
    ["with a byte order mark", `\ufeff${TEXT}`],
    ["gzip, whatever its name", gzipSync(TEXT)],
    ["two gzip members", Buffer.concat([gzipSync(`${LINES.slice(0, 100).join("\n")}\n`), gzipSync(LINES.slice(100).join("\n"))])],
    ["gzip padded with zeros", Buffer.concat([gzipSync(TEXT), Buffer.alloc(512)])],
    ["one array on one line", `[${LINES.join(",")}]`],
    ["one array, an element a line", `[\n${LINES.join(",\n")}\n]`],
    [
      "one array, pretty-printed",
      JSON.stringify(
        LINES.map((line) => JSON.parse(line) as unknown),
        null,
        2,
      ),
    ],
    ["values one after another, pretty-printed", LINES.map((line) => JSON.stringify(JSON.parse(line), null, 2)).join("\n")],
    [
      "a batch of records a line",
      `${JSON.stringify(LINES.slice(0, 250).map((line) => JSON.parse(line) as unknown))}\n[${LINES.slice(250).join(",")}]`,
    ],
    ["an array behind a byte order mark", `\ufeff[\n${LINES.join(",\n")}\n]`],
  ])("%s", async (_claim, content) => {
    for (const chunkBytes of [512, 4096, 1 << 20]) {
      const { ids, quarantine } = await readOne(content, { chunkBytes });
      expect(quarantine).toEqual([]);
      expect(ids).toEqual(IDS);
    }
  });

  it("and every row knows its offset and line", async () => {
    const { rows } = await readOne(TEXT, { chunkBytes: 700 });
    for (const { event, origin } of rows) {
      expect(TEXT.slice(origin.offset)).toMatch(new RegExp(`^\\{"id":"${event.requestId}"`));
      expect(LINES[origin.line - 1]).toContain(`"${event.requestId}"`);
    }
  });

  it("and every element of a document knows its offset and line", async () => {
    const text = JSON.stringify(
      LINES.map((line) => JSON.parse(line) as unknown),
      null,
      2,
    );
    const { rows } = await readOne(text, { chunkBytes: 700 });
    const lines = text.split("\n");
    for (const { event, origin } of rows) {
      expect(JSON.parse(text.slice(origin.offset, text.indexOf("}", origin.offset) + 1))).toMatchObject({ id: event.requestId });
      expect(lines[origin.line]).toContain(`"${event.requestId}"`);
    }
  });

  it("and lines of several megabytes work", async () => {
    const long = JSON.stringify({ id: "long", text: "x".repeat(5_000_000) });
    const { ids, codes } = await readOne(`{"id":"a"}\n${long}\n{"id":"b"}\n`);
    expect(ids).toEqual(["a", "long", "b"]);
    expect(codes).toEqual([]);
  });
});

describe("the cut into chunks changes nothing", () => {
  it("for any text, at any size", async () => {
    const line = fc.oneof(
      fc.constantFrom("", " ", "{", '{"id":1}', '{"id":"a"}', '["x"]', "\u00e9\u4e2d", '{"id":"\u00e9"}', "]", '{"id":"q","t":"\\n"}'),
      fc.string({ maxLength: 30 }).map((text) => text.replaceAll("\n", "")),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 40 }), fc.integer({ min: 1, max: 200 }), async (lines, chunkBytes) => {
        // A first record on each side, so that the file is NDJSON whatever follows.
        const text = ['{"id":"first"}', '{"id":"second"}', ...lines].join("\n");
        const whole = await readOne(text);
        const cut = await readOne(text, { chunkBytes });
        expect(cut.rows).toEqual(
          whole.rows.map((row) => ({ ...row, origin: { ...row.origin, sourceKey: cut.rows[0]?.origin.sourceKey } })),
        );
        expect(cut.codes).toEqual(whole.codes);
        expect(cut.quarantine.map(({ lineKey }) => lineKey)).toEqual(whole.quarantine.map(({ lineKey }) => lineKey));
        expect(cut.result.lines).toBe(whole.result.lines);
      }),
      { numRuns: 60 },
    );
  });

  it("and bytes of any kind are accounted for without a crash", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.constantFrom(1, 7, 64, 1 << 20), async (bytes, chunkBytes) => {
        const { rows, quarantine, result } = await readOne(bytes, { chunkBytes });
        expect(rows.length + quarantine.length).toBeGreaterThan(0);
        expect(result.quarantined).toBe(quarantine.length);
      }),
      { numRuns: 150 },
    );
  });
});

describe("a damaged stream gives what stood before the damage, and one entry for the tail", () => {
  it("gzip cut at every 997th byte", async () => {
    const noisy = makeLines(3000, "g").map((line, index) => line.replace('"text":"', `"text":"${(index * 2_654_435_761) % 4_294_967_291}`));
    const packed = gzipSync(noisy.join("\n"));
    expect(packed.length).toBeGreaterThan(20_000);
    let before = 0;
    for (let length = 20; length < packed.length; length += 997) {
      const { ids, codes } = await readOne(packed.subarray(0, length), { chunkBytes: 10_000 });
      expect(ids).toEqual(noisy.slice(0, ids.length).map((line) => (JSON.parse(line) as { id: string }).id));
      expect(ids.length).toBeGreaterThanOrEqual(before);
      expect(codes).toEqual([`SW1106:${ids.length + 1}`]);
      before = ids.length;
    }
    expect(before).toBeGreaterThan(2500);
  });

  it.each([
    ["foreign bytes behind it", (packed: Buffer) => Buffer.concat([packed, Buffer.from("garbage")]), IDS.length, 1],
    ["a damaged check sum", (packed: Buffer) => Buffer.concat([packed.subarray(0, -8), Buffer.alloc(8, 1)]), IDS.length, 1],
    ["nothing but a header", (packed: Buffer) => packed.subarray(0, 10), 0, 1],
    ["a single byte of it", () => Buffer.from([0x1f, 0x8b]), 0, 1],
  ])("gzip with %s", async (_claim, damage, events, entries) => {
    const { ids, codes } = await readOne(damage(gzipSync(TEXT)));
    expect([ids.length, codes.length]).toEqual([events, entries]);
    expect(codes[0]).toMatch(/^SW1106/);
  });

  it.each([
    ["an array that breaks off", `[\n${LINES.join(",\n")},\n{"id": "half`],
    ["an array closed by the wrong bracket", `[\n${LINES.join(",\n")}\n}\n`],
  ])("%s", async (_claim, content) => {
    const { ids, codes } = await readOne(content, { chunkBytes: 4096 });
    expect(ids).toEqual(IDS);
    expect(codes).toEqual([expect.stringMatching(/^SW1109/)]);
  });

  it("the same tail has the same key wherever it was cut", async () => {
    const text = `[\n${LINES.join(",\n")},\n{"id": "half`;
    const keys = await Promise.all(
      [300, 4096, 1 << 20].map(async (chunkBytes) => (await readOne(text, { chunkBytes })).quarantine[0]?.lineKey),
    );
    expect(new Set(keys).size).toBe(1);
  });

  it("zstd, read natively and in JavaScript", async () => {
    const packed = Buffer.from(ZSTD_OF_40_LINES, "base64");
    const folder = withFiles({ whole: packed, cut: packed.subarray(0, -9), twice: Buffer.concat([packed, packed]) }, async (path) => {
      for (const prefersNative of [true, false]) {
        const read = (name: string) => readAll({ path: join(path, name), file: name, storage: "zstd", prefersNative });
        expect(await read("whole")).toEqual([ZSTD_TEXT, undefined]);
        expect(await read("twice")).toEqual([ZSTD_TEXT + ZSTD_TEXT, undefined]);
        expect(await read("cut")).toEqual([expect.any(String), "SW1106"]);
      }
      return runAcquire([join(path, "whole")]);
    });
    expect((await folder).ids).toHaveLength(40);
  });

  it("a line over the limit is skipped without being held, and its duplicates share its key", async () => {
    const endless = `{"id":"${"x".repeat(17 * 1024 * 1024)}`;
    const { ids, codes, quarantine } = await readOne(`{"id":"a"}\n${endless}\n{"id":"b"}\n${endless}\n{"id":"c"}`, { chunkBytes: 1 << 20 });
    expect(ids).toEqual(["a", "b", "c"]);
    expect(codes).toEqual(["SW1205:2", "SW1205:4"]);
    expect(quarantine[0]?.lineKey).toBe(quarantine[1]?.lineKey);
  });
});

describe("what is no log is told apart", () => {
  it.each([
    ["an empty file", "", "SW1104"],
    ["an empty array", "[]", "SW1213"],
    ["an empty array on two lines", "[\n]\n", "SW1213"],
    ["a picture", Buffer.from("89504e470d0a1a0a0000", "hex"), "SW1105"],
    ["a ZIP archive", Buffer.from("504b030414000000", "hex"), "SW1105"],
    ["UTF-16", Buffer.from('\ufeff{"id":"a"}', "utf16le"), "SW1105"],
    ["random bytes", Buffer.from(Array.from({ length: 4000 }, (_, index) => (index * 7919 + (index >> 3)) % 256)), "SW1105"],
    ["gzip inside gzip", gzipSync(gzipSync(TEXT)), "SW1105"],
    ["a Parquet file that was cut short", "PAR1\u0000\u0000", "SW1107"],
  ])("%s", async (_claim, content, code) => {
    const { ids, codes } = await readOne(content);
    expect(ids).toEqual([]);
    expect(codes).toEqual([`${code}:1`]);
  });
});

describe("inputs", () => {
  const FILES = {
    "a.ndjson": '{"id":"a"}',
    "sub/b.log": '{"id":"b"}',
    "sub/deep/c": '{"id":"c"}',
    ".hidden": '{"id":"h"}',
    "sub/.git/x": '{"id":"x"}',
  };

  it.each([
    ["a folder, hidden files left out", [""], ["a", "b", "c"]],
    ["a glob", ["**/*.log"], ["b"]],
    ["a glob and a folder that overlap: each file once", ["sub", "sub/*.log", "sub/deep/../b.log"], ["b", "c"]],
    ["files in any order", ["sub/b.log", "a.ndjson"], ["a", "b"]],
  ])("%s", async (_claim, inputs, ids) => {
    const run = await withFiles(FILES, (folder) => runAcquire(inputs.map((input) => join(folder, input))));
    expect(run.ids).toEqual(ids);
  });

  it("a folder that links to itself ends", async () => {
    const run = await withFiles(FILES, async (folder) => {
      await symlink(folder, join(folder, "sub", "loop"));
      return runAcquire([folder]);
    });
    expect(run.ids).toEqual(["a", "b", "c"]);
  });

  it.each([
    ["a file that is not there", ["nothing.ndjson"], "SW1101"],
    ["a glob that matches nothing", ["*.nothing"], "SW1102"],
    ["no input", [], "SW1102"],
  ])("%s ends the run with exit status 2", async (_claim, inputs, code) => {
    await withFiles(FILES, async (folder) => {
      const failure = await runAcquire(inputs.map((input) => join(folder, input))).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(StillwatchError);
      expect(failure).toMatchObject({ exitStatus: 2, problem: { code } });
    });
  });
});

it("runs that share their memory take it once, and nothing of one gets into another", async () => {
  const chunkBytes = 1 << 20;
  const buffers = createBufferPool({ chunkBytes, keptMax: 2 });
  const taken = new Set<ArrayBufferLike>();
  const take = (bytes: number): ArrayBufferLike => {
    const buffer = buffers.take(bytes);
    taken.add(buffer);
    return buffer;
  };
  for (const lines of [LINES, LINES.slice(0, 3), LINES.slice(100)]) {
    const { ids } = await readOne(lines.join("\n"), { chunkBytes, buffers: { ...buffers, take } });
    expect(ids).toEqual(lines.map((line) => (JSON.parse(line) as { id: string }).id));
  }
  expect(taken.size).toBe(1);
});

describe("the ledger", () => {
  it("skips what is done, reads what is not, and takes up behind an interruption", async () => {
    await withFiles({ log: TEXT, "log.gz": gzipSync(TEXT.replaceAll('"r', '"s')) }, async (folder) => {
      const done = new Set<string>();
      const ids: string[] = [];
      const controller = new AbortController();
      const run = (signal?: AbortSignal): Promise<TestRun> =>
        runAcquire([folder], {
          chunkBytes: 2048,
          sink: {
            isDone: (token) => done.has(token),
            insertChunks: async (batch) => {
              for (const { token, block } of batch) {
                expect(done.has(token)).toBe(false);
                done.add(token);
                const rows = JSON.parse(new TextDecoder().decode(block ?? new Uint8Array())) as { event: { requestId: string } }[];
                ids.push(...rows.map((row) => row.event.requestId));
              }
            },
          },
          onProgress: ({ rows }) => void (rows > 100 && controller.abort(new Error("stop"))),
          ...(signal ? { signal } : {}),
        });
      await expect(run(controller.signal)).rejects.toThrow("stop");
      expect(ids.length).toBeLessThan(1000);
      const { result } = await run();
      expect(result.skippedChunks).toBeGreaterThanOrEqual(3);
      expect(ids.toSorted()).toEqual([...IDS, ...IDS.map((id) => id.replace("r", "s"))].toSorted());
      expect((await run()).result.rows).toBe(0);
    });
  });

  it("knows a file that grew: only what is new is read", async () => {
    const done = new Set<string>();
    const sink = {
      isDone: (token: string) => done.has(token),
      insertChunks: async (batch: readonly { token: string }[]) => batch.forEach(({ token }) => done.add(token)),
    };
    const half = `${LINES.slice(0, 250).join("\n")}\n`;
    await withFiles({ log: half }, async (folder) => {
      const { writeFile } = await import("node:fs/promises");
      await runAcquire([folder], { chunkBytes: 1024, sink });
      const chunks = done.size;
      await writeFile(join(folder, "log"), TEXT);
      const { result } = await runAcquire([folder], { chunkBytes: 1024, sink });
      expect(result.skippedChunks).toBeGreaterThanOrEqual(chunks - 1);
    });
  });

  it("a store that fails ends the run with its error", async () => {
    const sink = { isDone: () => false, insertChunks: () => Promise.reject(new Error("disk full")) };
    await expect(readOne(TEXT, { chunkBytes: 1024, sink })).rejects.toThrow("disk full");
  });
});
