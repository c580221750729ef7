import { describe, expect, it } from "vitest";
import { StillwatchError, type Problem } from "../../../vocabulary/errors.js";
import { feedEngine } from "./feed.js";
import type { Segment } from "./messages.js";

const fail = (code: string): StillwatchError => new StillwatchError({ code, what: "it failed", why: "told", fix: "told" });

/** Segments a, b, c with an engine that fails on some; the answer lists what was stored, in order, and what was told. */
async function feed(
  paths: readonly string[],
  acquire: (path: string, attempt: number) => void,
): Promise<{ stored: string[]; told: string[] }> {
  const waiting: Segment[] = paths.map((path) => ({ path, format: "native" }));
  const attempts = new Map<string, number>();
  const stored: string[] = [];
  const told: Problem[] = [];
  const feeding = feedEngine({
    journal: {
      listClosed: () => [...waiting],
      onClosed: () => {},
      remove: async (segment) => {
        waiting.splice(waiting.indexOf(segment), 1);
        stored.push(segment.path);
      },
    },
    engine: {
      acquire: async (segments) => {
        for (const { path } of segments) {
          attempts.set(path, (attempts.get(path) ?? 0) + 1);
          acquire(path, attempts.get(path) ?? 0);
        }
        return { rows: segments.length, quarantined: 0, late: 0 };
      },
    },
    onTrouble: (problem) => void told.push(problem),
    retryMs: 1,
  });
  await feeding.drain();
  await feeding.stop();
  return { stored, told: told.map(({ code, place }) => (place?.file === undefined ? code : `${code} ${place.file}`)) };
}

describe("feeding the engine", () => {
  it.each([
    ["a reader thread that dies", "SW1108"],
    ["a fault of the engine", "SW1943"],
    ["a query that the store refuses", "SW1499"],
  ])("sets a segment aside after %s three times over it, and goes on behind it", async (_, code) => {
    const { stored, told } = await feed(["a", "b", "c"], (path) => {
      if (path === "b") throw fail(code);
    });
    expect(stored.toSorted()).toEqual(["a", "c"]);
    expect(told.at(-1)).toBe("SW1949 b");
    expect(told.filter((each) => each.startsWith("SW1949"))).toHaveLength(1);
  });

  it("sets a segment aside at once over which engines died", async () => {
    const { stored, told } = await feed(["a", "b"], (path) => {
      if (path === "a") throw fail("SW1942");
    });
    expect(stored).toEqual(["b"]);
    expect(told.filter((each) => each.startsWith("SW1949"))).toEqual(["SW1949 a"]);
  });

  it.each(["SW1402", "SW1403", "SW1407", "SW1408"])(
    "blames no segment for trouble of the store (%s), however long it lasts",
    async (code) => {
      const { stored, told } = await feed(["a", "b"], (path, attempt) => {
        if (path === "a" && attempt < 8) throw fail(code);
      });
      expect(stored).toEqual(["a", "b"]);
      expect(told.some((each) => each.startsWith("SW1949"))).toBe(false);
    },
  );

  it("hands over the next batch while one is stored, and finds the one at fault among what keeps coming", async () => {
    const waiting: Segment[] = [{ path: "a", format: "native" }];
    const told: string[] = [];
    let next = 0;
    let atOnce = 0;
    let most = 0;
    let hear: (segment: Segment) => void = () => {};
    const feeding = feedEngine({
      journal: {
        listClosed: () => [...waiting],
        onClosed: (listener) => (hear = listener),
        remove: async (segment) => void waiting.splice(waiting.indexOf(segment), 1),
      },
      engine: {
        acquire: async (segments) => {
          most = Math.max(most, ++atOnce);
          if (next < 40) {
            const segment = { path: `s${next++}`, format: "native" };
            waiting.push(segment);
            hear(segment);
          }
          await new Promise((resolve) => setTimeout(resolve, 2));
          atOnce -= 1;
          if (segments.some(({ path }) => path === "s3")) throw fail("SW1943");
          return { rows: segments.length, quarantined: 0, late: 0 };
        },
      },
      onTrouble: ({ code, place }) => void told.push(`${code} ${place?.file ?? ""}`),
      retryMs: 1,
    });
    // What was there at the start is one segment; what keeps coming is not waited for.
    await feeding.whenCaughtUp();
    expect(waiting.map(({ path }) => path)).not.toContain("a");
    await feeding.drain();
    await feeding.stop();
    expect(most).toBe(2);
    expect(waiting.map(({ path }) => path)).toEqual(["s3"]);
    expect(told.filter((each) => each.startsWith("SW1949"))).toEqual(["SW1949 s3"]);
  });

  it("does not blame what was under way beside the segment over which engines died", async () => {
    const waiting: Segment[] = [{ path: "innocent", format: "native" }];
    const told: string[] = [];
    let hear: (segment: Segment) => void = () => {};
    let die: (() => void) | null = null;
    const feeding = feedEngine({
      journal: {
        listClosed: () => [...waiting],
        onClosed: (listener) => (hear = listener),
        remove: async (segment) => void waiting.splice(waiting.indexOf(segment), 1),
      },
      engine: {
        // The first is under way when the second comes and ends the engine; both are told so.
        acquire: async ([{ path }]) => {
          if (path === "poison") {
            die?.();
            throw fail("SW1942");
          }
          if (die === null) {
            await new Promise<void>((_resolve, reject) => {
              die = () => reject(fail("SW1942"));
              const poison = { path: "poison", format: "native" };
              waiting.push(poison);
              hear(poison);
            });
          }
          return { rows: 1, quarantined: 0, late: 0 };
        },
      },
      onTrouble: ({ code, place }) => void told.push(`${code} ${place?.file ?? ""}`),
      retryMs: 1,
    });
    await feeding.drain();
    await feeding.stop();
    expect(waiting.map(({ path }) => path)).toEqual(["poison"]);
    expect(told.filter((each) => each.startsWith("SW1949"))).toEqual(["SW1949 poison"]);
  });

  it("stores what failed once and went well then", async () => {
    const { stored, told } = await feed(["a", "b"], (path, attempt) => {
      if (path === "a" && attempt < 3) throw fail("SW1943");
    });
    expect(stored).toEqual(["a", "b"]);
    expect(told).toEqual(["SW1943", "SW1943"]);
  });
});
