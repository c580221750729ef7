/** What the interface answers with: one schema for each thing that a client meets, held against the types that write it. */
import type { AccountLine, AccountSignal } from "../../../vocabulary/report.js";
import type { Campaign } from "../../../vocabulary/campaign.js";
import { DECISION_STATES, MEASURES } from "../../../vocabulary/decision.js";
import { MATCH_KINDS } from "../../../vocabulary/known.js";
import type { ShadowLine, ShadowReport } from "../../../engine/decisions/shadow.js";
import type { CheckTotals, UncheckedRequest } from "../../../store/events/request-checks.js";
import type { QuarantineRecord } from "../../serve/engine/messages.js";
import { SCOPES } from "../../serve/services.js";
import type { DeadLetterLine } from "../alerts.js";
import type { AllowlistLine, DecisionLine, EventLine, PendingLine } from "../decisions/describe.js";
import type { ProbeSight } from "../gateways/probes.js";
import type { KeyLine } from "../keys.js";
import type { ProblemBody } from "../problems.js";
import { CLAIM, COUNT, type JsonSchema, listOf, oneOf, orNull, refer, SHARE, shape, TEXT, TIME, told } from "./json-schema.js";

type Fields<Thing> = Record<keyof Thing, JsonSchema>;

const PROBLEM = shape(
  {
    type: told(TEXT, "`urn:stillwatch:problem:` and the code."),
    title: told(TEXT, "What is wrong, in one line."),
    status: { type: "integer", minimum: 400, maximum: 599 },
    code: told({ type: "string", pattern: "^SW\\d{4}$" }, "Stable; docs/errors.md lists all."),
    detail: told(TEXT, "Why."),
    fix: told(TEXT, "What to do about it."),
  } satisfies Fields<ProblemBody>,
  { description: "An error, RFC 9457. Never holds text of the request." },
);

const RPC_STATUS = shape({ code: { type: "integer" }, message: TEXT }, { description: "An error as OTLP wants it: `google.rpc.Status`." });

const PARAMETERS = shape(
  {
    requests_per_minute: COUNT,
    verification: TEXT,
    shape: shape(
      { reasoning: oneOf("withhold", "summarise"), logprobs: oneOf("withhold"), choices_max: COUNT },
      { optional: ["reasoning", "logprobs", "choices_max"] },
    ),
    match: told(
      shape({ kinds: listOf(oneOf(...MATCH_KINDS)), probability_min: SHARE }),
      "A standing order: which kinds of match it meets, any where none is named, from which probability on.",
    ),
  },
  { description: "How the measure is carried out.", optional: ["requests_per_minute", "verification", "shape", "match"] },
);

const APPROVAL = shape({ by: TEXT, at: TIME, is_approved: CLAIM, note: orNull(TEXT) } satisfies Fields<DecisionLine["approvals"][number]>);
const PARTY_SCOPE = shape({ kind: oneOf("account", "organization"), id: TEXT });
const SCOPE = told(
  shape({ kind: oneOf("account", "organization", "campaign"), id: TEXT }),
  "A campaign: whoever a request shows to be its, at the verdict; a standing order.",
);
const DECISION_FIELDS = {
  id: TEXT,
  batch_id: told(TEXT, "What one rule made of one campaign at one time."),
  measure: oneOf(...MEASURES),
  parameters: PARAMETERS,
  mode: told(oneOf("shadow", "enforce"), "`shadow` acts on nobody."),
  state: told(
    oneOf(...DECISION_STATES),
    "`rolled_back`: taken back by a person or the allowlist; `withdrawn`: a proposal whose rule no longer holds, before enough people approved it.",
  ),
  scope: SCOPE,
  accounts: told(COUNT, "Accounts that it touches."),
  campaign_id: TEXT,
  rule: told(TEXT, "Of policy.yaml."),
  reason: told(TEXT, "For the person concerned."),
  because: listOf(TEXT),
  evidence: told(TEXT, "Digest: the same evidence never decides twice."),
  owner: told(TEXT, "Who answers for the rule."),
  decided_at: TIME,
  expires_at: TIME,
  approvals_needed: COUNT,
  approvals: listOf(APPROVAL),
} satisfies Fields<DecisionLine>;

const PENDING = shape(
  {
    rule: told(TEXT, "Of policy.yaml."),
    measure: oneOf(...MEASURES),
    mode: told(oneOf("shadow", "enforce"), "`shadow` acts on nobody."),
    scope: SCOPE,
    campaign_id: TEXT,
    window: told(TEXT, "Where it has held for longest."),
    since: told(TIME, "The first of the looks without a break that had it, by the time of the traffic."),
    due: told(TIME, "Where the traffic must have come to; then the rule decides, if it still holds and the ladder lets it."),
    seen_until: told(TIME, "Where the window has come to."),
  } satisfies Fields<PendingLine>,
  { description: "Somebody whom a rule holds for, and not yet for as long as its `for` says." },
);

const DECISION_EVENT = shape({
  at: TIME,
  who: told(TEXT, "A person, `policy`, `clock` or `allowlist`."),
  previous_state: orNull(TEXT),
  new_state: TEXT,
  note: orNull(TEXT),
} satisfies Fields<EventLine>);

const ALLOWLIST_ENTRY = shape({
  id: TEXT,
  scope: PARTY_SCOPE,
  reason: TEXT,
  added_by: TEXT,
  added_at: TIME,
  expires_at: TIME,
} satisfies Fields<AllowlistLine>);

const KEY_FIELDS = {
  id: TEXT,
  name: TEXT,
  scopes: listOf(oneOf(...SCOPES)),
  created_at: TIME,
  expires_at: orNull(TIME),
  revoked_at: orNull(TIME),
} satisfies Fields<KeyLine>;

const MEMBER = shape({
  account_id: TEXT,
  organization_id: orNull(TEXT),
  standing: oneOf("campaign", "watch"),
  probability: SHARE,
  events: COUNT,
  campaign_events: COUNT,
});

const SPOOFABLE = told({ type: "integer", minimum: 1, maximum: 3 }, "1 costs money to fake, 3 is free.");

const CAMPAIGN_FIELDS = {
  id: TEXT,
  confidence: SHARE,
  accounts: COUNT,
  events: COUNT,
  first_at: TIME,
  last_at: TIME,
  aims: listOf(shape({ capability: TEXT, share: SHARE })),
  techniques: listOf(told(TEXT, "MITRE ATLAS.")),
  families: listOf(shape({ id: TEXT, events: COUNT, accounts: COUNT, exemplar: orNull(TEXT) })),
  links: listOf(shape({ kind: TEXT, strength: { type: "number" }, spoofable: SPOOFABLE, pairs: COUNT, because: TEXT })),
  shifts: listOf(
    shape({ at: TIME, from: TEXT, to: TEXT, share: SHARE, from_at: TIME, until_at: TIME }, { optional: ["from_at", "until_at"] }),
  ),
  successor_of: orNull(TEXT),
  merged_from: listOf(TEXT),
  split_from: orNull(TEXT),
  operators: listOf(shape({ hypothesis: TEXT, probability: SHARE, for: listOf(TEXT), against: listOf(TEXT) })),
  counter_evidence: listOf(TEXT),
  because: listOf(TEXT),
} satisfies Fields<Campaign>;

const LIVE_CAMPAIGN = shape(
  {
    ...CAMPAIGN_FIELDS,
    window: told(oneOf("1h", "24h", "7d", "30d"), "The window that saw it last."),
    detections: listOf(TEXT),
    evidence_groups: told({ type: "object", additionalProperties: { type: "number" } }, "Log likelihood ratio by group of evidence."),
    evidence: TEXT,
    members: told(listOf(refer("Member")), "Where they are asked for."),
  },
  { optional: ["members"] },
);

const ACCOUNT = shape({
  account_id: TEXT,
  standing: told(oneOf("campaign", "watch", "clear"), "`campaign` is what a person would be asked to act on."),
  probability: SHARE,
  campaign_id: orNull(TEXT),
  events: COUNT,
  campaign_events: COUNT,
  signals: listOf(
    shape({ detection: TEXT, strength: { type: "number" }, spoofable: SPOOFABLE, because: TEXT } satisfies Fields<AccountSignal>),
  ),
} satisfies Fields<AccountLine>);

const QUARANTINED = shape(
  {
    code: TEXT,
    what: TEXT,
    why: TEXT,
    fix: TEXT,
    file: told(TEXT, "The segment of the journal; it is deleted once it is stored."),
    line: COUNT,
    column: orNull(COUNT),
    format: told(orNull(TEXT), "Of the records, as the sender named it."),
    received_from: told(
      orNull(TIME),
      "When the segment was begun: the record came within the second behind it, or some more where the engine was behind.",
    ),
    source: told(orNull(TEXT), "Where it came from: the followed file, the topic, or the way and key by which it was sent."),
    source_line: told(orNull(COUNT), "Its line there, or its number where a body was one document."),
    received_at: told(orNull(TIME), "When it was taken in."),
  } satisfies Fields<QuarantineRecord>,
  { description: "A record that could not be read. Its text is not kept." },
);

const UNREADABLE = shape({ line: COUNT, column: COUNT, code: TEXT, what: TEXT, why: TEXT, fix: TEXT }, { optional: ["column"] });

const UNCHECKED = shape({
  request_id: TEXT,
  account_id: TEXT,
  at: TIME,
  channel: orNull(TEXT),
  state: told(
    oneOf("none", "unchecked", "error", "unheeded"),
    "`none`: nobody asked; `unchecked`: asked, and there were no fresh decisions, or no answer in time, as the gateway says itself; `error`: asked in a way that could not be read; `unheeded`: refused, and served all the same.",
  ),
  integration: told(orNull(TEXT), "Who asked."),
} satisfies Fields<UncheckedRequest>);

const CHECK_TOTALS = shape({
  events: COUNT,
  checked: COUNT,
  unchecked: COUNT,
  error: COUNT,
  none: COUNT,
  unheeded: COUNT,
  unserved: told(COUNT, "Not checked, and not served either."),
} satisfies Fields<CheckTotals>);

const SHADOW_REPORT = shape({
  from: told(TIME, "Decisions that stood between these moments, by this machine's clock, are in it."),
  to: TIME,
  events: told(
    orNull(shape({ from: TIME, to: TIME })),
    "Their requests were counted by their own time, between these; of past logs it lies before `from`. Null where there is nothing to count behind.",
  ),
  left_out: told(COUNT, "Decisions that ended before `from`."),
  rules: listOf(
    shape({
      rule: TEXT,
      measure: oneOf(...MEASURES),
      mode: told(orNull(oneOf("shadow", "enforce")), "Of the policy now; null where it has no such rule any more."),
      accounts: told(COUNT, "Each once, in whichever mode it was decided about."),
      organizations: COUNT,
      campaigns: listOf(TEXT),
      decisions: shape({
        shadow: told(COUNT, "Made in shadow: they act on nobody."),
        proposed: told(COUNT, "Enforced, and waiting for people."),
        in_force: told(COUNT, "Acting now."),
        ended: told(COUNT, "Enforced or proposed, and over."),
      } satisfies Fields<ShadowLine["decisions"]>),
      requests: shape({
        would_have: told(
          COUNT,
          "Came while a decision in shadow stood, by event time, at least. A request may stand in several of these: never add them up.",
        ),
        waited: told(COUNT, "Came while a decision waited for people, and were served, at least."),
        refused: told(COUNT, "Really answered otherwise than `allow`, by a decision in force, as gateways asked."),
        before: told(COUNT, "Sent before the rule first decided, in the window by which it did: no rule would have met them."),
      } satisfies Fields<ShadowLine["requests"]>),
    } satisfies Fields<ShadowLine>),
  ),
} satisfies Fields<ShadowReport>);

const PROBE = shape({
  mark: TEXT,
  checks: told({ type: "object", additionalProperties: COUNT }, "Calls that asked for a verdict, by integration."),
  events: told({ type: "object", additionalProperties: COUNT }, "Records that came in, by format."),
} satisfies Fields<ProbeSight>);

const DEAD_LETTER = shape(
  {
    id: TEXT,
    receiver: told(TEXT, "Named in the settings."),
    kind: TEXT,
    title: TEXT,
    who: TEXT,
    since: TIME,
    link: TEXT,
    command: told(orNull(TEXT), "What a person types to see it."),
    attempts: COUNT,
    created_at: TIME,
    given_up_at: TIME,
    last_error: TEXT,
  } satisfies Fields<DeadLetterLine>,
  { description: "An alert that nobody took." },
);

/** The components, by name. */
export const COMPONENTS = {
  Problem: PROBLEM,
  RpcStatus: RPC_STATUS,
  Decision: shape(DECISION_FIELDS),
  DecisionWithEvents: shape({ ...DECISION_FIELDS, events: told(listOf(refer("DecisionEvent")), "What happened to it, oldest first.") }),
  DecisionEvent: DECISION_EVENT,
  Pending: PENDING,
  AllowlistEntry: ALLOWLIST_ENTRY,
  DeadLetter: DEAD_LETTER,
  Key: shape(KEY_FIELDS),
  KeyWithSecret: shape({
    ...KEY_FIELDS,
    secret: told(orNull(TEXT), "Not kept, only its hash is: null where the same write is answered again."),
  }),
  Campaign: LIVE_CAMPAIGN,
  Member: MEMBER,
  Account: ACCOUNT,
  Quarantined: QUARANTINED,
  Unreadable: UNREADABLE,
  UncheckedRequest: UNCHECKED,
  CheckTotals: CHECK_TOTALS,
  ShadowReport: SHADOW_REPORT,
  Probe: PROBE,
} satisfies Record<string, JsonSchema>;
