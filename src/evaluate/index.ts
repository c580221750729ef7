/** Scores against the truth, and published methods beside ours. */
export { baselines } from "./baselines/index.js";
export type { Baseline } from "./baselines/baseline.js";
export { calibrateBaselines, type BaselineCalibration } from "./calibrate-baselines.js";
export type * from "./evaluation.js";
export { readLogEvents, type LogEvent } from "./log-events.js";
export { judgeBaselines, judgeOurselves, observeLog, readKnownTruth } from "./observe-log.js";
export { openReportFolder, readTruth, type ReportFolder, type ScoredAccountLine } from "./read-score-input.js";
export { scoreReport, type ScoreInput } from "./score-report.js";
export type * from "./score.js";
export { SUSPECT_PROBABILITY } from "./score.js";
export { chooseCuts, describeTimeToFind, listFoundCampaigns, type ExchangeTimes } from "./time-to-find.js";
export { BENIGN_ROW, listSuiteRows, SEEDS_DEFAULT, type SuiteRow, type SuiteSize } from "./suite.js";
export { summarizeTargets, writeResultsPage, type PageFacts } from "./page/results-page.js";
export { COORDINATION_SETS, sweepCamouflage } from "./coordination/index.js";
export type { Studies } from "./page/studies.js";
export type { PageRow } from "./page/figures.js";
export { CROWDS, halvePools, measureWindows, readWindowPools, WINDOW_SHAPES } from "./windows/index.js";
export type { WindowPools, WindowProtocol, WindowRow } from "./windows/index.js";
