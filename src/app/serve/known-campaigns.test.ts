/** The text of a check is looked at as that of a stored request is, and what is known is kept on disk as it is. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import createXxhash from "xxhash-wasm";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requestDetections } from "../../detections/index.js";
import { createFeatureExtractor } from "../../engine/behaviour/features.js";
import { readConversation } from "../../sdk/index.js";
import { NOTHING_KNOWN, USER_ANCHOR_BIT } from "../../vocabulary/known.js";
import type { RequestEvent } from "../../vocabulary/request-event.js";
import { createKnownMemory, createTextReader, followKnown } from "./known-campaigns.js";
import { KNOWN_FILE, type LearntCampaigns, readKnown, writeKnown } from "./known-file.js";
import type { EngineLink } from "./services.js";

const extract = await createFeatureExtractor(requestDetections);
const readAnchors = createTextReader();
const xxhash = await createXxhash();
const h64 = (text: string): bigint => xxhash.h64(text);

/** Anchors as a stored request has them. */
function extractAnchors(messages: unknown, system?: string): { system: number[]; user: number[] } {
  const read = readConversation(messages, system);
  const event: RequestEvent = { requestId: "r", atMs: 0, accountId: "a", targetModel: "m", status: 200, inputTokens: 1, outputTokens: 1 };
  const sketch = extract({
    ...event,
    ...(read.system === undefined ? {} : { system: read.system }),
    messages: read.messages ?? [],
  })?.sketch;
  return {
    system: [...(sketch?.systemAnchors ?? [])],
    user: [...new Set([...(sketch?.headAnchors ?? []), ...(sketch?.tailAnchors ?? [])])],
  };
}
const ask = (messages: unknown, system?: string): { system: number[]; user: number[] } => {
  const found = readAnchors({ accountId: "a", messages, ...(system === undefined ? {} : { system }) });
  return { system: [...(found?.system ?? [])], user: [...(found?.user ?? [])] };
};

const JUDGE =
  "You are an expert data analyst. Score each candidate answer from one to ten, show your reasoning step by step, and end with a verdict in JSON.";

describe("the text of a check", () => {
  it.each<[shape: string, messages: unknown, system?: string]>([
    ["plain messages", [{ role: "user", content: JUDGE }]],
    [
      "a system message",
      [
        { role: "system", content: JUDGE },
        { role: "user", content: "Which of these proofs of the theorem holds, and why does it?" },
      ],
    ],
    ["a system prompt beside them", [{ role: "user", content: "Which of these proofs holds?" }], JUDGE],
    [
      "parts",
      [
        {
          role: "user",
          content: [
            { type: "text", text: JUDGE },
            { type: "image_url", image_url: { url: "x" } },
          ],
        },
      ],
    ],
    ["bare texts", [JUDGE]],
    [
      "a conversation",
      [
        { role: "user", content: "Hi" },
        { role: "assistant", content: JUDGE },
        { role: "user", content: `${JUDGE} Go on, and say what you changed.` },
      ],
    ],
    ["200 KB of it", [{ role: "user", content: `${JUDGE} ${"Now comes a very long enclosure of the case. ".repeat(4_500)} ${JUDGE}` }]],
    ["another script", [{ role: "user", content: "请你作为一名专家，对下面的回答逐条打分，并给出详细的推理过程和最终结论。" }]],
    ["nothing", []],
  ])("has the anchors of a stored request: %s", (_, messages, system) => {
    expect(ask(messages, system)).toEqual(extractAnchors(messages, system));
  });

  it("has them for any text whatever", () => {
    const text = fc
      .array(fc.constantFrom("judge", "the", "answer", "step", "by", '"', "12", "Ann", "Bell", "\n", "中", "`", "{"), { maxLength: 60 })
      .map((words) => words.join(" "));
    fc.assert(
      fc.property(text, text, (system, prompt) => {
        expect(ask([{ role: "user", content: prompt }], system)).toEqual(extractAnchors([{ role: "user", content: prompt }], system));
      }),
      { numRuns: 200 },
    );
  });

  it("is none where a gateway sends none", () => {
    expect(readAnchors({ accountId: "a" })).toBeNull();
  });

  const nested: unknown = JSON.parse(`${"[".repeat(100_000)}"text"${"]".repeat(100_000)}`);
  it.each<[claim: string, messages: unknown]>([
    ["null", null],
    ["a number", 7],
    ["no list", {}],
    ["none in the list", [null, 7, { role: 5 }]],
    ["bare text", "text"],
    ["content that is nested deeper than any stack", [{ role: "user", content: nested }]],
    ["a list that is", nested],
  ])("of no known shape (%s) breaks nothing", (_claim, messages) => {
    expect(() => ask(messages)).not.toThrow();
  });
});

describe("what is known", () => {
  const folder = mkdtempSync(join(tmpdir(), "stillwatch-known-"));
  const path = join(folder, KNOWN_FILE);
  let known: LearntCampaigns;
  beforeAll(() => {
    const anchors = extractAnchors([{ role: "user", content: JUDGE }]).user.map((anchor) => BigInt(anchor) + USER_ANCHOR_BIT);
    known = {
      learntMs: 1_000,
      watermarkMs: 5_000,
      campaigns: [
        { id: "campaign--a", confidence: 0.99, share: 0.001, families: ["family--user-00000001"], nats: { family: 6, payment: 5 } },
      ],
      marks: {
        keys: BigUint64Array.from(anchors),
        campaigns: new Uint32Array(anchors.length),
        families: new Uint32Array(anchors.length).fill(1),
        soleAccounts: new BigUint64Array(anchors.length),
      },
      accounts: { keys: BigUint64Array.from([h64("payer")]), campaigns: new Uint32Array(1), kinds: Uint8Array.from([2]) },
      accountsLeftOut: 3,
    };
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("is kept as it is, for its owner alone, and holds neither text nor account", async () => {
    await writeKnown(path, known);
    expect(await readKnown(path, () => expect.unreachable())).toEqual(known);
    expect(statSync(path).mode & 0o077).toBe(0);
    expect(readFileSync(path, "utf8")).not.toMatch(/payer|analyst/);
  });

  it("is kept as it is also where it takes many pieces", async () => {
    const count = 12_345;
    const accounts = {
      keys: BigUint64Array.from({ length: count }, (_, place) => h64(`account-${place}`)),
      campaigns: new Uint32Array(count),
      kinds: new Uint8Array(count).fill(2),
    };
    await writeKnown(path, { ...known, accounts });
    expect(await readKnown(path, () => expect.unreachable())).toEqual({ ...known, accounts });
  });

  it.each([
    ["damaged", "{", 1],
    ["of another version", '{"version":0}', 0],
    ["that names campaigns which are not there", null, 1],
  ])("is not taken from a file %s", async (_, text, failures) => {
    await writeKnown(path, { ...known, campaigns: [] });
    if (text !== null) writeFileSync(path, text);
    let told = 0;
    expect(await readKnown(path, () => void told++)).toBeNull();
    expect(told).toBe(failures);
  });

  it("is there at a start before the engine is, and follows it from then on", async () => {
    await writeKnown(path, known);
    const memory = createKnownMemory(h64);
    let tell: Parameters<EngineLink["onKnown"]>[0] = () => expect.unreachable();
    const engine = { onKnown: (listener: typeof tell) => void (tell = listener) };
    await followKnown({
      folder,
      engine,
      verdicts: { learnKnown: (learnt, learntMs = 0) => memory.learn(learnt, learntMs) },
      nowMs: () => 2_000,
      onFailure: () => expect.unreachable(),
    });
    const question = { accountId: "payer", messages: [{ role: "user", content: JUDGE }] };
    const find = () => {
      const own = memory.forCheck();
      return own === null ? null : own.lookup.find(question, own.readAnchors);
    };
    expect(find()).toMatchObject({ campaignId: "campaign--a", familyId: "family--user-00000001", kinds: ["family", "payment"] });
    expect(memory.forCheck()?.asOfMs).toBe(1_000);
    const { learntMs: _, ...again } = known;
    await tell(again);
    expect(memory.forCheck()?.asOfMs).toBe(2_000);
    await tell({ ...again, watermarkMs: 500 });
    // Handed over now, of what was then.
    expect(memory.forCheck()?.asOfMs).toBe(500);
    await tell({ ...NOTHING_KNOWN, watermarkMs: 6 });
    expect(find()).toBeNull();
    expect(await readKnown(path, () => expect.unreachable())).toMatchObject({ learntMs: 2_000, watermarkMs: 6 });
  });
});
