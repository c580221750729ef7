/** One request from the client's first byte to the answer's last: asked about, refused or sent on, shaped, and reported. */
import { randomUUID } from "node:crypto";
import { pipeline, type Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import type { FastifyReply, FastifyRequest } from "fastify";
import { asText, describeRefusal, type Fields, ID_CHARS_MAX, readCaller } from "../../sdk/index.js";
import type { CheckedRequest, Verdict } from "../../vocabulary/verdict.js";
import { BodyError, type ReadBody, type ReadJsonBody } from "./bodies.js";
import { KEY_HEADERS_OF, keepOneKey } from "./caller-key.js";
import { type AnswerFacts, type Dialect, type Failure, type RequestFacts, type Shape, writeFailure, writeRefusal } from "./dialect.js";
import type { KnownCallers, Sender } from "./body-room.js";
import type { Route } from "./find-dialect.js";
import type { Outbox } from "./outbox.js";
import { writeRecord } from "./records.js";
import type { ProxySettings, Report } from "./settings.js";
import { type AnswerFilter, filterDocument, filterEvents } from "./streams.js";
import { type Upstream, UpstreamError, type UpstreamAnswer } from "./upstream.js";
import type { ProxyVerdict, ProxyVerdicts } from "./verdicts.js";

/** What every exchange uses. */
export interface ExchangeParts {
  settings: ProxySettings;
  upstream: Upstream;
  verdicts: ProxyVerdicts;
  readBody: ReadJsonBody;
  known: KnownCallers;
  /** Null where nothing is reported. */
  outbox: Outbox | null;
  nowMs: () => number;
}

/** Status of a request whose client went away, as nginx has it: nobody sees it but the event. */
const CLIENT_GONE = 499;

/** One exchange under way. */
interface Exchange {
  parts: ExchangeParts;
  route: Route;
  request: FastifyRequest;
  reply: FastifyReply;
  requestId: string;
  caller: CheckedRequest | null;
  clientRequestId: string | undefined;
  facts: RequestFacts;
  signal: AbortSignal;
  sender: Sender;
  /** Keeps whether stillwatch answered, for the report. */
  noteVerdict(verdict: ProxyVerdict): void;
  /** Reports how it ended; only the first call counts. */
  end(result: { status: number; answer?: AnswerFacts; errorCode?: string | undefined; isUnshaped?: boolean }): void;
}

/** Aborts when the client is gone before the answer's end. */
export function watchClient({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  raw.once("close", () => {
    if (!raw.writableFinished) gone.abort();
  });
  return gone.signal;
}

/** Handles one request that is understood. */
export async function handleExchange(
  parts: ExchangeParts,
  { route, request, reply }: { route: Route; request: FastifyRequest; reply: FastifyReply },
): Promise<FastifyReply> {
  const startedMs = parts.nowMs();
  const signal = watchClient(reply);
  const sender = nameSender(parts, { route, request });
  let body: ReadBody | null = null;
  try {
    if (route.kind === "ask") body = await parts.readBody(request.raw, reply.raw, sender);
  } catch (error) {
    if (!(error instanceof BodyError)) throw error;
    request.log.info({ code: error.failure.code, status: error.failure.status }, "the body was not taken");
    return sendFailure(reply, route.dialect, error.failure);
  }
  const exchange = beginExchange(parts, { route, request, reply, signal, startedMs, body, sender });
  reply.header("x-stillwatch-request", exchange.requestId);
  const verdict = await parts.verdicts.ask(exchange.caller, exchange.clientRequestId);
  exchange.noteVerdict(verdict);
  const refusal = describeRefusal(verdict, { verifyAt: parts.settings.verifyAt });
  // What was answered before costs no model's work: only who may have nothing at all may not fetch it again.
  if (refusal !== null && !(route.kind === "fetch" && verdict.verdict === "throttle")) {
    request.log.info({ requestId: exchange.requestId, code: refusal.code, decision: refusal.decisionId }, "refused");
    const written = writeRefusal(route.dialect.api, refusal);
    exchange.end({ status: written.status, errorCode: refusal.code });
    return reply.code(written.status).headers(written.headers).send(written.body);
  }
  return sendOn(exchange, { body, shape: readShape(verdict) });
}

/** Who takes room: the customer, or who is connected where no key names one. */
function nameSender({ settings, known }: ExchangeParts, { route, request }: { route: Route; request: FastifyRequest }): Sender {
  const named = readCaller(request.headers, { ...settings.caller, keyHeaders: KEY_HEADERS_OF[route.dialect.api] });
  // Without a key every stranger behind one balancer is one.
  if (named === null) return { name: `address ${request.ip}`, isKnown: false };
  return { name: named.accountId, isKnown: settings.caller.accountHeader !== undefined || known.has(named.accountId) };
}

function readShape({ verdict, measures }: Verdict): Shape | null {
  if (verdict !== "shape") return null;
  const { choices_max: choicesMax, ...rest } = measures?.shape ?? {};
  return { ...rest, ...(choicesMax === undefined ? {} : { choicesMax }) };
}

function beginExchange(
  parts: ExchangeParts,
  given: Pick<Exchange, "route" | "request" | "reply" | "signal" | "sender"> & { startedMs: number; body: ReadBody | null },
): Exchange {
  const { route, request, reply, signal, sender, startedMs, body } = given;
  const { caller: names, stillwatch } = parts.settings;
  const { headers } = request;
  const facts: RequestFacts = body === null ? { targetModel: "", isStream: false } : route.dialect.readRequest(body.fields);
  const trusted = names.requestIdHeader === undefined ? undefined : asText(headers[names.requestIdHeader])?.slice(0, ID_CHARS_MAX);
  // A caller who names his own requests could name them all alike, and they would count as one.
  const requestId = trusted ?? randomUUID();
  const keyHeaders = KEY_HEADERS_OF[route.dialect.api];
  const { requestId: clientRequestId, ...who } = readCaller(headers, { ...names, keyHeaders }) ?? { requestId: undefined, accountId: "" };
  const isNamed = who.accountId !== "" && who.accountId.length <= ID_CHARS_MAX;
  const caller: CheckedRequest | null = isNamed
    ? { ...who, ...describeAsked(facts, stillwatch.report), ...(body === null ? { isFetch: true } : { requestId }) }
    : null;
  let isOver = false;
  let uncheckedBy: string | undefined;
  return {
    parts,
    route,
    request,
    reply,
    requestId,
    caller,
    clientRequestId: clientRequestId?.slice(0, ID_CHARS_MAX),
    facts,
    signal,
    sender,
    noteVerdict({ isAnswered }) {
      // An answer that says `unchecked` is written down and counted where it was given.
      uncheckedBy = isAnswered ? undefined : stillwatch.integration;
    },
    end({ status, answer = {}, errorCode, isUnshaped = false }) {
      if (isOver) return;
      isOver = true;
      const endedMs = parts.nowMs();
      request.log.debug({ requestId, operation: route.dialect.operation, status, ms: Math.round(endedMs - startedMs) }, "done");
      if (parts.outbox === null || stillwatch.report === "none" || route.kind === "fetch") return;
      const passed = {
        requestId,
        startedMs,
        endedMs,
        caller,
        dialect: route.dialect,
        request: facts,
        answer,
        status,
        errorCode,
        clientRequestId,
        uncheckedBy,
      };
      const address = names.addressHeader === undefined ? undefined : asText(headers[names.addressHeader])?.slice(0, ID_CHARS_MAX);
      const userAgent = asText(headers["user-agent"])?.slice(0, ID_CHARS_MAX);
      parts.outbox.add(
        writeRecord(
          { ...passed, userAgent, address, isUnshaped, keyHash: readCaller(headers, { keyHeaders })?.accountId },
          stillwatch.report,
        ),
      );
    },
  };
}

/** References that a verdict looks at; it looks at no more. */
const HANDLES_MAX = 1000;

/** Text goes to stillwatch for a check only where it is told of it anyway. */
function describeAsked(
  { targetModel, sessionId, reasoningHandlesSubmitted, messages, system }: RequestFacts,
  report: Report,
): Partial<CheckedRequest> {
  return {
    ...(report !== "full" || messages === undefined ? {} : { messages }),
    ...(report !== "full" || system === undefined ? {} : { system }),
    ...(targetModel === "" ? {} : { targetModel }),
    ...(sessionId === undefined ? {} : { sessionId }),
    ...(reasoningHandlesSubmitted === undefined ? {} : { reasoningHandlesSubmitted: reasoningHandlesSubmitted.slice(-HANDLES_MAX) }),
  };
}

async function sendOn(exchange: Exchange, { body, shape }: { body: ReadBody | null; shape: Shape | null }): Promise<FastifyReply> {
  const { parts, route, request, reply, signal } = exchange;
  const out = body === null ? null : writeBody(route.dialect, { body, shape });
  const { "content-length": _length, "content-encoding": _encoding, ...headers } = request.headers;
  try {
    const answer = await parts.upstream.send({
      method: request.method,
      url: request.url,
      // What is compressed cannot be read on its way.
      headers: {
        ...(parts.settings.caller.accountHeader === undefined ? keepOneKey(headers, route.dialect.api) : headers),
        "accept-encoding": "identity",
      },
      body: out,
      signal,
    });
    // The model's server has it, and its answer may take minutes.
    body?.release();
    parts.known.note(exchange.sender.name, answer.status);
    return passAnswer(exchange, { answer, shape });
  } catch (error) {
    if (signal.aborted) {
      exchange.end({ status: CLIENT_GONE });
      return reply.hijack();
    }
    const failure = describeUpstreamFailure(error);
    request.log.warn({ requestId: exchange.requestId, code: failure.code }, "no answer from the model's server");
    exchange.end({ status: failure.status, errorCode: failure.code });
    return sendFailure(reply, route.dialect, failure);
  }
}

/** Byte for byte as it came, unless something in it has to change. */
function writeBody(dialect: Dialect, { body, shape }: { body: ReadBody; shape: Shape | null }): Buffer {
  const restored = dialect.restoreRequest(body.fields);
  const limited: Fields = shape === null ? restored : dialect.limitRequest(restored, shape);
  return limited === body.fields ? body.bytes : Buffer.from(JSON.stringify(limited));
}

function passAnswer(exchange: Exchange, { answer, shape }: { answer: UpstreamAnswer; shape: Shape | null }): FastifyReply {
  const { route, request, reply, requestId, signal } = exchange;
  const { status, body } = answer;
  const onUnshaped = (): void => {
    if (isUnshaped) return;
    isUnshaped = true;
    request.log.warn({ requestId, code: "SW2155" }, "the answer could not be shaped and passed as it was");
  };
  let isUnshaped = false;
  const filter = pickFilter(route.dialect, { answer, shape: status < 400 ? shape : null, onUnshaped });
  const { "content-length": length, "content-encoding": encoding, ...headers } = answer.headers;
  const decoder = filter === null ? null : pickDecoder(encoding);
  // What is neither shaped nor unpacked has the length that it had.
  const isAsItWas = filter === null || (shape === null && decoder === null);
  reply.code(status).headers(headers);
  if (isAsItWas && length !== undefined) reply.header("content-length", length);
  if (encoding !== undefined && decoder === null) reply.header("content-encoding", encoding);
  const stages: Transform[] = [...(decoder === null ? [] : [decoder]), ...(filter === null ? [] : [filter.stream])];
  const finish = (error: Error | null | undefined): void => {
    const isGone = signal.aborted;
    const isBroken = error instanceof Error;
    if (isBroken && !isGone) request.log.warn({ requestId }, "the answer broke off");
    exchange.end({
      status: isGone ? CLIENT_GONE : isBroken ? 502 : status,
      isUnshaped,
      ...(filter === null ? {} : { answer: filter.tell() }),
    });
  };
  const last = stages.at(-1);
  if (last === undefined) {
    body.once("close", () => finish(body.errored));
    return reply.send(body);
  }
  pipeline([body, ...stages], finish);
  void reply.send(last);
  // A client waits for the head of a stream, and the first piece may be a long thought away.
  if (isStream(answer)) reply.raw.flushHeaders();
  return reply;
}

function pickFilter(
  dialect: Dialect,
  { answer, shape, onUnshaped }: { answer: UpstreamAnswer; shape: Shape | null; onUnshaped: () => void },
): AnswerFilter | null {
  const type = String(answer.headers["content-type"] ?? "").toLowerCase();
  const encoding = answer.headers["content-encoding"];
  const isReadable = encoding === undefined || encoding === "identity" || pickDecoder(encoding) !== null;
  if (isReadable && isStream(answer)) return filterEvents(dialect, shape);
  if (isReadable && /^application\/([a-z.-]+\+)?json/.test(type)) return filterDocument(dialect, { shape, onUnshaped });
  if (shape !== null) onUnshaped();
  return null;
}

function isStream({ headers }: UpstreamAnswer): boolean {
  return /^text\/event-stream\b/i.test(String(headers["content-type"] ?? ""));
}

/** For servers that compress unasked. */
function pickDecoder(encoding: string | string[] | undefined): Transform | null {
  if (encoding === "gzip" || encoding === "x-gzip") return createGunzip();
  if (encoding === "deflate") return createInflate();
  return encoding === "br" ? createBrotliDecompress() : null;
}

/** Says what happened, in the shape of the API. */
export function sendFailure(reply: FastifyReply, { api }: Pick<Dialect, "api">, failure: Failure): FastifyReply {
  const { status, code, retryAfterSeconds } = failure;
  // The rest of a body that is not read would stand before the next request.
  reply.header("connection", "close").header("x-stillwatch-code", code);
  if (retryAfterSeconds !== undefined) reply.header("retry-after", String(retryAfterSeconds));
  return reply.code(status).send(writeFailure(api, failure));
}

/** What is said where no answer came. */
export function describeUpstreamFailure(error: unknown): Failure {
  if (!(error instanceof UpstreamError)) throw error;
  return error.kind === "timeout"
    ? { status: 504, code: "stillwatch_upstream_timeout", message: "The model's server did not answer in time. Try again." }
    : { status: 502, code: "stillwatch_upstream_unreachable", message: "The model's server cannot be reached. Try again." };
}
