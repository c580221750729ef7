import { describe, expect, it } from "vitest";
import { createRandom } from "../../sdk/testing/draws.js";
import { buildPopulation, selectGroup, type TestAccount, type TestRequest } from "../../sdk/testing/population.js";
import { RequestFlag, type Population } from "../../vocabulary/fingerprint.js";
import { listCarriers } from "./group.js";
import { learnChanceProfile } from "./member-attributes.js";
import { separateMembers } from "./membership.js";
import { countAccountTasks, countTasks } from "./tasks.js";

const OPENING = RequestFlag.hasText | RequestFlag.singleTurn;
const TURN = RequestFlag.hasText;
const MINUTE_HOURS = 1 / 60;

const countTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe("countTasks", () => {
  const of = (requests: readonly TestRequest[]): Population => buildPopulation({ accounts: [{ requests }] });
  const at = (minutes: number, flags: number, system?: string): TestRequest => ({
    atHours: minutes * MINUTE_HOURS,
    flags,
    ...(system === undefined ? {} : { system }),
  });

  it.each<[string, TestRequest[], number]>([
    ["turns that follow an opening are one task", [at(0, OPENING), at(1, TURN), at(3, TURN)], 1],
    ["openings are tasks of their own, however near", [at(0, OPENING), at(1, OPENING), at(2, OPENING)], 3],
    ["after a long pause it is another one", [at(0, OPENING), at(5, TURN), at(45, TURN), at(50, TURN)], 2],
    ["turns whose opening is not in the log are one, too", [at(0, TURN), at(4, TURN)], 1],
    ["what another system prompt is told is another one", [at(0, OPENING, "a"), at(1, TURN, "b"), at(2, TURN, "a")], 2],
    ["without text each may be one", [at(0, 0), at(1, 0)], 2],
  ])("%s", (_, requests, tasks) => {
    const population = of(requests);
    expect(countTasks(population, Uint32Array.from(requests.keys()))).toBe(tasks);
    expect(countAccountTasks(population, 0)).toBe(tasks);
  });

  it("counts a task whose requests are asked about in part", () => {
    const population = of([at(0, OPENING), at(1, TURN), at(60, OPENING), at(61, TURN)]);
    expect(countTasks(population, Uint32Array.of(1, 3))).toBe(2);
    expect(countTasks(population, Uint32Array.of(1))).toBe(1);
  });
});

describe("separateMembers", () => {
  /** A pool that has begun: four to six requests an account, and nothing else. One stranger has sent as many, with nothing in common with it. */
  const weighStranger = (own: (turn: number) => TestRequest): number => {
    const random = createRandom(3);
    const pool = countTo(24).map(
      (account): TestAccount => ({
        createdAtHours: -400 - random.below(500),
        addresses: [account < 12 ? `proxy-${account % 3}` : `home-${account}`],
        requests: countTo(4 + random.below(3)).map(() => ({
          atHours: random.below(40),
          system: "kit",
          family: random.below(3) === 0 ? "other task" : "task",
          flags: OPENING,
        })),
      }),
    );
    const stranger: TestAccount = { createdAtHours: -9_000, addresses: ["elsewhere"], requests: countTo(5).map(own) };
    const crowd = countTo(300).map(
      (index): TestAccount => ({
        createdAtHours: -random.below(20_000),
        addresses: [`own-${index}`],
        requests: countTo(8).map(() => ({ atHours: random.below(40), family: `everyday-${random.below(40)}`, flags: OPENING })),
      }),
    );
    const population = buildPopulation({ accounts: [...pool, stranger, ...crowd] });
    const carriers = selectGroup(population, { accounts: countTo(25), families: ["kit", "task", "other task"] });
    return separateMembers(population, { carriers, chance: learnChanceProfile(population, listCarriers(population)) })[24];
  };

  it("takes one task of five turns for no habit, and five tasks for one", () => {
    const oneTask = weighStranger((turn) => ({
      atHours: 10 + turn * MINUTE_HOURS,
      system: "kit",
      family: "task",
      flags: turn === 0 ? OPENING : TURN,
    }));
    const fiveTasks = weighStranger((turn) => ({ atHours: 10 + turn * MINUTE_HOURS, system: "kit", family: "task", flags: OPENING }));
    expect(oneTask).toBeLessThan(0.5);
    expect(fiveTasks).toBeGreaterThan(0.6);
  });
});
