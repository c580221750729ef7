import { describe, expect, it } from "vitest";
import { AccountFact, RequestFlag, type Population } from "../vocabulary/fingerprint.js";
import { describeCoverage } from "./coverage.js";

const SIDE_FILES = ["accounts", "releases", "enforcement", "allowlist"];
const ALL_KNOWN = RequestFlag.hasText + RequestFlag.streamKnown;

/** Ten requests of ten accounts, of which everything is known, but for what is given. */
function makePopulation({
  flags = [] as number[],
  addresses = [] as number[],
  facts = [] as number[],
  hours = 48,
  organization = "x",
} = {}): Population {
  const shared = { kinds: [], labels: [], accounts: new Uint32Array(0), parties: new Uint32Array(0) };
  const incidence = { offsets: new Uint32Array(11), items: new Uint32Array(0) };
  return {
    accountIds: Array.from({ length: 10 }, (_, position) => `a${position}`),
    parties: Int32Array.from({ length: 10 }, (_, position) => position),
    partyCount: 10,
    organizationIds: Array.from({ length: 10 }, () => organization),
    isAllowlisted: new Uint8Array(10),
    createdAtMs: new Float64Array(10),
    facts: Uint16Array.from({ length: 10 }, (_, position) => facts[position] ?? AccountFact.known),
    programmes: Array.from({ length: 10 }, () => ""),
    requestOffsets: Uint32Array.from({ length: 11 }, (_, position) => position),
    requests: {
      count: 10,
      key: new BigUint64Array(10),
      atMs: new Float64Array(10),
      hour: new Uint32Array(10),
      systemFamily: new Int32Array(10),
      promptFamily: new Int32Array(10),
      slot: new Uint32Array(10),
      model: new Uint16Array(10),
      capability: new Uint8Array(10),
      techniques: new Uint32Array(10),
      inputTokens: new Uint32Array(10),
      outputTokens: new Uint32Array(10),
      flags: Uint16Array.from({ length: 10 }, (_, row) => flags[row] ?? ALL_KNOWN),
      address: Int32Array.from({ length: 10 }, (_, row) => addresses[row] ?? 0),
    },
    families: {
      ids: [],
      isSystem: new Uint8Array(0),
      events: new Uint32Array(0),
      accounts: new Uint32Array(0),
      parties: new Uint32Array(0),
      slotSharing: new Float32Array(0),
    },
    targetModels: [],
    releasedAtMs: new Float64Array(0),
    addresses: shared,
    addressesOf: incidence,
    instruments: shared,
    instrumentsOf: incidence,
    enforcement: { account: new Int32Array(0), atMs: new Float64Array(0), measure: [] },
    fromMs: 0,
    hours: new Float64Array(hours),
  };
}

const ten = <T>(value: T, count = 10): T[] => Array.from({ length: count }, () => value);

describe("describeCoverage", () => {
  it("says nothing when everything could be checked", () => {
    expect(describeCoverage(makePopulation(), SIDE_FILES)).toEqual({});
  });

  it.each<[string, Population, string, string]>([
    ["no text", makePopulation({ flags: ten(RequestFlag.streamKnown) }), "text", "No request carries text"],
    ["little text", makePopulation({ flags: ten(RequestFlag.streamKnown, 7) }), "text", "Only 30 %"],
    ["no addresses", makePopulation({ addresses: ten(-1) }), "addresses", "No request carries a client address"],
    ["few addresses", makePopulation({ addresses: ten(-1, 4) }), "addresses", "Only 60 %"],
    ["no word on streaming", makePopulation({ flags: ten(RequestFlag.hasText) }), "streaming", "No request says"],
    ["no account data", makePopulation({ facts: ten(0) }), "registration", "No account data"],
    ["some account data", makePopulation({ facts: ten(0, 5) }), "registration", "cover 50 %"],
    ["no organization", makePopulation({ organization: "" }), "organizations", "stranger to every other"],
    ["less than a day", makePopulation({ hours: 23 }), "rates", "shorter than a day"],
  ])("names what is missing, and only that: %s", (_, population, key, sentence) => {
    const coverage = describeCoverage(population, SIDE_FILES);
    expect(Object.keys(coverage)).toEqual([key]);
    expect(coverage[key]).toContain(sentence);
  });

  it.each(["releases", "enforcement", "allowlist"])("names the side file that was not given: %s", (name) => {
    const coverage = describeCoverage(
      makePopulation(),
      SIDE_FILES.filter((each) => each !== name),
    );
    expect(Object.keys(coverage)).toEqual([name]);
    expect(coverage[name]).toContain(`--${name}`);
  });

  it("is silent about a tenth that is missing", () => {
    expect(describeCoverage(makePopulation({ addresses: [-1], facts: [0] }), SIDE_FILES)).toEqual({});
  });
});
