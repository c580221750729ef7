import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../statistics/random.js";
import type { ActionLog } from "./action-log.js";
import { findSynchronousGroups, listSimilarPairs, scoreSynchrony } from "./synchrotrap.js";

type Action = readonly [user: number, object: number, minute: number];
const MINUTE_MS = 60_000;

function makeLog(actions: readonly Action[], userCount = 1 + Math.max(-1, ...actions.map(([user]) => user))): ActionLog {
  return {
    userCount,
    objectCount: 1 + Math.max(-1, ...actions.map(([, object]) => object)),
    users: Int32Array.from(actions, ([user]) => user),
    objects: Int32Array.from(actions, ([, object]) => object),
    timesMs: Float64Array.from(actions, ([, , minute]) => minute * MINUTE_MS),
  };
}

const similarity = (actions: readonly Action[], windowMinutes: number): number =>
  listSimilarPairs(makeLog(actions), { matchWindowMs: windowMinutes * MINUTE_MS })[0]?.similarity ?? 0;

describe("similarity of two users (§4: matched actions over the union, summed over objects)", () => {
  it.each<[string, Action[], number, number]>([
    [
      "the same actions at the same times",
      [
        [0, 0, 0],
        [0, 1, 9],
        [1, 0, 0],
        [1, 1, 9],
      ],
      5,
      1,
    ],
    [
      "two of three matched on each side: 2 / 4",
      [
        [0, 0, 0],
        [0, 1, 0],
        [0, 2, 0],
        [1, 0, 3],
        [1, 1, 4],
        [1, 3, 0],
      ],
      5,
      0.5,
    ],
    [
      "exactly the window apart still matches",
      [
        [0, 0, 0],
        [1, 0, 5],
      ],
      5,
      1,
    ],
    [
      "a little more than the window does not",
      [
        [0, 0, 0],
        [1, 0, 5.01],
      ],
      5,
      0,
    ],
    [
      "the same time on different objects does not",
      [
        [0, 0, 0],
        [1, 1, 0],
      ],
      5,
      0,
    ],
    [
      "one action matches one action: 1 / 2, not 2 / 1",
      [
        [0, 0, 0],
        [1, 0, 1],
        [1, 0, 2],
      ],
      5,
      0.5,
    ],
    [
      "earliest first leaves the later one for the next: 2 / 2",
      [
        [0, 0, 0],
        [1, 0, 4],
        [0, 0, 5],
        [1, 0, 9],
      ],
      5,
      1,
    ],
    [
      "objects add up: (1 + 0) / (1 + 2)",
      [
        [0, 0, 0],
        [1, 0, 1],
        [0, 1, 0],
        [1, 1, 60],
      ],
      5,
      1 / 3,
    ],
  ])("%s", (_claim, actions, windowMinutes, expected) => {
    expect(similarity(actions, windowMinutes)).toBeCloseTo(expected, 12);
  });

  it("is between 0 and 1, the same for any order, and the largest matching there is", () => {
    const actions = fc.array(fc.tuple(fc.nat(1), fc.nat(1), fc.nat(12)), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(actions, (drawn) => {
        const [pair] = listSimilarPairs(makeLog(drawn, 2), { matchWindowMs: 3 * MINUTE_MS });
        expect(listSimilarPairs(makeLog([...drawn].reverse(), 2), { matchWindowMs: 3 * MINUTE_MS })).toEqual(pair ? [pair] : []);
        expect(pair?.matches ?? 0).toBe(matchAtMost(drawn, 3));
        if (pair) expect(pair.similarity).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe("SynchroTrap against its paper (CCS 2014, §4)", () => {
  /** Two users who install apps; an app is installed once. */
  const install = (apps: readonly [app: number, first: number | null, second: number | null][]): Action[] =>
    apps.flatMap(([app, first, second]) => [
      ...(first === null ? [] : [[0, app, first] as const]),
      ...(second === null ? [] : [[1, app, second] as const]),
    ]);

  it("as it says of app installs: on one app the similarity is 0 or 1, over all apps it is graded", () => {
    expect([similarity(install([[0, 0, 4]]), 5), similarity(install([[0, 0, 90]]), 5)]).toEqual([1, 0]);
    const apps = install([
      [0, 0, 4],
      [1, 30, 28],
      [2, 60, 61],
      [3, 90, 300],
      [4, 120, null],
    ]);
    // Three of four shared installs match: 3 / (5 + 4 − 3).
    expect(similarity(apps, 5)).toBeCloseTo(3 / 6, 12);
  });

  it("as it says of days: windows of twice the matching time that overlap by half miss no match within a day", () => {
    const minutes = fc.array(fc.nat(59), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.nat(59), minutes, (first, others) => {
        const window = 5;
        // The paper's blocks: [k T, (k + 2) T). Whoever is at most T apart stands in one of them together.
        const share = (other: number): boolean =>
          Array.from({ length: 14 }, (_, k) => (k - 1) * window).some((from) =>
            [first, other].every((at) => at >= from && at < from + 2 * window),
          );
        for (const other of others) {
          const isMatch =
            similarity(
              [
                [0, 0, first],
                [1, 0, other],
              ],
              window,
            ) === 1;
          expect(isMatch).toBe(Math.abs(first - other) <= window);
          if (Math.abs(first - other) < window) expect(share(other)).toBe(true);
        }
      }),
    );
  });
});

/** The largest matching by trying everything. */
function matchAtMost(actions: readonly Action[], windowMinutes: number): number {
  const mine = actions.filter(([user]) => user === 0);
  const tryFrom = (index: number, theirs: readonly Action[]): number => {
    if (index === mine.length) return 0;
    const [, object, minute] = mine[index];
    const partners = theirs.filter(([, otherObject, other]) => otherObject === object && Math.abs(other - minute) <= windowMinutes);
    return Math.max(
      tryFrom(index + 1, theirs),
      ...partners.map(
        (partner) =>
          1 +
          tryFrom(
            index + 1,
            theirs.filter((other) => other !== partner),
          ),
      ),
    );
  };
  return tryFrom(
    0,
    actions.filter(([user]) => user === 1),
  );
}

describe("clusters", () => {
  const options = { matchWindowMs: 10 * MINUTE_MS, similarityMin: 0.5, usersMin: 3 };

  it("are single-linkage: a chain of similar pairs is one cluster though its ends share nothing", () => {
    const chain: Action[] = [
      [0, 0, 0],
      [1, 0, 0],
      [1, 1, 0],
      [2, 1, 0],
    ];
    expect(findSynchronousGroups(makeLog(chain), options)).toEqual([Int32Array.of(0, 1, 2)]);
    expect(findSynchronousGroups(makeLog(chain), { ...options, usersMin: 4 })).toEqual([]);
    expect(findSynchronousGroups(makeLog(chain), { ...options, similarityMin: 0.51 })).toEqual([]);
  });

  it("find 30 accounts that act within ten minutes of each other among 400 that act on the same objects by day, and nobody else", () => {
    const random = createRandom(5);
    const minute = (): number => random.below(14) * 1440 + 480 + random.below(600);
    const jobs = Array.from({ length: 20 }, () => ({ object: random.below(50), at: minute() }));
    const lockstep = Array.from({ length: 30 }, (_, user) =>
      jobs.map(({ object, at }): Action => [user, object, at + random.below(6)]),
    ).flat();
    const crowd = Array.from({ length: 8000 }, (): Action => [30 + random.below(400), random.below(50), minute()]);
    const groups = findSynchronousGroups(makeLog([...lockstep, ...crowd]), { ...options, similarityMin: 0.3 });
    expect(groups.map((group) => [...group])).toEqual([Array.from({ length: 30 }, (_, user) => user)]);
  });

  it("are, at every cut, the users that are scored at least that", () => {
    const action = fc.tuple(fc.nat(9), fc.nat(3), fc.nat(40));
    fc.assert(
      fc.property(fc.array(action, { minLength: 1, maxLength: 60 }), fc.constantFrom(2, 3, 4), (drawn, usersMin) => {
        const log = makeLog(drawn, 10);
        const scores = scoreSynchrony(log, { ...options, usersMin });
        for (const similarityMin of new Set([0.1, 0.25, 0.5, ...scores.filter(Number.isFinite)])) {
          const grouped = findSynchronousGroups(log, { ...options, similarityMin, usersMin }).flatMap((group) => [...group]);
          expect([...scores.keys()].filter((user) => scores[user] >= similarityMin)).toEqual(grouped.sort((a, b) => a - b));
        }
      }),
    );
  });

  it("compare an action with the nearest few only, when told so", () => {
    const crowd = Array.from({ length: 30 }, (_, user): Action => [user, 0, user / 100]);
    const pairs = (partnersMax?: number): number =>
      listSimilarPairs(makeLog(crowd), { matchWindowMs: MINUTE_MS, ...(partnersMax === undefined ? {} : { partnersMax }) }).length;
    expect([pairs(), pairs(3)]).toEqual([(30 * 29) / 2, 3 * 30 - 6]);
  });

  it("of nobody are none", () => {
    expect(findSynchronousGroups(makeLog([]), options)).toEqual([]);
  });
});
