/** Whether the process lives, whether it can do its work, and what it counts. */
import type { FastifyInstance } from "fastify";
import type { HttpPart, Services } from "../serve/services.js";
import { listOf, oneOf, shape, TEXT } from "./description/json-schema.js";

/** A part of the work and whether it can be done. */
interface Readiness {
  part: "snapshot" | "journal" | "engine";
  isReady: boolean;
  why: string;
}

/** What the parts do not tell by themselves. */
export interface HealthProbes {
  /** True when a record could be written to disk now. */
  isJournalWritable: () => Promise<boolean>;
  /** Files that are not in force as they are, because they could not be read: what they said before goes on. */
  listTroubles: () => FileTrouble[];
}

/** What goes on as it was before a file was changed. */
export interface FileTrouble {
  part: (typeof FILES)[number];
  /** For people who may know nothing of the file. */
  why: string;
}

const SIDE_FILES = ["allowlist", "accounts", "releases", "enforcement"] as const;
const FILES = ["policy", ...SIDE_FILES] as const;

/** What each part says of itself. */
async function listReadiness({ verdicts, engine }: Services, { isJournalWritable }: HealthProbes): Promise<Readiness[]> {
  return [
    { part: "snapshot", isReady: verdicts.isReady(), why: "no snapshot of decisions was read yet; checks answer unchecked" },
    { part: "journal", isReady: await isJournalWritable(), why: "records cannot be written to disk; senders are told to come again" },
    {
      part: "engine",
      isReady: engine.status().isAlive,
      why: "the engine is not up; records wait in the journal, verdicts are given from the last snapshot",
    },
  ];
}

const tags = ["health"];
const STATE = shape({
  status: oneOf("ready", "not_ready"),
  missing: listOf(shape({ part: oneOf("snapshot", "journal", "engine"), why: TEXT })),
  attention: listOf(shape({ part: oneOf(...FILES), why: TEXT })),
});
const ENGINE_MISSING = {
  part: "engine",
  why: "the engine is not up; records wait in the journal, verdicts are given from the last snapshot",
};

const ALIVE_ANSWERS = { 200: { description: "It lives.", schema: shape({ status: oneOf("ok") }), example: { status: "ok" } } };
const READY_ANSWERS = {
  200: { description: "It can do all its work.", schema: STATE, example: { status: "ready", missing: [], attention: [] } },
  503: {
    description: "It cannot, and what is missing.",
    schema: STATE,
    example: { status: "not_ready", missing: [ENGINE_MISSING], attention: [] },
  },
};
const METRICS_ANSWERS = {
  200: { description: "Prometheus's text form.", schema: TEXT, type: "text/plain", example: "stillwatch_engine_up 1\n" },
};

/** `/healthz`, `/readyz`, `/metrics`. */
export const createHealthPart =
  (probes: HealthProbes): HttpPart =>
  (services) =>
  async (app: FastifyInstance) => {
    app.get(
      "/healthz",
      { config: { scope: null, answers: ALIVE_ANSWERS }, schema: { summary: "Whether the process lives", tags } },
      async () => ({
        status: "ok",
      }),
    );
    app.get(
      "/readyz",
      {
        config: { scope: null, answers: READY_ANSWERS },
        schema: { summary: "Whether it can do its work, and what is missing", tags },
      },
      async (_request, reply) => {
        const missing = (await listReadiness(services, probes)).filter(({ isReady }) => !isReady);
        void reply.status(missing.length === 0 ? 200 : 503);
        return {
          status: missing.length === 0 ? "ready" : "not_ready",
          missing: missing.map(({ part, why }) => ({ part, why })),
          // A file that is refused keeps nobody from working: what it said before goes on.
          attention: probes.listTroubles(),
        };
      },
    );
    app.get(
      "/metrics",
      { config: { scope: "read", answers: METRICS_ANSWERS }, schema: { summary: "Counters and gauges for Prometheus", tags } },
      async (_request, reply) => {
        const { engine, journal, verdicts, metrics, clock } = services;
        const status = engine.status();
        metrics.set("stillwatch_engine_up", status.isAlive ? 1 : 0);
        metrics.set("stillwatch_engine_restarts", status.restarts);
        metrics.set("stillwatch_stored_events", status.storedEvents);
        metrics.set("stillwatch_quarantined_records", status.quarantined);
        metrics.set("stillwatch_analysis_age_seconds", status.lastAnalysedMs === null ? 0 : (clock.nowMs() - status.lastAnalysedMs) / 1000);
        metrics.set("stillwatch_journal_backlog_bytes", journal.backlogBytes());
        metrics.set("stillwatch_snapshot_age_seconds", verdicts.snapshotAgeMs() / 1000);
        const stale = new Set(probes.listTroubles().map(({ part }) => part));
        for (const file of SIDE_FILES) metrics.set("stillwatch_side_file_stale", stale.has(file) ? 1 : 0, { file });
        metrics.set("stillwatch_known_age_seconds", verdicts.knownAgeMs() / 1000);
        // A database that does not answer must not take the other figures with it.
        const waiting = await services.alerts.countWaiting().catch(() => null);
        if (waiting !== null) {
          metrics.set("stillwatch_alerts_waiting", waiting.failed, { outcome: "failed" });
          metrics.set("stillwatch_alerts_waiting", waiting.count - waiting.failed, { outcome: "untried" });
        }
        const text = await metrics.render();
        return reply.header("content-type", metrics.contentType).send(text);
      },
    );
  };
