import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutToEdges } from "../../../../vocabulary/edges.js";
import { EDGE_CHARS_MAX } from "../../../../vocabulary/sketch.js";
import { finishHash64 } from "../hashing.js";
import { HITS_PER_GROUP_MAX } from "../group-hits.js";
import { compilePhraseBook } from "../phrase-book.js";
import { hashBlockOpenings } from "../reference/block-openings.js";
import { createGister, gistEdgesOf } from "../reference/gist.js";
import { type HitLists, listen } from "../reference/listener.js";
import { createScannedText, createScanner } from "../reference/scanner.js";
import { anchorsOf, edgeAnchorsOf, regionsOf, skeletonOf } from "../reference/sketcher.js";
import { hashOpening, hashText } from "../reference/text-hashes.js";
import { STOP_WORDS } from "../stop-words.js";
import { loadWordVectors } from "../word-vectors.js";
import { createTextKernel } from "./kernel.js";

const PHRASES = [
  ["step by step", "explain*", "思维链", "<think*"],
  ["explain the reason*", "reason*", "step"],
  ["𠀀", "the river", "don't", "riv*", "Soz*", "cam*"],
];
const book = compilePhraseBook(PHRASES, STOP_WORDS);
const vectors = await loadWordVectors();
const kernel = createTextKernel(book, vectors);
const scan = createScanner(book);
const gist = createGister(vectors);
const scanned = createScannedText();

/** Everything a scanner stumbles over, and words of all kinds. */
const PARTS =
  "the|river|Explain|explained the reasoning|step by step|思维链|数据分析的方法|データ|한국어|พัสดุ|Sozialversicherung|посылка|حلل|e\u0301|ß|İ|ﬁ|𠀀𠀁|😀|👩‍👩‍👧|\ud800|\udc00|" +
  "ex\u200bplained|e\u0336x\u0336plain|r\u202eiver|Soz\ufe0fial|\u0301|\ufe0f|\u202e|\u3164|\u{e0065}|\udb40|\udb40t|" +
  '\u200b|\u00ad|’|\'|"|: "|“|”|„|«|»|「|」|『|』|`|```|```js\n|<|</|<think>|>|@|a@b.org|://|https://x.org/a?b|www.|.|:|;|!|?|\n|\n\n|\r\n|\t| |  |\u00a0|\u3000|\ufeff|' +
  "7|3.14|get_user_id|camelCase|McDonald|Ada|Augusta Lovelace|Grace Brewster Hopper|A B|{|}|(|)|,|-|–|\0|\x7f|word word word word word word word word word";
const anyText = fc.oneof(
  fc.string({ maxLength: 300 }),
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 200 }).map((codes) => String.fromCharCode(...codes)),
  fc.array(fc.constantFrom(...PARTS.split("|")), { maxLength: 250 }).map((parts) => parts.join("")),
  fc.array(fc.constantFrom(...PARTS.split("|")), { maxLength: 250 }).map((parts) => parts.join(" ")),
  fc
    .tuple(fc.array(fc.constantFrom(...PARTS.split("|")), { minLength: 1, maxLength: 30 }), fc.integer({ min: 1, max: 400 }))
    .map(([parts, times]) => parts.join(" ").repeat(times)),
);

function listHits(): number[][] {
  const { counts, positions } = kernel.hits;
  return PHRASES.map((_, group) => Array.from(positions.slice(group * HITS_PER_GROUP_MAX, group * HITS_PER_GROUP_MAX + counts[group])));
}

function readReference(text: string) {
  scan(text, scanned);
  const { head, tail } = regionsOf(scanned);
  const edges = gistEdgesOf(scanned);
  const hits: HitLists = new Map();
  listen(book, scanned, { offset: 10, hits });
  return {
    read: {
      words: scanned.words,
      halfWords: scanned.halfWords,
      whole: scanned.length === 0 ? null : finishHash64(scanned.wholeFirst, scanned.wholeSecond),
      skeleton: skeletonOf(scanned),
      headAnchors: edgeAnchorsOf(scanned, head, 1),
      tailAnchors: edgeAnchorsOf(scanned, tail, -1),
      headGist: gist(scanned, edges.head),
      tailGist: gist(scanned, edges.tail),
    },
    system: { anchors: anchorsOf(scanned, { from: 0, to: scanned.length }), gist: gist(scanned, edges.head) },
    hits: PHRASES.map((_, group) => hits.get(group) ?? []),
  };
}

describe("the kernel agrees with the plain reference", () => {
  it("on sketches and hits of any text", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const expected = readReference(text);
        kernel.recallHits(new Int32Array(0));
        expect(kernel.load(text)).toBe(/^[\0-\x7f]*$/.test(text.slice(0, 2 * EDGE_CHARS_MAX + 8)));
        expect(kernel.readPrompt(10)).toEqual(expected.read);
        expect(listHits()).toEqual(expected.hits);
        expect(kernel.readSystem()).toMatchObject(expected.system);
        expect(kernel.readAnchors(true)).toEqual([expected.read.headAnchors, expected.read.tailAnchors]);
        expect(kernel.readAnchors(false)).toEqual([expected.system.anchors]);
      }),
      { numRuns: 1_500 },
    );
  });

  it("on the edges of long texts, whatever grows or vanishes between them", () => {
    const fillings = [
      "\ufdfa",
      "\u200b",
      "\u{e0041}",
      "\udb40",
      "\udb40a",
      "\udb43 the",
      " ",
      "-",
      "\u0301",
      "a",
      "\ufb03 ",
      "the river explains ",
    ];
    const filling = fc.tuple(fc.constantFrom(...fillings), fc.integer({ min: 500, max: 9_000 })).map(([part, times]) => part.repeat(times));
    fc.assert(
      fc.property(anyText, filling, anyText, filling, (first, one, second, other) => {
        for (const text of [first + one + second + other, one + first + other + second, first + one + other + second]) {
          const { edges } = cutToEdges(text);
          const expected = readReference(edges);
          kernel.recallHits(new Int32Array(0));
          kernel.load(edges);
          expect(kernel.readPrompt(10)).toEqual(expected.read);
          expect(listHits()).toEqual(expected.hits);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("on the openings of blocks of any message up to both edges", () => {
    fc.assert(
      fc.property(anyText, fc.nat(200), (text, padding) => {
        const message = `${text}${"x ".repeat(padding)}`.slice(0, 2 * EDGE_CHARS_MAX);
        kernel.load(message);
        expect(kernel.readBlocks()).toEqual(hashBlockOpenings(message));
      }),
      { numRuns: 1_000 },
    );
  });

  it("on hashes of any text", () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 200 }), (text, chars) => {
        expect(kernel.hashText(text)).toEqual(hashText(text));
        expect(kernel.hashOpening(text, chars)).toEqual(hashOpening(text, chars));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("hits", () => {
  it("that were saved are what they were, whatever was heard between", () => {
    fc.assert(
      fc.property(anyText, anyText, (first, second) => {
        kernel.load(first);
        kernel.readSystem();
        const [hits, heard] = [listHits(), kernel.saveHits()];
        kernel.load(second);
        kernel.hear(5);
        kernel.recallHits(heard);
        expect(listHits()).toEqual(hits);
      }),
      { numRuns: 300 },
    );
  });
});
