/** Scores against the truth. */
export { openReportFolder, readTruth, type ReportFolder, type ScoredAccountLine } from "./read-score-input.js";
export { scoreReport, type ScoreInput } from "./score-report.js";
export type * from "./score.js";
