/** PRADA, SEAT and MMD: the algorithms on cases small enough to follow, and as evaluation runs them on a log. */
import { beforeAll, describe, expect, it } from "vitest";
import { normalQuantile } from "../../statistics/intervals.js";
import { createRandom, type Random } from "../../statistics/random.js";
import type { Hash64 } from "../../vocabulary/feature.js";
import type { RequestEvent } from "../../vocabulary/request-event.js";
import type { Baseline } from "./baseline.js";
import { baselines } from "./index.js";
import { mmd } from "./mmd-baseline.js";
import { prepareMmdPool, prepareMmdReference, scoreMmdWindow } from "./mmd.js";
import { prada } from "./prada-baseline.js";
import { addPradaQuery, createPradaState, testPradaState } from "./prada.js";
import { seat } from "./seat-baseline.js";
import { chooseSimilarDistance, countSimilarPairs, sketchDistance } from "./seat.js";
import { joinPoints } from "./text-embedding.js";

const drawNormal = (random: Random): number => normalQuantile((random.below(999_999) + 1) / 1_000_001);
const drawPoint = (random: Random, dimension: number, shift = 0): Float32Array =>
  Float32Array.from({ length: dimension }, () => shift + drawNormal(random));

describe("PRADA", () => {
  it("follows the authors' steps on a line: nearest member, growing set, threshold", () => {
    const state = createPradaState();
    for (const x of [0, 4, 5, 5.5, 20]) addPradaQuery(state, Float32Array.of(x), 0);
    const set = state.classes.get(0);
    // 4 joins at distance 4 (threshold: mean 2 less deviation 2 = 0); 5 joins at 1 (5/3 less 1.7 < 0); 5.5 joins at .5; 20 joins at 14.5.
    expect(set?.distances).toEqual([4, 1, 0.5, 14.5]);
    expect(set?.joined).toEqual([0, 4, 1, 0.5, 14.5]);
    expect(set?.threshold).toBe(0);
  });

  it("leaves out of the set what is nearer than the threshold, and never lowers the threshold", () => {
    const state = createPradaState();
    for (const x of [0, 10, 20, 30, 40, 40.5]) addPradaQuery(state, Float32Array.of(x), 0);
    const set = state.classes.get(0);
    // Joined at 0, 10, 10, 10, 10: mean 8 less deviation 4.
    expect(set?.threshold).toBeCloseTo(4, 9);
    expect(set?.members.length).toBe(5);
    addPradaQuery(state, Float32Array.of(1_000), 0);
    expect(set?.threshold).toBeCloseTo(4, 9);
  });

  it("compares queries within their class alone", () => {
    const state = createPradaState();
    addPradaQuery(state, Float32Array.of(0), 0);
    addPradaQuery(state, Float32Array.of(0), 1);
    expect([...state.classes.values()].every(({ distances }) => distances.length === 0)).toBe(true);
  });

  it("finds natural queries normal (W above .95) and synthetic ones at a fixed step from their seeds not, as the paper reports", () => {
    const random = createRandom(2);
    const natural = createPradaState();
    const synthetic = createPradaState();
    const seeds: Float32Array[] = [];
    for (let query = 0; query < 200; query++) {
      addPradaQuery(natural, drawPoint(random, 30), 0);
      // The attack of Papernot et al.: every new query is an earlier one moved by a step of fixed length.
      const seed = query < 60 ? drawPoint(random, 30) : seeds[random.below(seeds.length)].map((x) => x + (random.below(2) - 0.5) * 0.2);
      seeds.push(seed);
      addPradaQuery(synthetic, seed, 0);
    }
    expect(testPradaState(natural)).toBeGreaterThan(0.95);
    expect(testPradaState(synthetic)).toBeLessThan(0.9);
  });

  it("waits for a hundred distances", () => {
    const state = createPradaState();
    const random = createRandom(4);
    for (let query = 0; query < 90; query++) addPradaQuery(state, drawPoint(random, 5), 0);
    expect(testPradaState(state)).toBeNull();
    expect(testPradaState(state, { distancesMin: 10 })).not.toBeNull();
  });
});

describe("SEAT", () => {
  const drawSketch = (random: Random): Hash64 => [random.below(2 ** 32), random.below(2 ** 32)];

  it("measures the bits in which sketches differ", () => {
    expect(sketchDistance([0, 0], [0xffffffff, 0xffffffff])).toBe(64);
    expect(sketchDistance([0b1011, 7], [0b0001, 6])).toBe(3);
  });

  it("sets the threshold so that at most one in 10,000 benign pairs is similar", () => {
    const random = createRandom(6);
    const benign = Array.from({ length: 600 }, () => drawSketch(random));
    const distance = chooseSimilarDistance(benign);
    expect(distance).toBeGreaterThan(8);
    expect(countSimilarPairs(benign, distance)).toBeLessThanOrEqual((1e-4 * 600 * 599) / 2);
  });

  it("counts every pair of queries made from one seed, and hardly any of natural ones", () => {
    const random = createRandom(7);
    const seed = drawSketch(random);
    const made = Array.from({ length: 12 }, (_, bit): Hash64 => [seed[0] ^ (1 << bit), seed[1]]);
    expect(countSimilarPairs(made, 4)).toBe(66);
    expect(
      countSimilarPairs(
        Array.from({ length: 12 }, () => drawSketch(random)),
        4,
      ),
    ).toBe(0);
  });
});

/**
 * The paper's figures (an attack costs 3.8 to 16 times as much, spread over accounts) are of encoders trained on images against four attacks: none is
 * small enough to check here. What follows from its rule alone is checked.
 */
describe("SEAT against its paper (AISec 2021)", () => {
  it("makes an attack from one seed cost more accounts, as reported: what one account may hold grows with the root of the pairs allowed", () => {
    const seed: Hash64 = [0x0f0f0f0f, 0x33333333];
    const attack = Array.from(
      { length: 64 },
      (_, bit): Hash64 => (bit < 32 ? [seed[0] ^ (1 << bit), seed[1]] : [seed[0], seed[1] ^ (1 << (bit - 32))]),
    );
    const countAccounts = (allowed: number): number => {
      let accounts = 1;
      let own: Hash64[] = [];
      for (const query of attack) {
        if (countSimilarPairs([...own, query], 4) > allowed) {
          accounts += 1;
          own = [];
        }
        own.push(query);
      }
      return accounts;
    };
    // n queries of one seed are n (n − 1) / 2 pairs: 6 fit 15 pairs, 11 fit 55, 64 fit 2,016.
    expect([15, 55, 2_016].map(countAccounts)).toEqual([Math.ceil(64 / 6), Math.ceil(64 / 11), 1]);
  });

  it("leaves alone an account whose queries are as unlike as benign ones: next to no pair at the threshold of .01 %", () => {
    const random = createRandom(8);
    const draw = (): Hash64 => [random.below(2 ** 32), random.below(2 ** 32)];
    const distance = chooseSimilarDistance(Array.from({ length: 500 }, draw));
    // 4,950 pairs of a hundred other queries, .5 expected at most.
    expect(countSimilarPairs(Array.from({ length: 100 }, draw), distance)).toBeLessThanOrEqual(6);
  });
});

describe("MMD on windows", () => {
  /**
   * The published artifact's windows of 100 queries of MEAeq on IMDB: mean scores of windows that are all attack, and of mixtures. In the
   * mixtures they are the square of the attack's share times that of the pure attack, as theory says; so must ours be.
   */
  it.each([
    [0.05, 0.000242768],
    [0.1, 0.000972061],
    [0.25, 0.006073087],
    [0.5, 0.024270082],
  ])("grows with the square of the mixed share, as in the published figures: %d", (share, published) => {
    expect(published / 0.097096784).toBeCloseTo(share ** 2, 3);
    const random = createRandom(12);
    const dimension = 8;
    const reference = prepareMmdReference(joinPoints(Array.from({ length: 300 }, () => drawPoint(random, dimension))), random);
    const benign = Array.from({ length: 300 }, () => drawPoint(random, dimension));
    const attack = Array.from({ length: 300 }, () => drawPoint(random, dimension, 1));
    const pool = prepareMmdPool(reference, joinPoints([...benign, ...attack]));
    const meanScore = (part: number): number => {
      let sum = 0;
      for (let round = 0; round < 200; round++) {
        const window = Int32Array.from({ length: 100 }, (_, i) => random.below(300) + (i < part * 100 ? 300 : 0));
        sum += scoreMmdWindow(reference, pool, window);
      }
      return sum / 200;
    };
    const base = meanScore(0);
    expect((meanScore(share) - base) / (meanScore(1) - base)).toBeCloseTo(share ** 2, 1);
  });
});

const TOPICS = ["tax", "tides", "maps", "bread", "glaciers", "chess", "opera", "beetles", "rust", "knots", "violins", "moss"];
const SYLLABLES = ["ba", "den", "kor", "li", "mu", "ne", "pas", "ro", "sti", "ta", "vul", "wes", "yo", "zan", "fri", "gho"];
const OPENINGS = ["how do I", "why does my", "tell me about", "what is the matter with", "please fix", "compare"];

function requestOf(accountId: string, number: number, content: string): RequestEvent {
  const messages = [{ role: "user", content }];
  return {
    requestId: `${accountId}-${number}`,
    atMs: number,
    accountId,
    targetModel: "m",
    status: 200,
    inputTokens: 1,
    outputTokens: 1,
    messages,
  };
}

function drawTalk(random: Random): string {
  const draw = (words: readonly string[]): string => words[random.below(words.length)];
  const word = (): string => Array.from({ length: 3 }, () => draw(SYLLABLES)).join("");
  return `${draw(OPENINGS)} ${draw(TOPICS)} ${Array.from({ length: 4 + random.below(9) }, word).join(" ")}?`;
}

async function scoreLog(baseline: Baseline): Promise<{ harvest: number; people: number[]; silent: number }> {
  const random = createRandom(21);
  const reference = Array.from({ length: 400 }, (_, i) => requestOf("r", i, drawTalk(random)));
  const run = baseline.start({ reference, sideFacts: new Map(), random });
  for (let number = 0; number < 60; number++) {
    const item = `${TOPICS[number % TOPICS.length]} ${number}`;
    run.add({
      account: 0,
      event: requestOf(
        "h",
        number,
        `Grade the answer below by the rubric, give a score between one and ten and justify every deduction. Rubric: clarity, correctness, completeness, style, sources. Answer: ${item}`,
      ),
    });
    for (let person = 1; person <= 5; person++) run.add({ account: person, event: requestOf(`p${person}`, number, drawTalk(random)) });
  }
  const { scores } = await run.finish(7);
  return { harvest: scores[0], people: Array.from(scores.subarray(1, 6)), silent: scores[6] };
}

describe.each([prada, seat, mmd])("$title on a log", (baseline) => {
  let scored: Awaited<ReturnType<typeof scoreLog>>;
  beforeAll(async () => void (scored = await scoreLog(baseline)));

  it("stands in the list and says nothing of an account without text", () => {
    expect(baselines).toContain(baseline);
    expect(scored.silent).toBe(-Infinity);
  });

  it("puts an account that fills one template above people", () => {
    const { harvest, people } = scored;
    expect(harvest).toBeGreaterThan(Math.max(...people));
  });

  it("is the same twice", async () => {
    expect(await scoreLog(baseline)).toEqual(scored);
  });

  it("lives without a reference", async () => {
    const run = baseline.start({ reference: [], sideFacts: new Map(), random: createRandom(1) });
    run.add({ account: 0, event: requestOf("a", 0, "hello there, how are you today?") });
    expect([...(await run.finish(2)).scores]).toEqual([-Infinity, -Infinity]);
  });
});
