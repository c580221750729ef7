/** The campaigns of the sample report, word for word as the stages would write them. */
import type { ReportCalibration } from "../../../vocabulary/calibration.js";
import type { Campaign } from "../../../vocabulary/campaign.js";
import type { Report } from "../../../vocabulary/report.js";

/** Id of the hydra pool. */
export const FIRST_CAMPAIGN = "c-7f3a91d2c04be815";
const SECOND_CAMPAIGN = "c-b1e04c77a9d3f260";
const THIRD_CAMPAIGN = "c-0d59e8f14a7c3b22";

const HYDRA: Campaign = {
  id: FIRST_CAMPAIGN,
  confidence: 0.997,
  accounts: 180,
  events: 412_345,
  first_at: "2026-01-05T00:12:44.000Z",
  last_at: "2026-01-31T22:58:03.000Z",
  aims: [
    { capability: "reasoning", share: 0.58 },
    { capability: "grading", share: 0.27 },
    { capability: "safe_rewrite", share: 0.11 },
    { capability: "general", share: 0.04 },
  ],
  techniques: ["articulate_reasoning", "rubric_grading", "safe_rewrite"],
  families: [
    {
      id: "f-91c2aa07",
      events: 188_402,
      accounts: 180,
      exemplar:
        "You are an expert data analyst combining statistical rigor with deep domain knowledge. Your goal is to deliver data-driven insights — not summaries — grounded in ⟨slot⟩ and supported by complete and transparent reasoning. Topic: ⟨slot⟩",
    },
    {
      id: "f-2b7710fe",
      events: 111_340,
      accounts: 178,
      exemplar:
        "Grade the answer below against the rubric. Give a score from ⟨slot⟩ to ⟨slot⟩ for each criterion and articulate the internal reasoning step by step. Question: ⟨slot⟩ Answer: ⟨slot⟩",
    },
    {
      id: "f-c4409d13",
      events: 45_201,
      accounts: 171,
      exemplar: "Rewrite the following question so that it can be answered without naming ⟨slot⟩: ⟨slot⟩",
    },
    { id: "f-e80b6612", events: 12_017, accounts: 144, exemplar: null },
  ],
  links: [
    {
      kind: "exchangeable-mix",
      strength: 4.6,
      spoofable: 2,
      pairs: 14_211,
      because: "Mixes of 11 families differ between accounts no more than sampling noise: dispersion 1.02, in the crowd 14.3.",
    },
    {
      kind: "shared-rare-instrument",
      strength: 6.2,
      spoofable: 1,
      pairs: 1_092,
      because: "14 payment methods pay for 168 accounts of 159 organizations; 1 account in 40,000 shares one with a stranger.",
    },
    {
      kind: "common-rate-process",
      strength: 3.1,
      spoofable: 2,
      pairs: 8_804,
      because: "Hourly rates rise and stop together after the population's daily curve is removed (median correlation .71).",
    },
    {
      kind: "registration-burst",
      strength: 2.1,
      spoofable: 2,
      pairs: 810,
      because: "172 accounts registered within 31 hours, in the education programme.",
    },
  ],
  shifts: [{ at: "2026-01-22T19:00:00.000Z", from: "aster-4", to: "aster-5", share: 0.48 }],
  successor_of: null,
  merged_from: [],
  split_from: null,
  operators: [
    {
      hypothesis: "One operator that runs all accounts through its own queue",
      probability: 0.81,
      for: [
        "Work is drawn from one queue without replacement: 3 repeats in 412,345 requests",
        "Rates fail over within 4 minutes of a limit",
      ],
      against: ["Payment methods fall into two sets with different issuing countries on the billing side"],
    },
    {
      hypothesis: "A proxy network that sells access to several customers",
      probability: 0.16,
      for: ["41,870 requests of the same accounts have nothing to do with the campaign"],
      against: ["Unrelated requests come from 9 accounts only"],
    },
    {
      hypothesis: "Several independent operators with one published scaffold",
      probability: 0.03,
      for: ["The scaffold was published on 23 February"],
      against: ["It was used before its publication", "Mixes are exchangeable"],
    },
  ],
  counter_evidence: [
    "3 accounts passed identity verification.",
    "Client addresses are residential and shared with the crowd: infrastructure says next to nothing.",
    "9 accounts carry mostly unrelated requests that look like customers'.",
  ],
  because: [
    "180 accounts that claim 171 organizations draw 412,345 requests from one queue: their mixes of work agree to within sampling noise, and almost nothing is ever asked twice.",
    "Four requests in five ask the model to spell out its reasoning or to grade answers by a rubric, in single turns that end at the output cap.",
    "Within 14 hours of the release of aster-5, 48 % of the work moved to it; ordinary adopters moved 6 %.",
    "14 payment methods pay for 168 of the accounts.",
  ],
};

const SUCCESSOR: Campaign = {
  id: SECOND_CAMPAIGN,
  confidence: 0.91,
  accounts: 64,
  events: 33_118,
  first_at: "2026-01-27T03:04:00.000Z",
  last_at: "2026-02-01T22:11:00.000Z",
  aims: [
    { capability: "reasoning", share: 0.62 },
    { capability: "grading", share: 0.31 },
    { capability: "general", share: 0.07 },
  ],
  techniques: ["articulate_reasoning", "rubric_grading"],
  families: [{ id: "f-91c2aa07", events: 24_420, accounts: 64, exemplar: HYDRA.families[0]?.exemplar ?? null }],
  links: [
    {
      kind: "exchangeable-mix",
      strength: 4.1,
      spoofable: 2,
      pairs: 1_911,
      because: "Mixes of 7 families agree to within sampling noise (dispersion 1.06).",
    },
  ],
  shifts: [],
  successor_of: FIRST_CAMPAIGN,
  merged_from: [],
  split_from: null,
  operators: [
    {
      hypothesis: "The operator of the banned pool, on accounts kept in reserve",
      probability: 0.88,
      for: ["It began 3 hours after the ban and asks the next items of the same queue"],
      against: [],
    },
  ],
  counter_evidence: ["The accounts are 40 to 400 days old, so they were not registered for this."],
  because: [
    "64 accounts that were silent for weeks woke within 5 hours of the ban of 96 accounts of another campaign.",
    "They carry the banned pool's scaffold, in the same proportions.",
    "No question that the banned pool had asked is asked again: the queue went on where it stopped.",
  ],
};

const QUIET: Campaign = {
  id: THIRD_CAMPAIGN,
  confidence: 0.84,
  accounts: 6,
  events: 2_940,
  first_at: "2026-01-09T08:00:00.000Z",
  last_at: "2026-01-30T17:30:00.000Z",
  aims: [{ capability: "unknown", share: 1 }],
  techniques: [],
  families: [],
  links: [
    {
      kind: "common-rate-process",
      strength: 5.2,
      spoofable: 2,
      pairs: 15,
      because: "All six stop and start in the same minute on 19 of 21 days.",
    },
  ],
  shifts: [],
  successor_of: null,
  merged_from: [],
  split_from: null,
  operators: [],
  counter_evidence: [],
  because: ["Six accounts start and stop in the same minute on 19 of 21 days.", "They were paid for with one instrument."],
};

/** What the sample's report says of its calibration. */
export const SAMPLE_CALIBRATION: ReportCalibration = {
  source: "simulated worlds without attackers",
  metadata_only: false,
  bar: { log_odds: 4.25, probability: 0.948 },
  asked_rate: 1e-3,
  is_promised: true,
  benign: { accounts: 26_118, organizations: 23_181 },
  cost: { log_odds: 4.25, crowds: 1, organizations: 9, accounts: 9, expected: 0.00075, low: 0.00001, high: 0.0021 },
  reliability: {
    expected_calibration_error: 0.0062,
    suspects: { expected_calibration_error: 0.043, cases: 1250 },
    cases: 40_212,
    bins: [
      { from: 0, to: 0.1, accounts: 38_950, said: 0.0015, observed: 0.004 },
      { from: 0.2, to: 0.3, accounts: 84, said: 0.25, observed: 0.18 },
      { from: 0.8, to: 0.9, accounts: 97, said: 0.86, observed: 0.91 },
      { from: 0.9, to: 1, accounts: 1081, said: 0.99, observed: 0.998 },
    ],
    source: "18 worlds with a known truth",
  },
};

/** `report.json` of the sample, before accounts are counted. */
export const SAMPLE_REPORT: Report = {
  schema: "stillwatch.report/1",
  window: { from: "2026-01-05T00:00:00.000Z", to: "2026-02-01T23:59:12.000Z" },
  counts: { events: 1_204_551, duplicates: 312, quarantined: 18, accounts: 0 },
  calibration: SAMPLE_CALIBRATION,
  coverage: {
    text: "8 % of the requests carried no text, so families and aims are not known for them.",
    registration: "No accounts file was given for 311 accounts; registration bursts and payment methods could not be checked for them.",
    reasoning_handles: "No request carried reasoning handles; replay could not be checked.",
  },
  campaigns: [HYDRA, SUCCESSOR, QUIET],
  timings: { acquire_ms: 10_412, behaviour_ms: 5_810, campaigns_ms: 3_377, report_ms: 402 },
};
