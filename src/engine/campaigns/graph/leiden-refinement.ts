/** Leiden, second phase: refinement. It is what keeps communities connected. */
import { createGathering, type Level, type WeightGathering } from "./leiden-level.js";
import type { LeidenSettings } from "./leiden-moving.js";
import { listMembers, numberBySmallestMember, type Partition } from "./partition.js";
import { shuffleRange } from "../../../statistics/random.js";

interface Refinement {
  /** Refined community per node; a community is numbered by the node that founded it. */
  membership: Int32Array;
  sizes: Float64Array;
  /** Weight from each refined community to the rest of the community it lies in. */
  outerWeights: Float64Array;
  isSingleton: Uint8Array;
}

/**
 * Splits every community into well-connected parts: each node starts alone and may join, once, a part of its own community to which it is
 * joined by an edge and which is itself well connected to the rest. Among parts that do not lower the quality one is drawn with
 * probability proportional to exp(gain / temperature).
 */
export function refinePartition(level: Level, partition: Partition, settings: LeidenSettings): Partition {
  const { nodeCount } = level.graph;
  const refinement: Refinement = {
    membership: new Int32Array(nodeCount),
    sizes: level.sizes.slice(),
    outerWeights: new Float64Array(nodeCount),
    isSingleton: new Uint8Array(nodeCount).fill(1),
  };
  for (let node = 0; node < nodeCount; node++) refinement.membership[node] = node;
  const { offsets, members } = listMembers(partition);
  const gathering = createGathering(nodeCount);
  const gains = new Float64Array(nodeCount);
  for (let community = 0; community < partition.count; community++) {
    const from = offsets[community];
    const to = offsets[community + 1];
    if (to - from < 2) continue;
    let communitySize = 0;
    for (let at = from; at < to; at++) {
      const node = members[at];
      communitySize += level.sizes[node];
      refinement.outerWeights[node] = weightWithin(level, partition.membership, node);
    }
    shuffleRange(members, settings.random, { from, to });
    for (let at = from; at < to; at++) {
      const node = members[at];
      if (refinement.isSingleton[node] === 1) mergeNode(node, communitySize, { level, partition, settings, refinement, gathering, gains });
    }
  }
  return numberBySmallestMember(refinement.membership);
}

interface MergeContext {
  level: Level;
  partition: Partition;
  settings: LeidenSettings;
  refinement: Refinement;
  gathering: WeightGathering;
  gains: Float64Array;
}

function weightWithin({ graph }: Level, membership: Int32Array, node: number): number {
  let weight = 0;
  const end = graph.offsets[node + 1];
  for (let at = graph.offsets[node]; at < end; at++) {
    if (membership[graph.neighbours[at]] === membership[node]) weight += graph.weights[at];
  }
  return weight;
}

function mergeNode(node: number, communitySize: number, context: MergeContext): void {
  const { level, settings, refinement, gathering } = context;
  const size = level.sizes[node];
  const { resolution } = settings;
  if (refinement.outerWeights[node] < resolution * size * (communitySize - size)) return;
  const touchedCount = gatherParts(node, context);
  const { weightTo, touched } = gathering;
  const gains = context.gains;
  let bestGain = 0;
  for (let index = 0; index < touchedCount; index++) {
    const part = touched[index];
    const partSize = refinement.sizes[part];
    const isWellConnected = refinement.outerWeights[part] >= resolution * partSize * (communitySize - partSize);
    const gain = isWellConnected ? weightTo[part] - resolution * size * partSize : -1;
    gains[index] = gain;
    if (gain > bestGain) bestGain = gain;
  }
  const chosen = drawPart(touchedCount, bestGain, context);
  if (chosen !== -1) {
    const joined = weightTo[chosen];
    refinement.membership[node] = chosen;
    refinement.sizes[chosen] += size;
    refinement.outerWeights[chosen] += refinement.outerWeights[node] - 2 * joined;
    refinement.isSingleton[chosen] = 0;
    refinement.isSingleton[node] = 0;
  }
  for (let index = 0; index < touchedCount; index++) weightTo[touched[index]] = 0;
}

function gatherParts(node: number, { level, partition, refinement, gathering }: MergeContext): number {
  const { offsets, neighbours, weights } = level.graph;
  const { weightTo, touched } = gathering;
  const community = partition.membership[node];
  let touchedCount = 0;
  const end = offsets[node + 1];
  for (let at = offsets[node]; at < end; at++) {
    const neighbour = neighbours[at];
    if (partition.membership[neighbour] !== community) continue;
    const part = refinement.membership[neighbour];
    if (weightTo[part] === 0) touched[touchedCount++] = part;
    weightTo[part] += weights[at];
  }
  return touchedCount;
}

/** Draws a part, or −1 for "stay alone" (gain 0). Gains are taken relative to the best, so that exp never overflows. */
function drawPart(touchedCount: number, bestGain: number, { gains, gathering, settings }: MergeContext): number {
  const { temperature } = settings;
  const alone = Math.exp(-bestGain / temperature);
  let total = alone;
  for (let index = 0; index < touchedCount; index++) {
    const gain = gains[index];
    if (gain >= 0) total += Math.exp((gain - bestGain) / temperature);
  }
  let rest = settings.random.next() * total - alone;
  if (rest < 0) return -1;
  let last = -1;
  for (let index = 0; index < touchedCount; index++) {
    const gain = gains[index];
    if (gain < 0) continue;
    last = gathering.touched[index];
    rest -= Math.exp((gain - bestGain) / temperature);
    if (rest < 0) return last;
  }
  return last;
}
