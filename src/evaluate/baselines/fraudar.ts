/**
 * FRAUDAR: blocks of users and objects that are dense in a way that camouflage cannot thin.
 *
 * The suspiciousness of a block is the sum of its edges' weights over its number of nodes; an edge weighs 1 / ln(c + degree of its object), so
 * that what everybody touches says little. The greedy search takes away the node that the block loses least with, again and again, and keeps the
 * best block it passed: at least half as suspicious as the best there is (theorem 1). Weights depend on objects alone, so edges from fraudsters
 * to honest objects change nothing within their block (theorem 2). Further blocks are found after deleting the edges of the ones before.
 *
 * Source: Hooi, Song, Beutel, Shah, Shin, Faloutsos, "FRAUDAR: Bounding Graph Fraud in the Face of Camouflage", KDD 2016, algorithm 1, §4 and §5.
 */

/** Edges between users and objects, numbered from 0; repeats count once. */
export interface BipartiteGraph {
  userCount: number;
  objectCount: number;
  users: Int32Array;
  objects: Int32Array;
}

/** A dense block. */
export interface DenseBlock {
  /** Ascending. */
  users: Int32Array;
  objects: Int32Array;
  /** Weight of the edges in the block over its number of nodes. */
  suspiciousness: number;
}

/** How to search. */
export interface FraudarOptions {
  /** How many blocks to look for, one after the other. */
  blocks: number;
  /** The c of 1 / ln(c + degree). Default {@link COLUMN_CONSTANT}. */
  columnConstant?: number;
}

/** The paper's c: "a small constant to prevent the denominator from becoming zero", 5 in its experiments. */
export const COLUMN_CONSTANT = 5;

/** Finds blocks, most suspicious first found first; stops early when no edge is left. */
export function findDenseBlocks(graph: BipartiteGraph, { blocks, columnConstant = COLUMN_CONSTANT }: FraudarOptions): DenseBlock[] {
  const found: DenseBlock[] = [];
  let rest = keepDistinctEdges(graph);
  while (found.length < blocks && rest.users.length > 0) {
    const block = findDensestBlock(rest, columnConstant);
    found.push(block);
    rest = deleteBlock(rest, block);
  }
  return found;
}

/** The suspiciousness g of a given block: what {@link findDenseBlocks} makes large. */
export function measureSuspiciousness(
  graph: BipartiteGraph,
  { users, objects, columnConstant = COLUMN_CONSTANT }: { users: Iterable<number>; objects: Iterable<number>; columnConstant?: number },
): number {
  const inUsers = new Set(users);
  const inObjects = new Set(objects);
  const edges = keepDistinctEdges(graph);
  const weights = weighObjects(edges, columnConstant);
  let sum = 0;
  edges.objects.forEach((object, edge) => {
    if (inObjects.has(object) && inUsers.has(edges.users[edge])) sum += weights[object];
  });
  return sum / Math.max(1, inUsers.size + inObjects.size);
}

/** Algorithm 1. Nodes are users, then objects; of equal losses the smallest node goes first. */
function findDensestBlock(graph: BipartiteGraph, columnConstant: number): DenseBlock {
  const nodes = graph.userCount + graph.objectCount;
  const weights = weighObjects(graph, columnConstant);
  const { offsets, neighbours } = listNeighbours(graph);
  const losses = new Float64Array(nodes);
  let total = 0;
  graph.users.forEach((user, edge) => {
    const object = graph.objects[edge];
    losses[user] += weights[object];
    losses[graph.userCount + object] += weights[object];
    total += weights[object];
  });
  const queue = createLossQueue(losses);
  const removed: number[] = [];
  let best = total / nodes;
  let removedAtBest = 0;
  while (removed.length < nodes - 1) {
    const node = queue.takeSmallest();
    total -= queue.lossOf(node);
    queue.remove(node);
    removed.push(node);
    for (let entry = offsets[node]; entry < offsets[node + 1]; entry++) {
      const neighbour = neighbours[entry];
      const object = node < graph.userCount ? neighbour - graph.userCount : node - graph.userCount;
      queue.lower(neighbour, weights[object]);
    }
    const suspiciousness = total / (nodes - removed.length);
    // Rounding of a long sum must not prefer a smaller block that is no denser.
    if (suspiciousness > best * (1 + ROUNDING_SHARE)) {
      best = suspiciousness;
      removedAtBest = removed.length;
    }
  }
  const isOut = new Uint8Array(nodes);
  for (const node of removed.slice(0, removedAtBest)) isOut[node] = 1;
  const listIn = (from: number, count: number): Int32Array =>
    Int32Array.from({ length: count }, (_, i) => i).filter((i) => isOut[from + i] === 0);
  return { users: listIn(0, graph.userCount), objects: listIn(graph.userCount, graph.objectCount), suspiciousness: best };
}

/** Part of a sum below which a difference is rounding of doubles. */
const ROUNDING_SHARE = 1e-12;

function weighObjects({ objectCount, objects }: BipartiteGraph, columnConstant: number): Float64Array {
  const degrees = new Float64Array(objectCount);
  for (const object of objects) degrees[object] += 1;
  return degrees.map((degree) => 1 / Math.log(columnConstant + degree));
}

function keepDistinctEdges({ userCount, objectCount, users, objects }: BipartiteGraph): BipartiteGraph {
  const keys = Float64Array.from(users, (user, edge) => user * objectCount + objects[edge]).sort();
  const distinct = keys.filter((key, position) => position === 0 || key !== keys[position - 1]);
  return {
    userCount,
    objectCount,
    users: Int32Array.from(distinct, (key) => Math.floor(key / objectCount)),
    objects: Int32Array.from(distinct, (key) => key % objectCount),
  };
}

function deleteBlock(graph: BipartiteGraph, block: DenseBlock): BipartiteGraph {
  const inUsers = new Set(block.users);
  const inObjects = new Set(block.objects);
  const kept = [...graph.users.keys()].filter((edge) => !inUsers.has(graph.users[edge]) || !inObjects.has(graph.objects[edge]));
  return {
    ...graph,
    users: Int32Array.from(kept, (edge) => graph.users[edge]),
    objects: Int32Array.from(kept, (edge) => graph.objects[edge]),
  };
}

/** Neighbours of node `i` stand at `offsets[i] … offsets[i + 1] - 1`. */
function listNeighbours({ userCount, objectCount, users, objects }: BipartiteGraph): { offsets: Int32Array; neighbours: Int32Array } {
  const offsets = new Int32Array(userCount + objectCount + 1);
  users.forEach((user, edge) => {
    offsets[user + 1] += 1;
    offsets[userCount + objects[edge] + 1] += 1;
  });
  for (let node = 0; node < userCount + objectCount; node++) offsets[node + 1] += offsets[node];
  const next = offsets.slice(0, -1);
  const neighbours = new Int32Array(2 * users.length);
  users.forEach((user, edge) => {
    const object = userCount + objects[edge];
    neighbours[next[user]] = object;
    neighbours[next[object]] = user;
    next[user] += 1;
    next[object] += 1;
  });
  return { offsets, neighbours };
}

/** The paper's priority tree: the smallest loss in constant, a change in logarithmic time. */
interface LossQueue {
  takeSmallest(): number;
  lossOf(node: number): number;
  remove(node: number): void;
  /** Takes `amount` off a node's loss; nothing happens to a removed one. */
  lower(node: number, amount: number): void;
}

function createLossQueue(losses: Float64Array): LossQueue {
  let leaves = 1;
  while (leaves < losses.length) leaves *= 2;
  const tree = new Float64Array(2 * leaves).fill(Number.POSITIVE_INFINITY);
  tree.set(losses, leaves);
  for (let at = leaves - 1; at >= 1; at--) tree[at] = Math.min(tree[2 * at], tree[2 * at + 1]);
  const write = (node: number, loss: number): void => {
    let at = leaves + node;
    tree[at] = loss;
    for (at >>= 1; at >= 1; at >>= 1) tree[at] = Math.min(tree[2 * at], tree[2 * at + 1]);
  };
  return {
    takeSmallest() {
      let at = 1;
      while (at < leaves) at = tree[2 * at] <= tree[2 * at + 1] ? 2 * at : 2 * at + 1;
      return at - leaves;
    },
    lossOf: (node) => tree[leaves + node],
    remove: (node) => write(node, Number.POSITIVE_INFINITY),
    lower(node, amount) {
      // Infinity less anything stays infinity: removed nodes stay removed.
      write(node, tree[leaves + node] - amount);
    },
  };
}
