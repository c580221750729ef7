/** Connected components. */
import type { Graph } from "./graph.js";
import type { Partition } from "./partition.js";

/** Finds the connected components; numbered by smallest member. */
export function findComponents(graph: Graph): Partition {
  return findComponentsWithin(graph, null);
}

/**
 * Finds the connected components of the graph without the edges that cross communities, so that a community in two pieces becomes two.
 * With `communities` null no edge is left out.
 */
export function findComponentsWithin(graph: Graph, communities: Int32Array | null): Partition {
  const { nodeCount, offsets, neighbours } = graph;
  const membership = new Int32Array(nodeCount).fill(-1);
  const stack = new Int32Array(nodeCount);
  let count = 0;
  for (let start = 0; start < nodeCount; start++) {
    if (membership[start] !== -1) continue;
    membership[start] = count;
    stack[0] = start;
    let depth = 1;
    while (depth > 0) {
      depth--;
      const node = stack[depth];
      const end = offsets[node + 1];
      for (let at = offsets[node]; at < end; at++) {
        const neighbour = neighbours[at];
        if (membership[neighbour] !== -1 || (communities !== null && communities[neighbour] !== communities[node])) continue;
        membership[neighbour] = count;
        stack[depth] = neighbour;
        depth++;
      }
    }
    count++;
  }
  return { membership, count };
}
