/** Examples of the interface's description; a test holds each against its schema. */
import type { DeadLetterLine } from "../alerts.js";
import type { AllowlistLine, DecisionLine, EventLine } from "../decisions/describe.js";
import type { KeyLine } from "../keys.js";

/** A request event as it is sent in. */
export const REQUEST_EVENT = {
  request_id: "req-1",
  at: "2026-05-01T10:00:00Z",
  account_id: "acct-1",
  target_model: "model-large",
  status: 200,
  input_tokens: 214,
  output_tokens: 980,
} as const;

export const DECISION: DecisionLine = {
  id: "dec_0123456789abcdef01234567",
  batch_id: "bat_0123456789abcdef01234567",
  measure: "throttle",
  parameters: { requests_per_minute: 6 },
  mode: "shadow",
  state: "active",
  scope: { kind: "account", id: "acct-1" },
  accounts: 1,
  campaign_id: "camp_5b1f0c2a9d3e",
  rule: "slow-down",
  reason: "It is used in an unusual way. Write to abuse@example.com to appeal.",
  because: ["64 accounts send the same 12 templates, in turn."],
  evidence: "3f9a62c1d07be845",
  owner: "trust-and-safety",
  decided_at: "2026-05-01T10:05:00.000Z",
  expires_at: "2026-05-08T10:05:00.000Z",
  approvals_needed: 0,
  approvals: [],
};

export const DECISION_EVENT: EventLine = {
  at: "2026-05-01T10:05:00.000Z",
  who: "policy",
  previous_state: null,
  new_state: "active",
  note: null,
};

export const ALLOWLIST_ENTRY: AllowlistLine = {
  id: "alw_0123456789abcdef",
  scope: { kind: "organization", id: "org-university" },
  reason: "benchmark team, contract 12",
  added_by: "me",
  added_at: "2026-05-01T10:00:00.000Z",
  expires_at: "2026-08-01T00:00:00.000Z",
};

export const DEAD_LETTER: DeadLetterLine = {
  id: "alt_0123456789abcdef",
  receiver: "webhook-1",
  kind: "campaign_found",
  title: "A campaign of 64 accounts",
  who: "64 accounts",
  since: "2026-04-28T02:11:09.000Z",
  link: "https://stillwatch.example/v1/campaigns/camp_5b1f0c2a9d3e",
  command: "stillwatch campaigns show camp_5b1f0c2a9d3e",
  attempts: 14,
  created_at: "2026-05-01T10:05:00.000Z",
  given_up_at: "2026-05-02T10:05:00.000Z",
  last_error: "status 503",
};

export const KEY: KeyLine = {
  id: "key_0123456789abcdef",
  name: "litellm-eu",
  scopes: ["check"],
  created_at: "2026-05-01T10:00:00.000Z",
  expires_at: null,
  revoked_at: null,
};

export const CAMPAIGN = {
  id: "camp_5b1f0c2a9d3e",
  confidence: 0.998,
  accounts: 64,
  events: 41_210,
  first_at: "2026-04-28T02:11:09.000Z",
  last_at: "2026-05-01T10:04:51.000Z",
  aims: [{ capability: "agentic_coding", share: 1 }],
  techniques: ["AML.T0024.002"],
  families: [{ id: "fam_01", events: 3_120, accounts: 61, exemplar: null }],
  links: [{ kind: "queue", strength: 6.2, spoofable: 2, pairs: 1_830, because: "They take turns through one list of prompts." }],
  shifts: [],
  successor_of: null,
  merged_from: [],
  split_from: null,
  operators: [],
  counter_evidence: [],
  because: ["64 accounts send the same 12 templates, in turn."],
  window: "24h",
  detections: ["shared-queue"],
  evidence_groups: { content: 8.1, behaviour: 5.4 },
  evidence: "3f9a62c1d07be845",
} as const;

export const MEMBER = {
  account_id: "acct-1",
  organization_id: null,
  standing: "campaign",
  probability: 0.997,
  events: 812,
  campaign_events: 790,
} as const;

export const ACCOUNT = {
  account_id: "acct-1",
  standing: "campaign",
  probability: 0.997,
  campaign_id: "camp_5b1f0c2a9d3e",
  events: 812,
  campaign_events: 790,
  signals: [
    { detection: "shared-queue", strength: 5.4, spoofable: 2, because: "It takes turns with 63 others through one list of prompts." },
  ],
} as const;
