import { describe, expect, it } from "vitest";
import { listHostileGroups } from "../../sdk/testing/hostile-groups.js";
import { buildPopulation, selectGroup, type TestAccount } from "../../sdk/testing/population.js";
import type { Population } from "../../sdk/index.js";
import detection from "./detection.js";

const MEMBERS = 20;

/** A group of twenty in a crowd of four hundred of which one in ten is in a programme. */
function examine({ enrolled, instruments = {} }: { enrolled: number; instruments?: Record<string, string> }) {
  const accounts = Array.from(
    { length: 400 },
    (_, account): TestAccount => ({
      createdAtHours: -account,
      instruments: { email_domain: account % 2 ? "mail" : `own-${account}`, ...(account < MEMBERS ? instruments : {}) },
      requests: [{ atHours: account % 30, family: "work" }],
    }),
  );
  const built = buildPopulation({ accounts });
  const programmes = built.accountIds.map((_, account) =>
    (account < MEMBERS ? account < enrolled : account % 10 === 0) ? "education" : account % 3 === 0 ? "none" : "",
  );
  const population: Population = { ...built, programmes };
  return detection.examine(selectGroup(population, { accounts: Array.from({ length: MEMBERS }, (_, account) => account) }), population);
}

describe("access-programme-abuse", () => {
  it("finds a group most of which is in a programme", () => {
    const signal = examine({ enrolled: 14 });
    expect(signal).toMatchObject({ group: "registration", logLikelihoodRatio: 1.1 });
    expect(signal?.because).toMatch(/^14 of 20 accounts \(70 %\) are in an access programme \(education\), of all accounts 1[0-9] %/);
  });

  it.each([
    ["as many as everywhere", { enrolled: 2 }],
    ["everybody has the school's domain", { enrolled: 20, instruments: { email_domain: "school" } }],
    ["everybody signed up in one hall", { enrolled: 20, instruments: { signup_address: "hall" } }],
    ["nobody is", { enrolled: 0 }],
  ])("is silent when %s", (_claim, wish) => {
    expect(examine(wish)).toBeNull();
  });

  it("does not take a mail provider for an institution", () => {
    expect(examine({ enrolled: 14, instruments: { email_domain: "mail" } })?.logLikelihoodRatio).toBeGreaterThan(1);
  });

  it.each(listHostileGroups().map(({ claim, group, population }) => [claim, group, population] as const))(
    "is silent on %s",
    (_claim, group, population) => {
      expect(detection.examine(group, population)).toBeNull();
    },
  );
});
