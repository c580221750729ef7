/** The threads of the built tree against this thread: the same lines, the same refusals, the same accounts; and one that ends is replaced. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import createXxhash from "xxhash-wasm";
import { openAccounts } from "../../../engine/decisions/account-directory.js";
import type { BodyShape } from "../../http/intake/shape-body.js";
import { packAccountsOf } from "./account-thread.js";
import { createInlineWork, type Prepared, type RecordWork } from "./record-work.js";
import { createThreadedWork } from "./record-thread.js";
import { REPORT_FIELDS } from "./scan-records.js";

const built = (name: string): URL => pathToFileURL(join(import.meta.dirname, "../../../../dist/app/serve/work", name));
const folder = mkdtempSync(join(tmpdir(), "stillwatch-work-"));
const inline = createInlineWork();
let threaded: RecordWork;
beforeAll(() => {
  expect(existsSync(built("record-worker.js")), "run npm run build first").toBe(true);
  threaded = createThreadedWork(built("record-worker.js"));
});
afterAll(async () => {
  await threaded.close();
  rmSync(folder, { recursive: true });
});

const event = (index: number): object => ({
  request_id: `r-${index}`,
  at: "2026-05-01T00:00:00Z",
  account_id: `a-${index % 7}`,
  target_model: "m",
  status: 200,
  input_tokens: 1,
  output_tokens: 2,
  output: "The tallest hill of the county is not tall. ".repeat(5),
  ...(index % 3 === 0 ? { reasoning_handles_issued: [`h-${index}`] } : {}),
  ...(index % 5 === 0 ? { unchecked_by: "proxy" } : {}),
});
const events = Array.from({ length: 2000 }, (_, index) => event(index));
const otlp = {
  resourceSpans: [
    { scopeSpans: [{ spans: events.map((each) => ({ name: "chat", attributes: [{ key: "gen_ai.x", value: JSON.stringify(each) }] })) }] },
  ],
};

/** Compared byte by byte as buffers, a megabyte takes seconds. */
const asText = ({ lines, ...rest }: Prepared): object => ({ ...rest, lines: lines.toString() });

describe("a large body", () => {
  it.each<[string, BodyShape, string]>([
    ["NDJSON", { kind: "lines" }, events.map((each) => JSON.stringify(each)).join("\n")],
    ["one array", { kind: "document" }, JSON.stringify(events, null, 1)],
    ["an envelope", { kind: "otlp", signal: "traces", isBinary: false }, JSON.stringify(otlp)],
  ])("of %s is made ready as in this thread", async (_, shape, text) => {
    const wish = { format: shape.kind === "otlp" ? "otlp" : "native", shape };
    const here = await inline.prepare({ ...wish, body: [Buffer.from(text)] }, { isGiven: false });
    const body = Buffer.from(text);
    const there = await threaded.prepare({ ...wish, body: [body] }, { isGiven: true });
    expect(asText(there)).toEqual(asText(here));
    // Handed over, not copied.
    expect(body.length).toBe(0);
    if (shape.kind !== "otlp") expect([there.records, there.reports.requests.length]).toEqual([2000, 400 * REPORT_FIELDS]);
  });

  it("that came in pieces is put together, also in memory that was given back", async () => {
    const text = events.map((each) => `${JSON.stringify(each)}\n`).join("");
    const whole = Buffer.from(text);
    const wish = { format: "native", shape: { kind: "lines" } as const };
    for (const step of [50_000, 65_536, 99_991, whole.length - 1]) {
      const body = Array.from({ length: Math.ceil(whole.length / step) }, (_, at) =>
        Buffer.from(Uint8Array.from(whole.subarray(at * step, (at + 1) * step)).buffer),
      );
      const there = await threaded.prepare({ ...wish, body }, { isGiven: true });
      expect([there.lines.toString() === text, there.records, there.handles.length]).toEqual([true, 2000, 2001]);
      expect(body.every(({ length }) => length === 0)).toBe(true);
      threaded.giveBack(there.lines);
      expect(there.lines.length).toBe(0);
    }
  });

  it("that is still needed stays", async () => {
    const body = Buffer.from(events.map((each) => `${JSON.stringify(each)}\n`).join(""));
    const { lines } = await threaded.prepare({ format: "native", shape: { kind: "as_is" }, body: [body] }, { isGiven: false });
    expect(lines.equals(body)).toBe(true);
  });

  it("that is none of its shape is refused in the same words", async () => {
    const wish = { format: "native", shape: { kind: "document" } as const, body: Buffer.alloc(200_000, "[") };
    const refused = async (work: RecordWork): Promise<unknown> =>
      work.prepare({ ...wish, body: [Buffer.from(wish.body)] }, { isGiven: true }).catch((error: unknown) => error);
    expect(await refused(threaded)).toEqual(await refused(inline));
    expect(await refused(threaded)).toMatchObject({ status: 400, problem: { code: "SW1926" } });
  });

  it("that is packed is unpacked as in this thread, or refused in the same words", async () => {
    // A frame that zstd wrote of the text `zstd-text\n`, recorded because not every Node writes zstd.
    const packed = Buffer.from("KLUv/QRYUQAAenN0ZC10ZXh0CmdSFpk=", "base64");
    const packing = { encoding: "zstd", bytesMax: 100 };
    expect((await threaded.unpack(Buffer.from(packed), packing)).toString()).toBe("zstd-text\n");
    const refused = async (work: RecordWork, bytesMax: number): Promise<unknown> =>
      work.unpack(packed.subarray(0, bytesMax), { encoding: "zstd", bytesMax }).catch((error: unknown) => error);
    for (const bytesMax of [5, 12]) expect(await refused(threaded, bytesMax)).toEqual(await refused(inline, bytesMax));
    expect(await refused(threaded, 12)).toMatchObject({ problem: { code: "SW1922" } });
  });

  it("of a gateway's call is read as in this thread, or refused in the same words", async () => {
    const content = "Which of the two is heavier, and why? ".repeat(8000);
    const body = JSON.stringify({
      request_data: { user_api_key_hash: "a" },
      structured_messages: [{ role: "user", content, thinking_blocks: [{ signature: "s" }] }],
    });
    const call = { gateway: "litellm" } as const;
    const here = await inline.readCall(call, [Buffer.from(body)]);
    expect(await threaded.readCall(call, [Buffer.from(body)])).toEqual(here);
    expect(here).toMatchObject({ accountId: "a", reasoningHandlesSubmitted: ["s"] });
    expect(JSON.stringify(here).length).toBeLessThan(20_000);
    await expect(threaded.readCall(call, [Buffer.from(`${body}}`)])).rejects.toMatchObject({ status: 400, problem: { code: "SW1903" } });
  });

  it("that is given again is read as in this thread", async () => {
    const text = events.map((each, index) => (index % 9 === 0 ? "{broken" : JSON.stringify(each))).join("\n");
    const there = await threaded.readAgain("native", Buffer.from(text));
    const here = await inline.readAgain("native", Buffer.from(text));
    expect([there.unreadable, there.readable.toString()]).toEqual([here.unreadable, here.readable.toString()]);
    expect(there.unreadable).toHaveLength(223);
  });
});

it("a thread that ends over a body says so, and the next body has another", async () => {
  const file = join(folder, "worker.mjs");
  writeFileSync(
    file,
    `import { parentPort } from "node:worker_threads";
     parentPort.on("message", ({ id, body }) => body[0][0] === 120 ? process.exit(3) : parentPort.postMessage({ id, done: { lines: body[0], records: 1, handles: [], reports: { lines: new Uint8Array(), counts: [] } } }));`,
  );
  const work = createThreadedWork(pathToFileURL(file));
  const prepare = async (fill: string): Promise<number> =>
    (await work.prepare({ format: "native", shape: { kind: "as_is" }, body: [Buffer.alloc(200_000, fill)] }, { isGiven: true })).records;
  await expect(prepare("x")).rejects.toThrow("exit code 3");
  expect(await prepare("y")).toBe(1);
  await work.close();
});

describe("the file of accounts", () => {
  it("is packed as in this thread", async () => {
    const file = join(folder, "accounts.ndjson");
    const line = (index: number): string =>
      `${JSON.stringify({ account_id: `a-${index}`, created_at: "2026-01-01T00:00:00Z", verification: index % 2 === 0 ? "email" : "identity", organization_id: index % 3 === 0 ? `Straße ${index % 30}` : undefined })}\n`;
    writeFileSync(file, Array.from({ length: 3000 }, (_, index) => line(index)).join(""));
    const packed = await packAccountsOf(file, built("account-worker.js"));
    expect(packed).toEqual(await packAccountsOf(file, null));
    const xxhash = await createXxhash();
    const directory = openAccounts(packed, (text) => xxhash.h64(text));
    expect([directory.size, directory.levelOf("a-1"), directory.organizationOf("a-33"), directory.organizationOf("a-1")]).toEqual([
      3000,
      "identity",
      "Straße 3",
      undefined,
    ]);
    expect([directory.levelOf("nobody"), directory.organizationOf("nobody")]).toEqual([null, undefined]);
  });

  it.each([
    ["does not start", "import './nothing-of-the-kind.mjs';"],
    ["fails", "setTimeout(() => { throw new Error('of its own'); }, 20);"],
    ["ends", "process.exit(3);"],
  ])("whose thread %s is a fault, and nothing more", async (name, source) => {
    const file = join(folder, `accounts-${name.replaceAll(" ", "-")}.mjs`);
    writeFileSync(file, source);
    const unhandled: unknown[] = [];
    const note = (error: unknown): void => void unhandled.push(error);
    process.on("unhandledRejection", note);
    await expect(packAccountsOf("f", pathToFileURL(file))).rejects.toThrow(/nothing-of-the-kind|of its own|exit code 3/);
    await new Promise((resolve) => setTimeout(resolve, 100));
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
  });

  it("that is not there is told as in this thread", async () => {
    const missing = join(folder, "missing.ndjson");
    const told = async (entry: URL | null): Promise<unknown> => packAccountsOf(missing, entry).catch((error: unknown) => error);
    expect(await told(built("account-worker.js"))).toEqual(await told(null));
  });
});
