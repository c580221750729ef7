/** Making a calibration: analyses benign traffic, one log or several worlds one after the other, and counts what would have been called a campaign. */
import { writeFile } from "node:fs/promises";
import { detections } from "../detections/index.js";
import type { SideFilePaths } from "../engine/acquire/index.js";
import { listBenignCrowds } from "../engine/campaigns/benign-crowds.js";
import { CAMPAIGN_LOG_ODDS_MIN } from "../engine/campaigns/fusion.js";
import { readTruth, SUSPECT_PROBABILITY } from "../evaluate/index.js";
import { tallyCalibration } from "../statistics/calibration.js";
import type { BenignCrowd, CalibrationFile, Reliability } from "../vocabulary/calibration.js";
import { StillwatchError } from "../vocabulary/errors.js";
import { analyzeToReport, type AnalyzeWatch } from "./analysis.js";
import { listThresholds } from "./calibration.js";
import { createTemporaryFolder } from "./temporary-folder.js";

/** Benign traffic: a log with its side files, and its truth where it is known. */
export interface CalibrationTraffic {
  inputs: readonly string[];
  sideFiles: SideFilePaths;
  truth?: string | undefined;
  /** For people; without a machine's paths. */
  name: string;
}

/** What to calibrate on. */
export interface CalibrationRequest {
  traffic: readonly CalibrationTraffic[];
  format: string;
  isMetadataOnly: boolean;
  workers?: number | undefined;
}

/**
 * Analyses every log. Worlds with attackers count for the reliability of probabilities alone: no false-positive rate is learnt from them.
 *
 * @throws StillwatchError SW1311 when nothing benign was read; and what the analysis and the readers throw.
 */
export async function calibrate(request: CalibrationRequest, watch: AnalyzeWatch): Promise<CalibrationFile> {
  const tallies = { all: tallyCalibration(), suspects: tallyCalibration(), worlds: 0 };
  const benign = { accounts: 0, organizations: 0, crowds: [] as BenignCrowd[] };
  const sources: string[] = [];
  for (const traffic of request.traffic) {
    const seen = await inspectTraffic(request, { traffic, watch, tallies });
    const uses = [...(seen ? ["for the bar"] : []), ...(traffic.truth === undefined ? [] : ["for whether probabilities come true"])];
    sources.push(`${traffic.name}${seen ? `, ${seen.accounts} benign accounts` : ""}, ${uses.join(" and ")}`);
    if (seen === null) continue;
    benign.accounts += seen.accounts;
    benign.organizations += seen.organizations;
    benign.crowds.push(...seen.crowds);
  }
  if (benign.accounts === 0) throw nothingBenign();
  benign.crowds.sort((a, b) => b.log_odds - a.log_odds || b.steps[0].accounts - a.steps[0].accounts);
  return {
    schema: "stillwatch.calibration/1",
    sources,
    metadata_only: request.isMetadataOnly,
    benign,
    thresholds: listThresholds(benign),
    reliability: describeReliability(
      tallies,
      request.traffic.filter(({ truth }) => truth !== undefined).map(({ name }) => name),
    ),
  };
}

/** Writes the file. */
export async function writeCalibration(file: string, calibration: CalibrationFile): Promise<void> {
  await writeFile(file, `${JSON.stringify(calibration, null, 2)}\n`);
}

/** Crowds that stand above the usual bar: either the traffic is not benign, or these would be wronged today. */
export function countAboveBar({ benign }: CalibrationFile): number {
  return benign.crowds.filter((crowd) => crowd.log_odds >= CAMPAIGN_LOG_ODDS_MIN).length;
}

interface Tallies {
  all: ReturnType<typeof tallyCalibration>;
  suspects: ReturnType<typeof tallyCalibration>;
  worlds: number;
}

interface SeenTraffic {
  accounts: number;
  organizations: number;
  crowds: BenignCrowd[];
}

/** What one log holds; null where its truth knows attackers. */
async function inspectTraffic(
  { format, isMetadataOnly, workers }: CalibrationRequest,
  { traffic, watch, tallies }: { traffic: CalibrationTraffic; watch: AnalyzeWatch; tallies: Tallies },
): Promise<SeenTraffic | null> {
  const folder = await createTemporaryFolder();
  try {
    const truth = traffic.truth === undefined ? null : await readLabels(traffic.truth);
    const hasAttackers = truth !== null && [...truth.values()].includes(true);
    const seen: SeenTraffic[] = [];
    await analyzeToReport(
      {
        inputs: traffic.inputs,
        sideFiles: traffic.sideFiles,
        format,
        isMetadataOnly,
        reportFolder: folder.path,
        withRequests: false,
        withExemplars: false,
        workers,
      },
      {
        ...watch,
        onOutcome: (outcome) => {
          if (truth !== null) {
            for (const { account_id, probability } of outcome.listAccounts()) {
              const isAttack = truth.get(account_id);
              if (isAttack === undefined) continue;
              tallies.all.add(probability, isAttack);
              if (probability >= SUSPECT_PROBABILITY) tallies.suspects.add(probability, isAttack);
            }
            tallies.worlds += 1;
          }
          if (hasAttackers) return;
          const { population } = outcome;
          seen.push({
            accounts: population.accountIds.length,
            organizations: population.partyCount,
            crowds: listBenignCrowds(population, detections),
          });
        },
      },
    );
    return seen[0] ?? null;
  } finally {
    await folder.remove();
  }
}

/** Whether each account attacks. */
async function readLabels(file: string): Promise<Map<string, boolean>> {
  const labels = new Map<string, boolean>();
  for await (const line of readTruth(file)) if (line.kind === "account") labels.set(line.accountId, line.label === "attack");
  return labels;
}

function describeReliability({ all, suspects, worlds }: Tallies, names: readonly string[]): Reliability | null {
  if (worlds === 0) return null;
  const overall = all.finish();
  const suspect = suspects.finish();
  const round = (value: number): number => Number(value.toFixed(6));
  return {
    expected_calibration_error: round(overall.expectedCalibrationError),
    suspects: { expected_calibration_error: round(suspect.expectedCalibrationError), cases: suspect.cases },
    cases: overall.cases,
    bins: overall.bins
      .filter(({ count }) => count > 0)
      .map(({ from, to, count, said, observed }) => ({ from, to, accounts: count, said: round(said), observed: round(observed) })),
    source: `${worlds} ${worlds === 1 ? "world" : "worlds"} with a known truth: ${names.join("; ")}`,
  };
}

function nothingBenign(): StillwatchError {
  return new StillwatchError({
    code: "SW1311",
    what: "nothing benign to calibrate on",
    why: "a false-positive rate is learnt from accounts that are known or believed to be innocent, and every world given has attackers.",
    fix: "give a log of benign traffic, or a world made with `stillwatch simulate --campaigns none`.",
  });
}
