/** Campaigns in the form that the live analysis hands on: with their members and a digest of the evidence. */
import { createHash } from "node:crypto";
import type { Detection } from "../../vocabulary/detection.js";
import type { CandidateGroup, Population } from "../../vocabulary/fingerprint.js";
import { FAMILY_EVIDENCE, type LiveCampaign, type LiveMember, type LiveOrganization, type LiveWindow } from "../../vocabulary/live.js";
import { EVIDENCE_GROUPS, type EvidenceGroup } from "../../vocabulary/signal.js";
import { describeCampaign } from "./describe.js";
import { listMemberStandings } from "./standings.js";
import type { TrackedCampaign } from "./track.js";

/** What speaks this much, odds of e to 1, counts as evidence of its own; below, it comes and goes with single requests. */
const EVIDENCE_NATS_MIN = 1;
/** A family is evidence when this share of the members carries it: families at the border come and go with single members. */
const EVIDENCE_FAMILY_SHARE_MIN = 0.5;

/** Puts a campaign into its live form. */
export function describeLiveCampaign(
  campaign: TrackedCampaign,
  { population, detections, window }: { population: Population; detections: readonly Detection[]; window: LiveWindow },
): LiveCampaign {
  const evidenceGroups: Partial<Record<EvidenceGroup, number>> = {};
  for (const group of EVIDENCE_GROUPS) {
    const nats = campaign.fusion.groups[group];
    if (nats !== 0) evidenceGroups[group] = Number(nats.toFixed(6));
  }
  const evidenceOf = listEvidence(campaign, population);
  const members = listMembers(campaign, population);
  return {
    campaign: describeCampaign(campaign, { population, detections }),
    window,
    members,
    organizations: listOrganizations(members, population),
    evidenceGroups,
    detections: listSpeaking(campaign),
    evidence: digest(evidenceOf),
    evidenceOf,
  };
}

function listMembers(campaign: TrackedCampaign, population: Population): LiveMember[] {
  return listMemberStandings(campaign)
    .map(({ account, standing, told, events }) => ({
      accountId: population.accountIds[account],
      organizationId: population.organizationIds[account] || null,
      standing,
      probability: Number(told.toFixed(6)),
      events: population.requestOffsets[account + 1] - population.requestOffsets[account],
      campaignEvents: events,
    }))
    .sort((a, b) => (a.accountId < b.accountId ? -1 : 1));
}

function listOrganizations(members: readonly LiveMember[], { organizationIds, requestOffsets }: Population): LiveOrganization[] {
  const found = new Map<string, LiveOrganization>();
  for (const { organizationId } of members)
    if (organizationId !== null) found.set(organizationId, { id: organizationId, accounts: 0, events: 0 });
  if (found.size === 0) return [];
  for (const [account, id] of organizationIds.entries()) {
    const organization = found.get(id);
    if (organization === undefined) continue;
    organization.accounts += 1;
    organization.events += requestOffsets[account + 1] - requestOffsets[account];
  }
  return [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function listSpeaking({ signals }: TrackedCampaign): string[] {
  const nats = new Map<string, number>();
  for (const { detection, logLikelihoodRatio } of signals) nats.set(detection, (nats.get(detection) ?? 0) + logLikelihoodRatio);
  return [...nats].flatMap(([name, sum]) => (sum >= EVIDENCE_NATS_MIN ? [name] : [])).sort();
}

/** The same kinds of evidence about the same work load give the same list, however many requests more there are. */
function listEvidence(campaign: TrackedCampaign, population: Population): string[] {
  const groups = EVIDENCE_GROUPS.filter((group) => campaign.fusion.groups[group] >= EVIDENCE_NATS_MIN);
  return [
    ...groups.map((group) => `group:${group}`),
    ...listSpeaking(campaign).map((name) => `detection:${name}`),
    ...listMostlyCarried(campaign.group, population).map((id) => `${FAMILY_EVIDENCE}${id}`),
  ].sort();
}

function digest(evidenceOf: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(evidenceOf)).digest("hex").slice(0, 32);
}

/** Ids of the families, named after their kin, that most members carry. */
function listMostlyCarried(group: CandidateGroup, { requests, families }: Population): string[] {
  const isOwn = new Set<number>(group.families);
  const carriers = new Map<number, Set<number>>();
  for (let member = 0; member < group.members.length; member++) {
    for (let entry = group.sliceOffsets[member]; entry < group.sliceOffsets[member + 1]; entry++) {
      const row = group.slice[entry];
      for (const family of [requests.systemFamily[row], requests.promptFamily[row]]) {
        if (!isOwn.has(family)) continue;
        const kin = families.kin[family];
        const known = carriers.get(kin);
        if (known) known.add(member);
        else carriers.set(kin, new Set([member]));
      }
    }
  }
  const least = EVIDENCE_FAMILY_SHARE_MIN * group.members.length;
  return [...carriers].flatMap(([family, members]) => (members.size >= least ? [families.ids[family]] : []));
}
