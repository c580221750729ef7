/** What the pictures of the report show of a campaign. */
import type { Detection, PairDetection } from "../../vocabulary/detection.js";
import { AccountFact, type CandidateGroup, type Population } from "../../vocabulary/fingerprint.js";
import type { CampaignPictures, ReportPictures } from "../../vocabulary/report.js";
import { EVIDENCE_GROUPS, type Signal } from "../../vocabulary/signal.js";
import { countParties } from "./group.js";
import { explainInnocently } from "./innocent-explanations.js";
import { listStandingMembers } from "./standings.js";
import type { TrackedCampaign, Tracking } from "./track.js";

const HOUR_MS = 3_600_000;
/** Members drawn one by one in the maps: more than a person can tell apart is no picture. */
const SAMPLED_MEMBERS_MAX = 80;
/** Groups that were examined and left alone, as listed in the report. */
const LEFT_ALONE_MAX = 40;
/** A group left alone is worth a line when it had as many strangers. */
const LEFT_ALONE_PARTIES_MIN = 5;

/** Gathers the pictures of all campaigns. */
export function drawPictures(
  population: Population,
  { tracking, detections }: { tracking: Pick<Tracking, "campaigns" | "leftAlone">; detections: readonly Detection[] },
): ReportPictures {
  const pairDetections = detections.filter(
    (detection): detection is PairDetection => detection.level === "pair" && detection.isContext !== true,
  );
  const leftAlone = tracking.leftAlone.filter(({ group }) => countParties(population, group.members) >= LEFT_ALONE_PARTIES_MIN);
  return {
    campaigns: Object.fromEntries(
      tracking.campaigns.map((campaign) => [campaign.id, drawCampaign(campaign, { population, pairDetections })]),
    ),
    releases: population.targetModels.flatMap((model, position) => {
      const at = population.releasedAtMs[position];
      return Number.isNaN(at) ? [] : [{ target_model: model, at: new Date(at).toISOString() }];
    }),
    leftAlone: leftAlone.slice(0, LEFT_ALONE_MAX).map((candidate) => ({
      description: `Looks most like ${explainInnocently(candidate).description}`,
      accounts: candidate.group.members.length,
      because: describeMeasured(candidate.signals),
    })),
    leftAloneOmitted: Math.max(0, leftAlone.length - LEFT_ALONE_MAX),
  };
}

/** What was measured of a group that was left alone: the strongest against it, or else the strongest for it, which was not enough. */
function describeMeasured(signals: readonly Signal[]): string {
  const sorted = [...signals].sort((a, b) => a.logLikelihoodRatio - b.logLikelihoodRatio || (a.detection < b.detection ? -1 : 1));
  const [lowest, highest] = [sorted[0], sorted.at(-1)];
  if (lowest && lowest.logLikelihoodRatio < 0) return lowest.because;
  if (highest && highest.logLikelihoodRatio > 0) return `Not enough to call it a campaign: ${highest.because}`;
  return "Nothing that was measured ties them together beyond the work load they share.";
}

function drawCampaign(
  campaign: TrackedCampaign,
  { population, pairDetections }: { population: Population; pairDetections: readonly PairDetection[] },
): CampaignPictures {
  const { group } = campaign;
  const sample = [...group.members.keys()].slice(0, SAMPLED_MEMBERS_MAX);
  const countTotal = (account: number): number => population.requestOffsets[account + 1] - population.requestOffsets[account];
  const standing = listStandingMembers(campaign);
  const accounts = Int32Array.from(standing, (member) => group.members[member]);
  const innocent = explainInnocently(campaign);
  const comparisons = comparePairs(
    sample.map((member) => group.members[member]),
    { population, pairDetections },
  );
  return {
    activity: countActivity(campaign, population),
    enforcement: countEnforcement(campaign, population),
    members: sample.map((member, place) => ({
      accountId: population.accountIds[group.members[member]],
      events: countTotal(group.members[member]),
      campaignEvents: countInSlice(group, member),
      groups: weighMember(place, { campaign, sampled: sample.length, comparisons }),
    })),
    links: listLinks(sample.length, comparisons),
    touched: {
      accounts: accounts.length,
      verifiedAccounts: accounts.filter((account) => (population.facts[account] & AccountFact.verified) !== 0).length,
      organizations: countParties(population, accounts),
      // Without scaffolds everything that they send is counted: that is no finding that nothing else was among it.
      unrelatedEvents:
        group.families.length === 0
          ? null
          : standing.reduce((sum, member) => sum + countTotal(group.members[member]) - countInSlice(group, member), 0),
    },
    nearestBenign: { description: innocent.description, because: innocent.because },
  };
}

function countInSlice(group: CandidateGroup, member: number): number {
  return group.sliceOffsets[member + 1] - group.sliceOffsets[member];
}

function countActivity({ group }: TrackedCampaign, population: Population): CampaignPictures["activity"] {
  let first = Number.POSITIVE_INFINITY;
  let last = 0;
  for (const row of group.slice) {
    first = Math.min(first, population.requests.hour[row]);
    last = Math.max(last, population.requests.hour[row]);
  }
  const hours = new Array<number>(last - first + 1).fill(0);
  const byModel: Record<string, number[]> = {};
  for (const row of group.slice) {
    const hour = population.requests.hour[row] - first;
    const model = population.targetModels[population.requests.model[row]];
    hours[hour] += 1;
    byModel[model] ??= new Array<number>(hours.length).fill(0);
    byModel[model][hour] += 1;
  }
  const sorted = Object.fromEntries(Object.entries(byModel).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { fromMs: population.fromMs + first * HOUR_MS, hours, byModel: sorted };
}

function countEnforcement({ group }: TrackedCampaign, population: Population): CampaignPictures["enforcement"] {
  const isMember = new Set(group.members);
  const counted = new Map<string, { atMs: number; measure: string; accounts: number }>();
  population.enforcement.account.forEach((account, entry) => {
    if (!isMember.has(account)) return;
    const atMs = Math.floor(population.enforcement.atMs[entry] / HOUR_MS) * HOUR_MS;
    const measure = population.enforcement.measure[entry];
    const key = `${atMs} ${measure}`;
    const mark = counted.get(key) ?? { atMs, measure, accounts: 0 };
    mark.accounts += 1;
    counted.set(key, mark);
  });
  return [...counted.values()];
}

/** What one detection says about all pairs of the sample. */
interface Comparison {
  detection: PairDetection;
  /** Nats of the pair of places a and b at `a * sample + b`, and the other way round. */
  nats: Float64Array;
}

function comparePairs(
  accounts: readonly number[],
  { population, pairDetections }: { population: Population; pairDetections: readonly PairDetection[] },
): Comparison[] {
  const count = accounts.length;
  return pairDetections.map((detection) => {
    const nats = new Float64Array(count * count);
    for (let a = 0; a < count; a++)
      for (let b = a + 1; b < count; b++)
        nats[a * count + b] = nats[b * count + a] = detection.compare(accounts[a], accounts[b], population);
    return { detection, nats };
  });
}

/** Evidence per group for one member: the strongest pair link where pairs are compared, otherwise its share in the campaign's evidence. */
function weighMember(
  place: number,
  { campaign, sampled, comparisons }: { campaign: TrackedCampaign; sampled: number; comparisons: readonly Comparison[] },
): Record<string, number> {
  const weighed: Record<string, number> = {};
  for (const group of EVIDENCE_GROUPS) {
    const ofGroup = comparisons.filter(({ detection }) => detection.group === group);
    let best = 0;
    for (let other = 0; other < sampled; other++) {
      const nats = ofGroup.reduce((sum, comparison) => sum + comparison.nats[place * sampled + other], 0);
      if (nats > best) best = nats;
    }
    weighed[group] = Number((ofGroup.length > 0 ? best : campaign.fusion.groups[group] * campaign.memberProbabilities[place]).toFixed(3));
  }
  return weighed;
}

function listLinks(accounts: number, comparisons: readonly Comparison[]): CampaignPictures["links"] {
  const links: CampaignPictures["links"] = [];
  for (let a = 0; a < accounts; a++) {
    for (let b = a + 1; b < accounts; b++) {
      for (const { detection, nats } of comparisons) {
        const strength = nats[a * accounts + b];
        if (strength >= 1) links.push({ a, b, kind: detection.name, strength: Number(strength.toFixed(3)) });
      }
    }
  }
  return links;
}
