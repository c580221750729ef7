/**
 * Families: clusters of anchors that travel together. Two anchors belong to one family when they are seen on the same requests: at least half
 * of the rarer one's requests, and at least a fifth of the commoner one's, so that an opening shared by half the world ("You are a helpful")
 * does not weld unrelated scaffolds into one.
 */
import { visitTogether } from "../../statistics/co-occurrence.js";
import type { Region, SignatureIntern } from "./scaffold-signatures.js";

/** Of the rarer anchor's requests; below half, seeing them together is the exception. */
const TOGETHER_SHARE_OF_RARER_MIN = 0.5;
/** Of the commoner anchor's requests: bottom-k sampling keeps an anchor of a scaffold in about a third of its requests when slots change. */
const TOGETHER_SHARE_OF_COMMONER_MIN = 0.2;
/** Co-occurrences below this are chance. */
const TOGETHER_REQUESTS_MIN = 3;

/** Families of one region. */
export interface RegionFamilies {
  /** Family per signature number; -1 for none. */
  familyOfSignature: Int32Array;
  /** Stable ids, ascending by the family's smallest anchor. */
  ids: string[];
}

/** Clusters the anchors of one region into families and assigns every signature to the family most of its anchors belong to. */
export function clusterFamilies(options: { region: Region; frequentAnchors: Uint32Array; intern: SignatureIntern }): RegionFamilies {
  const { region, frequentAnchors, intern } = options;
  const signatures = intern.signatures();
  const roots = joinAnchors(signatures, frequentAnchors.length);
  // Anchors are ascending, and a root is the smallest position of its cluster, so families come out ordered by their smallest anchor.
  const familyOfRoot = new Int32Array(frequentAnchors.length).fill(-1);
  const ids: string[] = [];
  for (let position = 0; position < frequentAnchors.length; position++) {
    if (roots[position] !== position) continue;
    familyOfRoot[position] = ids.length;
    ids.push(`family--${region}-${frequentAnchors[position].toString(16).padStart(8, "0")}`);
  }
  const familyOfSignature = new Int32Array(signatures.length).fill(-1);
  signatures.forEach((signature, number) => {
    if (signature.requests > 0) familyOfSignature[number] = pickFamily(signature.anchors, roots, familyOfRoot);
  });
  return { familyOfSignature, ids };
}

/** The family with the most anchors; of equals the one with the smaller number. */
function pickFamily(anchors: readonly number[], roots: Int32Array, familyOfRoot: Int32Array): number {
  const votes = new Map<number, number>();
  for (const anchor of anchors) {
    const family = familyOfRoot[roots[anchor]];
    votes.set(family, (votes.get(family) ?? 0) + 1);
  }
  let best = -1;
  let bestVotes = 0;
  for (const [family, count] of votes) {
    if (count > bestVotes || (count === bestVotes && family < best)) {
      best = family;
      bestVotes = count;
    }
  }
  return best;
}

function joinAnchors(signatures: readonly { anchors: readonly number[]; requests: number }[], anchorCount: number): Int32Array {
  const alone = new Float64Array(anchorCount);
  for (const { anchors, requests } of signatures) for (const anchor of anchors) alone[anchor] += requests;
  const parents = Int32Array.from({ length: anchorCount }, (_, position) => position);
  const sets = signatures.map(({ anchors, requests }) => ({ members: anchors, weight: requests }));
  visitTogether({ sets, width: anchorCount, weightMin: TOGETHER_REQUESTS_MIN }, (a, b, requests) => {
    const rarer = Math.min(alone[a], alone[b]);
    const commoner = Math.max(alone[a], alone[b]);
    if (requests >= TOGETHER_SHARE_OF_RARER_MIN * rarer && requests >= TOGETHER_SHARE_OF_COMMONER_MIN * commoner) join(parents, a, b);
  });
  return parents.map((_, position) => findRoot(parents, position));
}

function findRoot(parents: Int32Array, position: number): number {
  let root = position;
  while (parents[root] !== root) root = parents[root]!;
  for (let at = position; at !== root; ) {
    const next = parents[at];
    parents[at] = root;
    at = next;
  }
  return root;
}

function join(parents: Int32Array, a: number, b: number): void {
  const rootA = findRoot(parents, a);
  const rootB = findRoot(parents, b);
  if (rootA < rootB) parents[rootB] = rootA;
  else parents[rootA] = rootB;
}
