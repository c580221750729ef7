/**
 * Families: clusters of anchors that travel together. Two anchors belong to one family when they are seen on the same requests: at least half
 * of the rarer one's requests, and at least a fifth of the commoner one's, so that an opening shared by half the world ("You are a helpful")
 * does not weld unrelated scaffolds into one.
 */
import { visitTogether } from "../../statistics/co-occurrence.js";
import { averageGists, type GistSamples } from "./family-gists.js";
import { joinKin } from "./kinship.js";
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
  /** Stable ids: that of the anchor which was the first to become frequent, so that a family keeps its id when more of it comes. */
  ids: string[];
  /** Per family the one that its kin, other wordings of the same scaffold, are named after; itself when it has none. */
  kin: Int32Array;
}

/**
 * Clusters the anchors of one region into families, assigns every signature to the family most of its anchors belong to, and tells which families
 * are wordings of one scaffold, as far as their gists tell.
 */
export function clusterFamilies(options: {
  region: Region;
  frequentAnchors: Uint32Array;
  intern: SignatureIntern;
  gists?: GistSamples;
}): RegionFamilies {
  const { region, frequentAnchors, intern, gists } = options;
  const signatures = intern.signatures();
  const rootOfAnchor = joinAnchors(signatures, frequentAnchors.length);
  const rootOfSignature = Int32Array.from(signatures, ({ anchors, requests }) => (requests > 0 ? pickRoot(anchors, rootOfAnchor) : -1));
  const namedAfter = nameFamilies(frequentAnchors.length, rootOfAnchor, intern.frequentSince());
  const familyOfRoot = new Int32Array(frequentAnchors.length).fill(-1);
  const roots: number[] = [];
  // A root is the smallest anchor of its cluster, so families come out in the order of their smallest anchor.
  rootOfAnchor.forEach((root, position) => {
    if (root !== position) return;
    familyOfRoot[root] = roots.length;
    roots.push(root);
  });
  const kinRoots = gists ? findKin(gists, rootOfSignature, frequentAnchors.length) : null;
  return {
    familyOfSignature: rootOfSignature.map((root) => (root < 0 ? -1 : familyOfRoot[root])),
    ids: roots.map((root) => `family--${region}-${frequentAnchors[namedAfter[root]].toString(16).padStart(8, "0")}`),
    kin: Int32Array.from(roots, (root, family) => (kinRoots ? familyOfRoot[kinRoots[root]] : family)),
  };
}

/** Per root, the root that it is kin to. */
function findKin(samples: GistSamples, rootOfSignature: Int32Array, rootCount: number): Int32Array {
  const gists = averageGists({ samples, familyOfSignature: rootOfSignature, families: rootCount });
  const carried = new Float64Array(rootCount);
  rootOfSignature.forEach((root, signature) => {
    if (root >= 0) carried[root] += samples.samplesOf(signature);
  });
  const order = Int32Array.from(carried.keys())
    .filter((root) => carried[root] > 0)
    .sort((a, b) => carried[b] - carried[a] || a - b);
  return joinKin({ gists, order });
}

/** Per root, the anchor among its own that became frequent first; of equals the smallest. */
function nameFamilies(anchorCount: number, rootOfAnchor: Int32Array, frequentSince: Float64Array): Int32Array {
  const namedAfter = new Int32Array(anchorCount).fill(-1);
  for (let anchor = 0; anchor < anchorCount; anchor++) {
    const root = rootOfAnchor[anchor];
    if (namedAfter[root] < 0 || frequentSince[anchor] < frequentSince[namedAfter[root]]) namedAfter[root] = anchor;
  }
  return namedAfter;
}

/** The cluster with the most of the anchors; of equals the one with the smaller root. */
function pickRoot(anchors: readonly number[], rootOfAnchor: Int32Array): number {
  const votes = new Map<number, number>();
  for (const anchor of anchors) votes.set(rootOfAnchor[anchor], (votes.get(rootOfAnchor[anchor]) ?? 0) + 1);
  let best = -1;
  let bestVotes = 0;
  for (const [root, count] of votes) {
    if (count > bestVotes || (count === bestVotes && root < best)) {
      best = root;
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
