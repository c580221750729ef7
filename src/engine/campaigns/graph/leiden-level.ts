/** One level of the Leiden algorithm: a graph whose nodes may stand for many nodes of the level below. */
import type { Graph } from "./graph.js";
import type { Partition } from "./partition.js";

/** The graph of a level and the size of each node: the sizes of the original nodes it stands for, added up. */
export interface Level {
  graph: Graph;
  sizes: Float64Array;
}

/** Reused room for "how much weight joins this node to each community": zero everywhere but at the `touched` communities. */
export interface WeightGathering {
  weightTo: Float64Array;
  touched: Int32Array;
}

/** Makes room for communities 0 to `count - 1`. */
export function createGathering(count: number): WeightGathering {
  return { weightTo: new Float64Array(count), touched: new Int32Array(count) };
}

/** Turns every community into one node; the weight between two nodes is the weight between the communities. Inner weight is dropped. */
export function aggregateLevel(
  { graph, sizes }: Level,
  members: { offsets: Int32Array; members: Int32Array },
  partition: Partition,
): Level {
  const { membership, count } = partition;
  const { weightTo, touched } = createGathering(count);
  const aggregateSizes = new Float64Array(count);
  const offsets = new Int32Array(count + 1);
  // Merging never adds half edges, so the room of the level below is enough; the tail is cut off at the end.
  const neighbours = new Int32Array(graph.neighbours.length);
  const weights = new Float64Array(graph.weights.length);
  let write = 0;
  for (let community = 0; community < count; community++) {
    let touchedCount = 0;
    const membersEnd = members.offsets[community + 1];
    for (let member = members.offsets[community]; member < membersEnd; member++) {
      const node = members.members[member];
      aggregateSizes[community] += sizes[node];
      const end = graph.offsets[node + 1];
      for (let at = graph.offsets[node]; at < end; at++) {
        const other = membership[graph.neighbours[at]];
        if (other === community) continue;
        if (weightTo[other] === 0) touched[touchedCount++] = other;
        weightTo[other] += graph.weights[at];
      }
    }
    for (let index = 0; index < touchedCount; index++) {
      const other = touched[index];
      neighbours[write] = other;
      weights[write] = weightTo[other];
      weightTo[other] = 0;
      write++;
    }
    offsets[community + 1] = write;
  }
  const aggregate = {
    nodeCount: count,
    edgeCount: write / 2,
    offsets,
    neighbours: neighbours.slice(0, write),
    weights: weights.slice(0, write),
  };
  return { graph: aggregate, sizes: aggregateSizes };
}
