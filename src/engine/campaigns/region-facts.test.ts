import { describe, expect, it } from "vitest";
import { describeRegions, type RegionCounts } from "./region-facts.js";

const COUNTS: RegionCounts = {
  told: Float64Array.of(10, 10, 10, 10, 0),
  listed: Float64Array.of(10, 0, 0, 0, 0),
  registered: Uint8Array.of(1, 1, 2, 0, 1),
};

describe("regions that are not served", () => {
  it("are summed over all accounts and over each campaign, with intervals, and nobody is named", () => {
    expect(describeRegions(COUNTS, [{ id: "camp-1", members: [0, 1] }])).toEqual({
      unsupported_regions:
        "All accounts: 1 of 4 accounts whose country is told sent requests from a listed region (25.0 %, with 95 % confidence 0.6 % to 80.6 %), with 25.0 % of the requests that tell a country. 1 of 3 accounts whose registration tells a country too are registered in a listed region and sent from elsewhere only (33.3 %, with 95 % confidence 0.8 % to 90.6 %), as people do who moved, and as proxies do.",
      "unsupported_regions_camp-1":
        "Campaign camp-1: 1 of 2 accounts whose country is told sent requests from a listed region (50.0 %, with 95 % confidence 1.3 % to 98.7 %), with 50.0 % of the requests that tell a country. 1 of 2 accounts whose registration tells a country too are registered in a listed region and sent from elsewhere only (50.0 %, with 95 % confidence 1.3 % to 98.7 %), as people do who moved, and as proxies do.",
    });
  });

  it("say so where no request tells a country", () => {
    const nothing = { told: new Float64Array(3), listed: new Float64Array(3), registered: new Uint8Array(3) };
    expect(describeRegions(nothing, [])).toEqual({ unsupported_regions: "All accounts: no request tells a country." });
  });
});
