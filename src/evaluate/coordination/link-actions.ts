/** Our own link and cluster stages on a log of actions: what `src/engine/campaigns` makes of behaviour that no request log holds. */
import { HARVEST_REQUESTS_MIN, type Candidate } from "../../engine/campaigns/candidates.js";
import { buildGroup, listCarriers, listFamilyCarriers, restrictGroup } from "../../engine/campaigns/group.js";
import { clusterLinks, weighPair } from "../../engine/campaigns/links.js";
import { learnChanceProfile } from "../../engine/campaigns/member-attributes.js";
import { separateMembers } from "../../engine/campaigns/membership.js";
import { findNiches } from "../../engine/campaigns/niches.js";
import { testCandidate } from "../../engine/campaigns/test-candidate.js";
import type { Detection, PairDetection } from "../../vocabulary/detection.js";
import type { Population } from "../../vocabulary/fingerprint.js";
import { sortGroups, type ActionLog, type UserGroups } from "../baselines/action-log.js";
import { buildActionPopulation, type UserFacts } from "./action-population.js";

/** The smallest pool looked for. */
const USERS_MIN = 3;
/** A carrier belongs to the pool when that is likelier than not. */
const MEMBER_PROBABILITY_MIN = 0.5;

/** What to run. */
export interface LinkOptions extends UserFacts {
  /** Handed in because evaluation knows none. */
  detections: readonly Detection[];
  /** Whether to look at niches, too: who carries the same rare objects at whatever time. Default true. */
  withNiches?: boolean;
}

/** What our stages say about the users of a log. */
export interface LinkedUsers {
  /** Clusters of linked users, largest first. */
  groups: UserGroups;
  /** Per user, nats: mean evidence of its pairs within its cluster or log likelihood ratio of its strongest niche, whichever is more; −Infinity for users in neither. */
  scores: Float64Array;
}

/** Runs links and clusters, then niches. */
export function linkActions(log: ActionLog, options: LinkOptions): LinkedUsers {
  const population = buildActionPopulation(log, options);
  const detections = options.detections.filter(isPairDetection);
  const scores = new Float64Array(log.userCount).fill(Number.NEGATIVE_INFINITY);
  const { clusters } = clusterLinks(population, { detections, niches: [], carriage: listCarriers(population), withMeetings: true });
  const groups = assignOnce(clusters.map((members) => weighCluster(population, { members, detections })));
  for (const { members, evidence } of groups) {
    members.forEach((user, position) => {
      scores[user] = evidence[position];
    });
  }
  if (options.withNiches ?? true) scoreNiches(population, { detections: options.detections, scores });
  return { groups: sortGroups(groups.map(({ members }) => members)), scores };
}

/** A cluster and what speaks for each member: mean nats of its pairs with the others. */
interface WeighedCluster {
  members: Int32Array;
  evidence: Float64Array;
}

function weighCluster(
  population: Population,
  { members, detections }: { members: Int32Array; detections: readonly PairDetection[] },
): WeighedCluster {
  const evidence = new Float64Array(members.length);
  for (let i = 0; i < members.length; i++) {
    for (let j = i + 1; j < members.length; j++) {
      const nats = weighPair(members[i], members[j], { population, detections, withMeetings: true }) / (members.length - 1);
      evidence[i] += nats;
      evidence[j] += nats;
    }
  }
  return { members, evidence };
}

/**
 * The link stage proposes clusters of several resolutions. A user stays in the one whose pairs say most in all, as in tracking what explains most
 * comes first: a cluster comes apart only where the pairs across its parts speak against it, so that one operator's accounts are not two groups.
 */
function assignOnce(clusters: readonly WeighedCluster[]): WeighedCluster[] {
  // Each member's evidence is a mean over the others, and every pair is in two of them.
  const totalOf = ({ evidence }: WeighedCluster): number => (evidence.reduce((sum, nats) => sum + nats, 0) * (evidence.length - 1)) / 2;
  const order = clusters
    .map((cluster) => ({ cluster, total: totalOf(cluster) }))
    .filter(({ cluster }) => cluster.members.length >= USERS_MIN)
    .sort(
      (x, y) => y.total - x.total || x.cluster.members[0] - y.cluster.members[0] || y.cluster.members.length - x.cluster.members.length,
    );
  const taken = new Set<number>();
  return order.flatMap(({ cluster }) => {
    const free = [...cluster.members.keys()].filter((position) => !taken.has(cluster.members[position]));
    if (free.length < USERS_MIN) return [];
    for (const position of free) taken.add(cluster.members[position]);
    return [
      {
        members: cluster.members.filter((_, position) => free.includes(position)),
        evidence: Float64Array.from(free, (position) => cluster.evidence[position]),
      },
    ];
  });
}

/**
 * Raises the scores of the users in niches: who carries the same rare objects, with members picked by their own evidence and the whole put to the
 * campaign test. What the test makes of text or settings is silent here; what is left is behaviour.
 */
function scoreNiches(population: Population, { detections, scores }: { detections: readonly Detection[]; scores: Float64Array }): void {
  const pairDetections = detections.filter(isPairDetection);
  const carriage = listCarriers(population);
  const source = { population, carriage, chance: learnChanceProfile(population, carriage), pairDetections };
  for (const families of findNiches(population, carriage)) {
    const carriers = buildGroup(population, { accounts: listFamilyCarriers(carriage, families), families });
    // As in the candidates: fewer requests are no work load, and of a phrase that people happen to use each carrier has one.
    if (carriers.slice.length < HARVEST_REQUESTS_MIN || carriers.members.length < USERS_MIN) continue;
    const probabilities = separateMembers(population, { carriers, chance: source.chance });
    const kept = [...carriers.members.keys()].filter((member) => probabilities[member] >= MEMBER_PROBABILITY_MIN);
    if (kept.length < USERS_MIN) continue;
    const candidate: Candidate = {
      group: restrictGroup(carriers, kept),
      carriers,
      carrierSignals: new Map(pairDetections.map((detection) => [detection.name, detection.examine?.(carriers, population) ?? null])),
      memberProbabilities: Float64Array.from(kept, (member) => probabilities[member]),
      origin: "niche",
    };
    // Fused as in the campaign test, timing apart, without what the prior takes off.
    const evidence = Object.values(testCandidate(candidate, { source, detections }).fusion.groups).reduce((sum, nats) => sum + nats, 0);
    candidate.group.members.forEach((user, member) => {
      // Weaker than nothing is still more than never looked at.
      scores[user] = Math.max(scores[user], evidence * (evidence > 0 ? candidate.memberProbabilities[member] : 1));
    });
  }
}

/** What is shown as context weighs nothing, here as in the analysis. */
const isPairDetection = (detection: Detection): detection is PairDetection => detection.level === "pair" && detection.isContext !== true;
