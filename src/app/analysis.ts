/** An analysis from arguments to a written report: opens the store, reads the side files, runs the pipeline, writes the folder. */
import { mkdtemp, mkdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { detections } from "../detections/index.js";
import { readSideFiles, type SideFilePaths } from "../engine/acquire/index.js";
import { analyze, type Outcome, type Stage } from "../engine/pipeline.js";
import { sourceFormats } from "../integrations/index.js";
import { openEventStore, type EventStore } from "../store/events/store.js";
import type { Problem } from "../vocabulary/errors.js";
import type { Report } from "../vocabulary/report.js";
import type { Progress } from "./cli/progress.js";
import { fillExemplars } from "./exemplars.js";
import type { AccountDigest } from "./report/digest.js";
import { writeReport } from "./report/write.js";
import { parseStoreUrl } from "./store-url.js";
import { createIngestPool } from "./workers/ingest-pool.js";

/** What to analyse and where the report goes. */
export interface AnalyzeRequest {
  inputs: readonly string[];
  sideFiles: SideFilePaths;
  format: string;
  isMetadataOnly: boolean;
  /** Absolute; a temporary folder that is removed afterwards when absent. */
  dataFolder?: string | undefined;
  storeUrl?: string | undefined;
  reportFolder: string;
  withRequests: boolean;
  withExemplars: boolean;
  workers?: number | undefined;
}

/** A report that stands in its folder. */
export interface WrittenAnalysis {
  report: Report;
  accounts: AccountDigest;
  files: string[];
}

const STAGE_TITLES: Record<Stage, [title: string, unit?: string]> = {
  acquire: ["reading", "requests"],
  observe: ["finding families"],
  track: ["linking accounts"],
  describe: ["gathering evidence"],
};

/** Runs the analysis. Throws StillwatchError; nothing half-written stays behind. */
export async function analyzeToReport(request: AnalyzeRequest, { progress, signal }: { progress: Progress; signal?: AbortSignal }): Promise<WrittenAnalysis> {
  const sideFiles = await readSideFiles(request.sideFiles);
  const { store, close } = await openStore(request);
  try {
    const pool = await createIngestPool(request.workers === undefined ? {} : { workers: request.workers });
    let isFirst = true;
    try {
      const outcome = await analyze(
        {
          store,
          detections,
          sideFacts: sideFiles,
          sideFiles: Object.entries(request.sideFiles).flatMap(([name, path]) => (path === undefined ? [] : [name])),
          nowMs: () => performance.now(),
          onStage: (stage) => {
            if (!isFirst) progress.finish();
            isFirst = false;
            progress.start(...STAGE_TITLES[stage]);
          },
        },
        {
          inputs: request.inputs,
          format: request.format,
          formats: sourceFormats,
          isMetadataOnly: request.isMetadataOnly,
          pool,
          ...(signal ? { signal } : {}),
          onProgress: ({ readBytes, totalBytes, rows, quarantined }) =>
            progress.update({ done: readBytes, total: totalBytes, count: rows, ...(quarantined > 0 ? { note: `${quarantined} lines quarantined` } : {}) }),
        },
      );
      if (request.withExemplars) await fillExemplars(outcome, { store });
      progress.finish();
      for (const [key, sentence] of Object.entries(sideFiles.coverage)) outcome.report.coverage[key] = sentence;
      return await write(request, { outcome, store });
    } finally {
      await pool.close();
    }
  } finally {
    await close();
  }
}

async function openStore(request: AnalyzeRequest): Promise<{ store: EventStore; close: () => Promise<void> }> {
  if (request.storeUrl !== undefined) {
    const store = await openEventStore(parseStoreUrl(request.storeUrl));
    return { store, close: () => store.close() };
  }
  if (request.dataFolder !== undefined) {
    await mkdir(request.dataFolder, { recursive: true });
    const store = await openEventStore({ path: request.dataFolder });
    return { store, close: () => store.close() };
  }
  const folder = await mkdtemp(join(tmpdir(), "stillwatch-"));
  const store = await openEventStore({ path: folder });
  return {
    store,
    close: async () => {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function write(request: AnalyzeRequest, { outcome, store }: { outcome: Outcome; store: EventStore }): Promise<WrittenAnalysis> {
  const written = await writeReport({
    folder: request.reportFolder,
    report: outcome.report,
    accounts: outcome.listAccounts(),
    ...(request.withRequests ? { requests: outcome.listRequests() } : {}),
    quarantine: await listQuarantine(store),
    pictures: outcome.pictures,
  });
  return { report: outcome.report, accounts: written.accounts, files: written.files };
}

/** Quarantine entries as problems, in the order of file and line. Bounded: the file is for a person who mends the source. */
async function listQuarantine(store: EventStore): Promise<Problem[]> {
  const ENTRIES_MAX = 1_000_000;
  const rows = await store.rows<{ source: string; line: number; column: number; code: string; what: string; why: string; fix: string }>(
    `SELECT source, line, column, code, what, why, fix FROM quarantine FINAL ORDER BY source, line, column, code LIMIT ${ENTRIES_MAX}`,
  );
  return rows.map(({ source, line, column, code, what, why, fix }) => ({
    code,
    what,
    why,
    fix,
    place: { file: source, line, ...(column > 0 ? { column } : {}) },
  }));
}
