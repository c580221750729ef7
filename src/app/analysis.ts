/** An analysis from arguments to a written report: opens the store, reads the side files, runs the pipeline, writes the folder. */
import { detections } from "../detections/index.js";
import { readRegions, readSideFiles, type ReaderPool, type SideFilePaths, type SideFiles } from "../engine/acquire/index.js";
import { analyze, type Outcome, type RawBatch, type Stage, type World } from "../engine/pipeline.js";
import { sourceFormats } from "../integrations/index.js";
import { takeNumbers, takeStrings } from "../store/events/column-batch.js";
import { explainStoreError } from "../store/events/store-errors.js";
import { openEventStore, type EventStore } from "../store/events/store.js";
import type { ReportCalibration } from "../vocabulary/calibration.js";
import type { Problem } from "../vocabulary/errors.js";
import type { Report } from "../vocabulary/report.js";
import { applyCalibration, describeShortfall, type CalibrationWish } from "./calibration.js";
import { chooseInputs } from "./choose-inputs.js";
import type { Progress } from "./cli/progress.js";
import { fillExemplars } from "./exemplars.js";
import { makeWritableFolder } from "./folder.js";
import type { AccountDigest, QuarantineDigest } from "./report/digest.js";
import { makeReportFolder, writeReport } from "./report/write.js";
import { parseStoreUrl } from "./store-url.js";
import { createTemporaryFolder } from "./temporary-folder.js";
import { createIngestPool } from "./workers/ingest-pool.js";
import { canHelpTracking, startTrackingHelper } from "./workers/tracking-helper.js";

/** What to analyse and where the report goes. */
export interface AnalyzeRequest {
  inputs: readonly string[];
  sideFiles: SideFilePaths;
  /** A text file of country codes that the operator does not serve; summed in `policy_facts`. */
  unsupportedRegions?: string | undefined;
  format: string;
  isMetadataOnly: boolean;
  /** Absolute; a temporary folder that is removed afterwards when absent. */
  dataFolder?: string | undefined;
  storeUrl?: string | undefined;
  reportFolder: string;
  withRequests: boolean;
  withExemplars: boolean;
  workers?: number | undefined;
  /** Sets the bar; the usual one when absent. */
  calibration?: CalibrationWish | undefined;
}

/** A report that stands in its folder. */
export interface WrittenAnalysis {
  report: Report;
  accounts: AccountDigest;
  quarantine: QuarantineDigest;
  files: string[];
}

/** Who is told about the work, and who may stop it. */
export interface AnalyzeWatch {
  progress: Progress;
  signal?: AbortSignal;
  /** Takes a sentence that a person should read and that the report does not hold. */
  onNote?: (note: string) => void;
  /** Sees what was found before it is written. */
  onOutcome?: (outcome: Outcome) => void;
}

const STAGE_TITLES: Record<Stage | "exemplars" | "write", [title: string, unit?: string]> = {
  acquire: ["reading", "requests"],
  observe: ["finding families"],
  track: ["linking accounts"],
  describe: ["gathering evidence"],
  exemplars: ["looking examples up"],
  write: ["writing the report"],
};

/** Runs the analysis. Throws StillwatchError, or the signal's reason; nothing half-written and no temporary folder stays behind. */
export async function analyzeToReport(request: AnalyzeRequest, watch: AnalyzeWatch): Promise<WrittenAnalysis> {
  const calibration = applyCalibration(request.calibration ?? {});
  const { files: inputs, note } = await chooseInputs(request);
  if (note !== null) watch.onNote?.(note);
  await makeReportFolder(request.reportFolder);
  // The threads load their modules while this one reads the side files and opens the store.
  const pool = await createIngestPool(request.workers === undefined ? {} : { workers: request.workers });
  try {
    return await analyzeWithPool(request, { inputs, pool, watch, calibration });
  } finally {
    await pool.close();
  }
}

interface Reading {
  inputs: readonly string[];
  pool: ReaderPool;
  watch: AnalyzeWatch;
  calibration: ReportCalibration;
}

async function analyzeWithPool(request: AnalyzeRequest, { inputs, pool, watch, calibration }: Reading): Promise<WrittenAnalysis> {
  const { progress, signal } = watch;
  const sideFiles = await readSideFiles(request.sideFiles);
  const regions = request.unsupportedRegions === undefined ? undefined : await readRegions(request.unsupportedRegions);
  const steps = createSteps(progress, signal);
  const { store, close } = await openStore(request);
  try {
    let outcome: Outcome;
    try {
      const batch: RawBatch = {
        inputs,
        format: request.format,
        formats: sourceFormats,
        isMetadataOnly: request.isMetadataOnly,
        pool,
        ...(signal ? { signal } : {}),
        onProgress: ({ readBytes, totalBytes, rows, quarantined }) =>
          progress.update({
            done: readBytes,
            total: totalBytes,
            count: rows,
            ...(quarantined > 0 ? { note: `${quarantined} ${quarantined === 1 ? "record" : "records"} set aside` } : {}),
          }),
      };
      outcome = await analyze(
        { ...describeWorld(request, { store, sideFiles, steps }), calibration, regions, pause: makePause(signal) },
        batch,
      );
    } finally {
      // What follows has no use for the threads, and could do with their memory.
      await pool.close();
    }
    const shortfall = describeShortfall(calibration, request);
    if (shortfall !== null) outcome.report.coverage["false_positive_rate"] = shortfall;
    watch.onOutcome?.(outcome);
    steps.begin("exemplars");
    const complete = async (): Promise<void> => {
      await addExemplars(request, { outcome, store });
      describeSideFiles(request, { outcome, sideFiles });
      steps.begin("write");
    };
    const written = await write(request, { outcome, store, sideFiles, complete });
    steps.end();
    return written;
  } finally {
    await close();
  }
}

/** Lets this thread hear of an interruption, which it does not while it computes, and ends the work then. */
function makePause(signal: AbortSignal | undefined): () => Promise<void> {
  return async () => {
    await new Promise((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
  };
}

interface Steps {
  /** Ends the step before and begins the next. Throws the signal's reason when the work was stopped. */
  begin(step: keyof typeof STAGE_TITLES): void;
  end(): void;
}

function createSteps(progress: Progress, signal: AbortSignal | undefined): Steps {
  let isUnderWay = false;
  const end = (): void => {
    if (isUnderWay) progress.finish();
    isUnderWay = false;
  };
  return {
    begin(step) {
      end();
      signal?.throwIfAborted();
      progress.start(...STAGE_TITLES[step]);
      isUnderWay = true;
    },
    end,
  };
}

function describeWorld(
  request: AnalyzeRequest,
  { store, sideFiles, steps }: { store: EventStore; sideFiles: SideFiles; steps: Steps },
): World {
  return {
    store,
    detections,
    sideFacts: sideFiles,
    sideFiles: Object.entries(request.sideFiles).flatMap(([name, path]) => (path === undefined ? [] : [name])),
    nowMs: () => performance.now(),
    onStage: (stage) => steps.begin(stage),
    ...(canHelpTracking() && request.workers !== 0 ? { startHelper: startTrackingHelper } : {}),
  };
}

async function addExemplars(request: AnalyzeRequest, { outcome, store }: { outcome: Outcome; store: EventStore }): Promise<void> {
  const { report, acquired } = outcome;
  const startMs = performance.now();
  // Who keeps text from the analysis does not want it in the report either.
  if (!request.withExemplars) report.coverage["exemplars"] = "No text was looked up (--no-exemplars): families are shown by number only.";
  else if (request.isMetadataOnly)
    report.coverage["exemplars"] = "No text was looked up (--metadata-only): families are shown by number only.";
  else await fillExemplars(outcome, { store, sources: acquired?.sources ?? [], formats: sourceFormats });
  report.timings["exemplars_ms"] = Math.round(performance.now() - startMs);
}

/** Side files that were given and are damaged; what is missing without one is said by the checks that needed it. */
function describeSideFiles(request: AnalyzeRequest, { outcome, sideFiles }: { outcome: Outcome; sideFiles: SideFiles }): void {
  for (const name of Object.keys(request.sideFiles) as (keyof SideFilePaths)[]) {
    const sentence = sideFiles.coverage[`side_file_${name}`];
    if (request.sideFiles[name] !== undefined && sentence !== undefined) outcome.report.coverage[`side_file_${name}`] = sentence;
  }
}

async function openStore(request: AnalyzeRequest): Promise<{ store: EventStore; close: () => Promise<void> }> {
  if (request.storeUrl !== undefined) {
    const store = await openEventStore(parseStoreUrl(request.storeUrl));
    return { store, close: () => store.close() };
  }
  if (request.dataFolder !== undefined) {
    await makeDataFolder(request.dataFolder);
    const store = await openEventStore({ path: request.dataFolder });
    return { store, close: () => store.close() };
  }
  const folder = await createTemporaryFolder();
  try {
    const store = await openEventStore({ path: folder.path });
    const close = async (): Promise<void> => {
      try {
        await store.close();
      } finally {
        await folder.remove();
      }
    };
    return { store, close };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

async function makeDataFolder(folder: string): Promise<void> {
  try {
    await makeWritableFolder(folder);
  } catch (error) {
    throw explainStoreError({ error, place: { kind: "embedded", name: folder }, during: "open" });
  }
}

interface Finished {
  outcome: Outcome;
  store: EventStore;
  sideFiles: SideFiles;
  /** Adds to the report what it lacks. */
  complete: () => Promise<void>;
}

async function write(request: AnalyzeRequest, { outcome, store, sideFiles, complete }: Finished): Promise<WrittenAnalysis> {
  const { report } = outcome;
  const { accounts, quarantine, files } = await writeReport({
    folder: request.reportFolder,
    report,
    accounts: outcome.listAccounts(),
    ...(request.withRequests ? { requests: outcome.listRequests() } : {}),
    quarantine: listQuarantine(store, sideFiles),
    pictures: outcome.pictures,
    complete,
  });
  return { report, accounts, quarantine, files };
}

/** Damaged lines of the logs in the order of file and line, then those of the side files. */
async function* listQuarantine(store: EventStore, sideFiles: SideFiles): AsyncGenerator<Problem> {
  const sql =
    "SELECT source, line, column, toString(code) AS code, what, why, fix FROM quarantine FINAL ORDER BY source, line, column, code, line_key";
  for await (const batch of store.columns(sql)) {
    const [sources, codes, whats, whys, fixes] = (["source", "code", "what", "why", "fix"] as const).map((name) =>
      takeStrings(batch, name),
    );
    const lines = takeNumbers(batch, "line");
    const columns = takeNumbers(batch, "column");
    for (let row = 0; row < batch.rows; row++) {
      const place = { file: sources[row], line: lines[row], ...(columns[row] > 0 ? { column: columns[row] } : {}) };
      yield { code: codes[row], what: whats[row], why: whys[row], fix: fixes[row], place };
    }
  }
  for (const { code, what, why, fix, file, line, column } of sideFiles.quarantine) {
    yield { code, what, why, fix, place: { file, line, ...(column === undefined ? {} : { column }) } };
  }
}
