import { describe, expect, it } from "vitest";
import { createRandom, type Random } from "../../../statistics/random.js";
import { createQueryReader } from "./query-features.js";
import { calibrateWindows, learnWindowDetector, type WindowQuery } from "./window-detector.js";

const SYLLABLES = ["ba", "den", "kor", "li", "mu", "ne", "pas", "ro", "sti", "ta", "vul", "wes", "yo", "zan", "fri", "gho"];
const OPENINGS = ["how do I", "why does my", "tell me about", "what is wrong with", "please fix", "compare", "i need", "can you"];
const read = createQueryReader();

const draw = (random: Random, words: readonly string[]): string => words[random.below(words.length)];
const drawWord = (random: Random): string => Array.from({ length: 3 }, () => draw(random, SYLLABLES)).join("");
const drawTalk = (random: Random): string =>
  `${draw(random, OPENINGS)} ${Array.from({ length: 4 + random.below(8) }, () => drawWord(random)).join(" ")}?`;
const drawGrading = (random: Random): string =>
  `Grade this essay about ${drawWord(random)} by the rubric and name ${drawWord(random)} first.`;
const drawRewrite = (random: Random): string =>
  `Carefully turn ${drawWord(random)} into a polite limerick mentioning ${drawWord(random)} twice.`;

const ask = (texts: readonly string[], party: (at: number) => string | null = () => null): WindowQuery[] =>
  texts.map((text, at) => ({ features: read(text), party: party(at) }));
const repeat = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));

const random = createRandom(8);
const detector = learnWindowDetector({
  reference: repeat(600, () => read(drawTalk(random))),
  kinds: [{ name: "grading", queries: repeat(300, () => read(drawGrading(random))) }],
  random,
});
const benign = repeat(400, () => detector.inspect(ask(repeat(100, () => drawTalk(random))))[0]);
const rule = calibrateWindows(benign, 0.005);
const isAlarm = (window: readonly WindowQuery[]): boolean => rule.score(detector.inspect(window)[0]) > rule.limit;
const talkAnd = (count: number, make: (random: Random) => string): string[] => [
  ...repeat(100 - count, () => drawTalk(random)),
  ...repeat(count, () => make(random)),
];

describe("the detector of windows", () => {
  it("keeps the false alarms it was set for on new benign windows", () => {
    const alarms = repeat(400, () => isAlarm(ask(repeat(100, () => drawTalk(random))))).filter(Boolean).length;
    expect(alarms).toBeLessThanOrEqual(8);
  });

  it("finds a tenth of a window that is known work", () => {
    expect(repeat(20, () => isAlarm(ask(talkAnd(10, drawGrading)))).filter(Boolean).length).toBe(20);
  });

  it("finds a tenth that is one new scaffold which nothing was learned of", () => {
    expect(repeat(20, () => isAlarm(ask(talkAnd(10, drawRewrite)))).filter(Boolean).length).toBe(20);
  });

  it("is quiet about one account's batch job, and not about the same requests from ten", () => {
    const job = talkAnd(10, drawRewrite);
    expect(isAlarm(ask(job, (at) => (at < 90 ? `person ${at}` : "one firm")))).toBe(false);
    expect(isAlarm(ask(job, (at) => `person ${at}`))).toBe(true);
  });

  it("counts what is sent again once", () => {
    const text = drawRewrite(random);
    expect(isAlarm(ask(talkAnd(10, () => text)))).toBe(false);
  });

  it("says of every window the same in any order", () => {
    const window = ask(talkAnd(10, drawGrading), (at) => `person ${at % 40}`);
    expect(detector.inspect(window.toReversed())[0].novelty).toBe(detector.inspect(window)[0].novelty);
    expect(detector.inspect(window.toReversed())[0].knownKind).toBeCloseTo(detector.inspect(window)[0].knownKind, 9);
  });

  it("can forget a kind, and then knows nothing of it", () => {
    const window = ask(talkAnd(10, drawGrading));
    const [all, without] = detector.inspect(window, [() => false, (kind) => kind === "grading"]);
    expect(all.knownKind).toBeGreaterThan(10);
    expect(without).toEqual({ knownKind: 0, novelty: all.novelty });
  });

  it("refuses a share of false alarms that its benign windows cannot set", () => {
    expect(() => calibrateWindows(benign.slice(0, 100), 0.005)).toThrow(RangeError);
  });
});
