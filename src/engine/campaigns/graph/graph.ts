/** Undirected weighted graphs on typed arrays: compressed sparse rows, both directions of every edge stored. */

/** Neighbours of node `i` stand at `offsets[i] … offsets[i + 1] - 1` of `neighbours` and `weights`, ascending, no repeats, no self loops. */
export interface Graph {
  nodeCount: number;
  /** Undirected edges after merging. */
  edgeCount: number;
  offsets: Int32Array;
  neighbours: Int32Array;
  weights: Float64Array;
}

/** Edges as three parallel columns; which end is the source does not matter. */
export interface EdgeColumns {
  nodeCount: number;
  sources: Int32Array;
  targets: Int32Array;
  /** Finite and not negative. */
  weights: Float64Array;
}

/**
 * Builds the graph in linear time. Parallel edges are merged by summing their weights in ascending order, so that the sum does not depend on
 * the order of the input; self loops and edges of weight 0 are left out, because neither ever decides where a node belongs.
 *
 * @throws RangeError when columns differ in length, a node does not exist, or a weight is negative or not finite.
 */
export function buildGraph(edges: EdgeColumns): Graph {
  const { nodeCount } = edges;
  const degrees = countDegrees(edges);
  const offsets = new Int32Array(nodeCount + 1);
  for (let node = 0; node < nodeCount; node++) offsets[node + 1] = offsets[node] + degrees[node];
  const bucketed = scatterEdges(edges, offsets);
  const sorted = transpose(nodeCount, offsets, bucketed);
  return mergeParallelEdges(nodeCount, offsets, sorted);
}

interface HalfEdges {
  neighbours: Int32Array;
  weights: Float64Array;
}

function countDegrees({ nodeCount, sources, targets, weights }: EdgeColumns): Int32Array {
  if (sources.length !== targets.length || sources.length !== weights.length) throw new RangeError("edge columns differ in length");
  const degrees = new Int32Array(nodeCount);
  for (let edge = 0; edge < sources.length; edge++) {
    const source = sources[edge];
    const target = targets[edge];
    const weight = weights[edge];
    if (source < 0 || source >= nodeCount || target < 0 || target >= nodeCount) {
      throw new RangeError(`edge ${edge} joins ${source} and ${target}, but nodes are 0 to ${nodeCount - 1}`);
    }
    if (!(weight >= 0 && weight < Infinity))
      throw new RangeError(`edge ${edge} has weight ${weight}; weights must be finite and not negative`);
    if (source === target || weight === 0) continue;
    degrees[source] += 1;
    degrees[target] += 1;
  }
  return degrees;
}

function scatterEdges({ nodeCount, sources, targets, weights }: EdgeColumns, offsets: Int32Array): HalfEdges {
  const total = offsets[nodeCount];
  const half: HalfEdges = { neighbours: new Int32Array(total), weights: new Float64Array(total) };
  const cursors = offsets.slice(0, nodeCount);
  for (let edge = 0; edge < sources.length; edge++) {
    const source = sources[edge];
    const target = targets[edge];
    const weight = weights[edge];
    if (source === target || weight === 0) continue;
    const atSource = cursors[source];
    cursors[source] = atSource + 1;
    half.neighbours[atSource] = target;
    half.weights[atSource] = weight;
    const atTarget = cursors[target];
    cursors[target] = atTarget + 1;
    half.neighbours[atTarget] = source;
    half.weights[atTarget] = weight;
  }
  return half;
}

/** The transpose of a symmetric matrix is itself, but its rows come out sorted: a radix sort for the price of one pass. */
function transpose(nodeCount: number, offsets: Int32Array, half: HalfEdges): HalfEdges {
  const sorted: HalfEdges = { neighbours: new Int32Array(half.neighbours.length), weights: new Float64Array(half.weights.length) };
  const cursors = offsets.slice(0, nodeCount);
  for (let node = 0; node < nodeCount; node++) {
    const end = offsets[node + 1];
    for (let at = offsets[node]; at < end; at++) {
      const row = half.neighbours[at];
      const cursor = cursors[row];
      cursors[row] = cursor + 1;
      sorted.neighbours[cursor] = node;
      sorted.weights[cursor] = half.weights[at];
    }
  }
  return sorted;
}

function mergeParallelEdges(nodeCount: number, offsets: Int32Array, { neighbours, weights }: HalfEdges): Graph {
  const merged = new Int32Array(nodeCount + 1);
  let write = 0;
  for (let node = 0; node < nodeCount; node++) {
    const end = offsets[node + 1];
    let at = offsets[node];
    while (at < end) {
      const neighbour = neighbours[at];
      let runEnd = at + 1;
      while (runEnd < end && neighbours[runEnd] === neighbour) runEnd++;
      const weight = runEnd === at + 1 ? weights[at] : sumAscending(weights, at, runEnd);
      neighbours[write] = neighbour;
      weights[write] = weight;
      write++;
      at = runEnd;
    }
    merged[node + 1] = write;
  }
  const isCompact = write === neighbours.length;
  return {
    nodeCount,
    edgeCount: write / 2,
    offsets: merged,
    neighbours: isCompact ? neighbours : neighbours.slice(0, write),
    weights: isCompact ? weights : weights.slice(0, write),
  };
}

function sumAscending(weights: Float64Array, from: number, to: number): number {
  const run = weights.slice(from, to).sort();
  let sum = 0;
  for (const weight of run) sum += weight;
  return sum;
}
