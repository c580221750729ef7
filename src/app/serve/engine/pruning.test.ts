import { describe, expect, it } from "vitest";
import { type AllKept, createPruning, type PruningParts } from "./pruning.js";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const NEWEST_MS = Date.UTC(2026, 4, 1);

/** A store that is a list of times, a clock that moves when told, and what was asked of them. */
function makeWorld(over: Partial<PruningParts> = {}) {
  const world = { times: [] as number[], nowMs: 0, deletions: 0, isFull: false, kept: [] as AllKept[] };
  const pruning = createPruning({
    store: {
      rows: async <Row>(_sql: string, parameters?: Record<string, unknown>) => {
        const before = world.times.filter((at) => at < Number(parameters?.beforeMs)).length;
        return [{ before, all: world.times.length, oldest: Math.min(...world.times), rows: world.times.length }] as Row[];
      },
      command: async (sql: string, parameters?: Record<string, unknown>) => {
        if (!sql.startsWith("ALTER")) return;
        world.deletions += 1;
        if (world.isFull) throw new Error("no room");
        world.times = world.times.filter((at) => at >= Number(parameters?.beforeMs));
      },
    },
    keptMs: 31 * DAY_MS,
    nowMs: () => world.nowMs,
    todayMs: () => NEWEST_MS + 400 * DAY_MS,
    onAllKept: (kept) => world.kept.push(kept),
    ...over,
  });
  return { world, pruning };
}

const fill = (count: number, daysAgo = 0): number[] => Array.from({ length: count }, () => NEWEST_MS - daysAgo * DAY_MS);

describe("requests of long ago", () => {
  it("of a sender with a broken clock, one before every look for a day, cost no deletion", async () => {
    const { world, pruning } = makeWorld();
    world.times = fill(10_000);
    for (let look = 0; look < 24; look++) {
      world.times.push(...fill(1, 400 + look));
      world.nowMs += HOUR_MS;
      expect(await pruning.pruneWhenDue(NEWEST_MS + look * HOUR_MS)).toBeNull();
    }
    expect(world.deletions).toBe(0);
  });

  it("however many he sends, cost one a day of event time", async () => {
    const { world, pruning } = makeWorld();
    world.times = fill(1000);
    for (let look = 0; look < 72; look++) {
      world.times.push(...fill(500, 400));
      world.nowMs += HOUR_MS;
      await pruning.pruneWhenDue(NEWEST_MS + look * HOUR_MS);
    }
    expect(world.deletions).toBe(3);
  });

  it("go with the next day's when those are worth it, strays too", async () => {
    const { world, pruning } = makeWorld();
    world.times = [...fill(970), ...fill(29, 40), ...fill(1, 400)];
    expect(await pruning.pruneWhenDue(NEWEST_MS)).toEqual({ beforeMs: NEWEST_MS - 31 * DAY_MS, removed: 30 });
    expect(world.times).toHaveLength(970);
  });

  it("are tried again an hour after a failure, and not before", async () => {
    const { world, pruning } = makeWorld();
    world.times = [...fill(50), ...fill(50, 60)];
    world.isFull = true;
    await expect(pruning.pruneWhenDue(NEWEST_MS)).rejects.toThrow("no room");
    world.isFull = false;
    expect(await pruning.pruneWhenDue(NEWEST_MS)).toBeNull();
    world.nowMs += HOUR_MS;
    expect(await pruning.pruneWhenDue(NEWEST_MS)).toMatchObject({ removed: 50 });
  });

  it("do not go because one claims to come from the future", async () => {
    const { world, pruning } = makeWorld({ todayMs: () => NEWEST_MS });
    world.times = fill(100);
    expect(await pruning.pruneWhenDue(NEWEST_MS + 365 * DAY_MS)).toBeNull();
    expect(world.deletions).toBe(0);
  });

  it("stay where nothing says how long they are kept; how far back they reach is told once a day of event time", async () => {
    const { world, pruning } = makeWorld({ keptMs: undefined });
    world.times = [...fill(50), ...fill(50, 60)];
    for (const hours of [0, 1, 23, 24, 25]) expect(await pruning.pruneWhenDue(NEWEST_MS + hours * HOUR_MS)).toBeNull();
    expect(world.deletions).toBe(0);
    expect(world.kept).toEqual([0, 1].map((days) => ({ oldestMs: NEWEST_MS - 60 * DAY_MS, newestMs: NEWEST_MS + days * DAY_MS })));
  });

  it("are not told of where nothing of it is older than what is looked at", async () => {
    const { world, pruning } = makeWorld({ keptMs: undefined });
    world.times = fill(50, 44);
    await pruning.pruneWhenDue(NEWEST_MS);
    expect(world.kept).toEqual([]);
  });
});
