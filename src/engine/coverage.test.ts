import { describe, expect, it } from "vitest";
import type { AllowlistEntry } from "../vocabulary/account.js";
import { AccountFact, RequestFlag, type Population } from "../vocabulary/fingerprint.js";
import { describeCoverage, type GivenFacts } from "./coverage.js";

const SIDE_FILES = ["accounts", "releases", "enforcement", "allowlist"];
const GIVEN: GivenFacts = { sideFiles: SIDE_FILES, allowlist: [], untold: {}, leftOutEvents: 0, endMs: 0 };
const ALL_KNOWN = RequestFlag.hasText + RequestFlag.streamKnown;

const HANDLES: Population["handles"] = {
  issued: 5,
  submitted: 4,
  unknownIssuer: 0,
  shared: 0,
  hasConversations: true,
  users: new Int32Array(0),
  issuers: new Int32Array(0),
  moves: [],
  counts: new Uint32Array(0),
  acts: new Uint32Array(0),
  firsts: [],
  offsets: new Uint32Array(11),
};

const RETURNS: Population["returns"] = {
  answered: 5,
  withBlocks: 4,
  users: new Int32Array(0),
  issuers: new Int32Array(0),
  moves: [],
  counts: new Uint32Array(0),
  firsts: [],
  offsets: new Uint32Array(11),
};

const shared = { kinds: [], accounts: new Uint32Array(0), parties: new Uint32Array(0) };

/** Ten requests of ten accounts, of which everything is known, but for what is given. */
const FAMILIES: Population["families"] = {
  ids: [],
  isSystem: new Uint8Array(0),
  events: new Uint32Array(0),
  accounts: new Uint32Array(0),
  parties: new Uint32Array(0),
  kin: new Int32Array(0),
  slotSharing: new Float32Array(0),
};

function makePopulation({
  flags = [],
  addresses = [],
  facts = [],
  hours = 48,
  organization = "x",
  parties = 10,
  instruments = ["payment"],
  ...overrides
}: {
  flags?: number[];
  addresses?: number[];
  facts?: number[];
  hours?: number;
  organization?: string;
  parties?: number;
  instruments?: string[];
} & Partial<Pick<Population, "accountIds" | "isAllowlisted" | "releasedAtMs" | "enforcement" | "handles" | "returns">> = {}): Population {
  const incidence = { offsets: new Uint32Array(11), items: new Uint32Array(0) };
  return {
    accountIds: Array.from({ length: 10 }, (_, position) => `a${position}`),
    parties: Int32Array.from({ length: 10 }, (_, position) => position % parties),
    partyCount: parties,
    organizationIds: Array.from({ length: 10 }, () => organization),
    isAllowlisted: new Uint8Array(10).fill(1),
    createdAtMs: new Float64Array(10),
    facts: Uint16Array.from({ length: 10 }, (_, position) => facts[position] ?? AccountFact.known),
    programmes: Array.from({ length: 10 }, () => ""),
    plans: Array.from({ length: 10 }, () => ""),
    keyCounts: new Uint32Array(10),
    clientCounts: new Uint32Array(10),
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
    handles: HANDLES,
    returns: RETURNS,
    families: FAMILIES,
    targetModels: ["m"],
    releasedAtMs: new Float64Array(1),
    addresses: shared,
    addressesOf: incidence,
    instruments: { ...shared, kinds: instruments },
    instrumentsOf: incidence,
    enforcement: { account: new Int32Array(1), atMs: new Float64Array(1), measure: ["banned"] },
    fromMs: 0,
    hours: new Float64Array(hours),
    ...overrides,
  };
}

const NO_ENFORCEMENT: Population["enforcement"] = { account: new Int32Array(0), atMs: new Float64Array(0), measure: [] };
const NAMELESS = [...Array.from({ length: 9 }, (_, position) => `a${position}`), "unattributed:gateway"];

const ten = <T>(value: T, count = 10): T[] => Array.from({ length: count }, () => value);

describe("describeCoverage", () => {
  it("says nothing when everything could be checked", () => {
    expect(describeCoverage(makePopulation(), GIVEN)).toEqual({});
  });

  it("names work loads that were too many for a common pace", () => {
    expect(describeCoverage(makePopulation(), { ...GIVEN, withoutPace: 1 })).toEqual({
      paces: expect.stringContaining("1 work load was not compared with the others"),
    });
  });

  it.each<[string, Population, string, string]>([
    ["no text", makePopulation({ flags: ten(RequestFlag.streamKnown) }), "text", "No request carries text"],
    ["little text", makePopulation({ flags: ten(RequestFlag.streamKnown, 7) }), "text", "Only 30 %"],
    ["no addresses", makePopulation({ addresses: ten(-1) }), "addresses", "No request carries a client address"],
    ["few addresses", makePopulation({ addresses: ten(-1, 4) }), "addresses", "Only 60 %"],
    ["no word on streaming", makePopulation({ flags: ten(RequestFlag.hasText) }), "streaming", "No request says"],
    ["account data of others", makePopulation({ facts: ten(0) }), "registration", "name no account of the log"],
    ["some account data", makePopulation({ facts: ten(0, 5) }), "registration", "cover 50 %"],
    ["no organization", makePopulation({ organization: "" }), "organizations", "stranger to every other"],
    [
      "families that were too many",
      { ...makePopulation(), families: { ...FAMILIES, withoutKinship: 2 } },
      "kinship",
      "2 families of prompts were not compared",
    ],
    ["one organization", makePopulation({ parties: 1 }), "organizations", "no check across accounts ran"],
    ["a tenth without address", makePopulation({ addresses: [-1] }), "addresses", "Only 90 %"],
    ["a tenth unregistered", makePopulation({ facts: [0] }), "registration", "cover 90 %"],
    ["no instruments", makePopulation({ instruments: ["referrer"] }), "instruments", "no payment, e-mail or sign-up address"],
    ["releases of others", makePopulation({ releasedAtMs: Float64Array.of(Number.NaN) }), "releases", "name no model of the log"],
    ["measures against others", makePopulation({ enforcement: NO_ENFORCEMENT }), "enforcement", "names no account of the log"],
    ["nobody exempt", makePopulation({ isAllowlisted: new Uint8Array(10) }), "allowlist", "nobody is exempt"],
    ["requests of nobody", makePopulation({ accountIds: NAMELESS }), "unattributed", "1 request does not say who is billed"],
    ["what those accounts are", makePopulation({ accountIds: NAMELESS }), "unattributed", "not a person"],
    ["no handles", makePopulation({ handles: { ...HANDLES, issued: 0, submitted: 0 } }), "reasoning_handles", "No request carries"],
    ["handles of nobody", makePopulation({ handles: { ...HANDLES, issued: 0 } }), "reasoning_handles", "No answer names"],
    ["handles that never return", makePopulation({ handles: { ...HANDLES, submitted: 0 } }), "reasoning_handles", "No request names"],
    [
      "handles from before",
      makePopulation({ handles: { ...HANDLES, unknownIssuer: 3 } }),
      "reasoning_handles",
      "3 reasoning handles were handed in",
    ],
    ["names of several", makePopulation({ handles: { ...HANDLES, shared: 1 } }), "reasoning_handle_names", "no reference"],
    ["no sessions", makePopulation({ handles: { ...HANDLES, hasConversations: false } }), "reasoning_handle_sessions", "not checked"],
    ["answers without text", makePopulation({ returns: { ...RETURNS, answered: 0 } }), "outputs", "came back as input was not checked"],
    ["less than a day", makePopulation({ hours: 23 }), "rates", "shorter than a day"],
  ])("names what is missing, and only that: %s", (_, population, key, sentence) => {
    const coverage = describeCoverage(population, GIVEN);
    expect(Object.keys(coverage)).toEqual([key]);
    expect(coverage[key]).toContain(sentence);
  });

  it.each(["releases", "enforcement", "allowlist"])("names the side file that was not given: %s", (name) => {
    const coverage = describeCoverage(makePopulation(), { ...GIVEN, sideFiles: SIDE_FILES.filter((each) => each !== name) });
    expect(Object.keys(coverage)).toEqual([name]);
    expect(coverage[name]).toContain(`--${name}`);
  });

  it("says that account data were not given, when they were not", () => {
    const given = { ...GIVEN, sideFiles: SIDE_FILES.filter((name) => name !== "accounts") };
    expect(describeCoverage(makePopulation({ facts: ten(0) }), given)["registration"]).toContain("No account data (--accounts)");
  });

  it("never rounds a little down to nothing, nor a gap up to the whole", () => {
    const many = makePopulation();
    const requests = {
      ...many.requests,
      count: 1000,
      flags: new Uint16Array(1000).fill(ALL_KNOWN),
      address: new Int32Array(1000).fill(-1),
    };
    requests.address[0] = 0;
    requests.flags.fill(0, 994);
    const coverage = describeCoverage({ ...many, requests }, GIVEN);
    expect(coverage["addresses"]).toMatch(/^Fewer than 1 % of the requests/);
    expect(coverage["text"]).toContain("99 %");
  });

  it("says which required fields the log leaves untold, and of how many requests", () => {
    expect(describeCoverage(makePopulation(), { ...GIVEN, untold: { output_tokens: 3, status: 1 } })).toEqual({
      untold_status: "1 request does not tell its status: whether it was answered was not checked.",
      untold_output_tokens: expect.stringContaining("3 requests do not tell their output_tokens") as unknown,
    });
  });

  it("counts allowlist entries that had expired by the end of the window", () => {
    const allowlist: AllowlistEntry[] = [-5, 0, 1, Number.POSITIVE_INFINITY].map((expiresAtMs) => ({
      accountId: "a1",
      reason: "known",
      expiresAtMs,
    }));
    const coverage = describeCoverage(makePopulation(), { ...GIVEN, allowlist });
    expect(Object.keys(coverage)).toEqual(["allowlist_expired"]);
    expect(coverage["allowlist_expired"]).toContain("2 entries");
  });

  it("judges the allowlist by the end that protects, not by the last request", () => {
    const allowlist: AllowlistEntry[] = [{ accountId: "a1", reason: "known", expiresAtMs: 10 }];
    const population = makePopulation();
    population.requests.atMs[9] = 1_000_000;
    expect(describeCoverage(population, { ...GIVEN, allowlist })).toEqual({});
    expect(describeCoverage(population, { ...GIVEN, allowlist, endMs: 10 })).toHaveProperty("allowlist_expired");
  });

  it("counts what wrong clocks have put outside the analysed span", () => {
    expect(describeCoverage(makePopulation(), { ...GIVEN, leftOutEvents: 1 })["event_times"]).toContain(
      "1 request lies far before or after",
    );
  });
});
