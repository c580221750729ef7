import { describe, expect, it } from "vitest";
import { buildPopulation, type TestAccount } from "../../sdk/testing/population.js";
import { ACCOUNTS, DAYS, drawPace, drawWorkLoad, FLAT } from "../../sdk/testing/paced-work-loads.js";
import { openSource, proposeFleets, surveyNiches } from "./candidates.js";

const countTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const EVENT_HOURS = 70;

/** Work loads of one dispatcher, one that keeps its pace for three days, and a crowd; members and probabilities of the fleet that is proposed. */
function propose({
  eventAt,
  changeFirst = (account) => account,
}: {
  eventAt?: string;
  changeFirst?: (account: TestAccount) => TestAccount;
}) {
  const pace = drawPace(5);
  const [a, b, c] = ["a", "b", "c"].map((name, seed) => drawWorkLoad(name, { pace, seed }));
  const atEvent = pace.map((level, hour) => (hour < EVENT_HOURS ? level : 0));
  const event = drawWorkLoad("event", { pace: atEvent, seed: 9 }).map(
    (account): TestAccount => ({
      ...account,
      ...(eventAt === undefined ? {} : { addresses: [eventAt] }),
    }),
  );
  const crowd: TestAccount[] = countTo(400).map((index) => ({
    requests: countTo(20).map((request) => ({
      atHours: (index * 7 + request * 13) % (DAYS * 24),
      family: `everyday-${(index * 3 + request) % 90}`,
    })),
  }));
  const population = buildPopulation({ accounts: [changeFirst(a[0]), ...a.slice(1), ...b, ...c, ...event, ...crowd] });
  const niches = ["a", "b", "c", "event"].map((name) => Uint32Array.of(population.families.ids.findIndex((id) => id.endsWith(` ${name}`))));
  const source = openSource(population, []);
  const { candidates } = proposeFleets(source, { survey: surveyNiches(source, niches), isFound: () => false });
  const [fleet] = candidates;
  return {
    members: new Set(fleet.group.members),
    probabilityOf: (account: number) => fleet.memberProbabilities[fleet.group.members.indexOf(account)],
  };
}

const isIn = (members: ReadonlySet<number>, workLoad: number): boolean =>
  countTo(ACCOUNTS).some((account) => members.has(workLoad * ACCOUNTS + account));

describe("proposeFleets", () => {
  it("takes in a work load that keeps the pace for three days from many places", () => {
    const { members } = propose({});
    expect([0, 1, 2, 3].map((workLoad) => isIn(members, workLoad))).toEqual([true, true, true, true]);
  });

  it("leaves out a gathering, whose event falls into the dispatcher's hours", () => {
    const { members } = propose({ eventAt: "the hall" });
    expect([0, 1, 2, 3].map((workLoad) => isIn(members, workLoad))).toEqual([true, true, true, false]);
  });

  it.each([
    [2, false],
    [3, true],
  ])("an account that met its scaffold %i times stands in it: %s", (times, stands) => {
    const { probabilityOf } = propose({
      changeFirst: (account) => ({ ...account, requests: account.requests.slice(0, times) }),
    });
    expect(probabilityOf(0) > 0.5).toBe(stands);
  });

  it("watches who carries the scaffold of a rework and hands nothing in", () => {
    const workLoads = ["rework", "source"].map((name, seed) => drawWorkLoad(name, { pace: FLAT, seed: 50 + seed }));
    const crowd = countTo(400).map(
      (index): TestAccount => ({
        requests: countTo(9).map((request) => ({ atHours: request * 20, family: `everyday-${(index + request) % 90}` })),
      }),
    );
    const isReworker = (account: number): boolean => account < ACCOUNTS - 2;
    const returns = countTo(ACCOUNTS)
      .filter(isReworker)
      .flatMap((user) => countTo(6).map((issuer) => ({ user, issuer: ACCOUNTS + issuer, outputs: 1 })));
    const population = buildPopulation({ accounts: [...workLoads.flat(), ...crowd], returns });
    const niches = ["rework", "source"].map((name) => Uint32Array.of(population.families.ids.findIndex((id) => id.endsWith(` ${name}`))));
    const source = openSource(population, []);
    const [fleet] = proposeFleets(source, { survey: surveyNiches(source, niches), isFound: () => false }).candidates;
    const stands = (account: number): boolean => (fleet.memberProbabilities[fleet.group.members.indexOf(account)] ?? 0) > 0.5;
    expect(countTo(ACCOUNTS).filter(stands)).toEqual(countTo(ACCOUNTS).filter(isReworker));
  });

  it("is less sure of who carries a scaffold whose other users' answers a rework hands in, and was reworked never", () => {
    const [rework, source] = ["rework", "source"].map((name, seed) => drawWorkLoad(name, { pace: FLAT, seed: 50 + seed }));
    const publicUsers = drawWorkLoad("source", { pace: FLAT, seed: 60 }).slice(0, 5);
    const crowd = countTo(400).map(
      (index): TestAccount => ({
        requests: countTo(9).map((request) => ({ atHours: request * 20, family: `everyday-${(index + request) % 90}` })),
      }),
    );
    const returns = countTo(ACCOUNTS).flatMap((user) =>
      countTo(ACCOUNTS).map((issuer) => ({ user, issuer: ACCOUNTS + issuer, outputs: 1 })),
    );
    const population = buildPopulation({ accounts: [...rework, ...source, ...publicUsers, ...crowd], returns });
    const niches = ["rework", "source"].map((name) => Uint32Array.of(population.families.ids.findIndex((id) => id.endsWith(` ${name}`))));
    const opened = openSource(population, []);
    const [fleet] = proposeFleets(opened, { survey: surveyNiches(opened, niches), isFound: () => false }).candidates;
    const probabilityOf = (account: number): number => fleet.memberProbabilities[fleet.group.members.indexOf(account)] ?? 0;
    const reworked = countTo(ACCOUNTS).map((account) => probabilityOf(ACCOUNTS + account));
    const others = countTo(publicUsers.length).map((account) => probabilityOf(2 * ACCOUNTS + account));
    expect(Math.min(...reworked)).toBeGreaterThan(0.95);
    expect(Math.max(...others)).toBeLessThan(0.85);
  });
});
