/** The protocol on prompts made up here; on real ones in `measure-windows.integration.test.ts`. */
import { describe, expect, it } from "vitest";
import { createRandom, type Random } from "../../statistics/random.js";
import { measureWindows, type WindowProtocol, type WindowRow } from "./measure-windows.js";
import { halvePools, type PooledQuery, type WindowPools } from "./prompt-pools.js";

const SYLLABLES = ["ba", "den", "kor", "li", "mu", "ne", "pas", "ro", "sti", "ta", "vul", "wes", "yo", "zan", "fri", "gho"];
const OPENINGS = ["how do I", "why does my", "tell me about", "what is wrong with", "please fix", "compare", "i need", "can you"];

function makePools(): WindowPools {
  const random = createRandom(4);
  const draw = (words: readonly string[], from: Random = random): string => words[from.below(words.length)];
  const word = (): string => Array.from({ length: 3 }, () => draw(SYLLABLES)).join("");
  const words = (count: number): string => Array.from({ length: count }, word).join(" ");
  const make = (count: number, kind: string, text: (at: number) => string, groupSize = 1): PooledQuery[] =>
    Array.from({ length: count }, (_, at) => ({ text: text(at), kind, group: `${kind}:${Math.floor(at / groupSize)}` }));
  const jobWords = Array.from({ length: 40 }, () => words(6));
  return {
    people: make(900, "people", () => `${draw(OPENINGS)} ${words(3 + random.below(8))}?`, 2),
    jobs: make(600, "jobs", (at) => `${jobWords[Math.floor(at / 15)]}: ${words(4)}`, 15),
    harvests: [
      ...make(400, "grading_a", () => `Grade this essay about ${word()} by the rubric and name ${word()} first.`),
      ...make(400, "stories_a", () => `Write one story for the corpus in which ${word()} meets ${word()} on a boat.`),
    ],
    scaffolds: Array.from({ length: 12 }, () => `${words(9)}\n{prompt}\n${words(6)}`),
  };
}

const pools = makePools();
const protocol: WindowProtocol = {
  tuning: halvePools(pools, "first"),
  judged: halvePools(pools, "second"),
  shapes: [{ size: 60, mix: 0.15 }],
  crowds: ["people", "people-and-jobs"],
  seed: 3,
  splits: 105,
  calibrationWindows: 4,
  benignWindows: 2,
};

describe("the window protocol", () => {
  const rows = measureWindows(protocol);
  const rowOf = (wanted: Partial<WindowRow>): WindowRow => {
    const found = rows.find((row) => Object.entries(wanted).every(([key, value]) => row[key as keyof WindowRow] === value));
    if (found === undefined) throw new Error("no such row");
    return found;
  };

  it("tells nothing apart from the halves: no person, job or prompt is in both", () => {
    const groupsOf = ({ people, jobs, harvests }: WindowPools): string[] => [...people, ...jobs, ...harvests].map(({ group }) => group);
    const first = new Set(groupsOf(protocol.tuning));
    expect(groupsOf(protocol.judged).filter((group) => first.has(group))).toEqual([]);
    expect(protocol.tuning.people.length + protocol.judged.people.length).toBe(900);
  });

  it("gives a row for every crowd, harvest and method, with counts that add up", () => {
    expect(rows.length).toBe(2 * 3 * 3);
    for (const row of rows) {
      expect(row.truePositiveRate).toBeCloseTo(row.found / row.windows, 12);
      expect(row.falsePositiveInterval.low).toBeLessThanOrEqual(row.falsePositiveRate);
      expect(row.falsePositiveInterval.high).toBeGreaterThanOrEqual(row.falsePositiveRate);
    }
  });

  it("finds what was learned where MMD does not, and a new kind by its scaffold", () => {
    const known = { crowd: "people", harvest: "known-kinds" } as const;
    expect(rowOf({ ...known, method: "ours" }).truePositiveRate).toBeGreaterThan(0.9);
    expect(rowOf({ ...known, method: "ours" }).truePositiveRate).toBeGreaterThanOrEqual(
      rowOf({ ...known, method: "mmd" }).truePositiveRate,
    );
    expect(rowOf({ crowd: "people", harvest: "unseen-kinds", method: "ours-with-accounts" }).truePositiveRate).toBeGreaterThan(0.7);
  });

  it("is quiet on benign windows of people and batch jobs", () => {
    for (const row of rows.filter(({ method }) => method === "ours-with-accounts")) expect(row.falsePositiveRate).toBeLessThanOrEqual(0.05);
  });

  it("keeps the false alarms asked for on a crowd that talks otherwise than the one it learned from", () => {
    const people = protocol.judged.people.map((query) => ({ ...query, text: `good evening, ${query.text} regards from the whole family` }));
    const left = measureWindows({ ...protocol, judged: { ...protocol.judged, people }, crowds: ["people"] });
    for (const row of left) expect(row.falsePositiveRate).toBeLessThanOrEqual(0.02);
    expect(left.find((row) => row.harvest === "known-kinds" && row.method === "ours")?.truePositiveRate).toBeGreaterThan(0.5);
  });

  it("gives the same rows twice", () => {
    expect(measureWindows({ ...protocol, crowds: ["people"] })).toEqual(rows.filter(({ crowd }) => crowd === "people"));
  });

  it("leaves out what there are no queries for", () => {
    const without = { ...protocol, tuning: { ...protocol.tuning, jobs: [], scaffolds: [] }, judged: { ...protocol.judged, scaffolds: [] } };
    const left = measureWindows({ ...without, crowds: ["people-and-jobs"] });
    expect(left).toEqual([]);
  });
});
