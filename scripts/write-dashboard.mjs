// Writes deploy/grafana/stillwatch.json (or prints it, with --print): one dashboard for what `stillwatch serve` counts. Panels are listed here, their queries by metric.
import { writeFileSync } from "node:fs";

/** @typedef {{ title: string, description: string, unit?: string, kind?: "stat" | "timeseries", queries: [expression: string, legend: string][] }} Panel */

/** @type {{ title: string, panels: Panel[] }[]} */
const ROWS = [
  {
    title: "Is it well?",
    panels: [
      {
        title: "Engine",
        description: "0: verdicts go on from the last snapshot, records wait, nothing new is found.",
        kind: "stat",
        queries: [["min(stillwatch_engine_up)", "up"]],
      },
      {
        title: "Snapshot age",
        description: "Above verdicts.snapshot_age_max gateways are told `unchecked`.",
        kind: "stat",
        unit: "s",
        queries: [["max(stillwatch_snapshot_age_seconds)", "age"]],
      },
      {
        title: "Backlog",
        description: "Bytes on disk that wait for the engine. At intake.backlog_bytes_max senders are told to come again.",
        kind: "stat",
        unit: "bytes",
        queries: [["sum(stillwatch_journal_backlog_bytes)", "waiting"]],
      },
      {
        title: "Files refused",
        description:
          "1: the policy, the allowlist or the file of accounts was not right when it was read again, and what it said before goes on. The log says what is wrong.",
        kind: "stat",
        queries: [
          ["max(stillwatch_policy_refused)", "policy"],
          ["max by (file) (stillwatch_side_file_stale)", "{{file}}"],
        ],
      },
      {
        title: "Log lines lost",
        description: "In the last hour: a full disk, a closed terminal, a reader that is gone or stuck. Nothing but the log suffers.",
        kind: "stat",
        queries: [["sum(increase(stillwatch_log_lines_lost_total[1h]))", "lines"]],
      },
      {
        title: "Since the last analysis",
        description: "Should stay near analysis.interval.",
        kind: "stat",
        unit: "s",
        queries: [["max(stillwatch_analysis_age_seconds)", "age"]],
      },
    ],
  },
  {
    title: "Verdicts",
    panels: [
      {
        title: "Checks",
        description: "By verdict and state. Anything but `checked` was not held against a fresh snapshot.",
        unit: "reqps",
        queries: [["sum by (verdict, state) (rate(stillwatch_checks_total[5m]))", "{{verdict}} {{state}}"]],
      },
      {
        title: "Not checked",
        description: "Requests that passed or were refused without a check, by integration.",
        unit: "reqps",
        queries: [
          ['sum by (integration) (rate(stillwatch_checks_total{state="unchecked"}[5m]))', "{{integration}}: answered unchecked"],
          ["sum by (integration) (rate(stillwatch_unchecked_requests_total[5m]))", "{{integration}}: never asked, or unreadable"],
          ["sum by (integration, measure) (rate(stillwatch_unapplied_measures_total[5m]))", "{{integration}}: cannot {{measure}}"],
        ],
      },
      {
        title: "Checks not written down",
        description:
          "Answered, and lost to a backlog at its bound or a disk that refuses. Above 0 `stillwatch unchecked` tells requests as never asked about that were.",
        unit: "reqps",
        queries: [["sum by (reason) (rate(stillwatch_check_records_lost_total[5m]))", "{{reason}}"]],
      },
      {
        title: "What shadow would have done",
        description: "Checks that a rule in shadow would have answered otherwise.",
        unit: "reqps",
        queries: [["sum by (rule, measure) (rate(stillwatch_shadowed_checks_total[5m]))", "{{rule}} ({{measure}})"]],
      },
      {
        title: "Known campaigns",
        description: "Checks that showed something of a known campaign, by what it was and whether a standing order answered by it.",
        unit: "reqps",
        queries: [["sum by (kinds, acts) (rate(stillwatch_matched_checks_total[5m]))", "{{kinds}} ({{acts}})"]],
      },
      {
        title: "What campaigns are known by",
        description: "Campaigns that checks are held against, and their scaffolds, addresses and accounts in memory.",
        queries: [
          ["stillwatch_known_campaigns", "campaigns"],
          ["stillwatch_known_marks", "marks"],
          ["stillwatch_known_accounts_left_out", "accounts left out"],
        ],
      },
      {
        title: "Age of what campaigns are known by",
        description:
          "Time since the last event, or the last turn of the analysis, that it goes back to. Beyond verdicts.known_age_max no standing order acts by it.",
        unit: "s",
        queries: [["max(stillwatch_known_age_seconds)", "age"]],
      },
      {
        title: "Reasoning of somebody else",
        description: "Handles that came back from another account than they were issued to.",
        queries: [["sum by (integration) (increase(stillwatch_replayed_handles_total[1h]))", "{{integration}}"]],
      },
      {
        title: "Time to answer, 99th percentile",
        description: "By route, as the server sees it.",
        unit: "s",
        queries: [["histogram_quantile(0.99, sum by (le, route) (rate(stillwatch_http_request_seconds_bucket[5m])))", "{{route}}"]],
      },
      {
        title: "Decisions in the snapshot, handles in memory",
        description: "What verdicts are given from.",
        queries: [
          ["max(stillwatch_snapshot_decisions)", "decisions"],
          ["max(stillwatch_handles_remembered)", "handles"],
        ],
      },
    ],
  },
  {
    title: "Records in",
    panels: [
      {
        title: "Records acknowledged",
        description: "By source.",
        unit: "reqps",
        queries: [["sum by (source) (rate(stillwatch_intake_records_total[5m]))", "{{source}}"]],
      },
      {
        title: "Bytes acknowledged",
        description: "By format.",
        unit: "Bps",
        queries: [["sum by (format) (rate(stillwatch_intake_bytes_total[5m]))", "{{format}}"]],
      },
      {
        title: "Told to come again, passed over",
        description: "Nothing of these is lost: refused ones are sent again, passed-over ones are about something else than requests.",
        unit: "reqps",
        queries: [
          ["sum by (source, reason) (rate(stillwatch_intake_refused_total[5m]))", "{{source}}: {{reason}}"],
          ["sum by (source) (rate(stillwatch_intake_passed_over_total[5m]))", "{{source}}: passed over"],
        ],
      },
      {
        title: "Stored, set aside, restarts",
        description:
          "Quarantined records can be seen with `stillwatch quarantine list`. Taken out, in a day: what lies further back than data.events_kept.",
        queries: [
          ["max(stillwatch_stored_events)", "events"],
          ["max(stillwatch_quarantined_records)", "quarantined"],
          ["max(stillwatch_engine_restarts)", "engine restarts"],
          ["sum(increase(stillwatch_pruned_events_total[1d]))", "taken out"],
        ],
      },
    ],
  },
  {
    title: "What is found",
    panels: [
      {
        title: "Campaigns",
        description: "At the last turn, by window.",
        queries: [["max by (window) (stillwatch_campaigns)", "{{window}}"]],
      },
      {
        title: "Decisions",
        description: "Made by policy, per hour.",
        queries: [["sum by (rule, measure, mode) (increase(stillwatch_decisions_total[1h]))", "{{rule}}: {{measure}} ({{mode}})"]],
      },
      {
        title: "Waiting for a rule's `for`",
        description: "Whom a rule holds for, and not yet for long enough to decide.",
        queries: [["max by (rule) (stillwatch_decisions_pending)", "{{rule}}"]],
      },
      {
        title: "Time of a turn",
        description: "By window.",
        unit: "s",
        queries: [["max by (window) (stillwatch_analysis_seconds)", "{{window}}"]],
      },
      {
        title: "Events in a turn",
        description: "By window.",
        queries: [["max by (window) (stillwatch_analysed_events)", "{{window}}"]],
      },
      {
        title: "Alerts",
        description: "`dead` ones did not arrive for a day and were given up.",
        queries: [["sum by (receiver, outcome) (increase(stillwatch_alerts_total[1h]))", "{{receiver}} {{outcome}}"]],
      },
      {
        title: "Alerts that wait",
        description:
          "Have not arrived yet and are still being tried. `failed` ones did not arrive at the first try: `stillwatch alerts list` says how many, the log why.",
        queries: [["max by (outcome) (stillwatch_alerts_waiting)", "{{outcome}}"]],
      },
    ],
  },
];

const WIDTH = 24;
const HEIGHT = 8;
const STAT_HEIGHT = 4;
const SOURCE = { type: "prometheus", uid: "${source}" };

let y = 0;
let id = 1;
const panels = ROWS.flatMap(({ title, panels: row }) => {
  const isStats = row.every(({ kind }) => kind === "stat");
  const perLine = isStats ? row.length : 3;
  const height = isStats ? STAT_HEIGHT : HEIGHT;
  const header = { id: id++, type: "row", title, collapsed: false, gridPos: { x: 0, y: y++, w: WIDTH, h: 1 }, panels: [] };
  const made = row.map(({ title: name, description, kind = "timeseries", unit = "short", queries }, index) => ({
    id: id++,
    type: kind,
    title: name,
    description,
    datasource: SOURCE,
    gridPos: { x: (index % perLine) * (WIDTH / perLine), y: y + Math.floor(index / perLine) * height, w: WIDTH / perLine, h: height },
    fieldConfig: { defaults: { unit, min: 0 }, overrides: [] },
    targets: queries.map(([expr, legendFormat], at) => ({ refId: String.fromCharCode(65 + at), datasource: SOURCE, expr, legendFormat })),
  }));
  y += Math.ceil(row.length / perLine) * height;
  return [header, ...made];
});

const dashboard = {
  uid: "stillwatch",
  title: "stillwatch",
  description: "Made by `node scripts/write-dashboard.mjs`.",
  tags: ["stillwatch"],
  schemaVersion: 39,
  editable: true,
  refresh: "30s",
  time: { from: "now-6h", to: "now" },
  templating: { list: [{ name: "source", label: "Prometheus", type: "datasource", query: "prometheus" }] },
  panels,
};
const text = `${JSON.stringify(dashboard, null, 2)}\n`;
if (process.argv.includes("--print")) process.stdout.write(text);
else writeFileSync(new URL("../deploy/grafana/stillwatch.json", import.meta.url), text);
