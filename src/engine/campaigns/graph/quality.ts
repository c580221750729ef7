/** How good a partition is under the Constant Potts Model. */
import type { Graph } from "./graph.js";

/** What {@link cpmQuality} is asked with. */
export interface QualityOptions {
  /** Edge weight per pair of nodes that a community must exceed, in units of weight. */
  resolution: number;
  /** Size of every node; 1 each when left out. */
  nodeWeights?: Float64Array;
}

/**
 * Constant Potts Model quality: over communities, the weight of inner edges minus `resolution` times the inner pairs of nodes (products of
 * node sizes). Singletons alone have quality 0. Source: Traag, Van Dooren, Nesterov, "Narrow scope for resolution-limit-free community
 * detection", 2011; with sizes for aggregated nodes as in Traag, Waltman, van Eck, "From Louvain to Leiden", 2019.
 */
export function cpmQuality(graph: Graph, membership: Int32Array, { resolution, nodeWeights }: QualityOptions): number {
  let innerWeight = 0;
  let communityCount = 0;
  for (let node = 0; node < graph.nodeCount; node++) {
    const community = membership[node];
    if (community >= communityCount) communityCount = community + 1;
    const end = graph.offsets[node + 1];
    for (let at = graph.offsets[node]; at < end; at++) {
      const neighbour = graph.neighbours[at];
      if (neighbour > node && membership[neighbour] === community) innerWeight += graph.weights[at];
    }
  }
  const sizes = new Float64Array(communityCount);
  let pairs = 0;
  for (let node = 0; node < graph.nodeCount; node++) {
    const community = membership[node];
    const size = nodeWeights ? nodeWeights[node] : 1;
    pairs += size * sizes[community];
    sizes[community] += size;
  }
  return innerWeight - resolution * pairs;
}
