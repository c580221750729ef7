import { describe, expect, it } from "vitest";
import type { RequestEvent } from "../../vocabulary/request-event.js";
import type { Knob, SimulateOptions } from "../options.js";
import { simulateWorld, type World } from "../world.js";

const DAY_MS = 86_400_000;
const base: SimulateOptions = { seed: 77, accounts: 1000, requests: 22_000, campaignAccounts: 50, lookAlikes: ["day_one_adopters"] };

function harvestOf(world: World, id: string): RequestEvent[] {
  return [...world.requests()].flatMap(({ event, campaign }) => (campaign === id ? [event] : []));
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

describe("evasion knobs", () => {
  const run = (...knobs: Knob[]) =>
    simulateWorld({ ...base, accounts: 500, requests: 9000, campaignAccounts: 60, lookAlikes: [], campaigns: ["deepseek"], knobs });
  const members = (world: World) => membersOf(world, "deepseek-1");

  it("unique_payments leaves no shared card in the pool", () => {
    const cards = members(run("unique_payments")).flatMap(({ account }) => account.paymentFingerprint ?? []);
    expect(countDistinct(cards)).toBe(cards.length);
  });

  it("residential_ips and random_ja4 leave no shared address and no shared handshake", () => {
    const events = harvestOf(run("residential_ips", "random_ja4"), "deepseek-1");
    const carriers = new Map<string, Set<string>>();
    for (const event of events) {
      for (const value of [event.client?.ip ?? "", event.client?.ja4 ?? ""])
        carriers.set(value, (carriers.get(value) ?? new Set()).add(event.accountId));
    }
    expect([...carriers.values()].filter((accounts) => accounts.size > 1)).toHaveLength(0);
  });

  it("low_rate keeps accounts near five requests a day", () => {
    const days = new Map<string, number>();
    const world = run("low_rate");
    const pool = new Set(members(world).map(({ account }) => account.accountId));
    for (const { event } of world.requests()) {
      if (!pool.has(event.accountId)) continue;
      const key = `${event.accountId}/${Math.floor(event.atMs / DAY_MS)}`;
      days.set(key, (days.get(key) ?? 0) + 1);
    }
    const mean = [...days.values()].reduce((sum, count) => sum + count, 0) / days.size;
    expect(mean).toBeLessThan(7);
  });

  it.each([
    ["mix50", 0.5],
    ["mix70", 0.7],
    ["mix90", 0.9],
  ] as const)("%s makes about that share of the pool's traffic unrelated", (knob, share) => {
    const world = run(knob);
    const pool = new Set(members(world).map(({ account }) => account.accountId));
    const own = [...world.requests()].filter(({ event }) => pool.has(event.accountId));
    expect(own.filter(({ campaign }) => campaign === null).length / own.length).toBeCloseTo(share, 0);
    expect(Math.abs(own.filter(({ campaign }) => campaign === null).length / own.length - share)).toBeLessThan(0.12);
  });

  it("paraphrase words every scaffold in many ways: no beginning is common any more", () => {
    const measureWidest = (world: World) => {
      const heads = new Map<string, number>();
      const events = harvestOf(world, "deepseek-1");
      for (const event of events) heads.set(readPrompt(event).slice(0, 60), (heads.get(readPrompt(event).slice(0, 60)) ?? 0) + 1);
      return Math.max(...heads.values()) / events.length;
    };
    expect(measureWidest(run())).toBeGreaterThan(0.15);
    expect(measureWidest(run("paraphrase"))).toBeLessThan(0.05);
  });

  it("one_scaffold_per_account gives every account one work load", () => {
    const byAccount = new Map<string, Set<string>>();
    for (const event of harvestOf(run("one_scaffold_per_account"), "deepseek-1")) {
      const kind = readPrompt(event).slice(0, 12);
      byAccount.set(event.accountId, (byAccount.get(event.accountId) ?? new Set()).add(kind));
    }
    const mixed = [...byAccount.values()].filter((kinds) => kinds.size > 1).length;
    // Scaffolds that begin with their item have many beginnings; most do not.
    expect(mixed / byAccount.size).toBeLessThan(0.45);
  });

  it("staggered_registration spreads ages as the crowd's", () => {
    const spread = (world: World) => {
      const days = members(world).map(({ account }) => Math.floor(account.createdAtMs / DAY_MS));
      return countDistinct(days) / days.length;
    };
    expect(spread(run("staggered_registration"))).toBeGreaterThan(spread(run()) + 0.2);
  });
});
