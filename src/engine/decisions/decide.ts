/** Campaigns and matches into decisions, by policy and nothing else. No clock and no input or output: the same facts decide the same. */
import { createHash } from "node:crypto";
import type { DecisionMode, DecisionScope } from "../../vocabulary/decision.js";
import { FAMILY_EVIDENCE, type CampaignMatch, type LiveCampaign, type LiveMember } from "../../vocabulary/live.js";
import type { DecisionRecord } from "../../store/records/decisions.js";
import { groupHistory, type CampaignHistory } from "./campaign-history.js";
import { chooseStep } from "./ladder.js";
import { chooseParameters, countApprovals, isMet, type Policy, type PolicyRule } from "./policy.js";
import type { Allowlist } from "./states.js";

/** What deciding rests on. */
export interface DecisionGround {
  policy: Policy;
  allowlist: Allowlist;
  /** Everything that was decided about a campaign and may still matter. */
  findHistory(campaignId: string): readonly DecisionRecord[];
  /** Milliseconds of event time for which the rule has held without a break; null where no window's latest look has it. Asked only of rules that say `for`. */
  measureHold: (rule: PolicyRule, scope: DecisionScope) => number | null;
  nowMs: number;
}

/** Who may be decided about. */
interface Subject {
  scope: DecisionScope;
  organizationId: string | null;
  accounts: number;
  requests: number;
  /** Window that shows them. */
  window: string | null;
}

/** What a campaign or a match says, as far as a decision repeats it. */
interface Occasion {
  campaignId: string;
  /** Campaigns that it was before: a merger or a split must not forget a person's no. */
  ancestors: readonly string[];
  evidence: string;
  evidenceOf: readonly string[];
  because: readonly string[];
  lastSeenMs: number;
}

const MODES: readonly DecisionMode[] = ["enforce", "shadow"];

/** Decides about campaigns, each once, by all that the windows which show it say of it: a step is one turn's, not one window's. */
export function decideCampaigns(campaigns: readonly LiveCampaign[], ground: DecisionGround): DecisionRecord[] {
  const byId = new Map<string, LiveCampaign[]>();
  for (const seen of campaigns) {
    const known = byId.get(seen.campaign.id);
    if (known === undefined) byId.set(seen.campaign.id, [seen]);
    else known.push(seen);
  }
  return sortByText([...byId], ([id]) => id).flatMap(([, views]) => decideCampaign(views.sort(compareViews), ground));
}

/** The surest first. */
function compareViews(a: LiveCampaign, b: LiveCampaign): number {
  const [left, right] = [a, b].map(({ campaign, members, window }) => [campaign.confidence, members.length, window] as const);
  for (const [index, value] of left.entries()) if (value !== right[index]) return value > right[index] ? -1 : 1;
  return 0;
}

/** `views` are what windows show of one campaign, the surest first. A rule goes by the first that it holds for. */
function decideCampaign(views: readonly LiveCampaign[], ground: DecisionGround): DecisionRecord[] {
  const [{ campaign }] = views;
  const subjects = new Map<string, { subject: Subject; rules: PolicyRule[] }>();
  const wholes = findLargest(views);
  const orders: PolicyRule[] = [];
  for (const rule of ground.policy.rules) {
    // A standing order is decided with its campaign; matches of single accounts have a way of their own.
    const view =
      rule.on === "campaign" || rule.scope === "campaign" ? views.find((seen) => isMet(rule, { ...seen.campaign, ...seen })) : undefined;
    if (view !== undefined && rule.scope === "campaign") orders.push(rule);
    for (const subject of view === undefined || rule.scope === "campaign" ? [] : listSubjects({ ...view, organizations: wholes }, rule)) {
      const key = `${subject.scope.kind} ${subject.scope.id}`;
      const known = subjects.get(key);
      if (known === undefined) subjects.set(key, { subject, rules: [rule] });
      else known.rules.push(rule);
    }
  }
  if (subjects.size + orders.length === 0) return [];
  const occasion: Occasion = {
    campaignId: campaign.id,
    ancestors: [...campaign.merged_from, ...(campaign.split_from === null ? [] : [campaign.split_from])],
    ...joinEvidence(views),
    because: campaign.because,
    lastSeenMs: Math.max(...views.map((seen) => Date.parse(seen.campaign.last_at))),
  };
  const history = groupHistory([...new Set([occasion.campaignId, ...occasion.ancestors])].flatMap((id) => ground.findHistory(id)));
  return [...decideSubjects([...subjects.values()], { occasion, ground, history }), ...decideOrders(orders, { occasion, ground, history })];
}

/** A standing order stands on the campaign being one, whatever is found of it later: else each turn would ask people anew. */
const ORDER_EVIDENCE = "match:standing_order";

/**
 * Standing orders about whoever shows to be of the campaign, each rule for itself: they are no ladder. One that watches whoever is likely and one that asks whoever is sure to verify
 * meet different people, and none of them ever finds evidence of another kind to step up by. Of a person's no all are told.
 */
function decideOrders(
  rules: readonly PolicyRule[],
  { occasion, ground, history }: { occasion: Occasion; ground: DecisionGround; history: CampaignHistory },
): DecisionRecord[] {
  if (rules.length === 0) return [];
  const subject: Subject = {
    scope: { kind: "campaign", id: occasion.campaignId },
    organizationId: null,
    // Nobody is touched by it yet, and nobody knows how many will be: people are asked as for bulk.
    accounts: 0,
    requests: 0,
    window: null,
  };
  const evidence = { evidence: hash([ORDER_EVIDENCE, occasion.campaignId]), evidenceOf: [ORDER_EVIDENCE] };
  return rules.flatMap((rule) => {
    const isItsOwn = (record: DecisionRecord): boolean => record.rule === rule.name || record.heldUntilMs !== null;
    const own: CampaignHistory = { ...history, of: (scope) => history.of(scope).filter(isItsOwn) };
    return decideSubjects([{ subject, rules: [rule] }], { occasion: { ...occasion, ...evidence }, ground, history: own });
  });
}

/** Organizations as large as any window shows them: of five hundred colleagues two may be all that an hour saw. */
function findLargest(views: readonly LiveCampaign[]): LiveCampaign["organizations"] {
  const largest = new Map<string, LiveCampaign["organizations"][number]>();
  for (const { organizations } of views)
    for (const whole of organizations) if (whole.accounts > (largest.get(whole.id)?.accounts ?? 0)) largest.set(whole.id, whole);
  return [...largest.values()];
}

/** All kinds of evidence; families by the window that shows most of them, because each window has its own names for them. */
function joinEvidence(views: readonly LiveCampaign[]): Pick<Occasion, "evidence" | "evidenceOf"> {
  const [first, ...others] = views;
  if (others.every(({ evidence }) => evidence === first.evidence)) return { evidence: first.evidence, evidenceOf: first.evidenceOf };
  const familiesOf = ({ evidenceOf }: LiveCampaign): string[] => evidenceOf.filter((kind) => kind.startsWith(FAMILY_EVIDENCE));
  const families = views.map(familiesOf).reduce((most, own) => (own.length > most.length ? own : most));
  const rest = views.flatMap(({ evidenceOf }) => evidenceOf.filter((kind) => !kind.startsWith(FAMILY_EVIDENCE)));
  const evidenceOf = [...new Set([...rest, ...families])].sort();
  return { evidence: hash(evidenceOf), evidenceOf };
}

/** Decides about accounts that look like known campaigns: only what makes somebody look. */
export function decideMatches(matches: readonly CampaignMatch[], ground: DecisionGround): DecisionRecord[] {
  const rules = ground.policy.rules.filter(({ on, scope }) => on === "match" && scope !== "campaign");
  const decided: DecisionRecord[] = [];
  const histories = new Map<string, CampaignHistory>();
  for (const match of sortMatches(matches)) {
    const met = rules.filter(
      ({ when, members }) =>
        (when.match_kinds_any.length === 0 || when.match_kinds_any.includes(match.kind)) && match.events >= members.events_min,
    );
    const subject = {
      scope: { kind: "account" as const, id: match.accountId },
      organizationId: match.organizationId ?? null,
      accounts: 1,
      requests: match.events,
      window: null,
    };
    const occasion = {
      campaignId: match.campaignId,
      ancestors: [],
      evidence: hash(["match", match.kind, match.campaignId]),
      evidenceOf: [`match:${match.kind}`],
      because: [match.because],
      lastSeenMs: match.firstAtMs,
    };
    const known = histories.get(match.campaignId);
    const history = known ?? groupHistory(ground.findHistory(match.campaignId));
    if (known === undefined) histories.set(match.campaignId, history);
    const added = decideSubjects([{ subject, rules: met }], { occasion, ground, history });
    history.add(added);
    decided.push(...added);
  }
  return decided;
}

/** In the order in which they are decided: what is said of one account of one campaign stands together. */
export function sortMatches(matches: readonly CampaignMatch[]): CampaignMatch[] {
  return sortByText(matches, ({ campaignId, accountId, kind }) => `${campaignId}\n${accountId}\n${kind}`);
}

function decideSubjects(
  candidates: readonly { subject: Subject; rules: readonly PolicyRule[] }[],
  { occasion, ground, history }: { occasion: Occasion; ground: DecisionGround; history: CampaignHistory },
): DecisionRecord[] {
  const steps = new Map<PolicyRule, { subject: Subject; past: readonly DecisionRecord[] }[]>();
  const spared = candidates.filter(({ subject }) => !ground.allowlist.covers(subject));
  for (const { subject, rules } of sortByText(spared, ({ subject: { scope } }) => `${scope.kind} ${scope.id}`)) {
    const past = [
      ...history.of(subject.scope),
      ...(subject.scope.kind === "account" && subject.organizationId !== null
        ? history.of({ kind: "organization", id: subject.organizationId })
        : []),
      // Orders about a campaign that this one was before meet nobody any more; a no to one of them is remembered.
      ...(subject.scope.kind === "campaign"
        ? occasion.ancestors.flatMap((id) => history.of({ kind: "campaign", id }).filter(({ heldUntilMs }) => heldUntilMs !== null))
        : []),
    ];
    for (const mode of MODES) {
      const rule = chooseStep({ ...occasion, rules, mode, nowMs: ground.nowMs, history: past });
      // A rung that has not held for long enough is one all the same: a harder rule must not overtake it.
      if (rule === null || !isHeld(rule, subject.scope, ground)) continue;
      const taken = steps.get(rule);
      if (taken === undefined) steps.set(rule, [{ subject, past }]);
      else taken.push({ subject, past });
    }
  }
  const batches = ground.policy.rules.map((rule) => ({ rule, open: nameOpen(rule, { steps: steps.get(rule) ?? [], occasion, ground }) }));
  return batches.flatMap(({ rule, open }) => {
    // All that is decided now counts together, whichever rule decides it.
    const together = batches.filter((batch) => batch.rule.mode === rule.mode && batch.rule.measure !== "watch");
    const added = together.flatMap((batch) => batch.open.map(({ subject }) => subject));
    const accounts = history.countTouched({ mode: rule.mode, added });
    return writeBatch(rule, { open, accounts, occasion, ground });
  });
}

/** True when the rule has held for as long as it says. */
function isHeld(rule: PolicyRule, scope: DecisionScope, { measureHold }: DecisionGround): boolean {
  return rule.for === 0 || (measureHold(rule, scope) ?? Number.NEGATIVE_INFINITY) >= rule.for;
}

/** Those of a rule's steps that have not been decided. */
function nameOpen(
  rule: PolicyRule,
  {
    steps,
    occasion,
    ground,
  }: { steps: readonly { subject: Subject; past: readonly DecisionRecord[] }[]; occasion: Occasion; ground: DecisionGround },
): { subject: Subject; id: string }[] {
  return steps.flatMap(({ subject, past }) => {
    const id = nameDecision(rule, { subject, occasion, past, nowMs: ground.nowMs });
    return id === null ? [] : [{ subject, id }];
  });
}

/** What one rule makes of one campaign now. */
function writeBatch(
  rule: PolicyRule,
  {
    open,
    accounts,
    occasion,
    ground,
  }: { open: readonly { subject: Subject; id: string }[]; accounts: number; occasion: Occasion; ground: DecisionGround },
): DecisionRecord[] {
  const { nowMs, policy } = ground;
  const batchId = `bat_${hash(open.map(({ id }) => id))}`;
  const parameters = chooseParameters(rule);
  return open.map(({ subject, id }) => {
    const approvalsNeeded = countApprovals({ rule: { ...rule, scope: subject.scope.kind }, accounts, bulkAccounts: policy.bulk_accounts });
    return {
      id,
      batchId,
      measure: rule.measure,
      parameters,
      mode: rule.mode,
      // In shadow nothing happens, so nobody is asked; how many would be is kept.
      state: rule.mode === "shadow" || approvalsNeeded === 0 ? "active" : "proposed",
      scope: subject.scope,
      organizationId: subject.organizationId,
      accounts: subject.accounts,
      campaignId: occasion.campaignId,
      rule: rule.name,
      reason: rule.reason,
      because: occasion.because,
      evidence: occasion.evidence,
      evidenceOf: occasion.evidenceOf,
      owner: rule.owner,
      decidedMs: nowMs,
      expiresMs: nowMs + rule.expires_after,
      approvalsNeeded,
      approvals: [],
      heldUntilMs: null,
      countedWindow: subject.window,
      requestsBefore: subject.requests,
      requestsLatest: subject.requests,
      // A match tells when it began, not how far it was seen.
      seenUntilMs: subject.window === null ? null : occasion.lastSeenMs,
    } satisfies DecisionRecord;
  });
}

/**
 * The decision's id: the same rule, scope, campaign, evidence and time give the same one, so that a turn which is done again decides nothing twice. Null while
 * such a decision stands or a person ended it; one that ended by itself is followed by another. So is a standing order, once a person's no has reached its end: what it
 * stands on never changes, and the no would hold for ever. The time tells them apart, not their number: ended ones are forgotten, so that a number would come
 * again, and with it an id that is taken.
 */
function nameDecision(
  rule: PolicyRule,
  { subject: { scope }, occasion, past, nowMs }: { subject: Subject; occasion: Occasion; past: readonly DecisionRecord[]; nowMs: number },
): string | null {
  const { campaignId, evidence } = occasion;
  const same = past.filter(
    (record) => record.rule === rule.name && record.mode === rule.mode && record.evidence === evidence && record.scope.kind === scope.kind,
  );
  const isOver = (heldUntilMs: number | null): boolean => heldUntilMs === null || (scope.kind === "campaign" && heldUntilMs <= nowMs);
  const mayFollow = same.every(
    ({ state, heldUntilMs }) =>
      state === "expired" || state === "withdrawn" || ((state === "rolled_back" || state === "rejected") && isOver(heldUntilMs)),
  );
  if (!mayFollow) return null;
  // Later than any before it also where the clock was set back, or stood.
  const sinceMs = Math.max(nowMs, ...same.map(({ decidedMs }) => decidedMs + 1));
  return `dec_${hash([rule.name, rule.mode, scope.kind, scope.id, campaignId, evidence, String(sinceMs)])}`;
}

/** The accounts of a campaign that a rule means. */
export function listMeant(members: readonly LiveMember[], { members: wanted }: Pick<PolicyRule, "members">): LiveMember[] {
  return members.filter(
    ({ standing, probability, events, campaignEvents }) =>
      (standing === "campaign" || wanted.standing === "watch") &&
      probability >= wanted.probability_min &&
      events >= wanted.events_min &&
      campaignEvents >= wanted.campaign_events_min,
  );
}

/** The same, or their organizations. */
export function listSubjects({ members, organizations: wholes, window }: LiveCampaign, { scope, members: wanted }: PolicyRule): Subject[] {
  const describeAccount = ({ accountId, organizationId, events }: LiveMember): Subject => {
    return { scope: { kind: "account", id: accountId }, organizationId, accounts: 1, requests: events, window };
  };
  const meant = listMeant(members, { members: wanted });
  if (scope === "account") return meant.map(describeAccount);
  const wholeOf = new Map(wholes.map((whole) => [whole.id, whole]));
  const organizations = new Map<string, LiveMember[]>();
  const subjects: Subject[] = [];
  for (const member of meant) {
    if (member.organizationId === null) subjects.push(describeAccount(member));
    else organizations.set(member.organizationId, [...(organizations.get(member.organizationId) ?? []), member]);
  }
  for (const [id, own] of organizations) {
    const accounts = wholeOf.get(id)?.accounts ?? own.length;
    const requests = wholeOf.get(id)?.events ?? own.reduce((sum, { events }) => sum + events, 0);
    const isWhole = own.length >= wanted.organization_accounts_min && own.length >= wanted.organization_share_min * accounts;
    if (isWhole) subjects.push({ scope: { kind: "organization", id }, organizationId: id, accounts, requests, window });
    else subjects.push(...own.map(describeAccount));
  }
  return subjects;
}

/** 96 bits: among a billion decisions two share an id with a chance of one in a hundred billion. */
const HASH_LENGTH = 24;

function hash(parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, HASH_LENGTH);
}

function sortByText<T>(values: readonly T[], textOf: (value: T) => string): T[] {
  return values
    .map((value) => ({ value, text: textOf(value) }))
    .sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0))
    .map(({ value }) => value);
}
