/** Graphs that tests of this folder share. */
import type { EdgeColumns } from "./graph.js";
import { createRandom, shuffleRange } from "../../../statistics/random.js";

/** An edge as a row, for tests that build graphs by hand. */
export type EdgeRow = readonly [source: number, target: number, weight: number];

/** Turns rows into columns. */
export function toColumns(nodeCount: number, rows: readonly EdgeRow[]): EdgeColumns {
  return {
    nodeCount,
    sources: Int32Array.from(rows, (row) => row[0]),
    targets: Int32Array.from(rows, (row) => row[1]),
    weights: Float64Array.from(rows, (row) => row[2]),
  };
}

/** Full groups of `groupSize`, each joined to the next by one edge, in a ring: modularity merges neighbours here, CPM must not. */
export function ringOfGroups(groupCount: number, groupSize: number): EdgeColumns {
  const rows: EdgeRow[] = [];
  for (let group = 0; group < groupCount; group++) {
    const first = group * groupSize;
    for (let a = 0; a < groupSize; a++) for (let b = a + 1; b < groupSize; b++) rows.push([first + a, first + b, 1]);
    rows.push([first, ((group + 1) % groupCount) * groupSize, 1]);
  }
  return toColumns(groupCount * groupSize, rows);
}

/** Uniformly random edges with weights in (0, 1]; repeats and self loops occur. */
export function randomEdges({ nodeCount, edgeCount, seed }: { nodeCount: number; edgeCount: number; seed: number }): EdgeColumns {
  const random = createRandom(seed);
  const rows: EdgeRow[] = [];
  for (let edge = 0; edge < edgeCount; edge++) rows.push([random.below(nodeCount), random.below(nodeCount), 1 - random.next()]);
  return toColumns(nodeCount, rows);
}

/** Groups in a noisy crowd: an edge stays within its group with probability `insideShare`. */
export function plantedEdges(options: {
  nodeCount: number;
  groupSize: number;
  edgeCount: number;
  insideShare: number;
  seed: number;
}): EdgeColumns {
  const { nodeCount, groupSize, edgeCount, insideShare, seed } = options;
  const random = createRandom(seed);
  const rows: EdgeRow[] = [];
  for (let edge = 0; edge < edgeCount; edge++) {
    const source = random.below(nodeCount);
    const first = Math.floor(source / groupSize) * groupSize;
    const target = random.next() < insideShare ? first + random.below(Math.min(groupSize, nodeCount - first)) : random.below(nodeCount);
    rows.push([source, target, 0.5 + random.next()]);
  }
  return toColumns(nodeCount, rows);
}

/** The same edges in another order, with ends swapped at random. */
export function shuffleEdges(edges: EdgeColumns, seed: number): EdgeColumns {
  const random = createRandom(seed);
  const order = Int32Array.from(edges.sources.keys());
  shuffleRange(order, random);
  const isSwapped = order.map(() => random.below(2));
  const sources = order.map((edge, index) => (isSwapped[index] ? edges.targets[edge] : edges.sources[edge]));
  const targets = order.map((edge, index) => (isSwapped[index] ? edges.sources[edge] : edges.targets[edge]));
  return { nodeCount: edges.nodeCount, sources, targets, weights: Float64Array.from(order, (edge) => edges.weights[edge]) };
}
