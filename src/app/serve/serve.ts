/** `stillwatch serve`: puts the parts together in one process beside the engine's, and takes them apart again in order. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { FastifyBaseLogger, FastifyInstance } from "fastify";
import { openJournal, type SegmentJournal } from "../../store/hand-over/journal.js";
import type { RecordDatabase } from "../../store/records/database.js";
import { type Problem, StillwatchError } from "../../vocabulary/errors.js";
import { createAlerts } from "../alerts/alerts.js";
import { listReceivers } from "../alerts/deliver.js";
import type { FileTrouble } from "../http/health.js";
import { createServer } from "../http/server.js";
import type { EnvoyGrpc } from "../http/gateways/envoy-grpc.js";
import { createCallRoom } from "../http/gateways/call-room.js";
import { createProbes } from "../http/gateways/probes.js";
import { describeUnreadable, feedEngine } from "./engine/feed.js";
import { type EngineProcess, startEngine } from "./engine/link.js";
import type { AllKept, Pruned } from "./engine/pruning.js";
import { lockFolder } from "./folder-lock.js";
import { type Closers, createClosers } from "./closers.js";
import { createCheckRecords } from "./check-records.js";
import { createIntake } from "./intake.js";
import { createKeys } from "./keys.js";
import { createLateEngine, type LateEngine } from "./late-engine.js";
import type { Clock, Services } from "./services.js";
import type { ServeSettings } from "./settings/sections.js";
import { toEngineOptions, toVerdictSettings } from "./settings/to-parts.js";
import { openDecisionBook } from "./decision-book.js";
import { createMetrics } from "./metrics.js";
import { followEngine } from "./follow-engine.js";
import { followKnown } from "./known-campaigns.js";
import { listParts } from "./parts.js";
import { openRecords } from "./records.js";
import { loadPolicy } from "./policy-file.js";
import { createPolicyKeeper, type PolicyKeeper } from "./policy-keeper.js";
import { startSources } from "./sources/sources.js";
import { describeBooked, listFileTroubles, openSpared, openVerdictSource, type WatchedSource } from "./verdict-source.js";
import { createVerdicts, type RunningVerdicts } from "./verdicts.js";
import { tellPeople } from "./tell-people.js";
import { noteFailure, noteProblem } from "./telling.js";
import { createThreadedWork } from "./work/record-thread.js";
import { watchJournal, type WatchedJournal } from "./watched-journal.js";

/** What a start needs. */
export interface ServeOptions {
  settings: ServeSettings;
  version: string;
  log: FastifyBaseLogger;
  /** Takes who hears of lines of the log that could not be written. */
  onLinesLost?: (listener: (lines: number) => void) => void;
  /** Told what a person who starts it wants to see, a line at a time. */
  say: (line: string) => void;
}

/** A server that runs. */
export interface Serving {
  /** Where it listens. */
  url: string;
  /** Settles when the engine is up, and rejects when it cannot come up: nothing would be found then. */
  whenReady: Promise<void>;
  /** Reads the policy again; one that is not right changes nothing, and is told. */
  reloadPolicy: () => Promise<void>;
  /** Stops listening, finishes what was begun, writes what waits, closes. Records that wait are taken in at the next start. */
  stop(): Promise<void>;
}

/**
 * Starts. What was opened is closed again when a later part cannot be.
 *
 * @throws StillwatchError SW1810 when the data folder is in use, SW1812 when the port is, SW20xx and SW14xx of the stores.
 */
export async function startServe(options: ServeOptions): Promise<Serving> {
  const closers = createClosers(options.log);
  try {
    return await assemble(options, closers);
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}

async function assemble(options: ServeOptions, closers: Closers): Promise<Serving> {
  const { settings, log, say } = options;
  const parts = await openParts(options, closers);
  const { services, journal } = parts;
  options.onLinesLost?.((lines) => services.metrics.count("stillwatch_log_lines_lost_total", {}, lines));
  const tls = await readTls(settings);
  const { app, url } = await listen(services, { options, journal, tls, listTroubles: parts.listTroubles });
  closers.add("http", async () => app.close());
  const envoy = await startEnvoyFor(services, { settings, tls });
  closers.add("envoy", async () => envoy?.close());
  const openness = settings.auth === "none" ? " (no keys: anybody on this machine may do everything)" : "";
  say(`stillwatch ${options.version} listens on ${url}${openness}`);
  say(`data in ${settings.data.folder}; ${await describeKeys(services.keys, settings)}`);
  followEngine(services);
  closers.add("news", await tellPeople(services, { link: settings.alerts.link ?? url, database: parts.database }));
  closers.add("clock", startClock(parts));
  const sources = await startSources(settings.sources, {
    intake: createIntake(services),
    metrics: services.metrics,
    log,
    dataFolder: settings.data.folder,
    nowMs: () => services.clock.nowMs(),
  });
  closers.add("sources", async () => sources.close());
  const whenReady = bringUpEngine(options, parts);
  // Whoever waits for it is told; a stop in between waits for nothing.
  whenReady.catch(() => {});
  return { url, whenReady, reloadPolicy: parts.policy.reload, stop: closers.closeAll };
}

/** Everything that is there before anybody can ask. */
interface Parts {
  services: Services;
  database: RecordDatabase;
  segments: SegmentJournal;
  journal: WatchedJournal;
  engine: LateEngine;
  /** The engine process on its way up, and whom it tells of trouble. */
  starting: { started: Promise<EngineProcess>; onTrouble: (problem: Problem) => void };
  verdicts: RunningVerdicts;
  verdictSource: WatchedSource;
  policy: PolicyKeeper;
  listTroubles: () => FileTrouble[];
  /** Of the engine, which comes up later. */
  engineClosers: Closers;
}

async function openParts({ settings, log }: ServeOptions, closers: Closers): Promise<Parts> {
  const { folder } = settings.data;
  const { windows } = settings.analysis;
  const clock: Clock = { nowMs: () => Date.now() };
  const release = await lockFolder(folder, "stillwatch serve");
  closers.add("lock", async () => release());
  const firstPolicy = await loadPolicy(settings.policy);
  const engineClosers = createClosers(log);
  // The records and the event store are opened at the same time: each takes a second or two of a core.
  const metrics = createMetrics();
  const starting = beginEngine(settings, { log, metrics, closers: engineClosers });
  // For a start that fails before anything else is there.
  closers.add("engine start", engineClosers.closeAll);
  const database = await openRecords(settings);
  closers.add("records", async () => database.destroy());
  const keys = await createKeys({ database, clock, onFailure: (error) => noteFailure(log, { error, part: "keys" }) });
  closers.add("keys", async () => keys.close());
  const onTrouble = (problem: Problem): void => noteProblem(log, problem);
  const spared = await openSpared(settings.analysis.allowlist, onTrouble);
  const decisions = await openDecisionBook({ database, policy: firstPolicy, clock, windows, listAllowedAlways: spared.list });
  closers.add("decisions", async () => decisions.close());
  const alerts = createAlerts({ database, receivers: listReceivers(settings.alerts), clock, metrics, log });
  closers.add("alerts", async () => alerts.close());
  const segments = await openJournal({
    folder: join(folder, "journal"),
    nowMs: () => clock.nowMs(),
    backlogBytesMax: settings.intake.backlog_bytes_max,
    segmentAgeMsMax: settings.intake.segment_age_max,
    onUnreadable: (path, error) => noteProblem(log, describeUnreadable(path, error)),
  });
  const journal = watchJournal(segments, { folder: join(folder, "journal"), clock });
  closers.add("journal", async () => journal.close());
  const engine = createLateEngine();
  // Before the journal and the records are closed.
  closers.add("engine", engineClosers.closeAll);
  const { verdictSource, verdicts } = await openVerdicts({ settings, clock, log, metrics, spared, decisions, journal, engine, onTrouble });
  closers.add("verdicts", async () => verdicts.close());
  decisions.onChange(() => void verdicts.refresh());
  const policy = createPolicyKeeper({
    file: settings.policy,
    use: async (next) => decisions.usePolicy(next),
    metrics,
    onTrouble,
    tell: (what, facts) => log.info(facts, what),
  });
  const probes = createProbes(clock);
  const work = createThreadedWork();
  closers.add("work", async () => work.close());
  const callRoom = createCallRoom(settings.verdicts.in_flight_bytes_max);
  const services = {
    clock,
    log,
    keys,
    journal: probes.watch(journal),
    engine,
    decisions,
    verdicts,
    alerts,
    metrics,
    work,
    callRoom,
    probes,
  };
  const listTroubles = (): FileTrouble[] => listFileTroubles({ policy, spared, verdictSource, engineFiles: engine.status().staleFiles });
  return { services, database, segments, journal, engine, starting, verdicts, verdictSource, policy, listTroubles, engineClosers };
}

/** What verdicts are opened on. */
interface VerdictGrounds extends Pick<Services, "clock" | "log" | "metrics"> {
  settings: ServeSettings;
  spared: Awaited<ReturnType<typeof openSpared>>;
  decisions: Awaited<ReturnType<typeof openDecisionBook>>;
  journal: WatchedJournal;
  engine: LateEngine;
  onTrouble: (problem: Problem) => void;
}

async function openVerdicts(grounds: VerdictGrounds): Promise<Pick<Parts, "verdictSource" | "verdicts">> {
  const { settings, clock, log, metrics, spared, decisions, journal, engine, onTrouble } = grounds;
  const verdictSource = await openVerdictSource({ accounts: settings.analysis.accounts, decisions, spared });
  const onWell = (lost: number): void => log.info({ lost }, "checks are written down again");
  const recordChecks = createCheckRecords({ journal, clock, metrics, onTrouble, onWell });
  const verdicts = await createVerdicts({
    settings: toVerdictSettings(settings),
    source: verdictSource.source,
    clock,
    metrics,
    record: (checks) => void recordChecks(checks),
    onFailure: (error) => noteFailure(log, { error, part: "verdicts" }),
  });
  await followKnown({
    folder: settings.data.folder,
    engine,
    verdicts,
    nowMs: () => clock.nowMs(),
    onFailure: (error) => noteFailure(log, { error, part: "known campaigns" }),
  });
  return { verdictSource, verdicts };
}

/** For both ports; undefined where they speak in clear. */
type Tls = { cert: string; key: string } | undefined;

async function readTls({ listen: { tls } }: ServeSettings): Promise<Tls> {
  return tls === undefined ? undefined : { cert: await readFile(tls.certificate, "utf8"), key: await readFile(tls.key, "utf8") };
}

async function listen(
  services: Services,
  { options, journal, tls, listTroubles }: Pick<Parts, "journal" | "listTroubles"> & { options: ServeOptions; tls: Tls },
): Promise<{ app: FastifyInstance; url: string }> {
  const { settings, version } = options;
  const { host, port } = settings.listen;
  const app = await createServer(services, {
    settings: {
      isAuthenticated: settings.auth === "keys",
      bodyBytesMax: settings.listen.body_bytes_max,
      requestTimeoutMs: settings.listen.request_timeout,
      tls,
      version,
    },
    parts: listParts(settings, { isJournalWritable: journal.isWritable, listTroubles }),
  });
  try {
    return { app, url: await app.listen({ host, port }) };
  } catch (error) {
    await app.close();
    throw cannotListen({ host, port }, error);
  }
}

/** Envoy's own port, where the operator wants one. */
async function startEnvoyFor(services: Services, { settings, tls }: { settings: ServeSettings; tls: Tls }): Promise<EnvoyGrpc | null> {
  const { gateways, listen, auth } = settings;
  if (gateways.envoy_grpc_port === 0) return null;
  const { startEnvoyGrpc } = await import("../http/gateways/envoy-grpc.js");
  const { host } = listen;
  return startEnvoyGrpc(services, { settings: gateways, host, port: gateways.envoy_grpc_port, isAuthenticated: auth === "keys", tls });
}

const DAY_MS = 86_400_000;
const MS_PER_SECOND = 1000;

function beginEngine(
  settings: ServeSettings,
  { log, metrics, closers }: Pick<Services, "log" | "metrics"> & { closers: Closers },
): Parts["starting"] {
  const onPruned = ({ beforeMs, removed }: Pruned): void => {
    metrics.count("stillwatch_pruned_events_total", {}, removed);
    log.info({ before: new Date(beforeMs).toISOString(), removed }, "requests of long ago were taken out");
  };
  const onAllKept = ({ oldestMs, newestMs }: AllKept): void => {
    const days = Math.floor((newestMs - oldestMs) / DAY_MS);
    log.info(
      { oldest: new Date(oldestMs).toISOString(), days, setting: "data.events_kept" },
      "all requests are kept: data.events_kept is not set",
    );
  };
  // What ends because it was told to is no trouble.
  const onTrouble = (problem: Problem): void => {
    if (!closers.isClosing()) noteProblem(log, problem);
  };
  const started = startEngine({ ...toEngineOptions(settings), nowMs: () => Date.now(), onTrouble, onPruned, onAllKept });
  // What it fails of is told when everything else is up, or not at all where something else failed first.
  started.catch(() => {});
  // A stop that comes while it starts waits for it: a store must not be left half open.
  closers.add("engine", async () => started.then((running) => running.close()).catch(() => {}));
  return { started, onTrouble };
}

/** The engine opens its store while verdicts are given already; then it is fed what waits. */
async function bringUpEngine(
  { settings, say }: ServeOptions,
  { services, engine, starting: { started, onTrouble }, segments, engineClosers: closers }: Parts,
): Promise<void> {
  const running = await started;
  await shareAllowlist(services, running);
  const feed = feedEngine({ journal: segments, engine: running, onTrouble });
  closers.add("feed", async () => feed.stop());
  engine.arrive(running);
  // What the server before this one took in and did not store yet was told to nobody but it.
  void feed.whenCaughtUp().then(async () => rememberHandles(services, settings.verdicts.reasoning_handles_max));
  const { storedEvents } = running.status();
  say(
    `engine up: ${new Intl.NumberFormat("en").format(storedEvents)} events stored, repeats included; looking every ${settings.analysis.interval / MS_PER_SECOND} s at ${settings.analysis.windows.join(", ")}`,
  );
}

/** What was issued before the start is in the events; until it has been read, handles are not checked. Tried until the engine answers or all ends. */
async function rememberHandles({ engine, verdicts, log }: Pick<Services, "engine" | "verdicts" | "log">, limit: number): Promise<void> {
  try {
    await verdicts.fillHandles(await engine.listHandles(limit));
  } catch (error) {
    noteFailure(log, { error, part: "handles" });
    setTimeout(() => void rememberHandles({ engine, verdicts, log }, limit), SWEEP_MS).unref();
  }
}

/** Whoever is spared is spared by the analysis too: an agency must not make strangers look like a campaign. */
async function shareAllowlist({ decisions, log }: Services, running: EngineProcess): Promise<void> {
  const share = async (): Promise<void> => running.allow((await decisions.listAllowed()).map(describeBooked));
  decisions.onMoved(({ kind }) => {
    if (kind === "allowlist") share().catch((error: unknown) => noteFailure(log, { error, part: "allowlist" }));
  });
  await share();
}

/** Decisions end by the clock, not when somebody looks; files are looked at as often. */
const SWEEP_MS = 30_000;

function startClock({ services: { decisions, log }, verdicts, verdictSource }: Parts): () => Promise<void> {
  const look = async (): Promise<void> => {
    await decisions.sweep();
    if (await verdictSource.haveAccountsChanged()) await verdicts.refreshAccounts();
  };
  const timer = setInterval(() => {
    look().catch((error: unknown) => noteFailure(log, { error, part: "clock" }));
  }, SWEEP_MS).unref();
  return async () => clearInterval(timer);
}

async function describeKeys(keys: Services["keys"], { auth }: ServeSettings): Promise<string> {
  if (auth === "none") return "every call is taken";
  const usable = (await keys.list()).filter(({ revokedMs }) => revokedMs === null).length;
  return usable === 0
    ? "there is no key yet: stop, run `stillwatch keys create --name me --scope admin`, start again"
    : `${usable} ${usable === 1 ? "key" : "keys"}`;
}

function cannotListen({ host, port }: { host: string; port: number }, error: unknown): StillwatchError {
  const code = error instanceof Error && "code" in error ? String(error.code) : "an unknown error";
  const why = code === "EADDRINUSE" ? "another process has this port." : `the system says ${code}.`;
  return new StillwatchError({
    code: "SW1812",
    what: `cannot listen on ${host}, port ${port}`,
    why,
    fix: "set listen.host and listen.port; port 0 takes any that is free.",
  });
}
