import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findComponents, findComponentsWithin } from "./components.js";
import { buildGraph } from "./graph.js";
import { clusterByLeiden } from "./leiden.js";
import { cpmQuality } from "./quality.js";
import { plantedEdges, randomEdges, ringOfGroups, shuffleEdges, toColumns } from "./test-graphs.js";

const anyEdges = fc
  .record({ nodeCount: fc.integer({ min: 1, max: 60 }), edgeCount: fc.integer({ min: 0, max: 300 }), seed: fc.integer() })
  .map(randomEdges);
const anyResolution = fc.constantFrom(0, 0.01, 0.1, 0.3, 1, 3);

describe("clusterByLeiden", () => {
  it("recovers 600 rings of 40, which modularity merges into 75", () => {
    const graph = buildGraph(ringOfGroups(600, 40));
    const { membership, count } = clusterByLeiden(graph, { objective: "cpm", resolution: 0.3, seed: 1 });
    expect(count).toBe(600);
    expect(membership.every((community, node) => community === Math.floor(node / 40))).toBe(true);
  });

  it("recovers groups of 40 in a crowd with every fifth edge going astray, but for 1 node in 1,000", () => {
    const graph = buildGraph(plantedEdges({ nodeCount: 8_000, groupSize: 40, edgeCount: 160_000, insideShare: 0.8, seed: 3 }));
    const { membership } = clusterByLeiden(graph, { objective: "cpm", resolution: 0.3, seed: 1 });
    const misplaced = membership.filter((community, node) => community !== membership[Math.floor(node / 40) * 40]).length;
    expect(misplaced).toBeLessThanOrEqual(8);
  });

  it("returns connected communities, numbered by smallest member, never worse than all alone", () => {
    fc.assert(
      fc.property(anyEdges, anyResolution, fc.integer(), (edges, resolution, seed) => {
        const graph = buildGraph(edges);
        const { membership, count } = clusterByLeiden(graph, { objective: "cpm", resolution, seed });
        expect(findComponentsWithin(graph, membership)).toEqual({ membership, count });
        expect(cpmQuality(graph, membership, { resolution })).toBeGreaterThanOrEqual(-1e-9);
      }),
    );
  });

  it("returns the connected components at resolution 0", () => {
    fc.assert(
      fc.property(anyEdges, fc.integer(), (edges, seed) => {
        const graph = buildGraph(edges);
        expect(clusterByLeiden(graph, { objective: "cpm", resolution: 0, seed })).toEqual(findComponents(graph));
      }),
    );
  });

  it("leaves no node that would do better alone or in a neighbouring community", () => {
    fc.assert(
      fc.property(anyEdges, anyResolution, fc.integer(), (edges, resolution, seed) => {
        const graph = buildGraph(edges);
        const { membership, count } = clusterByLeiden(graph, { objective: "cpm", resolution, seed, iterationsMax: 50 });
        const quality = cpmQuality(graph, membership, { resolution });
        for (let node = 0; node < graph.nodeCount; node++) {
          for (let community = 0; community <= count; community++) {
            const moved = membership.slice();
            moved[node] = community;
            expect(cpmQuality(graph, moved, { resolution })).toBeLessThanOrEqual(quality + 1e-6);
          }
        }
      }),
      { numRuns: 30 },
    );
  });

  it("does not depend on the order or direction of the edges, and repeats itself for one seed", () => {
    fc.assert(
      fc.property(anyEdges, anyResolution, fc.integer(), (edges, resolution, seed) => {
        const options = { objective: "cpm", resolution, seed } as const;
        const once = clusterByLeiden(buildGraph(edges), options);
        expect(clusterByLeiden(buildGraph(shuffleEdges(edges, seed + 1)), options)).toEqual(once);
      }),
    );
  });

  it("treats a node of size 2 joined by doubled edges as the two nodes it stands for", () => {
    // Two triangles joined by one edge; node 0 stands for two accounts of the first triangle.
    const rows = [
      [0, 1, 2],
      [2, 3, 1],
      [2, 4, 1],
      [3, 4, 1],
      [1, 2, 0.5],
    ] as const;
    const graph = buildGraph(toColumns(5, rows));
    const nodeWeights = Float64Array.of(2, 1, 1, 1, 1);
    const { membership } = clusterByLeiden(graph, { objective: "cpm", resolution: 0.6, seed: 1, nodeWeights });
    expect([...membership]).toEqual([0, 0, 1, 1, 1]);
    expect(cpmQuality(graph, membership, { resolution: 0.6, nodeWeights })).toBeCloseTo(2 + 3 - 0.6 * (2 + 3), 12);
  });

  it("keeps heavy nodes apart that light nodes would not", () => {
    const graph = buildGraph(toColumns(2, [[0, 1, 1]]));
    const cluster = (weight: number): number =>
      clusterByLeiden(graph, { objective: "cpm", resolution: 0.5, seed: 1, nodeWeights: Float64Array.of(weight, weight) }).count;
    expect([cluster(1), cluster(2)]).toEqual([1, 2]);
  });

  it.each([
    ["a graph without nodes", 0],
    ["a graph without edges", 3],
  ])("%s is all singletons", (_what, nodeCount) => {
    expect(clusterByLeiden(buildGraph(toColumns(nodeCount, [])), { objective: "cpm", resolution: 1, seed: 1 }).count).toBe(nodeCount);
  });

  it.each([
    ["a negative resolution", { resolution: -1 }, "resolution -1"],
    ["a resolution that is no number", { resolution: Number.NaN }, "resolution NaN"],
    ["too few node weights", { resolution: 1, nodeWeights: Float64Array.of(1) }, "1 node weights for 2 nodes"],
    ["a node of size 0", { resolution: 1, nodeWeights: Float64Array.of(1, 0) }, "node 1 has weight 0"],
  ])("refuses %s", (_what, options, message) => {
    expect(() => clusterByLeiden(buildGraph(toColumns(2, [])), { objective: "cpm", seed: 1, ...options })).toThrow(message);
  });
});

describe("cpmQuality", () => {
  it("is inner weight minus resolution times inner pairs, so that singletons have 0", () => {
    const graph = buildGraph(ringOfGroups(3, 4));
    const groups = Int32Array.from({ length: 12 }, (_, node) => Math.floor(node / 4));
    expect(cpmQuality(graph, groups, { resolution: 0.25 })).toBeCloseTo(3 * 6 - 0.25 * 3 * 6, 12);
    expect(cpmQuality(graph, Int32Array.from(groups.keys()), { resolution: 0.25 })).toBe(0);
  });
});
