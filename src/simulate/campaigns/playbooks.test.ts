import { describe, expect, it } from "vitest";
import type { RequestEvent } from "../../vocabulary/request-event.js";
import type { SimulateOptions } from "../options.js";
import { simulateWorld, type SimulatedRequest, type World } from "../world.js";

const DAY_MS = 86_400_000;
const base: SimulateOptions = { seed: 77, accounts: 1000, requests: 22_000, campaignAccounts: 50, lookAlikes: ["day_one_adopters"] };

function harvestOf(requests: readonly SimulatedRequest[], id: string): RequestEvent[] {
  return requests.flatMap(({ event, campaign }) => (campaign === id ? [event] : []));
}

function membersOf(world: World, id: string) {
  return [...world.accounts()].filter(({ truth }) => truth.campaign === id);
}

function countDistinct(values: readonly unknown[]): number {
  return new Set(values).size;
}

function readPrompt(event: RequestEvent): string {
  return event.messages?.findLast((message) => message.role === "user")?.content ?? "";
}

describe("playbooks", () => {
  const world = simulateWorld(base);
  const requests = [...world.requests()];
  const minimax = harvestOf(requests, "minimax-1");
  const deepseek = harvestOf(requests, "deepseek-1");

  it("draws items without replacement: prompts repeat only in retries and agents' later steps", () => {
    const firsts = deepseek.filter((event) => event.status === 200).map(readPrompt);
    expect(countDistinct(firsts) / firsts.length).toBeGreaterThan(0.985);
  });

  it("spreads each work load over most accounts of the pool", () => {
    const carriers = new Map<string, Set<string>>();
    for (const event of deepseek) {
      const head = readPrompt(event).slice(0, 16);
      carriers.set(head, (carriers.get(head) ?? new Set()).add(event.accountId));
    }
    const widest = Math.max(...[...carriers.values()].map((accounts) => accounts.size));
    expect(widest).toBeGreaterThan(0.6 * countDistinct(deepseek.map((event) => event.accountId)));
  });

  it("shares payment instruments within deepseek's pool, among part of it", () => {
    const cards = membersOf(world, "deepseek-1").flatMap(({ account }) => account.paymentFingerprint ?? []);
    expect(countDistinct(cards) / cards.length).toBeLessThan(0.75);
    expect(countDistinct(cards) / cards.length).toBeGreaterThan(0.3);
  });

  it("moves about half of minimax's harvest to a new model within a day, far more than the crowd", () => {
    const newest = world.context.models.at(-1) as { name: string; releasedAtMs: number };
    const share = (events: readonly RequestEvent[]) => {
      const after = events.filter(
        (event) => event.atMs > newest.releasedAtMs + DAY_MS / 2 && event.atMs < newest.releasedAtMs + 1.5 * DAY_MS,
      );
      return after.filter((event) => event.targetModel === newest.name).length / after.length;
    };
    const crowd = requests.flatMap(({ event, campaign }) => (campaign === null ? [event] : []));
    expect(share(minimax)).toBeGreaterThan(0.38);
    expect(share(minimax)).toBeLessThan(0.68);
    expect(share(crowd)).toBeLessThan(0.25);
    expect(minimax.some((event) => event.targetModel === newest.name && event.atMs < newest.releasedAtMs)).toBe(false);
  });

  it("reaches the models over several pathways in moonshot", () => {
    expect(countDistinct(harvestOf(requests, "moonshot-1").map((event) => event.channel))).toBeGreaterThanOrEqual(4);
  });

  it("bans some accounts and replaces them: what is banned falls silent, what steps in was silent before", () => {
    const bans = world.enforcement.filter((entry) => entry.measure === "banned");
    expect(bans.length).toBeGreaterThan(0);
    const lastAtMs = new Map<string, number>();
    for (const { event } of requests) lastAtMs.set(event.accountId, event.atMs);
    // A conversation under way may still end; none starts.
    for (const ban of bans) expect(lastAtMs.get(ban.accountId) ?? 0).toBeLessThan(ban.atMs + 6 * 3_600_000);
  });

  it("moves the standby pool's harvest to accounts that had only carried ordinary traffic", () => {
    const standby = simulateWorld({ ...base, campaigns: ["standby"] });
    const sent = [...standby.requests()];
    const before = harvestOf(sent, "standby-1");
    const after = harvestOf(sent, "standby-1-successor");
    const bannedAtMs = Math.min(...standby.enforcement.filter((entry) => entry.measure === "banned").map((entry) => entry.atMs));
    expect(after.length).toBeGreaterThan(50);
    expect(Math.min(...after.map((event) => event.atMs))).toBeGreaterThan(bannedAtMs);
    expect(before.filter((event) => event.atMs > bannedAtMs + DAY_MS / 2).length).toBeLessThan(0.25 * before.length);
    const successors = new Set(after.map((event) => event.accountId));
    const warm = sent.filter(({ event, campaign }) => campaign === null && successors.has(event.accountId) && event.atMs < bannedAtMs);
    expect(warm.length).toBeGreaterThan(20);
  });

  it("tries many wordings on few questions in the technique search", () => {
    const search = simulateWorld({ ...base, campaigns: ["search"] });
    const byAccount = new Map<string, string[]>();
    for (const event of harvestOf([...search.requests()], "search-1"))
      byAccount.set(event.accountId, [...(byAccount.get(event.accountId) ?? []), readPrompt(event)]);
    const busiest = [...byAccount.values()].sort((a, b) => b.length - a.length)[0] ?? [];
    expect(busiest.length).toBeGreaterThan(120);
    expect(countDistinct(busiest) / busiest.length).toBeGreaterThan(0.9);
  });

  it("asks another model what one refuses, in arbitrage", () => {
    const events = harvestOf([...simulateWorld({ ...base, campaigns: ["arbitrage"] }).requests()], "arbitrage-1");
    const refused = events.filter((event) => event.isRefusal === true && event.finishReason !== undefined);
    const answered = new Map(events.filter((event) => event.isRefusal !== true).map((event) => [readPrompt(event), event.targetModel]));
    const passedOn = refused.filter((event) => answered.has(readPrompt(event)) && answered.get(readPrompt(event)) !== event.targetModel);
    expect(passedOn.length / refused.length).toBeGreaterThan(0.7);
  });
});
