/** Campaigns in the report's form: aims, techniques, families, links, counter-evidence and the sentences a person reads. */
import type { Campaign, LinkSummary } from "../../vocabulary/campaign.js";
import type { Detection, PairDetection } from "../../vocabulary/detection.js";
import { CAPABILITIES, TECHNIQUES } from "../../vocabulary/feature.js";
import type { CandidateGroup, Population } from "../../vocabulary/fingerprint.js";
import { EVIDENCE_GROUPS, type EvidenceGroup } from "../../vocabulary/signal.js";
import { listAimShifts } from "./aim-shifts.js";
import { tellProbability } from "./fusion.js";
import { countParties } from "./group.js";
import { explainInnocently, type InnocentExplanation } from "./innocent-explanations.js";
import { weighOperators } from "./operators.js";
import { listStandingMembers } from "./standings.js";
import type { TrackedCampaign } from "./track.js";

/** Families listed per campaign; the rest are counted in a sentence of `because`. */
const FAMILIES_LISTED_MAX = 20;
/** Members among whom pairs are weighed for the link table, the first so many in order of account: 45,000 pairs are quick. `because` says so. */
const PAIRED_MEMBERS_MAX = 300;
/** A technique is named when it shows in this share of the slice: single hits are noise. */
const TECHNIQUE_SHARE_MIN = 0.02;

/** Turns a tracked campaign into its report form. Exemplars are filled in by whoever can read the text again. */
export function describeCampaign(
  campaign: TrackedCampaign,
  { population, detections }: { population: Population; detections: readonly Detection[] },
): Campaign {
  const { group, fusion, barLogOdds } = campaign;
  const { firstMs, lastMs } = findSpan(group, population);
  const aims = countAims(group, population);
  const against = campaign.signals.filter((signal) => signal.logLikelihoodRatio < 0);
  const innocent = explainInnocently(campaign);
  return {
    id: campaign.id,
    confidence: round(Math.min(campaign.probability, tellProbability({ logOdds: fusion.logOdds, membership: 1, barLogOdds })), 6),
    accounts: listStandingMembers(campaign).length,
    events: group.slice.length,
    first_at: new Date(firstMs).toISOString(),
    last_at: new Date(lastMs).toISOString(),
    aims,
    techniques: listTechniques(group, population),
    families: listFamilies(campaign, population),
    links: listLinks(campaign, { population, detections }),
    shifts: [...campaign.signals.flatMap((signal) => signal.shifts ?? []), ...listAimShifts(group, population)],
    successor_of: campaign.successorOf,
    merged_from: campaign.mergedFrom,
    split_from: campaign.splitFrom,
    operators: weighOperators(campaign, population),
    counter_evidence: [...against.map((signal) => signal.because), tellNearest(innocent)],
    because: giveReasons(campaign, population),
  };
}

/** One entry, because what an innocent explanation predicts means nothing away from it. */
function tellNearest({ description, because, missing, unchecked }: InnocentExplanation): string {
  return [
    `Nearest innocent explanation: looks most like ${description}.`,
    because,
    ...(missing.length > 0 ? [`That explanation predicts what was not seen: ${missing.join("; ")}.`] : []),
    ...(unchecked.length > 0 ? [`That explanation predicts what was not checked: ${unchecked.join("; ")}.`] : []),
  ].join(" ");
}

function findSpan(group: CandidateGroup, population: Population): { firstMs: number; lastMs: number } {
  let firstMs = Number.POSITIVE_INFINITY;
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const row of group.slice) {
    const at = population.requests.atMs[row];
    if (at < firstMs) firstMs = at;
    if (at > lastMs) lastMs = at;
  }
  return { firstMs, lastMs };
}

function countAims(group: CandidateGroup, population: Population): Campaign["aims"] {
  const counts = new Float64Array(CAPABILITIES.length);
  for (const row of group.slice) counts[population.requests.capability[row]] += 1;
  return CAPABILITIES.map((capability, position) => ({ capability, share: round(counts[position] / group.slice.length, 4) }))
    .filter((aim) => aim.share > 0)
    .sort((a, b) => b.share - a.share || (a.capability < b.capability ? -1 : 1));
}

function listTechniques(group: CandidateGroup, population: Population): string[] {
  const counts = new Float64Array(TECHNIQUES.length);
  for (const row of group.slice) {
    const mask = population.requests.techniques[row];
    for (let position = 0; position < TECHNIQUES.length; position++) counts[position] += (mask >>> position) & 1;
  }
  return TECHNIQUES.filter((_, position) => counts[position] >= TECHNIQUE_SHARE_MIN * group.slice.length);
}

/** The work load's families, wordings of one scaffold as one, named after the wording most used. */
function listFamilies(campaign: TrackedCampaign, population: Population): Campaign["families"] {
  const { group } = campaign;
  const { ids, kin } = population.families;
  const standing = new Set(listStandingMembers(campaign));
  const counted = new Map<number, { events: Map<number, number>; members: Set<number> }>();
  const isOwn = new Set(group.families);
  group.members.forEach((_, member) => {
    for (let entry = group.sliceOffsets[member]; entry < group.sliceOffsets[member + 1]; entry++) {
      const row = group.slice[entry];
      for (const family of [population.requests.systemFamily[row], population.requests.promptFamily[row]]) {
        if (!isOwn.has(family)) continue;
        const scaffold = counted.get(kin[family]) ?? { events: new Map<number, number>(), members: new Set<number>() };
        counted.set(kin[family], scaffold);
        scaffold.events.set(family, (scaffold.events.get(family) ?? 0) + 1);
        if (standing.has(member)) scaffold.members.add(member);
      }
    }
  });
  return [...counted.values()]
    .map(({ events, members }) => {
      const [first] = [...events].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0];
      return { first, events: [...events.values()].reduce((sum, count) => sum + count, 0), accounts: members.size };
    })
    .sort((a, b) => b.events - a.events || a.first - b.first)
    .slice(0, FAMILIES_LISTED_MAX)
    .map(({ first, events, accounts }) => ({ id: ids[first], events, accounts, exemplar: null }));
}

function listLinks(
  campaign: TrackedCampaign,
  { population, detections }: { population: Population; detections: readonly Detection[] },
): LinkSummary[] {
  const { members } = campaign.group;
  const paired = members.slice(0, PAIRED_MEMBERS_MAX);
  const note = members.length > paired.length ? ` Pairs were counted among the first ${paired.length} of ${members.length} accounts.` : "";
  const context = detections.flatMap((detection) =>
    detection.level === "pair" && detection.isContext === true ? explainPairs(paired, { population, detection, note }) : [],
  );
  const weighed = campaign.signals
    .filter((signal) => signal.logLikelihoodRatio > 0)
    .map((signal) => {
      const detection = detections.find((candidate) => candidate.name === signal.detection);
      const isPaired = detection?.level === "pair";
      return {
        kind: signal.detection,
        strength: round(signal.logLikelihoodRatio, 3),
        spoofable: signal.spoofable,
        // What is asked of the group as a whole compares no pairs.
        pairs: isPaired ? countPairs(paired, { population, detection }) : 0,
        because: isPaired ? signal.because + note : signal.because,
      };
    })
    .sort((a, b) => b.strength - a.strength || (a.kind < b.kind ? -1 : 1));
  return [...weighed, ...context];
}

/** What two accounts have in common that weighs nothing, told of the pair that has most of it. */
function explainPairs(
  members: Int32Array,
  { population, detection, note }: { population: Population; detection: PairDetection; note: string },
): LinkSummary[] {
  let pairs = 0;
  let strongest = { nats: 0, a: -1, b: -1 };
  for (let i = 0; i < members.length; i++) {
    for (let j = i + 1; j < members.length; j++) {
      const nats = detection.compare(members[i], members[j], population);
      if (nats > 0) pairs += 1;
      if (nats > strongest.nats) strongest = { nats, a: members[i], b: members[j] };
    }
  }
  if (pairs === 0) return [];
  const { a, b } = strongest;
  const because = `${population.accountIds[a]} and ${population.accountIds[b]}: ${detection.explain(a, b, population)}; shown, weighs nothing.${note}`;
  return [{ kind: detection.name, strength: 0, spoofable: detection.spoofable, pairs, because }];
}

function countPairs(members: Int32Array, { population, detection }: { population: Population; detection: PairDetection }): number {
  const isTold = (a: number, b: number): boolean =>
    detection.isTold ? detection.isTold(a, b, population) : detection.compare(a, b, population) > 0;
  let pairs = 0;
  for (let i = 0; i < members.length; i++) {
    for (let j = i + 1; j < members.length; j++) if (isTold(members[i], members[j])) pairs += 1;
  }
  return pairs;
}

/** What it is, the three strongest reasons why the accounts belong together, and how many families are not listed. */
function giveReasons(campaign: TrackedCampaign, population: Population): string[] {
  const { group, signals } = campaign;
  const strongest = signals
    .filter((signal) => signal.logLikelihoodRatio > 0)
    .sort((a, b) => b.logLikelihoodRatio - a.logLikelihoodRatio || (a.detection < b.detection ? -1 : 1));
  const total = [...group.members].reduce(
    (sum, account) => sum + population.requestOffsets[account + 1] - population.requestOffsets[account],
    0,
  );
  const aim = countAims(group, population)[0];
  const standing = listStandingMembers(campaign);
  const parties = countParties(
    population,
    standing.map((member) => group.members[member]),
  );
  const watched = group.members.length - standing.length;
  const reserve = campaign.standby.length;
  const idle = standing.filter((member) => group.sliceOffsets[member + 1] === group.sliceOffsets[member]).length;
  const unlisted = group.families.length - FAMILIES_LISTED_MAX;
  return [
    `${standing.length === 1 ? "1 account" : `${standing.length} accounts of ${parties} ${parties === 1 ? "party" : "parties"} that claim to be strangers`}${watched > 0 ? ` (${watched} more ${watched === 1 ? "is" : "are"} watched)` : ""} ${describeWork(campaign, { total, aim: aim?.capability })}.`,
    ...strongest.slice(0, 3).map((signal) => signal.because),
    ...(idle > 0 ? [tellIdle(idle)] : []),
    ...(reserve > 0
      ? [
          `${reserve} more ${reserve === 1 ? "account is" : "accounts are"} watched: ${campaign.origin === "links_alone" ? tellPayers(reserve) : tellReserve(reserve)}`,
        ]
      : []),
    ...(unlisted > 0 ? [`They share ${unlisted} more ${unlisted === 1 ? "family" : "families"} of requests that are not listed.`] : []),
  ];
}

const tellIdle = (accounts: number): string =>
  `${accounts === 1 ? "One of them has sent none of this work so far: two things that it shares with the others, independently of each other, tie it" : `${accounts} of them have sent none of this work so far: two things that each shares with the others, independently of each other, tie them`} to the campaign.`;

const tellReserve = (accounts: number): string =>
  `${accounts === 1 ? "it shares" : "they share"} a payment instrument or e-mail and addresses or the time of registration with ${accounts === 1 ? "them and has" : "them, and have"} sent none of this work.`;

/** Without text nobody knows what they sent. */
const tellPayers = (accounts: number): string =>
  `${accounts === 1 ? "it shares" : "they share"} a payment instrument or e-mail with them, and nothing tells whether ${accounts === 1 ? "it takes" : "they take"} part.`;

const TIES: Readonly<Record<EvidenceGroup, string>> = {
  content: "what they send",
  behaviour: "how they act",
  infrastructure: "addresses",
  registration: "registration or instruments",
  possession: "what was handed out to others",
};

/** What the accounts carry. Without scaffolds no work load was seen, and none is claimed: the slice is everything that they send. */
function describeWork({ group, signals }: TrackedCampaign, { total, aim }: { total: number; aim: string | undefined }): string {
  const isAimKnown = aim !== undefined && aim !== "unknown";
  const requests = formatCount(group.slice.length);
  const isOne = group.members.length === 1;
  if (group.families.length > 0)
    return `${isOne ? "carries" : "carry"} one work load of ${requests} ${group.slice.length === 1 ? "request" : "requests"} (${Math.round((100 * group.slice.length) / total)} % of the ${formatCount(total)} that ${isOne ? "it sends" : "these accounts send"}), ${isAimKnown ? `mostly ${aim.replaceAll("_", " ")}` : "of unknown aim"}`;
  const counted = `all ${isOne ? "its" : "their"} ${requests} ${group.slice.length === 1 ? "request is" : "requests are"} counted`;
  if (isOne) return `is examined on its own: ${counted}, ${isAimKnown ? `mostly ${aim.replaceAll("_", " ")}` : "of unknown aim"}`;
  const groups = new Set(signals.filter((signal) => signal.logLikelihoodRatio > 0).map((signal) => signal.group));
  const ties = EVIDENCE_GROUPS.filter((name) => groups.has(name)).map((name) => TIES[name]);
  const tied =
    ties.length === 0
      ? "belong together"
      : `are tied by ${ties.length === 1 ? ties[0] : `${ties.slice(0, -1).join(", ")} and ${ties.at(-1)}`}`;
  const told = isAimKnown
    ? `no scaffold tells their work from the rest of their requests, most of them ${aim.replaceAll("_", " ")}`
    : "what they ask cannot be told from this log";
  return `${tied}; ${told}, so ${counted}`;
}

/** `1,234`: a comma every three digits, whatever the locale. */
function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
