/** The proxy: one port in front of one model server. */
import { STATUS_CODES } from "node:http";
import fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from "fastify";
import { describeRefusal, readCaller } from "../../sdk/index.js";
import { createBodyReader } from "./bodies.js";
import { createKnownCallers } from "./body-room.js";
import { describeUpstreamFailure, type ExchangeParts, handleExchange, sendFailure, watchClient } from "./exchange.js";
import { findRoute } from "./find-dialect.js";
import { type Api, writeRefusal } from "./dialect.js";
import { openFolderOutbox, openMemoryOutbox, type Outbox } from "./outbox.js";
import type { ProxySettings } from "./settings.js";
import { openUpstream, UpstreamError } from "./upstream.js";
import { createProxyVerdicts } from "./verdicts.js";

/** A proxy that runs. */
export interface RunningProxy {
  /** Where it listens. */
  url: string;
  /** Takes no more, finishes what runs for so long at most, sends the last events. Answers how many events did not arrive. */
  stop(): Promise<{ eventsLost: number; eventsKept: number; cutOff: number }>;
}

/** Where it answers for itself; no model server uses the path. */
const HEALTH_PATH = "/stillwatch/healthz";
/** Answers under way when it is told to stop may end within this; the process is given fifteen seconds. */
const DRAIN_MS_MAX = 9_000;
/** How often connections that fell silent are looked for while it stops. */
const SWEEP_MS = 100;
/** So long the last events may take. */
const FLUSH_MS_MAX = 4_000;
/** A body that takes longer to arrive is a client that hangs; files of other paths take their time. */
const REQUEST_MS_MAX = 600_000;
/** Events that wait in memory while stillwatch is away: an hour of a few requests a second, with their text. Bytes. */
const MEMORY_BYTES_MAX = 128 * 1024 * 1024;
/** Events that wait in a folder: a day of that. Bytes. */
const FOLDER_BYTES_MAX = 4 * 1024 * 1024 * 1024;
/** Load balancers keep connections for a minute; the one that keeps it longer must be the one behind. */
const KEEP_ALIVE_MS = 72_000;

/** Starts it. */
export async function startProxy(
  settings: ProxySettings,
  { log, nowMs }: { log: FastifyBaseLogger; nowMs: () => number },
): Promise<RunningProxy> {
  const { stillwatch } = settings;
  const upstream = openUpstream(settings.upstream);
  const parts: ExchangeParts = {
    settings,
    upstream,
    nowMs,
    readBody: createBodyReader(settings),
    known: createKnownCallers(),
    verdicts: createProxyVerdicts(stillwatch, {
      nowMs,
      listener: tellWay(log, { code: "SW2153", what: "checks", onUnavailable: stillwatch.onUnavailable }),
    }),
    outbox: await openOutbox(stillwatch, { log, nowMs }),
  };
  const app = createApp(settings, log);
  let running = 0;
  app.addHook("onRequest", async (_request, reply) => {
    running += 1;
    reply.raw.once("close", () => (running -= 1));
  });
  app.get(HEALTH_PATH, async () => ({ status: "ok" }));
  app.all("/*", async (request, reply) => answer(parts, { request, reply }));
  const { host, port } = settings.listen;
  const url = await app.listen({ host, port });
  return {
    url,
    async stop() {
      let cutOff = 0;
      // A connection stays open behind an answer whose head went out before the stop.
      const sweeper = setInterval(() => app.server.closeIdleConnections(), SWEEP_MS);
      const timer = setTimeout(() => {
        cutOff = running;
        app.server.closeAllConnections();
      }, DRAIN_MS_MAX);
      await app.close();
      clearInterval(sweeper);
      clearTimeout(timer);
      const left = await parts.outbox?.close(FLUSH_MS_MAX);
      await upstream.close();
      return { eventsLost: left?.lost ?? 0, eventsKept: left?.kept ?? 0, cutOff };
    },
  };
}

async function openOutbox(
  { report, spool, ...to }: ProxySettings["stillwatch"],
  { log, nowMs }: { log: FastifyBaseLogger; nowMs: () => number },
): Promise<Outbox | null> {
  if (report === "none") return null;
  const listener = tellEvents(log);
  return spool === null
    ? openMemoryOutbox({ ...to, bytesMax: MEMORY_BYTES_MAX }, listener)
    : openFolderOutbox({ ...to, folder: spool, bytesMax: FOLDER_BYTES_MAX, nowMs }, listener);
}

function createApp(settings: ProxySettings, log: FastifyBaseLogger): FastifyInstance {
  const { tls } = settings;
  const app = fastify({
    loggerInstance: log,
    // Addresses hold keys in their query at some providers; what matters is logged by us, by request id.
    logController: new LogController({ disableRequestLogging: true }),
    requestTimeout: REQUEST_MS_MAX,
    keepAliveTimeout: KEEP_ALIVE_MS,
    exposeHeadRoutes: false,
    forceCloseConnections: "idle",
    return503OnClosing: false,
    ...(tls === null ? {} : { https: { cert: tls.certificate, key: tls.key } }),
  }) as unknown as FastifyInstance;
  // Bodies are read by who needs them, or pass unread.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
  app.setErrorHandler((error: Error & { statusCode?: number; code?: string }, request, reply) => {
    const api = pickApi(request, settings);
    // The model's server went away before the first byte of its answer.
    if (/^(UND_ERR|ECONN|EPIPE)/.test(error.code ?? ""))
      return sendFailure(reply, { api }, describeUpstreamFailure(new UpstreamError("unreachable", error)));
    const status = error.statusCode ?? 500;
    // An error's own words may quote what it failed over.
    if (status >= 500) request.log.error({ code: "SW2156", name: error.name }, "the proxy failed over a request");
    const message = status >= 500 ? "The proxy failed." : (STATUS_CODES[status] ?? "The request cannot be read.");
    return sendFailure(reply, { api }, { status, code: "stillwatch_proxy_failed", message });
  });
  return app;
}

async function answer(parts: ExchangeParts, { request, reply }: { request: FastifyRequest; reply: FastifyReply }): Promise<FastifyReply> {
  const { settings } = parts;
  const route = findRoute({ method: request.method, url: request.url }, settings.upstream.api);
  if (route !== null) return handleExchange(parts, { route, request, reply });
  const api = pickApi(request, settings);
  if (settings.otherPaths === "check" && request.method !== "OPTIONS") {
    const { requestId: _own, ...caller } = readCaller(request.headers, settings.caller) ?? { accountId: "" };
    const verdict = await parts.verdicts.ask(caller.accountId === "" ? null : caller);
    const refusal = describeRefusal(verdict, { verifyAt: settings.verifyAt });
    if (refusal !== null) {
      const { status, headers, body } = writeRefusal(api, refusal);
      return reply
        .code(status)
        .headers({ ...headers, connection: "close" })
        .send(body);
    }
    if (verdict.verdict === "shape") request.log.warn({ code: "SW2155", decision: verdict.decision_id }, "this path cannot be shaped");
  }
  return passThrough(parts, { request, reply, api });
}

/** Whose words an error has to have. */
function pickApi({ method, url, headers }: FastifyRequest, { upstream }: ProxySettings): Api {
  const known = findRoute({ method, url }, upstream.api)?.dialect.api ?? upstream.api;
  if (known !== "auto") return known;
  return headers["anthropic-version"] === undefined ? "openai" : "anthropic";
}

/** Nothing is read and nothing is changed. */
async function passThrough(
  { upstream }: ExchangeParts,
  { request, reply, api }: { request: FastifyRequest; reply: FastifyReply; api: Api },
): Promise<FastifyReply> {
  const signal = watchClient(reply);
  const { method, url, headers, raw } = request;
  const hasBody = headers["content-length"] !== undefined || headers["transfer-encoding"] !== undefined;
  try {
    const passed = await upstream.send({ method, url, headers, body: hasBody ? raw : null, signal });
    return reply.code(passed.status).headers(passed.headers).send(passed.body);
  } catch (error) {
    return signal.aborted ? reply.hijack() : sendFailure(reply, { api }, describeUpstreamFailure(error));
  }
}

function tellWay(log: FastifyBaseLogger, { code, what, onUnavailable }: { code: string; what: string; onUnavailable: string }) {
  return {
    onLost: (why: string) => log.warn({ code, why, onUnavailable }, `${what} are not answered: requests go unchecked`),
    onFound: () => log.info({ code }, `${what} are answered again`),
  };
}

function tellEvents(log: FastifyBaseLogger) {
  return {
    onLost: (why: string) => log.warn({ code: "SW2154", why }, "events are not taken; they wait"),
    onFound: () => log.info({ code: "SW2154" }, "events are taken again"),
    onDropped: (count: number, why: string) => log.error({ code: "SW2154", count, why }, "events were dropped"),
    onSetAside: (file: string, why: string) => log.error({ code: "SW2159", file, why }, "a file of events is set aside; the others go on"),
  };
}
