/**
 * SynchroTrap: users that do the same things at about the same time, again and again.
 *
 * An action is ⟨user, time, constraint object⟩. Two actions match when they are on the same object at most T_sim apart. The similarity of two
 * users on one object k is the Jaccard coefficient of their actions on it, with matched actions as the intersection; over all objects it is
 * Σ_k |A_i^k ∩ A_j^k| / Σ_k |A_i^k ∪ A_j^k|. Users are clustered by single linkage, cut at a similarity: the connected components of the pairs
 * at least that similar. Small clusters are left out, because operators control many accounts.
 *
 * The paper compares day by day in windows of 2 T_sim that overlap by half and adds the days up; here one window slides over the whole log, which
 * counts the same matches and, besides, those across midnight.
 *
 * Source: Cao, Yang, Yu, Palow, "Uncovering Large Groups of Active Malicious Accounts in Online Social Networks", CCS 2014, §3 and §4.
 */
import { createPairCounts } from "../../statistics/pair-counts.js";
import { orderByObjectAndTime, sortGroups, type ActionLog, type UserGroups } from "./action-log.js";

/** How to compare and cluster. */
export interface SynchroTrapOptions {
  /** T_sim: actions on one object at most this far apart match. */
  matchWindowMs: number;
  /** Pairs at least this similar are joined, 0 to 1. */
  similarityMin: number;
  /** Clusters of fewer users are left out. */
  usersMin: number;
  /** Compare an action with at most so many just before it; all within the window when left out, as the paper does. */
  partnersMax?: number;
}

/** Two users and how similar they are; `a` < `b`. */
export interface SimilarPair {
  a: number;
  b: number;
  /** Matched actions. */
  matches: number;
  /** 0 to 1. */
  similarity: number;
}

/** Clusters of users in lockstep, largest first. */
export function findSynchronousGroups(log: ActionLog, options: SynchroTrapOptions): UserGroups {
  const pairs = listSimilarPairs(log, options).filter(({ similarity }) => similarity >= options.similarityMin);
  return joinPairs(log.userCount, pairs).filter((group) => group.length >= options.usersMin);
}

/**
 * For every user the similarity at which single linkage has joined it to a cluster of `usersMin` or more; −Infinity where no cut does. Cutting at s
 * gives the users with a number of at least s.
 */
export function scoreSynchrony(log: ActionLog, options: Omit<SynchroTrapOptions, "similarityMin">): Float64Array {
  const scores = new Float64Array(log.userCount).fill(Number.NEGATIVE_INFINITY);
  const members = Array.from({ length: log.userCount }, (_, user) => [user]);
  const clusters = createDisjointSets(log.userCount);
  const pairs = listSimilarPairs(log, options).sort((x, y) => y.similarity - x.similarity || x.a - y.a || x.b - y.b);
  for (const { a, b, similarity } of pairs) {
    const [first, second] = [clusters.find(a), clusters.find(b)];
    if (first === second) continue;
    const [larger, smaller] = members[first].length >= members[second].length ? [first, second] : [second, first];
    const isLarge = members[first].length + members[second].length >= options.usersMin;
    // Whoever is scored already belongs to a cluster that was large before.
    if (isLarge)
      for (const side of [first, second])
        if (members[side].length < options.usersMin) for (const user of members[side]) scores[user] = similarity;
    const root = clusters.join(a, b);
    for (const user of members[smaller]) members[larger].push(user);
    members[smaller] = [];
    if (root !== larger) [members[root], members[larger]] = [members[larger], []];
  }
  return scores;
}

/** All pairs of users with a matched action, ascending by `a` and `b`. */
export function listSimilarPairs(log: ActionLog, options: Pick<SynchroTrapOptions, "matchWindowMs" | "partnersMax">): SimilarPair[] {
  const order = orderByObjectAndTime(log);
  const actions = new Float64Array(log.userCount);
  for (const user of log.users) actions[user] += 1;
  const matches = createPairCounts(log.userCount);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && log.objects[order[to]] === log.objects[order[from]]) to++;
    matchOnObject(log, order.subarray(from, to), options, (a, b) => matches.add(a, b, 1));
    from = to;
  }
  const pairs: SimilarPair[] = [];
  matches.visit((a, b, count) => pairs.push({ a, b, matches: count, similarity: count / (actions[a] + actions[b] - count) }));
  return pairs;
}

/**
 * Matches the actions on one object, by time. An action matches one action of another user at most, the earliest still free: the largest matching
 * there is, because windows are equally long.
 */
function matchOnObject(
  { users, timesMs }: ActionLog,
  actions: Int32Array,
  { matchWindowMs, partnersMax = Number.POSITIVE_INFINITY }: Pick<SynchroTrapOptions, "matchWindowMs" | "partnersMax">,
  onMatch: (a: number, b: number) => void,
): void {
  // What action at position p has been matched with: users, by position.
  const taken: Set<number>[] = [];
  for (let start = 0; start < actions.length; start++) taken.push(new Set());
  let first = 0;
  for (let position = 0; position < actions.length; position++) {
    const user = users[actions[position]];
    while (timesMs[actions[position]] - timesMs[actions[first]] > matchWindowMs) taken[first++].clear();
    for (let earlier = Math.max(first, position - partnersMax); earlier < position; earlier++) {
      const other = users[actions[earlier]];
      if (other === user || taken[earlier].has(user) || taken[position].has(other)) continue;
      taken[earlier].add(user);
      taken[position].add(other);
      onMatch(user, other);
    }
  }
}

/** Connected components of the pairs, of two users or more. */
export function joinPairs(userCount: number, pairs: readonly SimilarPair[]): Int32Array[] {
  const clusters = createDisjointSets(userCount);
  for (const { a, b } of pairs) clusters.join(a, b);
  const members = new Map<number, number[]>();
  for (let user = 0; user < userCount; user++) {
    const root = clusters.find(user);
    const known = members.get(root);
    if (known) known.push(user);
    else members.set(root, [user]);
  }
  return sortGroups([...members.values()].filter((group) => group.length >= 2).map((group) => Int32Array.from(group)));
}

interface DisjointSets {
  find(user: number): number;
  /** Returns the root of both, the smaller of theirs. */
  join(a: number, b: number): number;
}

function createDisjointSets(count: number): DisjointSets {
  const parents = Int32Array.from({ length: count }, (_, user) => user);
  const find = (user: number): number => {
    let root = user;
    while (parents[root] !== root) {
      parents[root] = parents[parents[root]];
      root = parents[root];
    }
    return root;
  };
  return {
    find,
    join(a, b) {
      const roots = [find(a), find(b)];
      const root = Math.min(...roots);
      parents[Math.max(...roots)] = root;
      return root;
    },
  };
}
