/** Everything that is counted, with its help and labels, for Prometheus. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Metrics } from "./services.js";

interface MetricPlan {
  kind: "counter" | "gauge" | "histogram";
  help: string;
  labels: readonly string[];
  buckets?: readonly number[];
}

/** From what a verdict takes to what a person gives up waiting for, in seconds. */
const ANSWER_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30] as const;

/** By name. A name that is not here does not compile. */
export const METRICS = {
  stillwatch_http_request_seconds: {
    kind: "histogram",
    help: "Time to answer a request over HTTP, by route; its count is the number of requests.",
    labels: ["route", "method", "status"],
    buckets: ANSWER_BUCKETS,
  },
  stillwatch_intake_records_total: { kind: "counter", help: "Records that are on disk and acknowledged.", labels: ["format", "source"] },
  stillwatch_intake_bytes_total: { kind: "counter", help: "Bytes of those records.", labels: ["format", "source"] },
  stillwatch_intake_refused_total: {
    kind: "counter",
    help: "Bodies or batches that were not taken and are to come again, by reason.",
    labels: ["source", "reason"],
  },
  stillwatch_intake_passed_over_total: {
    kind: "counter",
    help: "Well-formed records that are about something else than requests to models.",
    labels: ["source"],
  },
  stillwatch_journal_backlog_bytes: { kind: "gauge", help: "Bytes on disk that the engine has not stored yet.", labels: [] },
  stillwatch_checks_total: {
    kind: "counter",
    help: "Verdicts given. `state` tells a check from an answer without one.",
    labels: ["integration", "verdict", "state"],
  },
  stillwatch_shadowed_checks_total: {
    kind: "counter",
    help: "Checks that a rule in shadow would have answered otherwise.",
    labels: ["rule", "measure"],
  },
  stillwatch_matched_checks_total: {
    kind: "counter",
    help: "Checks that showed something of a known campaign, by what it was, and whether a standing order answered by it.",
    labels: ["kinds", "acts"],
  },
  stillwatch_known_campaigns: { kind: "gauge", help: "Campaigns that checks are held against.", labels: [] },
  stillwatch_known_marks: { kind: "gauge", help: "Scaffolds, addresses and accounts of theirs in memory, as hashes.", labels: [] },
  stillwatch_known_accounts_left_out: {
    kind: "gauge",
    help: "Accounts that are registered with something of a known campaign's and are not told at verdicts, because too many are.",
    labels: [],
  },
  stillwatch_known_age_seconds: {
    kind: "gauge",
    help: "Time since the last event, or since the last turn of the analysis, that what campaigns are known by goes back to; 0 while nothing is known. Beyond verdicts.known_age_max no standing order acts by it.",
    labels: [],
  },
  stillwatch_unchecked_requests_total: {
    kind: "counter",
    help: "Requests without an answer to whether they may: a gateway reported it, or its call could not be read. A report that is sent again counts once.",
    labels: ["integration"],
  },
  stillwatch_check_records_lost_total: {
    kind: "counter",
    help: "Checks that were answered and could not be written down, because the backlog is at its bound or the disk refuses: their requests read as never asked about.",
    labels: ["reason"],
  },
  stillwatch_unapplied_measures_total: {
    kind: "counter",
    help: "Measures that a gateway has no way to carry out, so that the request passed.",
    labels: ["integration", "measure"],
  },
  stillwatch_replayed_handles_total: {
    kind: "counter",
    help: "Reasoning handles that came back from another account than they were issued to.",
    labels: ["integration"],
  },
  stillwatch_handles_remembered: { kind: "gauge", help: "Reasoning handles in memory.", labels: [] },
  stillwatch_snapshot_decisions: { kind: "gauge", help: "Decisions in the snapshot that verdicts are given from.", labels: [] },
  stillwatch_log_lines_lost_total: {
    kind: "counter",
    help: "Lines of the log that could not be written: a full disk, a closed terminal, a reader that is gone or stuck.",
    labels: [],
  },
  stillwatch_policy_refused: {
    kind: "gauge",
    help: "1 while the policy file was refused at its last reading, and the one before it goes on.",
    labels: [],
  },
  stillwatch_side_file_stale: {
    kind: "gauge",
    help: "1 while the file cannot be read as it is: what it said before goes on, or the analysis waits for it.",
    labels: ["file"],
  },
  stillwatch_snapshot_age_seconds: { kind: "gauge", help: "Time since the snapshot was last known to be right.", labels: [] },
  stillwatch_engine_up: { kind: "gauge", help: "1 while the engine process answers.", labels: [] },
  stillwatch_engine_restarts: { kind: "gauge", help: "Times that the engine died and was started again.", labels: [] },
  stillwatch_stored_events: { kind: "gauge", help: "Request events in the store.", labels: [] },
  stillwatch_pruned_events_total: {
    kind: "counter",
    help: "Request events that were taken out of the store because they lie further back than data.events_kept.",
    labels: [],
  },
  stillwatch_quarantined_records: { kind: "gauge", help: "Records set aside because they cannot be read.", labels: [] },
  stillwatch_analysis_age_seconds: {
    kind: "gauge",
    help: "Time since the last turn of the analysis ended; 0 before the first.",
    labels: [],
  },
  stillwatch_analysis_seconds: { kind: "gauge", help: "Time that the last turn over the window took.", labels: ["window"] },
  stillwatch_analysed_events: { kind: "gauge", help: "Events in the window at its last turn.", labels: ["window"] },
  stillwatch_campaigns: { kind: "gauge", help: "Campaigns in the window at its last turn.", labels: ["window"] },
  stillwatch_decisions_total: { kind: "counter", help: "Decisions that policy made.", labels: ["rule", "measure", "mode"] },
  stillwatch_decisions_pending: {
    kind: "gauge",
    help: "Accounts, organizations and campaigns that the rule holds for, and not yet for as long as its `for` says.",
    labels: ["rule"],
  },
  stillwatch_alerts_waiting: {
    kind: "gauge",
    help: "Alerts that have not arrived yet and are still being tried; those that failed at least once are `failed`.",
    labels: ["outcome"],
  },
  stillwatch_alerts_total: {
    kind: "counter",
    help: "Attempts to tell people: sent, failed (tried again) or dead (given up).",
    labels: ["receiver", "outcome"],
  },
} as const satisfies Readonly<Record<string, MetricPlan>>;

/** One of {@link METRICS}. */
export type MetricName = keyof typeof METRICS;

/** Starts counting; the process's own figures (`process_`, `nodejs_`) are in. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const counters = new Map<string, Counter>();
  const gauges = new Map<string, Gauge>();
  const histograms = new Map<string, Histogram>();
  for (const [name, plan] of Object.entries<MetricPlan>(METRICS)) {
    const base = { name, help: plan.help, labelNames: [...plan.labels], registers: [registry] };
    if (plan.kind === "counter") counters.set(name, new Counter(base));
    else if (plan.kind === "gauge") gauges.set(name, new Gauge(base));
    else histograms.set(name, new Histogram({ ...base, buckets: [...(plan.buckets ?? ANSWER_BUCKETS)] }));
  }
  return {
    contentType: registry.contentType,
    count: (name, labels = {}, by = 1) => counters.get(name)?.inc(labels, by),
    observe: (name, value, labels = {}) => histograms.get(name)?.observe(labels, value),
    set: (name, value, labels = {}) => gauges.get(name)?.set(labels, value),
    render: async () => registry.metrics(),
  };
}
