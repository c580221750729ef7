/** Requests against known campaigns: what matches is told, and one kind of evidence alone stays below even odds. */
import createXxhash from "xxhash-wasm";
import { describe, expect, it } from "vitest";
import {
  type KnownCampaigns,
  MARK_HASH_BITS,
  MARK_TAGS,
  MATCH_KINDS,
  type MatchKind,
  networkOf,
  USER_ANCHOR_BIT,
} from "../../vocabulary/known.js";
import type { CheckedRequest } from "../../vocabulary/verdict.js";
import { createKnownLookup, describeMatch, type RequestAnchors } from "./known-lookup.js";

const xxhash = await createXxhash();
const h64 = (text: string): bigint => xxhash.h64(text);
const mark = (tag: keyof typeof MARK_TAGS, text: string): bigint =>
  (h64(text) >> (64n - MARK_HASH_BITS)) | (MARK_TAGS[tag] << MARK_HASH_BITS);
const IP = "192.0.2.7";

/** Two campaigns: each with a scaffold of three anchors; the first with an address, a program and a card of its own. */
const KNOWN: KnownCampaigns = (() => {
  const rows: [key: bigint, campaign: number, family: number][] = [
    [11n, 0, 1],
    [12n, 0, 1],
    [13n + USER_ANCHOR_BIT, 0, 2],
    [21n, 1, 1],
    [22n, 1, 1],
    [mark("address", IP), 0, 0],
    [mark("prefix", networkOf("198.51.100.1")), 0, 0],
    [mark("connection", `${IP}\nAgent/1\n`), 0, 0],
    [mark("client", "t13d_a"), 0, 0],
  ];
  const nats = { family: 6.5, payment: 6, address: 5.5, client: 2, registration: 4, cohort: 3 };
  return {
    watermarkMs: 1,
    campaigns: [
      { id: "campaign--a", confidence: 0.99, share: 0.0005, families: ["family--system-0000000b", "family--user-0000000d"], nats },
      { id: "campaign--b", confidence: 0.95, share: 0.0005, families: ["family--system-00000015"], nats: { family: 6.8 } },
    ],
    marks: {
      keys: BigUint64Array.from(rows, ([key]) => key),
      campaigns: Uint32Array.from(rows, ([, campaign]) => campaign),
      families: Uint32Array.from(rows, ([, , family]) => family),
      soleAccounts: BigUint64Array.from(rows, ([key]) => (key === mark("client", "t13d_a") ? h64("first") : 0n)),
    },
    accounts: {
      keys: BigUint64Array.from(["payer", "sibling"], (id) => h64(id)),
      campaigns: new Uint32Array(2),
      kinds: Uint8Array.from(["payment", "registration"] as const, (kind) => 1 << MATCH_KINDS.indexOf(kind)),
    },
    accountsLeftOut: 0,
  };
})();
const change = (over: Partial<KnownCampaigns["campaigns"][number]>) =>
  createKnownLookup({ ...KNOWN, campaigns: KNOWN.campaigns.map((campaign) => ({ ...campaign, ...over })) }, h64);
/** The address and the card are of both campaigns; those of the second come last. */
const SHARED: KnownCampaigns = {
  ...KNOWN,
  campaigns: KNOWN.campaigns.map((campaign, place) => ({ ...campaign, nats: { payment: 6 - place, address: 5 - place } })),
  marks: {
    keys: BigUint64Array.from([mark("address", IP), mark("address", IP)]),
    campaigns: Uint32Array.from([0, 1]),
    families: new Uint32Array(2),
    soleAccounts: new BigUint64Array(2),
  },
  accounts: {
    keys: BigUint64Array.from([h64("payer"), h64("payer")]),
    campaigns: Uint32Array.from([0, 1]),
    kinds: new Uint8Array(2).fill(1 << MATCH_KINDS.indexOf("payment")),
  },
};
const lookup = createKnownLookup(KNOWN, h64);
const anchors = (system: number[], user: number[] = []): RequestAnchors => ({
  system: Uint32Array.from(system),
  user: Uint32Array.from(user),
});
const find = (request: Partial<CheckedRequest>, text: RequestAnchors | null = null) =>
  lookup.find({ accountId: "new", ...request }, () => text);

describe("a request", () => {
  it.each<[claim: string, request: Partial<CheckedRequest>, text: RequestAnchors | null, kinds: readonly MatchKind[]]>([
    ["that shows nothing matches nothing", { client: { ip: "203.0.113.9" } }, anchors([1, 2, 3]), []],
    ["matches by two anchors of the system prompt", {}, anchors([11, 12, 99]), ["family"]],
    ["matches by one of each region", {}, anchors([11], [13]), ["family"]],
    ["does not match by one anchor, which may be a phrase", {}, anchors([11]), []],
    ["does not take a user's anchor for the system prompt's", {}, anchors([], [11, 12]), []],
    ["does not add up anchors of two campaigns", {}, anchors([11, 21]), []],
    ["matches by the address", { client: { ip: IP } }, null, ["address"]],
    ["matches by its network", { client: { ip: "198.51.100.200" } }, null, ["address"]],
    ["does not match by a program that says a name", { client: { userAgent: "Agent/1" } }, null, []],
    ["matches by a client's fingerprint", { client: { ja4: "t13d_a" } }, null, ["client"]],
    ["does not match by what its account alone was seen with", { accountId: "first", client: { ja4: "t13d_a" } }, null, []],
    ["matches by what its account pays with", { accountId: "payer" }, null, ["payment"]],
    [
      "matches by all of it",
      { accountId: "sibling", client: { ip: IP, ja4: "t13d_a" } },
      anchors([11, 12]),
      ["family", "address", "client", "registration"],
    ],
  ])("%s", (_, request, text, kinds) => {
    expect(find(request, text)?.kinds ?? []).toEqual(kinds);
  });

  it("is told the likeliest campaign, its family, and how likely", () => {
    expect(find({}, anchors([11, 12, 21, 22], [13]))).toEqual({
      campaignId: "campaign--b",
      familyId: "family--system-00000015",
      kinds: ["family"],
      telling: ["family"],
      groups: ["content"],
      confidence: 0.4733,
    });
    expect(find({ client: { ip: IP } }, anchors([11, 12, 21, 22], [13]))).toMatchObject({
      campaignId: "campaign--a",
      familyId: "family--system-0000000b",
    });
  });

  it.each([0, 0.0005, 0.001, 0.003, 0.01, 0.5])(
    "never passes even odds with one kind of evidence, however strong, with a share of %d",
    (share) => {
      const strong = change({ share, nats: Object.fromEntries(MATCH_KINDS.map((kind) => [kind, Math.log(1000)])) });
      const ask = (request: Partial<CheckedRequest>, text: RequestAnchors | null = null) =>
        strong.find({ accountId: "new", ...request }, () => text);
      const alone = [ask({}, anchors([11, 12])), ask({ accountId: "payer" }), ask({ client: { ip: IP, ja4: "t13d_a" } })];
      for (const match of alone) {
        expect(match?.groups).toHaveLength(1);
        expect(match?.confidence).toBeLessThanOrEqual(0.5);
      }
      expect(ask({ client: { ip: IP } }, anchors([11, 12]))?.confidence).toBeGreaterThan(0.9);
    },
  );

  it.each<[nats: number, telling: readonly MatchKind[], groups: number]>([
    [0, ["family"], 1],
    [0.28, ["family"], 1],
    [0.99, ["family"], 1],
    [1, ["family", "registration"], 2],
  ])("has no second group in a kind of %d nats", (nats, telling, groups) => {
    const weak = change({ nats: { family: 6.5, registration: nats } });
    const match = weak.find({ accountId: "sibling" }, () => anchors([11, 12]));
    expect(match).toMatchObject({ kinds: ["family", "registration"], telling });
    expect(match?.groups).toHaveLength(groups);
  });

  it("shows every campaign that has the thing, and is told the one that ranks highest", () => {
    const shared = createKnownLookup(SHARED, h64);
    const request = { accountId: "payer", client: { ip: IP } };
    const first = shared.find(request, () => null);
    expect(first).toMatchObject({ campaignId: "campaign--a", kinds: ["payment", "address"] });
    const ranked = shared.find(
      request,
      () => null,
      ({ campaignId }) => (campaignId === "campaign--b" ? 1 : 0),
    );
    expect(ranked).toMatchObject({ campaignId: "campaign--b", kinds: ["payment", "address"] });
  });

  it("counts two of one group as one", () => {
    expect(find({ client: { ip: IP, ja4: "t13d_a" } })?.confidence).toBe(find({ client: { ip: IP } })?.confidence);
  });

  it("passes nine in ten with two independent ones", () => {
    expect(find({ client: { ip: IP } }, anchors([11, 12]))?.confidence).toBeGreaterThan(0.99);
    expect(find({ accountId: "payer" }, anchors([11, 12]))?.groups).toEqual(["content", "registration"]);
  });

  it("is the likelier the more accounts are the campaign's, up to every hundredth", () => {
    const ask = (share: number) => change({ share }).find({ accountId: "payer" }, () => null)?.confidence ?? 0;
    // 6 nats are held down where they would pass even odds.
    expect([ask(0), ask(0.001), ask(0.002), ask(0.01), ask(0.5)]).toEqual([0.2877, 0.2877, 0.447, 0.5, 0.5]);
  });

  it("is not read where no scaffold could be found", () => {
    const { marks, ...rest } = KNOWN;
    const place = marks.keys.indexOf(mark("address", IP));
    const own = {
      keys: marks.keys.slice(place, place + 1),
      campaigns: new Uint32Array(1),
      families: new Uint32Array(1),
      soleAccounts: new BigUint64Array(1),
    };
    const read = (): RequestAnchors => {
      throw new Error("read");
    };
    expect(
      createKnownLookup({ ...rest, marks: own }, h64).find({ accountId: "new", client: { ip: IP }, messages: [] }, read)?.kinds,
    ).toEqual(["address"]);
  });
});

it("what matched is a sentence without any text of the request", () => {
  const match = find({ accountId: "payer", client: { ip: IP } }, anchors([11, 12]));
  expect(match && describeMatch(match)).toMatch(
    /^It shares a scaffold, a payment instrument and an address with campaign--a, and hardly anybody else does \(probability [\d.]+\)\.$/,
  );
});
