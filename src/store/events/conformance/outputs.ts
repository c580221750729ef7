/** Claims about the ledger of outputs. */
import { expect } from "vitest";
import type { Hash64, TextFeatures } from "../../../vocabulary/feature.js";
import xxhash from "xxhash-wasm";
import { readOutputLedger } from "../output-ledger.js";
import { createRequestBlockWriter } from "../request-block.js";
import { makeFeatures } from "../testing/request-samples.js";
import { withStore, type Claim } from "./claim.js";

/** One request: who, when (minutes), which answer it was given and which answers are in its message, by number. */
interface Sighting {
  account?: string;
  at: number;
  session?: string;
  answer?: number;
  blocks?: number[];
}

const given: Sighting = { at: 0, session: "s1", answer: 1 };

/** Stories and what the ledger says about them: `user < issuer move answers`. */
const STORIES: readonly (readonly [name: string, story: Sighting[], passages: string[]])[] = [
  ["an answer that is quoted in its own session", [given, { at: 1, session: "s1", blocks: [1] }], []],
  ["one that its account takes elsewhere", [given, { at: 1, session: "s2", blocks: [1] }], ["a < a session 1"]],
  ["one that its account takes where nobody knows", [given, { at: 1, blocks: [1] }], []],
  ["one that a stranger brings", [given, { account: "b", at: 1, blocks: [1] }], ["b < a account 1"]],
  [
    "one that a stranger brings again and again",
    [given, { account: "b", at: 1, session: "x", blocks: [1] }, { account: "b", at: 2, session: "y", blocks: [7, 1] }],
    ["b < a account 1"],
  ],
  [
    "two in one message",
    [given, { at: 1, answer: 2 }, { account: "b", at: 3, blocks: [1, 2] }, { account: "c", at: 3, blocks: [2] }],
    ["b < a account 2", "c < a account 1"],
  ],
  ["one that two accounts were given", [given, { account: "b", at: 1, answer: 1 }, { account: "c", at: 2, blocks: [1] }], []],
  [
    "what was sent in before it was answered",
    [
      { account: "c", at: 0, blocks: [1] },
      { ...given, at: 1 },
      { account: "b", at: 2, blocks: [1] },
    ],
    [],
  ],
  [
    "what is echoed",
    [
      { ...given, blocks: [1] },
      { account: "b", at: 2, blocks: [1] },
    ],
    [],
  ],
  ["what nobody was answered", [given, { account: "b", at: 1, blocks: [9] }], []],
];

/** Answers of one story are no answers of another. */
const hashAnswer = (story: number, answer: number): Hash64 => [story * 7919 + answer, (answer * 2_654_435_761 + story) >>> 0];

export const OUTPUT_CLAIMS: readonly Claim[] = [
  {
    claim: `the ledger of outputs tells in ${STORIES.length} stories what came back, and nothing else`,
    check: async (engine) => {
      const hashes = await xxhash();
      const names = new Map<bigint, string>();
      const writer = await createRequestBlockWriter();
      for (const [number, [, story]] of STORIES.entries()) {
        for (const [position, { account = "a", at, session, answer, blocks = [] }] of story.entries()) {
          const features = makeFeatures(1) as TextFeatures;
          features.sketch = {
            ...features.sketch,
            output: answer === undefined ? null : hashAnswer(number, answer),
            blocks: blocks.map((each) => hashAnswer(number, each)),
          };
          const accountId = `${number} ${account}`;
          names.set(hashes.h64(accountId), accountId);
          const event = { requestId: `${number} ${position}`, atMs: 60_000 * at, accountId, targetModel: "m", status: 200 };
          const sessionId = session === undefined ? {} : { sessionId: `${number} ${session}` };
          writer.add({ ...event, inputTokens: 1, outputTokens: 1, ...sessionId }, features, { sourceKey: [0, 7], offset: 0, line: 1 });
        }
      }
      const block = writer.finish();
      const ledger = await withStore(engine, "outputs-stories", async (store) => {
        await store.insertBlock({ table: "request_events", token: "all", block });
        return readOutputLedger(store, "events_once");
      });
      const told = ledger.passages.map(
        ({ userKey, issuerKey, move, outputs }) => `${names.get(userKey)} < ${names.get(issuerKey)?.split(" ")[1]} ${move} ${outputs}`,
      );
      const expected = STORIES.flatMap(([, , passages], number) => passages.map((passage) => `${number} ${passage}`));
      expect(told.sort()).toEqual(expected.sort());
    },
  },
];
