/** The targets of detection, each held against the figures of a suite. No sentence here says anything but what the figures say. */
import { clopperPearsonInterval, wilsonInterval, type Interval } from "../../statistics/intervals.js";
import { PRECISION_TARGET, type MilestoneTold, type Verdict } from "../evaluation.js";
import { SHIFT_HOURS_MAX, SUCCESSOR_EXCHANGES_MAX } from "../milestones.js";
import type { RowGroup } from "../suite.js";
import { isFound, poolSegments, poolSlices, poolVerdicts, selectRows, type PageRow } from "./figures.js";
import { countNoun, formatPercent, listWords } from "./markdown.js";
import { explainCalibration, explainMissed, explainSlices, explainTime, type Explain } from "./reasons.js";
import { listMethods } from "./tables.js";

/** One target and what became of it. */
export interface TargetResult {
  what: string;
  target: string;
  outcome: "reached" | "missed" | "not measured";
  /** The figure, and for a miss by how much. */
  figure: string;
  /** For a miss, what was measured of its causes; null where nothing was. */
  why: string | null;
}

type Judged = Omit<TargetResult, "what" | "target" | "why">;
type Judge = (rows: readonly PageRow[]) => Judged;

const NOT_MEASURED = (why: string): Judged => ({ outcome: "not measured", figure: why });

/** Holds every target against the rows. */
export function judgeTargets(rows: readonly PageRow[]): TargetResult[] {
  return TARGETS.map(({ what, target, judge, explain }) => {
    const judged = judge(rows);
    return { what, target, ...judged, why: judged.outcome === "missed" && explain ? explain(rows) : null };
  });
}

const TARGETS: readonly { what: string; target: string; judge: Judge; explain?: Explain }[] = [
  {
    what: "the three February campaigns",
    target: "recall ≥ 99 % at precision ≥ 99.9 %",
    judge: judgeGroup("february", 0.99, 0.999),
    explain: explainMissed("february"),
  },
  { what: "look-alikes, in all worlds together", target: "0 organizations in `campaign`", judge: judgeOrganizations },
  { what: "benign accounts, in all worlds together", target: "at most 1 in 10,000 in `campaign`", judge: judgeInnocent },
  {
    what: "one evasion",
    target: "recall ≥ 98 % at precision ≥ 99.9 %",
    judge: judgeGroup("knob", 0.98, 0.999),
    explain: explainMissed("knob"),
  },
  {
    what: "two evasions",
    target: "recall ≥ 95 % at precision ≥ 99.9 %",
    judge: judgeGroup("pair", 0.95, 0.999),
    explain: explainMissed("pair"),
  },
  {
    what: "all evasions at once",
    target: "recall ≥ 90 % at precision ≥ 99.9 %",
    judge: judgeGroup("all_knobs", 0.9, 0.999),
    explain: explainMissed("all_knobs"),
  },
  {
    what: "one scaffold an account",
    target: "recall ≥ 95 % at precision ≥ 98 %",
    judge: judgeGroup("one_scaffold", 0.95, PRECISION_TARGET),
    explain: explainMissed("one_scaffold"),
  },
  {
    what: "one scaffold an account, own payments, addresses, ages",
    target: "recall ≥ 60 % at precision ≥ 98 %",
    judge: judgeGroup("one_scaffold_own", 0.6, PRECISION_TARGET),
    explain: explainMissed("one_scaffold_own"),
  },
  {
    what: "90 % unrelated traffic",
    target: "campaigns found; slices: precision ≥ 98 %, recall ≥ 95 %",
    judge: judgeMixed,
    explain: explainSlices(chooseMixed),
  },
  { what: "small campaigns", target: "found", judge: judgeSmall },
  {
    what: "time to find, the February campaigns",
    target: "before 2 % of a campaign's exchanges are served",
    judge: judgeTime,
    explain: explainTime,
  },
  {
    what: "a successor pool",
    target: "told with its ancestor before it has served 500 exchanges",
    judge: judgeMilestone("successor", SUCCESSOR_EXCHANGES_MAX),
  },
  {
    what: "a move to a new release",
    target: "told within 6 hours of the release",
    judge: judgeMilestone("release_shift", SHIFT_HOURS_MAX),
  },
  { what: "unrelated traffic from 0 to 90 %", target: "ahead of SynchroTrap and FRAUDAR", judge: judgeCamouflage },
  { what: "every world", target: "ahead of every published method that ran on it", judge: judgeAhead },
  { what: "calibration", target: "expected error ≤ .02", judge: judgeCalibration, explain: explainCalibration },
  { what: "metadata only", target: "≥ 80 % of the recall with text", judge: judgeMetadata, explain: explainMissed("metadata") },
];

function judgeGroup(group: RowGroup, recallTarget: number, precisionTarget: number): Judge {
  return (rows) => {
    const chosen = selectRows(rows, group);
    if (chosen.length === 0) return NOT_MEASURED("no such world was made");
    const pooled = poolVerdicts(chosen.map(({ evaluation }) => evaluation.ours));
    const misses = [
      ...describeShortfall("recall", pooled.recall ?? 0, recallTarget),
      ...(pooled.precision === null ? [] : describeShortfall("precision", pooled.precision, precisionTarget)),
    ];
    const recalls = chosen.map(({ row, evaluation }) => ({ title: row.title, seed: row.seed, recall: evaluation.ours.recall ?? 0 }));
    const worst = recalls.reduce((low, each) => (each.recall < low.recall ? each : low));
    const spread = chosen.length === 1 ? "" : `; lowest recall ${formatPercent(worst.recall)} (${worst.title}, seed ${worst.seed})`;
    const figure = `recall ${formatPercent(pooled.recall)}, precision ${formatPercent(pooled.precision)} over ${countNoun(chosen.length, "world")}${spread}`;
    return { outcome: misses.length === 0 ? "reached" : "missed", figure: [figure, ...misses].join("; ") };
  };
}

function describeShortfall(name: string, share: number, target: number): string[] {
  return share >= target ? [] : [`${name} ${(100 * (target - share)).toFixed(1)} points short`];
}

/** Crowds that are no organization: people who have nothing to do with each other. */
const NO_ORGANIZATION: readonly string[] = ["crowd"];

function judgeOrganizations(rows: readonly PageRow[]): Judged {
  const segments = poolSegments(rows).filter(({ segment }) => !NO_ORGANIZATION.includes(segment));
  const crowds = segments.reduce((sum, segment) => sum + segment.crowds, 0);
  if (crowds === 0) return NOT_MEASURED("the truth names no organizations");
  const touched = segments.filter((segment) => segment.crowdsInCampaign > 0);
  const count = touched.reduce((sum, segment) => sum + segment.crowdsInCampaign, 0);
  const { high } = clopperPearsonInterval({ successes: count, trials: crowds });
  const names = touched.map(({ segment, crowdsInCampaign }) => `${segment} ${crowdsInCampaign}`);
  return {
    outcome: count === 0 ? "reached" : "missed",
    figure: `${count} of ${countNoun(crowds, "organization or group", "organizations and groups")} had an account in \`campaign\` (${listWords(names)}); at most ${formatPercent(high)} with 97.5 % certainty`,
  };
}

/** One in ten thousand. */
const INNOCENT_TARGET = 1e-4;

function judgeInnocent(rows: readonly PageRow[]): Judged {
  const segments = poolSegments(rows);
  const accounts = segments.reduce((sum, segment) => sum + segment.accounts, 0);
  const innocent = segments.reduce((sum, segment) => sum + segment.accountsInCampaign, 0);
  if (accounts === 0) return NOT_MEASURED("no benign accounts");
  const { high } = clopperPearsonInterval({ successes: innocent, trials: accounts });
  const inTenThousand = (share: number): string => (share * 10_000).toFixed(1);
  return {
    outcome: innocent / accounts <= INNOCENT_TARGET ? "reached" : "missed",
    figure: `${innocent} of ${countNoun(accounts, "account")}: ${inTenThousand(innocent / accounts)} in 10,000, at most ${inTenThousand(high)} with 97.5 % certainty if accounts were independent, which those of one organization are not`,
  };
}

/** Slices of mixed traffic. */
const SLICE_RECALL_TARGET = 0.95;

/** Rows of other seeds carry the seed behind this. */
const MIXED_ROW = "camouflage-90";

function chooseMixed(rows: readonly PageRow[]): PageRow[] {
  return rows.filter(({ row }) => row.id === MIXED_ROW || row.id.startsWith(`${MIXED_ROW}-`));
}

function judgeMixed(rows: readonly PageRow[]): Judged {
  const chosen = chooseMixed(rows);
  if (chosen.length === 0) return NOT_MEASURED("no such world was made");
  const slices = poolSlices(chosen);
  if (slices.requests === 0) return NOT_MEASURED("the reports or the truth do not tell slices");
  const campaigns = chosen.flatMap(({ row, evaluation }) => evaluation.score.campaigns.map((campaign) => ({ row, campaign })));
  const lost = campaigns.filter(({ campaign }) => !isFound(campaign)).map(({ row, campaign }) => `${campaign.campaign} (seed ${row.seed})`);
  const found = campaigns.length - lost.length;
  const recall = slices.matched / slices.requests;
  const precision = slices.reported === 0 ? 0 : slices.matched / slices.reported;
  const misses = [
    ...(lost.length === 0 ? [] : [`not found: ${lost.join(", ")}`]),
    ...describeShortfall("recall", recall, SLICE_RECALL_TARGET),
    ...describeShortfall("precision", precision, PRECISION_TARGET),
  ];
  const foundRange = formatRange(clopperPearsonInterval({ successes: found, trials: campaigns.length }));
  const recallRange = formatRange(wilsonInterval({ successes: slices.matched, trials: slices.requests }));
  const precisionRange = formatRange(wilsonInterval({ successes: slices.matched, trials: slices.reported }));
  const figure =
    `${found} of ${countNoun(campaigns.length, "campaign")} found (${foundRange}) over ${countNoun(chosen.length, "world")}; ` +
    `slices: recall ${formatPercent(recall)} (${recallRange}), precision ${formatPercent(precision)} (${precisionRange}), ` +
    "the last two intervals as if requests were independent, which those of one account are not";
  return { outcome: misses.length === 0 ? "reached" : "missed", figure: [figure, ...misses].join("; ") };
}

function formatRange({ low, high }: Interval): string {
  return `95 %: ${formatPercent(low)} to ${formatPercent(high)}`;
}

function judgeSmall(rows: readonly PageRow[]): Judged {
  const chosen = selectRows(rows, "small");
  if (chosen.length === 0) return NOT_MEASURED("no such world was made");
  const lost = chosen.filter(({ evaluation }) => !evaluation.score.campaigns.every(isFound));
  const parts = chosen.map(({ row, evaluation }) => `${row.title}: ${formatPercent(evaluation.ours.recall)} of its accounts`);
  return { outcome: lost.length === 0 ? "reached" : "missed", figure: parts.join("; ") };
}

/** Share served when a campaign should be found. */
const TIME_TARGET = 0.02;

function judgeTime(rows: readonly PageRow[]): Judged {
  const times = selectRows(rows, "february").flatMap(({ evaluation }) => evaluation.time_to_find ?? []);
  if (times.length === 0) return NOT_MEASURED("no cuts were asked for");
  const shares = times.map((time) => time.found_at_share ?? Infinity).sort((a, b) => a - b);
  // A cut falls on a whole exchange: the share at the cut of 2 % may lie above .02 by part of one.
  const inTime = times.filter(
    (time) => time.found_at_exchanges !== null && time.found_at_exchanges <= Math.ceil(TIME_TARGET * time.exchanges),
  );
  const late = times.filter((time) => time.found_at_share === null).length;
  const middle = shares[Math.floor((shares.length - 1) / 2)];
  const exchanges = times.map((time) => time.exchanges).sort((a, b) => a - b);
  return {
    outcome: inTime.length === times.length ? "reached" : "missed",
    figure: `${inTime.length} of ${countNoun(times.length, "campaign")} in time; half of them by ${middle === Infinity ? "no cut" : formatPercent(middle)}${late === 0 ? "" : `, ${late} at no cut`}; campaigns here have ${exchanges[0]} to ${exchanges[exchanges.length - 1]} exchanges, so that 2 % are ${Math.ceil(TIME_TARGET * exchanges[0])} to ${Math.ceil(TIME_TARGET * exchanges[exchanges.length - 1])}`,
  };
}

function judgeMilestone(kind: MilestoneTold["kind"], limit: number): Judge {
  return (rows) => {
    const told = rows.flatMap(({ row, evaluation }) =>
      (evaluation.milestones ?? []).filter((each) => each.kind === kind).map((each) => ({ ...each, seed: row.seed })),
    );
    if (told.length === 0) return NOT_MEASURED("no world with one was looked at");
    const inTime = told.filter((each) => each.told_at !== null && each.told_at <= limit).length;
    const parts = told.map((each) => {
      const name = `${each.campaign} (seed ${each.seed})`;
      const found = each.found_at === null ? "not found" : `found by ${countNoun(each.found_at, nameUnit(each))}`;
      const when = each.told_at === null ? `never told, ${found}` : `told by ${countNoun(each.told_at, nameUnit(each))}`;
      const after = each.missed_at === 0 ? "" : `, not by ${each.missed_at}`;
      const others = each.others_told.length === 0 ? "" : `, said of ${listWords(each.others_told)}, too`;
      return `${name}: ${when}${after}${others}`;
    });
    const what = kind === "successor" ? "pool" : "move";
    return {
      outcome: inTime === told.length ? "reached" : "missed",
      figure: [`${inTime} of ${countNoun(told.length, what)} in time`, ...parts].join("; "),
    };
  };
}

const nameUnit = ({ unit }: MilestoneTold): string => (unit === "hours" ? "hour" : "exchange");

function judgeCamouflage(rows: readonly PageRow[]): Judged {
  const chosen = selectRows(rows, "camouflage");
  const rivals = ["synchrotrap", "fraudar"];
  const duels = chosen.flatMap(({ row, evaluation }) =>
    evaluation.baselines
      .filter((baseline) => rivals.includes(baseline.name))
      .map((baseline) => ({ row, baseline, isAhead: evaluation.ours.f1 > baseline.kindest.f1 })),
  );
  if (duels.length === 0) return NOT_MEASURED("neither method ran on these worlds");
  const lost = duels.filter((duel) => !duel.isAhead).map(({ row, baseline }) => `${baseline.title} at ${row.title}`);
  return {
    outcome: lost.length === 0 ? "reached" : "missed",
    figure: `ahead in ${duels.length - lost.length} of ${countNoun(duels.length, "comparison")}${lost.length === 0 ? "" : `; not of ${lost.join(", ")}`}`,
  };
}

/** A method that needs text does not run on every world; a world is then compared with those that ran, and the figure says which did not. */
function judgeAhead(rows: readonly PageRow[]): Judged {
  const chosen = rows.filter(({ evaluation }) => evaluation.baselines.length > 0 && evaluation.ours.attack_accounts > 0);
  if (chosen.length === 0) return NOT_MEASURED("no published method ran");
  const methods = listMethods(chosen);
  const isAheadOf = ({ evaluation }: PageRow, name: string): boolean | null => {
    const baseline = evaluation.baselines.find((each) => each.name === name);
    return baseline === undefined ? null : baseline.kindest.f1 < evaluation.ours.f1;
  };
  const duels = methods.map(({ name, title }) => {
    const results = chosen.map((row) => isAheadOf(row, name)).filter((isAhead) => isAhead !== null);
    return { title, ran: results.length, ahead: results.filter(Boolean).length };
  });
  const ran = duels.reduce((sum, duel) => sum + duel.ran, 0);
  const ahead = duels.reduce((sum, duel) => sum + duel.ahead, 0);
  const whole = chosen.filter(({ evaluation }) => evaluation.baselines.length === methods.length);
  const beaten = whole.filter((row) => methods.every(({ name }) => isAheadOf(row, name) === true));
  const lost = duels.filter((duel) => duel.ahead < duel.ran).map((duel) => `${duel.title} in ${duel.ran - duel.ahead}`);
  const absent = duels.filter((duel) => duel.ran < chosen.length).map((duel) => `${duel.title} on ${chosen.length - duel.ran}`);
  return {
    outcome: ahead === ran ? "reached" : "missed",
    figure: [
      `ahead in ${ahead} of ${countNoun(ran, "comparison")}, one for each method that ran on a world${lost.length === 0 ? "" : ` (not of ${listWords(lost)})`}`,
      `ahead of all ${methods.length} in ${beaten.length} of ${countNoun(whole.length, "world")} where all ran`,
      ...(absent.length === 0
        ? []
        : [`of ${countNoun(chosen.length, "world")} with an attack, these did not run on some: ${listWords(absent)}`]),
    ].join("; "),
  };
}

/** Expected calibration error. */
const CALIBRATION_TARGET = 0.02;

function judgeCalibration(rows: readonly PageRow[]): Judged {
  if (rows.length === 0) return NOT_MEASURED("no worlds");
  const errors = rows.map(({ row, evaluation }) => ({
    title: row.title,
    error: evaluation.score.calibration.expected_calibration_error,
    suspects: evaluation.score.calibration.suspects.expected_calibration_error,
  }));
  const worst = errors.reduce((high, each) => (each.error > high.error ? each : high));
  const within = errors.filter(({ error }) => error <= CALIBRATION_TARGET).length;
  const suspects = errors.map((each) => each.suspects).sort((a, b) => a - b);
  return {
    outcome: within === errors.length ? "reached" : "missed",
    figure: `within it in ${within} of ${countNoun(errors.length, "world")}, worst ${worst.error.toFixed(3)} (${worst.title}); among accounts with a probability of at least .01 the middle world has ${suspects[Math.floor((suspects.length - 1) / 2)].toFixed(3)}`,
  };
}

/** Part of the recall with text that metadata alone should keep. */
const METADATA_TARGET = 0.8;

function judgeMetadata(rows: readonly PageRow[]): Judged {
  const pairs = selectRows(rows, "metadata").flatMap((each) => {
    const twin = rows.find(({ row }) => row.id === each.row.comparedWith);
    return twin === undefined ? [] : [{ bare: each.evaluation.ours, twin: twin.evaluation.ours }];
  });
  if (pairs.length === 0) return NOT_MEASURED("no such world was made");
  const without = describeRecall(pairs.map(({ bare }) => bare));
  const recall = describeRecall(pairs.map(({ twin }) => twin));
  const kept = recall.share === 0 ? 0 : without.share / recall.share;
  const isReached = kept >= METADATA_TARGET;
  const gap = isReached ? "" : `; ${(100 * (METADATA_TARGET - kept)).toFixed(1)} points short`;
  // Wide on purpose: the ends that lie farthest apart, whatever the two worlds have in common.
  const range = {
    low: without.interval.low / recall.interval.high,
    high: Math.min(1, without.interval.high / Math.max(recall.interval.low, Number.MIN_VALUE)),
  };
  return {
    outcome: isReached ? "reached" : "missed",
    figure:
      `recall ${formatPercent(without.share)} without text (${formatRange(without.interval)}) and ${formatPercent(recall.share)} with it ` +
      `(${formatRange(recall.interval)}) over ${countNoun(pairs.length, "world")}: ${formatPercent(kept)} kept (${formatRange(range)}), ` +
      `as if accounts were independent, which those of one campaign are not${gap}`,
  };
}

function describeRecall(verdicts: readonly Verdict[]): { share: number; interval: Interval } {
  const { found, attack_accounts: accounts } = poolVerdicts(verdicts);
  return { share: accounts === 0 ? 0 : found / accounts, interval: wilsonInterval({ successes: found, trials: accounts }) };
}
