/** Leiden, first phase: fast local moving of nodes. */
import { createGathering, type Level } from "./leiden-level.js";
import { shuffleRange, type Random } from "../../../statistics/random.js";

/** What both phases of Leiden work with. */
export interface LeidenSettings {
  resolution: number;
  random: Random;
  /** Gains up to this are rounding noise; without it a node could swing between two equal communities for ever. */
  gainMin: number;
  /** Temperature of the refinement's random choice, in units of weight. */
  temperature: number;
}

interface CommunityTable {
  sizes: Float64Array;
  memberCounts: Int32Array;
  /** Stack of numbers no community uses. */
  empty: Int32Array;
  emptyCount: number;
}

/**
 * Moves each node to the neighbouring (or a new) community that raises the quality most, and looks again only at nodes whose neighbourhood
 * changed. `membership` holds numbers below the number of nodes and is changed in place. Returns whether any node moved.
 */
export function moveNodes(level: Level, membership: Int32Array, settings: LeidenSettings): boolean {
  const { graph, sizes } = level;
  const { nodeCount, offsets, neighbours, weights } = graph;
  const { resolution, gainMin } = settings;
  const table = tabulateCommunities(level, membership);
  const { weightTo, touched } = createGathering(nodeCount);
  const queue = new Int32Array(nodeCount);
  for (let node = 0; node < nodeCount; node++) queue[node] = node;
  shuffleRange(queue, settings.random);
  const isQueued = new Uint8Array(nodeCount).fill(1);
  let head = 0;
  let waiting = nodeCount;
  let hasMoved = false;
  while (waiting > 0) {
    const node = queue[head];
    head = head + 1 === nodeCount ? 0 : head + 1;
    waiting--;
    isQueued[node] = 0;
    const begin = offsets[node];
    const end = offsets[node + 1];
    let touchedCount = 0;
    for (let at = begin; at < end; at++) {
      const community = membership[neighbours[at]];
      if (weightTo[community] === 0) touched[touchedCount++] = community;
      weightTo[community] += weights[at];
    }
    const own = membership[node];
    const size = sizes[node];
    const cost = resolution * size;
    let best = own;
    let bestGain = weightTo[own] - cost * (table.sizes[own] - size);
    for (let index = 0; index < touchedCount; index++) {
      const community = touched[index];
      const gain = weightTo[community] - cost * table.sizes[community];
      weightTo[community] = 0;
      if (community !== own && gain > bestGain + gainMin) {
        best = community;
        bestGain = gain;
      }
    }
    // A community of its own has gain 0.
    if (bestGain < -gainMin && table.memberCounts[own] > 1) best = table.empty[table.emptyCount - 1];
    if (best === own) continue;
    hasMoved = true;
    relocate(table, { from: own, to: best, size });
    membership[node] = best;
    for (let at = begin; at < end; at++) {
      const neighbour = neighbours[at];
      if (isQueued[neighbour] === 1 || membership[neighbour] === best) continue;
      isQueued[neighbour] = 1;
      const tail = head + waiting;
      queue[tail >= nodeCount ? tail - nodeCount : tail] = neighbour;
      waiting++;
    }
  }
  return hasMoved;
}

function tabulateCommunities({ graph, sizes }: Level, membership: Int32Array): CommunityTable {
  const table: CommunityTable = {
    sizes: new Float64Array(graph.nodeCount),
    memberCounts: new Int32Array(graph.nodeCount),
    empty: new Int32Array(graph.nodeCount),
    emptyCount: 0,
  };
  for (let node = 0; node < graph.nodeCount; node++) {
    const community = membership[node];
    table.sizes[community] += sizes[node];
    table.memberCounts[community] += 1;
  }
  for (let community = graph.nodeCount - 1; community >= 0; community--) {
    if (table.memberCounts[community] === 0) table.empty[table.emptyCount++] = community;
  }
  return table;
}

function relocate(table: CommunityTable, { from, to, size }: { from: number; to: number; size: number }): void {
  if (table.memberCounts[to] === 0) table.emptyCount--;
  table.memberCounts[to] += 1;
  table.sizes[to] += size;
  const remaining = table.memberCounts[from] - 1;
  table.memberCounts[from] = remaining;
  // Set to zero rather than subtracted down to it: rounding must not leave a ghost of a size.
  table.sizes[from] = remaining === 0 ? 0 : table.sizes[from] - size;
  if (remaining === 0) table.empty[table.emptyCount++] = from;
}
