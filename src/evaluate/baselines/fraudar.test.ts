import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../statistics/random.js";
import { COLUMN_CONSTANT, findDenseBlocks, measureSuspiciousness, type BipartiteGraph } from "./fraudar.js";

type Edge = readonly [user: number, object: number];

function makeGraph(userCount: number, objectCount: number, edges: readonly Edge[]): BipartiteGraph {
  return {
    userCount,
    objectCount,
    users: Int32Array.from(edges, ([user]) => user),
    objects: Int32Array.from(edges, ([, object]) => object),
  };
}

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Edges between any of the users and objects, each with the same chance. */
function drawEdges(options: { users: readonly number[]; objects: readonly number[]; chance: number; seed: number }): Edge[] {
  const random = createRandom(options.seed);
  return options.users.flatMap((user) =>
    options.objects.flatMap((object): Edge[] => (random.next() < options.chance ? [[user, object]] : [])),
  );
}

/** The best block there is: every subset tried. */
function tryEverything(graph: BipartiteGraph): number {
  let best = 0;
  for (let users = 0; users < 1 << graph.userCount; users++) {
    for (let objects = 0; objects < 1 << graph.objectCount; objects++) {
      const pick = (mask: number, count: number): number[] => range(count).filter((bit) => (mask >> bit) & 1);
      best = Math.max(
        best,
        measureSuspiciousness(graph, { users: pick(users, graph.userCount), objects: pick(objects, graph.objectCount) }),
      );
    }
  }
  return best;
}

const smallGraphs = fc.uniqueArray(fc.tuple(fc.nat(4), fc.nat(3)), { minLength: 1, maxLength: 20, selector: ([a, b]) => a * 4 + b });

describe("FRAUDAR", () => {
  it("weighs a block as the paper does: edges by 1 / ln(degree + 5), over users and objects", () => {
    const graph = makeGraph(3, 2, [
      [0, 0],
      [1, 0],
      [2, 0],
      [0, 1],
    ]);
    const expected = (2 / Math.log(3 + COLUMN_CONSTANT) + 1 / Math.log(1 + COLUMN_CONSTANT)) / 4;
    expect(measureSuspiciousness(graph, { users: [0, 1], objects: [0, 1] })).toBeCloseTo(expected, 12);
  });

  it("finds at least half of the best block there is (theorem 1), and says what it found", () => {
    fc.assert(
      fc.property(smallGraphs, (edges) => {
        const graph = makeGraph(5, 4, edges);
        const [block] = findDenseBlocks(graph, { blocks: 1 });
        const best = tryEverything(graph);
        expect(block.suspiciousness).toBeGreaterThanOrEqual(best / 2 - 1e-9);
        expect(block.suspiciousness).toBeLessThanOrEqual(best + 1e-9);
        expect(measureSuspiciousness(graph, block)).toBeCloseTo(block.suspiciousness, 9);
      }),
      { numRuns: 60 },
    );
  });

  it("finds the very best block in most small graphs, as greedy peeling is known to", () => {
    const hits = range(16).filter((seed) => {
      const graph = makeGraph(5, 5, drawEdges({ users: range(5), objects: range(5), chance: 0.4, seed: seed + 1 }));
      return Math.abs(findDenseBlocks(graph, { blocks: 1 })[0].suspiciousness - tryEverything(graph)) < 1e-9;
    });
    expect(hits.length).toBeGreaterThanOrEqual(13);
  });

  it("finds the clique of 20 × 20 in 500 × 500, the example that its authors ship, to the node", () => {
    const noise = drawEdges({ users: range(500), objects: range(500), chance: 0.005, seed: 3 });
    const clique = drawEdges({ users: range(20), objects: range(20), chance: 1, seed: 1 });
    const [block] = findDenseBlocks(makeGraph(500, 500, [...noise, ...clique]), { blocks: 1 });
    expect([...block.users]).toEqual(range(20));
    expect([...block.objects]).toEqual(range(20));
  });

  it.each([0.3, 0.6, 0.9])("does not lose the block to camouflage of %d of its edges (theorem 2)", (share) => {
    const noise = drawEdges({ users: range(500), objects: range(500), chance: 0.005, seed: 4 });
    const block = drawEdges({ users: range(40), objects: range(40), chance: 0.6, seed: 2 });
    const honest = range(460).map((object) => object + 40);
    const each = (block.length * share) / (1 - share) / 40 / honest.length;
    const camouflage = drawEdges({ users: range(40), objects: honest, chance: each, seed: 5 });
    const plain = makeGraph(500, 500, [...noise, ...block]);
    const hidden = makeGraph(500, 500, [...noise, ...block, ...camouflage]);
    const where = { users: range(40), objects: range(40) };
    expect(measureSuspiciousness(hidden, where)).toBe(measureSuspiciousness(plain, where));
    const [found] = findDenseBlocks(hidden, { blocks: 1 });
    expect(found.suspiciousness).toBeGreaterThanOrEqual(measureSuspiciousness(plain, where) - 1e-9);
    const users = new Set(found.users);
    expect(range(40).filter((user) => users.has(user))).toHaveLength(40);
  });

  it("finds a second block after deleting the first", () => {
    const noise = drawEdges({ users: range(300), objects: range(300), chance: 0.005, seed: 6 });
    const first = drawEdges({ users: range(30), objects: range(30), chance: 0.9, seed: 7 });
    const second = drawEdges({ users: range(20).map((i) => i + 100), objects: range(20).map((i) => i + 100), chance: 0.9, seed: 8 });
    const blocks = findDenseBlocks(makeGraph(300, 300, [...noise, ...first, ...second]), { blocks: 2 });
    expect(blocks.map(({ users }) => [users.length, users[0]])).toEqual([
      [30, 0],
      [20, 100],
    ]);
    expect(blocks[0].suspiciousness).toBeGreaterThan(blocks[1].suspiciousness);
  });

  it("gives the same blocks for any order and any repeats of the edges, and none without edges", () => {
    fc.assert(
      fc.property(
        smallGraphs.chain((edges) => fc.tuple(fc.constant(edges), fc.shuffledSubarray(edges, { minLength: edges.length }))),
        ([edges, shuffled]) => {
          const repeated = makeGraph(5, 4, [...shuffled, shuffled[0]]);
          expect(findDenseBlocks(repeated, { blocks: 3 })).toEqual(findDenseBlocks(makeGraph(5, 4, edges), { blocks: 3 }));
        },
      ),
    );
    expect(findDenseBlocks(makeGraph(3, 3, []), { blocks: 2 })).toEqual([]);
  });
});
