/**
 * `policy.yaml`: the only thing that turns a campaign into a decision. Every field says what it does; validation, the example and the
 * documentation are made from this one schema. Country and nationality cannot be asked for: there is no field for them, and unknown fields are refused.
 */
import { z } from "zod";
import { MEASURES, type Measure, type MeasureParameters } from "../../vocabulary/decision.js";
import { CAPABILITIES } from "../../vocabulary/feature.js";
import { MATCH_KINDS, type MatchKind } from "../../vocabulary/known.js";
import { LIVE_WINDOWS } from "../../vocabulary/live.js";
import { EVIDENCE_GROUPS, type EvidenceGroup } from "../../vocabulary/signal.js";
import { PROVABLE } from "./account-directory.js";

/** Above so many accounts an error of the analysis is no longer an error about somebody but about a crowd: two people look. */
const BULK_ACCOUNTS_DEFAULT = 20;

/** Where most of an organization is not in the campaign, some of its accounts are misused, and the others are its customers. */
const ORGANIZATION_SHARE_DEFAULT = 0.5;

/** No end date lies further away than a quarter of a year: accounts change hands, and evidence grows old. */
const LONGEST_DECISION_MS = 90 * 86_400_000;

/** Shorter than an hour, a decision would end before a person has looked at it. */
const SHORTEST_DECISION_MS = 3_600_000;

/** Requests a minute that an account is left with where a throttle does not say: a person at work stays below it. */
export const THROTTLE_REQUESTS_PER_MINUTE = 20;

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

const duration = z
  .string()
  .regex(/^\d{1,6}[mhd]$/, 'write a number and a unit, such as "7d", "12h" or "90m"')
  .transform((text) => Number(text.slice(0, -1)) * (UNIT_MS[text.slice(-1)] ?? 0))
  .refine((ms) => ms >= SHORTEST_DECISION_MS && ms <= LONGEST_DECISION_MS, "a decision lasts between 1h and 90d")
  .meta({ format: "duration" });

/** Names of which a slip would leave a rule that never holds. */
const AIMS: readonly string[] = CAPABILITIES;
const WINDOWS: readonly string[] = Object.keys(LIVE_WINDOWS);

/** A rule that has to hold for longer than the longest window never decides. */
const LONGEST_HOLD_MS = 30 * 86_400_000;

const hold = z
  .string()
  .regex(/^\d{1,6}[mhd]$/, 'write a whole number and m, h or d, such as "2h", "30m" or "1d"')
  .transform((text) => Number(text.slice(0, -1)) * (UNIT_MS[text.slice(-1)] ?? 0))
  .refine((ms) => ms <= LONGEST_HOLD_MS, "a rule waits for 30d at most: no window is longer")
  .meta({ format: "duration" });

const probability = z.number().min(0).max(1);

/** What holds of a condition that a rule does not name. */
const WHEN_DEFAULTS = {
  confidence_min: 0.9,
  accounts_min: 1,
  events_min: 0,
  evidence_groups_min: 2,
  evidence_groups_all: [] as EvidenceGroup[],
  detections_any: [] as string[],
  aims_any: [] as string[],
  aim_share_min: 0.2,
  spoofable_max: 3 as 1 | 2 | 3,
  windows_any: [] as string[],
  match_kinds_any: [] as MatchKind[],
};

/** The same of the accounts meant. */
const MEMBERS_DEFAULTS = {
  standing: "campaign" as "campaign" | "watch",
  probability_min: 0.9,
  events_min: 0,
  /** Who shares two things with a pool and has had no turn of its work yet has done nothing: looked at, and no more. */
  campaign_events_min: 1,
  organization_accounts_min: 2,
  organization_share_min: ORGANIZATION_SHARE_DEFAULT,
};

/** Optional until the whole rule is read, so that it shows which conditions were given; the default is filled in then. */
function preset<Schema extends z.ZodType>(schema: Schema, value: unknown): z.ZodOptional<Schema> {
  return schema.optional().meta({ default: value });
}

const conditions = z
  .strictObject({
    confidence_min: preset(probability, WHEN_DEFAULTS.confidence_min).describe("Calibrated probability of the campaign, at least."),
    accounts_min: preset(z.int().min(1), WHEN_DEFAULTS.accounts_min).describe("Accounts in the campaign, at least."),
    events_min: preset(z.int().min(0), WHEN_DEFAULTS.events_min).describe("Requests of the campaign in the window, at least."),
    evidence_groups_min: preset(z.int().min(1).max(EVIDENCE_GROUPS.length), WHEN_DEFAULTS.evidence_groups_min).describe(
      "How many independent groups of evidence must speak for it: content, behaviour, infrastructure, registration, possession.",
    ),
    evidence_groups_all: preset(z.array(z.enum(EVIDENCE_GROUPS)), WHEN_DEFAULTS.evidence_groups_all).describe(
      "Groups of evidence that must all be among them.",
    ),
    detections_any: preset(z.array(z.string()), WHEN_DEFAULTS.detections_any).describe(
      "At least one of these detections speaks for it; empty: any.",
    ),
    aims_any: preset(z.array(z.enum(AIMS)), WHEN_DEFAULTS.aims_any).describe(
      "At least one of these capabilities is asked for (`aim_share_min`); empty: any.",
    ),
    aim_share_min: preset(probability, WHEN_DEFAULTS.aim_share_min).describe(
      "Share of the campaign's requests that ask for one of `aims_any`, at least.",
    ),
    spoofable_max: preset(z.literal([1, 2, 3]), WHEN_DEFAULTS.spoofable_max).describe(
      "The strongest link may be this easy to fake at most: 1 costs money and leaves traces, 2 takes effort, 3 is free.",
    ),
    windows_any: preset(z.array(z.enum(WINDOWS)), WHEN_DEFAULTS.windows_any).describe(
      "Only campaigns of these windows (`1h`, `24h`, `7d`, `30d`); empty: any.",
    ),
    match_kinds_any: preset(z.array(z.enum(MATCH_KINDS)), WHEN_DEFAULTS.match_kinds_any).describe(
      "For rules with `on: match`: what the account shares with a known campaign; empty: anything. With `scope: account` their only condition here.",
    ),
  })
  .describe("What must hold of a campaign. Everything that is named must hold.");

const members = z
  .strictObject({
    standing: preset(z.enum(["campaign", "watch"]), MEMBERS_DEFAULTS.standing).describe(
      "`campaign`: accounts in the campaign; `watch`: also those that are only watched beside it (measure `watch` alone).",
    ),
    probability_min: preset(probability, MEMBERS_DEFAULTS.probability_min).describe(
      "Calibrated probability that the account belongs to the campaign, at least; of a standing order the probability by what matched.",
    ),
    events_min: preset(z.int().min(0), MEMBERS_DEFAULTS.events_min).describe(
      "Requests of the account in the window, at least; of a match, in the day before it.",
    ),
    campaign_events_min: preset(z.int().min(0), MEMBERS_DEFAULTS.campaign_events_min).describe(
      "Requests of the campaign's own work that the account sent in the window, at least; for `measure: watch` 0 where nothing is said. With 0, accounts count that were told by what they share and have sent none of it.",
    ),
    organization_accounts_min: preset(z.int().min(1), MEMBERS_DEFAULTS.organization_accounts_min).describe(
      "For `scope: organization`: so many of its accounts are in the campaign, at least; below, the accounts are decided one by one.",
    ),
    organization_share_min: preset(probability, MEMBERS_DEFAULTS.organization_share_min).describe(
      "For `scope: organization`: at least this share of all its accounts in the window is in the campaign; below, the accounts are decided one by one.",
    ),
  })
  .describe("Which of the campaign's accounts are meant.");

const parameters = z
  .strictObject({
    requests_per_minute: z
      .int()
      .min(1)
      .default(THROTTLE_REQUESTS_PER_MINUTE)
      .describe("`throttle`: requests a minute that are let through; those of ten seconds may come at once."),
    verification: z
      .enum(PROVABLE)
      .default("identity")
      .describe("`step_up`: what the account has to prove; who has proved it, or more, passes (`verification` of the accounts file)."),
    reasoning: z.enum(["withhold", "summarise"]).optional().describe("`shape`: what is done with reasoning."),
    logprobs: z.literal("withhold").optional().describe("`shape`: keeps log probabilities back."),
    choices_max: z.int().min(1).optional().describe("`shape`: answers to one request, at most."),
  })
  .describe("How the measure is carried out.");

const rule = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "small letters and digits, words joined by hyphens")
      .describe("What the rule is called in decisions and reports."),
    on: z
      .enum(["campaign", "match"])
      .default("campaign")
      .describe(
        "`campaign`: the analysis found it; `match`: an account or its request looks like a known campaign, which may lead to `watch` or `step_up` only.",
      ),
    measure: z
      .enum(MEASURES)
      .describe("What is done. A ladder, in this order: watch (nothing changes), throttle, step_up, shape (experimental), block."),
    mode: z.enum(["shadow", "enforce"]).default("shadow").describe("`shadow` decides and does not act; `enforce` acts."),
    when: conditions.prefault({}),
    members: members.prefault({}),
    scope: z
      .enum(["account", "organization", "campaign"])
      .default("account")
      .describe(
        "Whom a decision touches. `campaign`, for `on: match`: a standing order, decided once for a campaign and approved by two people, about whoever a request shows to be its at the verdict.",
      ),
    for: hold
      .prefault("0m")
      .describe(
        "How long the rule has to hold for an account before it decides: in each look of a window without a break, by the time of the traffic. `0m`: the first look decides. Not for `watch`, nor for matches of single accounts.",
      ),
    expires_after: duration.prefault("7d").describe("When a decision ends by itself, 1h to 90d. Every decision does."),
    approval: z
      .enum(["none", "one", "two"])
      .default("one")
      .describe(
        "People who must say yes before it acts. `shape`, `block` and whole organizations need one, bulk and standing orders two, whatever stands here.",
      ),
    owner: z.string().min(1).describe("Who answers for the rule."),
    reason: z
      .string()
      .min(1)
      .max(500)
      .describe(
        "A sentence or two for the person concerned: every refusal repeats it, whatever the gateway, and why the analysis thinks so stays inside. Say whom to write to, and accuse nobody: a decision may be wrong.",
      ),
    parameters: parameters.prefault({}),
  })
  .superRefine((value, context) => {
    const refuse = (path: string, message: string): void => context.addIssue({ code: "custom", path: path.split("."), message });
    if (value.on === "match" && value.measure !== "watch" && value.measure !== "step_up")
      refuse("measure", "a match is a reason to look, not to punish: only watch or step_up");
    if (value.on === "match" && value.scope === "organization")
      refuse("scope", "a match is about one account: organizations are decided from campaigns only");
    if (value.on === "campaign" && value.scope === "campaign")
      refuse("scope", "a standing order is about who will match: it needs `on: match`");
    if (value.members.standing === "watch" && value.measure !== "watch")
      refuse("members.standing", "accounts that are only watched beside a campaign can only be watched");
    if (value.measure === "shape" && value.parameters.reasoning === undefined && value.parameters.logprobs === undefined)
      if (value.parameters.choices_max === undefined)
        refuse("parameters", "shape needs at least one of reasoning, logprobs and choices_max");
    if (value.for > 0 && (value.measure === "watch" || (value.on === "match" && value.scope !== "campaign")))
      refuse("for", "watching changes no answer and a match is told once: neither waits");
    for (const name of listUnasked(value)) refuse(name, explainUnasked(value));
  })
  .transform((value) => {
    const membersDefaults = value.measure === "watch" ? { ...MEMBERS_DEFAULTS, campaign_events_min: 0 } : MEMBERS_DEFAULTS;
    return { ...value, when: { ...WHEN_DEFAULTS, ...value.when }, members: { ...membersDefaults, ...value.members } };
  });

interface WrittenRule {
  on: "campaign" | "match";
  scope: "account" | "organization" | "campaign";
  when: z.output<typeof conditions>;
  members: z.output<typeof members>;
}

/** A standing order is decided about a campaign, so all that is asked of one may be asked; of whoever matches, nothing is known but what matched. */
const ORDER_ASKS = "members.probability_min";

/** Conditions that nothing would ask about: a rule with one would do more than its author wrote. */
function listUnasked({ on, scope, when, members: wanted }: WrittenRule): string[] {
  const asked = [...Object.keys(when).map((name) => `when.${name}`), ...Object.keys(wanted).map((name) => `members.${name}`)];
  if (on === "match" && scope === "campaign") return asked.filter((name) => name.startsWith("members.") && name !== ORDER_ASKS);
  return asked.filter((name) =>
    on === "match" ? name !== "when.match_kinds_any" && name !== "members.events_min" : name === "when.match_kinds_any",
  );
}

function explainUnasked({ on, scope }: WrittenRule): string {
  if (on === "match" && scope === "campaign") return "of whoever matches nothing is known but what matched: only members.probability_min";
  return on === "match"
    ? "a match is about one account, and nothing is known of it but its kind and its requests: only match_kinds_any and members.events_min"
    : "only rules with `on: match` have it";
}

/** The schema of `policy.yaml`. */
export const policySchema = z
  .strictObject({
    bulk_accounts: z
      .int()
      .min(1)
      .default(BULK_ACCOUNTS_DEFAULT)
      .describe(
        "Two different people must say yes where more accounts of one campaign than this are touched by anything but `watch`, at once or by and by, by whatever rules.",
      ),
    rules: z
      .array(rule)
      .default([])
      .describe(
        "What is decided. Rules of one campaign and account form a ladder: mildest measure first, one step at a time; standing orders do not.",
      ),
  })
  .superRefine(({ rules }, context) => {
    const names = new Set<string>();
    for (const [index, { name }] of rules.entries()) {
      if (names.has(name)) context.addIssue({ code: "custom", path: ["rules", index, "name"], message: "another rule has this name" });
      names.add(name);
    }
  });

/** A policy as read from its file, defaults filled in, durations in milliseconds. */
export type Policy = z.output<typeof policySchema>;

/** One rule of a policy. */
export type PolicyRule = Policy["rules"][number];

/** Nothing is decided. */
export const NO_POLICY: Policy = { bulk_accounts: BULK_ACCOUNTS_DEFAULT, rules: [] };

const APPROVALS: Readonly<Record<PolicyRule["approval"], number>> = { none: 0, one: 1, two: 2 };

/** People whom bulk needs. */
export const BULK_APPROVALS = 2;

/**
 * People who must say yes. House rules that no policy can switch off: `shape` and `block` need a person, a whole organization needs a person for
 * anything that changes an answer, and so do two where many accounts are touched; of a standing order nobody knows how many.
 */
export function countApprovals({
  rule: { approval, measure, scope },
  accounts,
  bulkAccounts,
}: {
  rule: Pick<PolicyRule, "approval" | "measure" | "scope">;
  /** All accounts that the rule has touched, and would touch, of this campaign. */
  accounts: number;
  bulkAccounts: number;
}): number {
  const wished = APPROVALS[approval];
  // Watching changes no answer: there is nothing to approve unless the policy says so.
  if (measure === "watch") return wished;
  const forBulk = accounts > bulkAccounts || scope === "campaign" ? BULK_APPROVALS : 0;
  const forMeasure = measure === "shape" || measure === "block" || scope === "organization" ? 1 : 0;
  return Math.max(wished, forBulk, forMeasure);
}

/** The rule's parameters, those of its measure alone; with them, of a standing order, whom it meets. */
export function chooseParameters(rule: Pick<PolicyRule, "measure" | "parameters" | "scope" | "when" | "members">): MeasureParameters {
  const parameters = chooseOwnParameters(rule);
  if (rule.scope !== "campaign") return parameters;
  return { ...parameters, match: { kinds: rule.when.match_kinds_any, probabilityMin: rule.members.probability_min } };
}

function chooseOwnParameters({ measure, parameters: given }: Pick<PolicyRule, "measure" | "parameters">): MeasureParameters {
  if (measure === "throttle") return { requestsPerMinute: given.requests_per_minute };
  if (measure === "step_up") return { verification: given.verification };
  if (measure !== "shape") return {};
  return {
    shape: {
      ...(given.reasoning === undefined ? {} : { reasoning: given.reasoning }),
      ...(given.logprobs === undefined ? {} : { logprobs: given.logprobs }),
      ...(given.choices_max === undefined ? {} : { choicesMax: given.choices_max }),
    },
  };
}

/** What a rule asks of a campaign, read once. */
export interface CampaignFacts {
  confidence: number;
  accounts: number;
  events: number;
  evidenceGroups: Readonly<Partial<Record<EvidenceGroup, number>>>;
  detections: readonly string[];
  aims: readonly { capability: string; share: number }[];
  links: readonly { strength: number; spoofable: number }[];
  window: string;
}

/** True when everything that the rule names holds of the campaign. */
export function isMet({ when }: Pick<PolicyRule, "when">, facts: CampaignFacts): boolean {
  const groups = EVIDENCE_GROUPS.filter((group) => (facts.evidenceGroups[group] ?? 0) > 0);
  const strongest = [...facts.links].sort((a, b) => b.strength - a.strength || a.spoofable - b.spoofable)[0];
  return (
    facts.confidence >= when.confidence_min &&
    facts.accounts >= when.accounts_min &&
    facts.events >= when.events_min &&
    groups.length >= when.evidence_groups_min &&
    when.evidence_groups_all.every((group) => groups.includes(group)) &&
    (when.detections_any.length === 0 || facts.detections.some((name) => when.detections_any.includes(name))) &&
    (when.aims_any.length === 0 ||
      facts.aims.some(({ capability, share }) => share >= when.aim_share_min && when.aims_any.includes(capability))) &&
    (when.spoofable_max === 3 || (strongest !== undefined && strongest.spoofable <= when.spoofable_max)) &&
    (when.windows_any.length === 0 || when.windows_any.includes(facts.window))
  );
}

/** Position on the ladder. */
export function rungOf(measure: Measure): number {
  return MEASURES.indexOf(measure);
}
