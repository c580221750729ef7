/**
 * Explains one account, request or campaign from what an analysis wrote: where it stands, how sure we are, what speaks for and against it, and
 * what would change our mind. It computes nothing anew, so it cannot say anything that the report does not.
 */
import type { Campaign, LinkSummary } from "../../vocabulary/campaign.js";
import type { Detection } from "../../vocabulary/detection.js";
import { readScope, type AccountLine, type AccountSignal, type Report } from "../../vocabulary/report.js";
import type { StoredRequest } from "../stored-request.js";
import { compareText } from "./text.js";
import { nameCampaign } from "./verdict.js";
import {
  capitalise,
  describeShiftShare,
  countNoun,
  formatCount,
  formatMoment,
  formatOdds,
  formatPeriod,
  formatProbability,
  formatShare,
  joinWords,
  nameProbability,
  nameSpoofability,
  nameStrength,
  spellOut,
} from "./wording.js";

/** Innocent twins quoted per explanation: the ones of the strongest evidence. */
const TWINS_MAX = 5;
/** Families and other lists that are told; the report has the rest. */
const ITEMS_MAX = 8;

/** An explanation, ready to be rendered; `-o json` prints it as it is. */
export interface Explanation {
  kind: "account" | "request" | "campaign";
  id: string;
  /** One sentence that answers the question. */
  headline: string;
  sections: ExplanationSection[];
}

/** One part of an explanation. */
export interface ExplanationSection {
  title: string;
  items: ExplanationItem[];
}

/** One sentence, with the figures that belong to it. */
export interface ExplanationItem {
  text: string;
  figures?: string;
}

/** What all explanations draw on. */
export interface ExplanationSources {
  report: Pick<Report, "campaigns" | "coverage">;
  detections: readonly Detection[];
  /** True for what a running serve knows: whether anything was done stands in its decisions. */
  isLive?: boolean;
}

/** Explains an account line. */
export function explainAccount(line: AccountLine, { report, detections, isLive = false }: ExplanationSources): Explanation {
  const campaign = report.campaigns.find((candidate) => candidate.id === line.campaign_id) ?? null;
  const signals = [...line.signals].sort((a, b) => b.strength - a.strength || compareText(a.detection, b.detection));
  const speaksFor = signals.filter((signal) => signal.strength > 0);
  const sections: ExplanationSection[] = [
    { title: "Where it stands", items: describeStanding(line, campaign) },
    ...describeSignals(signals, { campaign, detections }),
  ];
  // A link whose detection spoke above would be told twice.
  const told = new Set(line.signals.map((signal) => signal.detection));
  const links = campaign ? describeLinks(campaign.links.filter((link) => !told.has(link.kind))) : [];
  if (links.length > 0) sections.push({ title: "What else ties its campaign together", items: links });
  sections.push({ title: "What would change our mind", items: listDoubts(speaksFor, { line, detections }) });
  return {
    kind: "account",
    id: line.account_id,
    headline: describeAccount(line, isLive),
    sections: [...sections, ...describeGaps(report)],
  };
}

/** Signals under four heads: what the account itself shows, what its group does, what speaks against it, and what weighs nothing. */
function describeSignals(
  signals: readonly AccountSignal[],
  { campaign, detections }: { campaign: Campaign | null; detections: readonly Detection[] },
): ExplanationSection[] {
  const group = campaign ? "campaign" : "group";
  const isOwn = ({ because }: AccountSignal): boolean => ["account", "among"].includes(readScope(because).scope);
  const isOthers = ({ because }: AccountSignal): boolean => readScope(because).scope === "others";
  const tell = (chosen: readonly AccountSignal[]): ExplanationItem[] => chosen.map((signal) => describeSignal(signal, detections));
  const own = tell(signals.filter((signal) => signal.strength > 0 && isOwn(signal)));
  const shared = tell(signals.filter((signal) => (signal.strength > 0 && !isOwn(signal)) || isOthers(signal)));
  const noticed = tell(signals.filter((signal) => signal.strength === 0 && !isOthers(signal)));
  const against = [
    ...tell(signals.filter((signal) => signal.strength < 0)),
    ...(campaign?.counter_evidence ?? []).map((text) => ({ text })),
  ];
  return [
    { title: "What speaks for a pool: of this account", items: own.length > 0 ? own : [{ text: "Nothing that it shows by itself." }] },
    ...(shared.length > 0 ? [{ title: `What speaks for a pool: of its ${group}`, items: shared }] : []),
    {
      title: "What speaks against it",
      items: against.length > 0 ? against : [{ text: "Nothing that was recorded, which is not the same as nothing being there." }],
    },
    ...(noticed.length > 0 ? [{ title: "Noticed, weighs nothing", items: noticed }] : []),
  ];
}

/** Explains a campaign. */
export function explainCampaign(campaign: Campaign, { report, detections }: ExplanationSources): Explanation {
  const successors = report.campaigns.filter((other) => other.successor_of === campaign.id).map((other) => other.id);
  const sections: ExplanationSection[] = [
    { title: "Why we say so", items: toItems(campaign.because, "No reason was recorded.") },
    {
      title: "What speaks against it",
      items: toItems(campaign.counter_evidence, "Nothing that was recorded, which is not the same as nothing being there."),
    },
    { title: "What it is after", items: describeAims(campaign) },
    { title: "What it sends", items: describeFamilies(campaign) },
    { title: "What ties its accounts together", items: describeLinks(campaign.links) },
    { title: "Shifts and lineage", items: describeLineage(campaign, successors) },
    { title: "Who may run it", items: describeOperators(campaign) },
    { title: "What would change our mind", items: listCampaignDoubts(campaign, detections) },
  ];
  const headline = `${nameCampaign(campaign)}: it is ${nameProbability(campaign.confidence)} (${formatProbability(campaign.confidence)}) that ${countNoun(campaign.accounts, "account")} act as one; ${countNoun(campaign.events, "request")}, ${formatPeriod(campaign.first_at, campaign.last_at)}.`;
  return {
    kind: "campaign",
    id: campaign.id,
    headline,
    sections: [...sections.filter((section) => section.items.length > 0), ...describeGaps(report)],
  };
}

/** What is known of a request besides the campaign whose slice holds it. */
export interface RequestFacts {
  /** Fields of its line that the contract does not name. */
  otherFields?: Readonly<Record<string, unknown>> | undefined;
  /** As the event store keeps it, where the store was asked; null: it is not there. */
  stored?: StoredRequest | null | undefined;
  /** True when the report does not tell which requests belong to campaigns. */
  areSlicesUnknown?: boolean;
}

/** Explains a request by the campaign whose slice holds it. `campaign` is null for a request in no slice. */
export function explainRequest(requestId: string, campaign: Campaign | null, facts: RequestFacts = {}): Explanation {
  const sections = campaign ? describeSlice(campaign) : [describeAbsence(facts)];
  return {
    kind: "request",
    id: requestId,
    headline: describePlace(campaign, facts),
    sections: [...sections, ...describeStored(facts), ...describeOtherFields(facts)],
  };
}

function describePlace(campaign: Campaign | null, { areSlicesUnknown = false }: RequestFacts): string {
  if (campaign)
    return `It belongs to the slice of ${campaign.id}, ${nameCampaign(campaign).toLowerCase()}, one of ${countNoun(campaign.events, "request")}.`;
  if (areSlicesUnknown)
    return "Whether a campaign's slice holds this request is not known: the analysis did not write which requests belong to campaigns.";
  return "No campaign's slice holds this request.";
}

function describeSlice(campaign: Campaign): ExplanationSection[] {
  return [
    { title: "Why the campaign is one", items: toItems(campaign.because, "No reason was recorded.") },
    {
      title: "What that means",
      items: [
        {
          text: "A request is put into a slice because an account of the campaign, or one that is only watched beside it, sent it and it carries the campaign's work load; on its own it proves nothing.",
        },
        { text: `stillwatch explain campaign ${campaign.id} tells the campaign's links and counter-evidence.` },
      ],
    },
  ];
}

function describeAbsence({ stored, areSlicesUnknown = false }: RequestFacts): ExplanationSection {
  let why = "Either it belongs to no campaign, or it was never read: the report lists only the requests that belong to campaigns.";
  if (stored === null) why = "It was never read: the event store does not hold it.";
  else if (stored !== undefined && areSlicesUnknown)
    why =
      "It was read. To learn whether it belongs to a campaign, run `stillwatch analyze` again with --requests; silence here is no all-clear.";
  else if (stored !== undefined) why = "It was read, and it belongs to no campaign.";
  return {
    title: "What that means",
    items: [
      { text: why },
      { text: "An account that stands in a campaign may well send requests of its own; they are not counted against it." },
    ],
  };
}

function describeStored({ stored }: RequestFacts): ExplanationSection[] {
  if (!stored) return [];
  const tokens = `${countNoun(stored.input_tokens, "token")} in, ${countNoun(stored.output_tokens, "token")} out`;
  const text = `${stored.account_id} asked ${stored.target_model} on ${formatMoment(stored.at)}; the status was ${stored.status}.`;
  const items: ExplanationItem[] = [{ text, figures: tokens }];
  if (stored.untold.length > 0)
    items.push({ text: `Its log does not tell ${joinWords(stored.untold.map(spellOut))}: what stands for it above means nothing.` });
  return [{ title: "What the store keeps of it", items }];
}

/** Kept as they stood in the log, so that a person can follow them into the systems that they come from. */
function describeOtherFields({ otherFields, stored }: RequestFacts): ExplanationSection[] {
  const items = Object.entries(stored?.other_fields ?? otherFields ?? {}).map(([name, value]) => ({
    text: `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`,
  }));
  return items.length === 0 ? [] : [{ title: "Fields of its line that no contract names", items }];
}

function describeAccount(line: AccountLine, isLive: boolean): string {
  const sureness = `${nameProbability(line.probability)} (${formatProbability(line.probability)})`;
  if (line.standing === "campaign")
    return `It is ${sureness} that this account belongs to ${line.campaign_id ?? "a campaign"}. ${isLive ? "What was decided about it is told by its decisions." : "A person is asked to look and decide; nothing was done."}`;
  if (line.standing === "watch")
    return `That it belongs to a campaign is ${sureness}, and yet not enough to act on: ${describeShortfall(line)}.`;
  return `Nothing stands out: the probability that it belongs to a campaign is ${formatProbability(line.probability)}.`;
}

/** What a watched account lacks, which is not always probability. */
function describeShortfall(line: AccountLine): string {
  if (line.campaign_id === null)
    return "the group that it looks like part of did not pass the test for a campaign, so the figure is no finding";
  if (line.campaign_events === 0)
    return "it has sent none of the campaign's work; only what it shares with the campaign's accounts ties it to them";
  return "that the campaign is one and that this account is of it are not sure enough together";
}

function describeStanding(line: AccountLine, campaign: Campaign | null): ExplanationItem[] {
  const items: ExplanationItem[] = [{ text: capitalise(line.standing), figures: `${countNoun(line.events, "request")} in all` }];
  if (line.campaign_events > 0) {
    items.push({
      text: `${formatShare(line.campaign_events / Math.max(1, line.events))} of its requests belong to the campaign; the rest is not counted against it.`,
      figures: `${formatCount(line.campaign_events)} of ${formatCount(line.events)}`,
    });
  }
  if (line.standing === "campaign" && line.campaign_events === 0)
    items.push({
      text: "It has sent none of the campaign's work: only what it shares with the campaign's accounts ties it to them.",
      figures: `0 of ${formatCount(line.events)}`,
    });
  if (campaign)
    items.push({
      text: `${nameCampaign(campaign)}, with ${countNoun(line.standing === "campaign" ? campaign.accounts - 1 : campaign.accounts, "other account")}: ${campaign.because[0] ?? "no reason was recorded."}`,
      figures: campaign.id,
    });
  return items;
}

function describeSignal(signal: AccountSignal, detections: readonly Detection[]): ExplanationItem {
  const detection = detections.find((candidate) => candidate.name === signal.detection);
  const group = detection ? `${detection.group} · ` : "";
  return {
    text: `${capitalise(spellOut(signal.detection))}: ${signal.because}`,
    figures: `${group}${nameStrength(signal.strength)} (${formatOdds(signal.strength)}) · ${nameSpoofability(signal.spoofable)}`,
  };
}

/** Innocent twins of the strongest evidence: each is something a person can go and look for. */
function listDoubts(
  signals: readonly AccountSignal[],
  { line, detections }: { line: AccountLine; detections: readonly Detection[] },
): ExplanationItem[] {
  const items = listTwins(
    signals.map((signal) => signal.detection),
    detections,
  );
  const isFree = signals.length > 0 && signals.every((signal) => signal.spoofable === 3);
  if (isFree) items.push({ text: "All of this is free to fake; somebody else could have made this account look so." });
  if (line.standing !== "campaign")
    items.push({ text: "A second, independent group of evidence would raise it; two are needed, one of them content or behaviour." });
  else
    items.push({
      text: "A contract, an organization or a party that its owner shares with the others: accounts that do not claim to be strangers are no pool. An allowlist entry settles it.",
    });
  return items;
}

function listCampaignDoubts(campaign: Campaign, detections: readonly Detection[]): ExplanationItem[] {
  const strongest = [...campaign.links].sort((a, b) => b.strength - a.strength || compareText(a.kind, b.kind));
  return [
    ...listTwins(
      strongest.map((link) => link.kind),
      detections,
    ),
    { text: "A contract, an organization or a party that the accounts share: accounts that do not claim to be strangers are no pool." },
  ];
}

function listTwins(names: readonly string[], detections: readonly Detection[]): ExplanationItem[] {
  const twins = names.flatMap((name) => {
    const detection = detections.find((candidate) => candidate.name === name);
    return (detection?.innocentTwins ?? []).slice(0, 1).map((twin) => ({ text: twin, figures: `innocent twin of ${spellOut(name)}` }));
  });
  return twins.slice(0, TWINS_MAX);
}

function describeLinks(links: readonly LinkSummary[]): ExplanationItem[] {
  const ordered = [...links].sort((a, b) => b.strength - a.strength || compareText(a.kind, b.kind));
  return ordered.slice(0, ITEMS_MAX).map((link) => ({
    text: `${capitalise(spellOut(link.kind))}: ${link.because}`,
    figures: `${nameStrength(link.strength)} (${formatOdds(link.strength)}) · ${nameSpoofability(link.spoofable)}${link.pairs > 0 ? ` · ${countNoun(link.pairs, "pair")}` : ""}`,
  }));
}

function describeAims(campaign: Campaign): ExplanationItem[] {
  const isKnown = campaign.aims.some((aim) => aim.capability !== "unknown");
  const aims = (isKnown ? campaign.aims : []).slice(0, ITEMS_MAX).map((aim) => `${spellOut(aim.capability)} ${formatShare(aim.share)}`);
  const items: ExplanationItem[] = aims.length > 0 ? [{ text: `${capitalise(joinWords(aims))}.` }] : [];
  if (campaign.techniques.length > 0)
    items.push({ text: `Techniques: ${campaign.techniques.slice(0, ITEMS_MAX).map(spellOut).join(", ")}.` });
  return items;
}

function describeFamilies(campaign: Campaign): ExplanationItem[] {
  return campaign.families.slice(0, ITEMS_MAX).map((family) => ({
    text: family.exemplar ?? "No exemplar is at hand: the text was not kept.",
    figures: `${family.id} · ${countNoun(family.events, "request")} · ${countNoun(family.accounts, "account")}`,
  }));
}

function describeLineage(campaign: Campaign, successors: readonly string[]): ExplanationItem[] {
  const items: ExplanationItem[] = campaign.shifts.slice(0, ITEMS_MAX).map((shift) => ({
    text: `Moved from ${shift.from} to ${shift.to}: ${describeShiftShare(shift)}.`,
  }));
  if (campaign.successor_of !== null) items.push({ text: `It took over from ${campaign.successor_of}.` });
  if (campaign.merged_from.length > 0)
    items.push({ text: `It holds the accounts of what earlier reports called ${joinWords(campaign.merged_from)}.` });
  if (campaign.split_from !== null) items.push({ text: `Earlier reports counted its accounts to ${campaign.split_from}.` });
  if (successors.length > 0) items.push({ text: `Its work went on in ${joinWords(successors)}.` });
  return items;
}

function describeOperators(campaign: Campaign): ExplanationItem[] {
  return campaign.operators.map((one) => ({
    text: `${capitalise(one.hypothesis)}.`,
    figures: `${formatProbability(one.probability)} · for: ${formatCount(one.for.length)} · against: ${formatCount(one.against.length)}`,
  }));
}

function describeGaps(report: Pick<Report, "coverage">): ExplanationSection[] {
  const items = Object.entries(report.coverage).map(([name, sentence]) => ({ text: sentence, figures: spellOut(name) }));
  return items.length === 0 ? [] : [{ title: "What could not be checked", items }];
}

function toItems(sentences: readonly string[], otherwise: string): ExplanationItem[] {
  return sentences.length > 0 ? sentences.map((text) => ({ text })) : [{ text: otherwise }];
}
