import { describe, expect, it } from "vitest";
import { describeProgrammes } from "./policy-facts.js";

const population = {
  programmes: Array.from({ length: 40 }, (_, account) =>
    account < 10 ? "education" : account < 14 ? "security_research" : account < 30 ? "none" : "",
  ),
};

describe("describeProgrammes", () => {
  it("says how much of each programme stands in campaigns, with an interval, and names nobody", () => {
    expect(describeProgrammes(population, new Set([0, 1, 20]))).toEqual({
      programme_education:
        "2 of 10 accounts in the education programme stand in a campaign (20.0 %, with 95 % confidence 2.5 % to 55.6 %).",
      programme_security_research:
        "0 of 4 accounts in the security research programme stand in a campaign (0.0 %, with 95 % confidence 0.0 % to 60.2 %).",
    });
  });

  it("says nothing where nobody is in a programme", () => {
    expect(describeProgrammes({ programmes: population.programmes.map(() => "none") }, new Set([0]))).toEqual({});
  });
});
