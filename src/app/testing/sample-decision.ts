/** A decision as the records hold it, for tests that look at a few of its fields. */
import type { DecisionRecord } from "../../store/records/decisions.js";

/** One that needs nobody's yes and acts until one millisecond after the epoch, with what is given in place of the rest. */
export function sampleDecision(given: Partial<DecisionRecord>): DecisionRecord {
  return {
    id: "dec_1",
    batchId: "batch",
    measure: "block",
    parameters: {},
    mode: "enforce",
    state: "active",
    scope: { kind: "account", id: "acct_1" },
    campaignId: "campaign--a",
    rule: "stop",
    reason: "Harvesting.",
    because: [],
    evidence: "e",
    owner: "me",
    decidedMs: 0,
    expiresMs: 1,
    approvalsNeeded: 0,
    approvals: [],
    organizationId: null,
    evidenceOf: [],
    accounts: 1,
    heldUntilMs: null,
    countedWindow: null,
    requestsBefore: 0,
    requestsLatest: 0,
    ...given,
  };
}
