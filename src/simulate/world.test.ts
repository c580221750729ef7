import { describe, expect, it } from "vitest";
import { formatAccountTruth, formatRequest } from "./format.js";
import { LOOK_ALIKES, PLAYBOOKS, type SimulateOptions } from "./options.js";
import { simulateWorld, type SimulatedRequest, type World } from "./world.js";

const small: SimulateOptions = { seed: 41, accounts: 1200, requests: 9000 };

function collect(world: World): SimulatedRequest[] {
  return [...world.requests()];
}

function takeFirst(world: World, count: number): SimulatedRequest[] {
  const first: SimulatedRequest[] = [];
  for (const request of world.requests()) if (first.push(request) === count) break;
  return first;
}

describe("a world", () => {
  const world = simulateWorld(small);
  const requests = collect(world);
  const accounts = [...world.accounts()];

  it("is the same, byte for byte, for the same seed, whether built anew or run twice", () => {
    const lines = requests.map(({ event }) => formatRequest(event));
    expect(collect(world).map(({ event }) => formatRequest(event))).toEqual(lines);
    expect(collect(simulateWorld(small)).map(({ event }) => formatRequest(event))).toEqual(lines);
    const [another] = takeFirst(simulateWorld({ ...small, seed: 42 }), 1);
    expect(formatRequest(another.event)).not.toBe(lines[0]);
  });

  it("has the accounts asked for, and the requests within five percent", () => {
    expect(accounts).toHaveLength(1200);
    expect(new Set(accounts.map(({ account }) => account.accountId)).size).toBe(1200);
    expect(Math.abs(requests.length / 9000 - 1)).toBeLessThan(0.05);
  });

  it("runs in time order, inside its window, with request ids of their own", () => {
    expect(requests.filter(({ event }, i) => i > 0 && event.atMs < requests[i - 1].event.atMs)).toEqual([]);
    expect(requests[0]?.event.atMs).toBeGreaterThanOrEqual(world.context.startAtMs);
    expect(requests.at(-1)?.event.atMs).toBeLessThan(world.context.endAtMs);
    expect(new Set(requests.map(({ event }) => event.requestId)).size).toBe(requests.length);
  });

  it("knows the truth of every account, and every harvest request is an attack account's", () => {
    const truth = new Map(accounts.map(({ account, truth: label }) => [account.accountId, label]));
    const unknown = requests.filter(({ event }) => !truth.has(event.accountId));
    const astray = requests.filter(({ event, campaign }) => {
      const known = truth.get(event.accountId);
      return campaign !== null && !(known?.label === "attack" && known.campaign === campaign);
    });
    expect({ unknown, astray }).toEqual({ unknown: [], astray: [] });
    expect(requests.some(({ campaign }) => campaign !== null)).toBe(true);
  });

  it("holds every look-alike in at least two organizations or crowds", () => {
    const countCrowds = (segment: string) =>
      new Set(accounts.filter(({ truth }) => truth.segment === segment).map(({ truth }) => truth.crowd)).size;
    expect(LOOK_ALIKES.filter((segment) => countCrowds(segment) < 2)).toEqual([]);
  });

  it("writes requests in contract names", () => {
    const line: unknown = JSON.parse(formatRequest(requests[100].event));
    expect(line).toMatchObject({
      request_id: expect.stringMatching(/^req_/),
      at: expect.stringMatching(/^2026-03-\d\dT.*Z$/),
      account_id: expect.stringMatching(/^acct_/),
      status: expect.any(Number),
      input_tokens: expect.any(Number),
      output_tokens: expect.any(Number),
      messages: expect.any(Array),
      client: {
        ip: expect.any(String),
        asn: expect.any(Number),
        as_name: expect.any(String),
        ja4: expect.any(String),
        user_agent: expect.any(String),
      },
    });
    expect(JSON.parse(formatAccountTruth("a", { label: "benign", campaign: null, segment: "crowd", crowd: null }))).toEqual({
      account_id: "a",
      label: "benign",
      campaign: null,
      segment: "crowd",
    });
  });

  it("writes about 1 to 2 kB a request", () => {
    const mean = requests.reduce((sum, { event }) => sum + formatRequest(event).length, 0) / requests.length;
    expect(mean).toBeGreaterThan(1000);
    expect(mean).toBeLessThan(2000);
  });

  it("leaves text out in metadata-only mode and metadata out when it is stripped", () => {
    for (const { event } of takeFirst(simulateWorld({ ...small, isMetadataOnly: true }), 500)) expect(event).not.toHaveProperty("messages");
    for (const { event } of takeFirst(simulateWorld({ ...small, knobs: ["metadata_stripped"] }), 500)) {
      expect(event).not.toHaveProperty("client");
      expect(event).toHaveProperty("messages");
    }
  });

  it("sends reasoning handles back only within the account or organization they were issued to, but for the replay playbook", () => {
    const replaying = simulateWorld({ ...small, campaigns: ["deepseek", "replay"] });
    const organizationOf = new Map([...replaying.accounts()].map(({ account }) => [account.accountId, account.organizationId]));
    const issuedTo = new Map<string, string>();
    const isHome = (issuer: string | undefined, user: string): boolean =>
      issuer === user ||
      (issuer !== undefined && organizationOf.get(user) !== undefined && organizationOf.get(issuer) === organizationOf.get(user));
    let replayed = 0;
    for (const { event, campaign } of replaying.requests()) {
      for (const handle of event.reasoningHandlesSubmitted ?? []) {
        expect(issuedTo.has(handle)).toBe(true);
        if (isHome(issuedTo.get(handle), event.accountId)) continue;
        expect(campaign).toBe("replay-1");
        replayed++;
      }
      for (const handle of event.reasoningHandlesIssued ?? []) issuedTo.set(handle, event.accountId);
    }
    expect(replayed).toBeGreaterThan(20);
  });

  it("builds every playbook beside every other", () => {
    const all = simulateWorld({ ...small, seed: 5, campaigns: PLAYBOOKS });
    const seen = new Set(collect(all).map(({ campaign }) => campaign));
    for (const playbook of PLAYBOOKS) expect(seen).toContain(`${playbook}-1`);
    expect(seen).toContain("standby-1-successor");
  });

  it.each([
    ["an account count that leaves no crowd", { seed: 1, accounts: 120 }, "SW1502"],
    ["a fractional seed", { seed: 0.5 }, "SW1501"],
    ["a single day", { seed: 1, days: 1 }, "SW1501"],
  ])("refuses %s", (_name, options, code) => {
    expect(() => simulateWorld(options)).toThrow(code);
  });
});
