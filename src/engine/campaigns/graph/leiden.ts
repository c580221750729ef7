/**
 * Leiden clustering with the Constant Potts Model.
 *
 * Source: Traag, Waltman, van Eck, "From Louvain to Leiden: guaranteeing well-connected communities", Scientific Reports 9, 2019. CPM and not
 * modularity, because modularity has a resolution limit: on many small pools inside a large crowd it merges pools that have nothing to do
 * with each other.
 */
import { findComponentsWithin } from "./components.js";
import type { Graph } from "./graph.js";
import { aggregateLevel, type Level } from "./leiden-level.js";
import { moveNodes, type LeidenSettings } from "./leiden-moving.js";
import { refinePartition } from "./leiden-refinement.js";
import { listMembers, numberBySmallestMember, type Partition } from "./partition.js";
import { createRandom } from "../../../statistics/random.js";

/** How to cluster. */
export interface LeidenOptions {
  /** Only the Constant Potts Model. */
  objective: "cpm";
  /** Weight per pair of nodes that holds a community together, in units of edge weight; higher gives smaller, denser communities. */
  resolution: number;
  /** The same seed gives the same communities. */
  seed: number;
  /** Rounds over the whole graph; it stops sooner when a round changes nothing. Default 4: later rounds gain less than .1 % of quality. */
  iterationsMax?: number;
  /** Size of every node, positive; 1 each when left out. */
  nodeWeights?: Float64Array;
}

/** Part of the mean edge weight that sets the refinement's temperature: the paper's θ = .01 for edges of weight 1. */
const TEMPERATURE_SHARE = 0.01;
/** Part of the mean edge weight below which a gain is rounding noise of sums of doubles. */
const GAIN_NOISE_SHARE = 1e-9;

/**
 * Clusters the graph. Every community is connected; communities are numbered by their smallest member; the result depends on the graph and
 * the options only, never on the order in which edges were given.
 *
 * @throws RangeError when the resolution is negative or not finite, or node weights do not fit the graph.
 */
export function clusterByLeiden(graph: Graph, options: LeidenOptions): Partition {
  const { resolution, seed, iterationsMax = 4 } = options;
  if (!(resolution >= 0 && resolution < Infinity)) throw new RangeError(`resolution ${resolution} must be finite and not negative`);
  const level: Level = { graph, sizes: readNodeWeights(graph, options.nodeWeights) };
  const meanWeight = averageWeight(graph);
  const settings: LeidenSettings = {
    resolution,
    random: createRandom(seed),
    gainMin: meanWeight * GAIN_NOISE_SHARE,
    temperature: meanWeight * TEMPERATURE_SHARE,
  };
  let membership: Int32Array = new Int32Array(graph.nodeCount);
  for (let node = 0; node < graph.nodeCount; node++) membership[node] = node;
  for (let iteration = 0; iteration < iterationsMax; iteration++) {
    const improved = improvePartition(level, membership, settings);
    const isStable = improved.every((community, node) => community === membership[node]);
    membership = improved;
    if (isStable) break;
  }
  // Refinement keeps communities connected while it merges anything; splitting what is left in pieces only raises the quality.
  return findComponentsWithin(graph, membership);
}

/** One round: move, refine, aggregate, until every node of the last level is its own community. */
function improvePartition(base: Level, start: Int32Array, settings: LeidenSettings): Int32Array {
  let level = base;
  let membership: Int32Array = start.slice();
  const levelNodes = new Int32Array(base.graph.nodeCount);
  for (let node = 0; node < levelNodes.length; node++) levelNodes[node] = node;
  for (;;) {
    moveNodes(level, membership, settings);
    const partition = numberBySmallestMember(membership);
    membership = partition.membership;
    if (partition.count === level.graph.nodeCount) break;
    let refined = refinePartition(level, partition, settings);
    // Where nothing may be merged the level would come back unchanged: then the communities themselves become the nodes.
    if (refined.count === level.graph.nodeCount) refined = partition;
    const members = listMembers(refined);
    const upper = new Int32Array(refined.count);
    for (let part = 0; part < refined.count; part++) {
      upper[part] = partition.membership[members.members[members.offsets[part]]];
    }
    for (let node = 0; node < levelNodes.length; node++) levelNodes[node] = refined.membership[levelNodes[node]];
    level = aggregateLevel(level, members, refined);
    membership = upper;
  }
  const improved = new Int32Array(base.graph.nodeCount);
  for (let node = 0; node < improved.length; node++) improved[node] = membership[levelNodes[node]];
  return numberBySmallestMember(improved).membership;
}

function readNodeWeights(graph: Graph, nodeWeights: Float64Array | undefined): Float64Array {
  if (nodeWeights === undefined) return new Float64Array(graph.nodeCount).fill(1);
  if (nodeWeights.length !== graph.nodeCount) throw new RangeError(`${nodeWeights.length} node weights for ${graph.nodeCount} nodes`);
  const unusable = nodeWeights.findIndex((weight) => !(weight > 0 && weight < Infinity));
  if (unusable !== -1)
    throw new RangeError(`node ${unusable} has weight ${nodeWeights[unusable]}; node weights must be finite and positive`);
  return nodeWeights;
}

function averageWeight(graph: Graph): number {
  if (graph.edgeCount === 0) return 1;
  let sum = 0;
  for (const weight of graph.weights) sum += weight;
  return sum / graph.weights.length;
}
