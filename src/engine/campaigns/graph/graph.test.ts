import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildGraph } from "./graph.js";
import { findComponents } from "./components.js";
import { shuffleEdges, toColumns, type EdgeRow } from "./test-graphs.js";

const anyRows = fc.integer({ min: 1, max: 12 }).chain((nodeCount) => {
  const node = fc.integer({ min: 0, max: nodeCount - 1 });
  const weight = fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 100, noNaN: true }));
  return fc.record({ nodeCount: fc.constant(nodeCount), rows: fc.array(fc.tuple(node, node, weight), { maxLength: 40 }) });
});

describe("buildGraph", () => {
  it("keeps the weight of every pair of nodes, whichever way round and however often it was given", () => {
    fc.assert(
      fc.property(anyRows, ({ nodeCount, rows }) => {
        const graph = buildGraph(toColumns(nodeCount, rows));
        for (let a = 0; a < nodeCount; a++) {
          for (let b = 0; b < nodeCount; b++) expect(weightOf(graph, a, b)).toBeCloseTo(a === b ? 0 : sumOfPair(rows, a, b), 9);
        }
      }),
    );
  });

  it("gives bitwise the same graph for any order and direction of the edges", () => {
    fc.assert(
      fc.property(anyRows, fc.integer(), ({ nodeCount, rows }, seed) => {
        const columns = toColumns(nodeCount, rows);
        expect(buildGraph(shuffleEdges(columns, seed))).toEqual(buildGraph(columns));
      }),
    );
  });

  it("has rows in ascending order without repeats", () => {
    fc.assert(
      fc.property(anyRows, ({ nodeCount, rows }) => {
        const graph = buildGraph(toColumns(nodeCount, rows));
        for (let node = 0; node < nodeCount; node++) {
          const row = [...graph.neighbours.subarray(graph.offsets[node], graph.offsets[node + 1])];
          expect(row).toEqual([...new Set(row)].sort((a, b) => a - b));
        }
      }),
    );
  });

  it.each([
    ["a node that does not exist", toColumns(2, [[0, 2, 1]]), "edge 0 joins 0 and 2"],
    ["a negative node", toColumns(2, [[-1, 1, 1]]), "edge 0 joins -1 and 1"],
    ["a negative weight", toColumns(2, [[0, 1, -1]]), "weight -1"],
    ["a weight that is no number", toColumns(2, [[0, 1, Number.NaN]]), "weight NaN"],
    ["columns of different length", { ...toColumns(2, [[0, 1, 1]]), weights: new Float64Array(2) }, "differ in length"],
  ])("refuses %s", (_what, columns, message) => {
    expect(() => buildGraph(columns)).toThrow(message);
  });
});

describe("findComponents", () => {
  it.each([
    ["no edges", 3, [], [0, 1, 2]],
    [
      "a path and a lonely node",
      4,
      [
        [3, 1, 1],
        [1, 0, 1],
      ],
      [0, 0, 1, 0],
    ],
    ["an edge of weight 0 joins nothing", 2, [[0, 1, 0]], [0, 1]],
  ] as [string, number, EdgeRow[], number[]][])("%s", (_what, nodeCount, rows, expected) => {
    expect([...findComponents(buildGraph(toColumns(nodeCount, rows))).membership]).toEqual(expected);
  });

  it("puts both ends of every edge into one component, and counts nodes minus a spanning forest", () => {
    fc.assert(
      fc.property(anyRows, ({ nodeCount, rows }) => {
        const { membership, count } = findComponents(buildGraph(toColumns(nodeCount, rows)));
        const parents = Array.from({ length: nodeCount }, (_, node) => node);
        const find = (node: number): number => (parents[node] === node ? node : find(parents[node]));
        for (const [a, b, weight] of rows) if (weight > 0) parents[find(a)] = find(b);
        expect(count).toBe(parents.filter((parent, node) => parent === node).length);
        for (const [a, b, weight] of rows) if (weight > 0) expect(membership[a]).toBe(membership[b]);
      }),
    );
  });
});

function weightOf(graph: ReturnType<typeof buildGraph>, a: number, b: number): number {
  const row = graph.neighbours.subarray(graph.offsets[a], graph.offsets[a + 1]);
  const at = row.indexOf(b);
  return at === -1 ? 0 : graph.weights[graph.offsets[a] + at];
}

function sumOfPair(rows: readonly EdgeRow[], a: number, b: number): number {
  return rows.filter(([s, t]) => (s === a && t === b) || (s === b && t === a)).reduce((sum, row) => sum + row[2], 0);
}
