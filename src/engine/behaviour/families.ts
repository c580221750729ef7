/**
 * Families: clusters of anchors that travel together. Two anchors belong to one family when they are seen on the same requests: at least half
 * of the rarer one's requests, and at least a fifth of the commoner one's, so that an opening shared by half the world ("You are a helpful")
 * does not weld unrelated scaffolds into one.
 */
import { visitTogether } from "../../statistics/co-occurrence.js";
import { averageGists, type GistSamples } from "./family-gists.js";
import type { KinQuestion } from "./kinship.js";
import type { Region, SignatureIntern, Signatures } from "./scaffold-signatures.js";

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
}

/** Clusters the anchors of one region into families, and assigns every signature to the family most of its anchors belong to. */
export function clusterFamilies(options: { region: Region; frequentAnchors: Uint32Array; intern: SignatureIntern }): RegionFamilies {
  const { region, frequentAnchors, intern } = options;
  const signatures = intern.signatures();
  const rootOfAnchor = joinAnchors(signatures, frequentAnchors.length);
  const rootOfSignature = Int32Array.from(signatures.weights, (_, signature) => pickRoot(signatures, { signature, rootOfAnchor }));
  const namedAfter = nameFamilies(frequentAnchors.length, rootOfAnchor, intern.frequentSince());
  const familyOfRoot = new Int32Array(frequentAnchors.length).fill(-1);
  const roots: number[] = [];
  // A root is the smallest anchor of its cluster, so families come out in the order of their smallest anchor.
  rootOfAnchor.forEach((root, position) => {
    if (root !== position) return;
    familyOfRoot[root] = roots.length;
    roots.push(root);
  });
  return {
    familyOfSignature: rootOfSignature.map((root) => (root < 0 ? -1 : familyOfRoot[root])),
    ids: roots.map((root) => `family--${region}-${frequentAnchors[namedAfter[root]].toString(16).padStart(8, "0")}`),
  };
}

/** Which families may be wordings of one scaffold is asked by their gists, those that most accounts were seen with first. */
export function askForKin({ familyOfSignature, ids }: RegionFamilies, samples: GistSamples): KinQuestion {
  const gists = averageGists({ samples, familyOfSignature, families: ids.length });
  const carried = new Float64Array(ids.length);
  familyOfSignature.forEach((family, signature) => {
    if (family >= 0) carried[family] += samples.samplesOf(signature);
  });
  const order = Int32Array.from(carried.keys())
    .filter((family) => carried[family] > 0)
    .sort((a, b) => carried[b] - carried[a] || a - b);
  return { gists, order };
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

/** The cluster with the most of a signature's anchors; of equals the one with the smaller root. */
function pickRoot({ offsets, members }: Signatures, { signature, rootOfAnchor }: { signature: number; rootOfAnchor: Int32Array }): number {
  let best = -1;
  let bestVotes = 0;
  const end = offsets[signature + 1];
  for (let place = offsets[signature]; place < end; place++) {
    const root = rootOfAnchor[members[place]];
    if (root === best) continue;
    let votes = 0;
    // Votes of the places before were counted where the root was met first; fewer than all of them cannot win.
    for (let other = place; other < end; other++) if (rootOfAnchor[members[other]] === root) votes += 1;
    if (votes > bestVotes || (votes === bestVotes && root < best)) {
      best = root;
      bestVotes = votes;
    }
  }
  return best;
}

function joinAnchors(signatures: Signatures, anchorCount: number): Int32Array {
  const alone = new Float64Array(anchorCount);
  const { offsets, members, weights } = signatures;
  for (let signature = 0; signature < weights.length; signature++) {
    for (let place = offsets[signature]; place < offsets[signature + 1]; place++) alone[members[place]] += weights[signature];
  }
  const parents = Int32Array.from({ length: anchorCount }, (_, position) => position);
  visitTogether({ sets: signatures, width: anchorCount, weightMin: TOGETHER_REQUESTS_MIN }, (a, b, requests) => {
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
