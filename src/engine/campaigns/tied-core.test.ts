import { describe, expect, it } from "vitest";
import { buildPopulation, selectGroup, type TestAccount } from "../../sdk/testing/population.js";
import { openSource } from "./candidates.js";
import { keepTiedCore } from "./tied-core.js";
import { testCandidate, type TestContext } from "./test-candidate.js";
import type { Origin } from "./candidates.js";

const countTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const POOL = 12;

/** Requests a day apart, three in each family. */
const send = (...families: readonly string[]): TestAccount["requests"] =>
  families.flatMap((family, at) => countTo(3).map((index) => ({ family, atHours: 24 * (3 * at + index) + at })));
/** Of the pool: both scaffolds; where it shares things, three on a card, four on an address, all registered within a day. */
const pooled = (index: number, isTied: boolean): TestAccount => ({
  createdAtHours: isTied ? -100 + index : -5000 * (index + 1),
  addresses: isTied ? [`proxy-${index % 4}`] : [`own-${index}`],
  instruments: isTied ? { payment: `card-${index % 3}` } : {},
  requests: send("public", "private"),
});
const stranger = (index: number, ...families: readonly string[]): TestAccount => ({
  createdAtHours: -900 * (index + 7),
  addresses: [`home-${index}`],
  requests: send(...families),
});
const crowd = countTo(400).map((index) => stranger(100 + index, `phrase-${index % 90}`));

/** Who of the first accounts stays in the candidate that they are. */
function keep(
  accounts: readonly TestAccount[],
  { families, origin = "niche" }: { families: readonly string[]; origin?: Origin },
): number[] {
  const population = buildPopulation({ accounts: [...accounts, ...crowd] });
  const context: TestContext = { source: openSource(population, []), detections: [] };
  const group = selectGroup(population, { accounts: countTo(accounts.length), families });
  const memberProbabilities = new Float64Array(group.members.length).fill(0.8);
  const candidate = testCandidate({ group, carriers: group, carrierSignals: new Map(), memberProbabilities, origin }, context);
  return [...keepTiedCore(candidate, context).group.members];
}

describe("a campaign with a tied core", () => {
  const pool = countTo(POOL).map((index) => pooled(index, true));
  const scaffolds = { families: ["public", "private"] };

  it("is left by copycats of its public scaffold", () => {
    const copycats = countTo(14).map((index) => stranger(index, "public"));
    expect(keep([...pool, ...copycats], scaffolds)).toEqual(countTo(POOL));
  });

  it("is left by strangers whose own phrases were thrown in with its work load", () => {
    const strangers = countTo(6).map((index) => stranger(index, "phrase of a few", "another of theirs"));
    expect(keep([...pool, ...strangers], { families: [...scaffolds.families, "phrase of a few", "another of theirs"] })).toEqual(
      countTo(POOL),
    );
  });

  it("keeps accounts that share nothing and carry what only the pool carries", () => {
    const aged = countTo(8).map((index) => pooled(index, false));
    expect(keep([...pool, ...aged], scaffolds)).toEqual(countTo(POOL + 8));
  });

  it("stays as it is where hardly anybody shares anything", () => {
    const alone = countTo(POOL).map((index) => pooled(index, false));
    const copycats = countTo(14).map((index) => stranger(index, "public"));
    expect(keep([...alone, ...copycats], scaffolds)).toEqual(countTo(POOL + 14));
  });

  it("stays as it is where links found it", () => {
    const copycats = countTo(14).map((index) => stranger(index, "public"));
    expect(keep([...pool, ...copycats], { ...scaffolds, origin: "links" })).toEqual(countTo(POOL + 14));
  });
});
