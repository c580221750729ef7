/** Bodies of calls for a verdict: small ones are parsed here, large ones by another thread, which hands back what a check looks at; and whoever cannot be answered counts. */
import type { IncomingMessage } from "node:http";
import { errorCodes, type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { type CallReading, type GatewayCall, readCall } from "../../serve/work/call-reading.js";
import { WorkFailed } from "../../serve/work/record-thread.js";
import { createInlineWork } from "../../serve/work/record-work.js";
import type { Services } from "../../serve/services.js";
import { bodyNotMadeReady } from "../intake/intake-problems.js";
import { callTooSlow, unreadableBody } from "../problems.js";
import { CALL_BYTES_MAX_DEFAULT, type CallHold, type CallRoom, createCallRoom, holdCall, LARGE_BYTES } from "./call-room.js";

/** A large call has come whole by then, or is not answered: no gateway waits for longer (three seconds), and what it holds is room for others. */
const ARRIVAL_MS_MAX = 5_000;

/** Bytes that were not parsed. */
interface UnreadCall {
  pieces: readonly Buffer[];
  hold: CallHold;
  /** Whoever reads it lets go of it. */
  isTaken: boolean;
}

/** By what stands in for the body meanwhile. */
const unread = new WeakMap<object, UnreadCall>();

/** Where a server was given none, as in tests: one for all of its routes. */
const rooms = new WeakMap<object, CallRoom>();

function findRoom(services: Pick<Services, "callRoom">): CallRoom {
  const room = services.callRoom ?? rooms.get(services) ?? createCallRoom(CALL_BYTES_MAX_DEFAULT);
  rooms.set(services, room);
  return room;
}

/** Holds every call while it arrives, and leaves large ones as they came. @param standIn What passes the route's schema in place of a large one. */
export function addCallParser(app: FastifyInstance, services: Pick<Services, "callRoom">, standIn: () => object = () => ({})): void {
  const room = findRoom(services);
  app.removeContentTypeParser("application/json");
  app.addContentTypeParser("application/json", (request: FastifyRequest, body: IncomingMessage, done) => {
    const told = Number(request.headers["content-length"]);
    if (told < LARGE_BYTES) {
      parseSmall(body, { told, bytesMax: request.routeOptions.bodyLimit, room }, done);
      return;
    }
    collectCall(body, { request, room }, (outcome) => {
      if ("error" in outcome) {
        done(outcome.error);
        return;
      }
      const { pieces, hold } = outcome;
      if (sumBytes(pieces) < LARGE_BYTES) {
        hold.release();
        parseCall(pieces, done);
        return;
      }
      const inPlace = standIn();
      unread.set(inPlace, { pieces, hold, isTaken: false });
      done(null, inPlace);
    });
  });
  // Nobody reads a call about an answer, or one that is refused before its turn.
  app.addHook("onResponse", (request, _reply, done) => {
    const call = findUnread(request.body);
    if (call?.isTaken === false) call.hold.release();
    done();
  });
}

const findUnread = (body: unknown): UnreadCall | undefined => (typeof body === "object" && body !== null ? unread.get(body) : undefined);

type Parsed = (error: Error | null, body?: unknown) => void;

/** Not as fastify does it, which refuses some names of fields: nothing is made of them here, and a call that is refused goes unchecked. */
function parseCall(pieces: readonly Buffer[], done: Parsed): void {
  const text = (pieces.length === 1 ? pieces[0] : Buffer.concat(pieces)).toString("utf8");
  let body: unknown;
  try {
    body = JSON.parse(text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text);
  } catch {
    done(unreadableBody());
    return;
  }
  done(null, body);
}

const BYTE_ORDER_MARK = 0xfeff;

/**
 * Gathers a call that says it is small, as nearly all do: this is done for every verdict. Node hands over no more than was told, and whoever
 * stands still meets the time for requests, so there is nothing to count and nothing to wait for.
 */
function parseSmall(
  body: IncomingMessage,
  { told, bytesMax, room: { small } }: { told: number; bytesMax: number; room: CallRoom },
  done: Parsed,
): void {
  if (told > bytesMax) {
    done(new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE());
    return;
  }
  try {
    small.reserve(told);
  } catch (error) {
    done(error as Error);
    return;
  }
  const pieces: Buffer[] = [];
  let isDone = false;
  const end = (error: Error | null): void => {
    if (isDone) return;
    isDone = true;
    small.release(told);
    if (error === null) parseCall(pieces, done);
    else done(Object.assign(error, { statusCode: 400 }));
  };
  // They stay until the request is gone with all of them: taking each off costs as much as putting it on.
  body
    .on("data", (piece: Buffer) => void pieces.push(piece))
    .on("end", () => end(null))
    .on("error", end)
    .on("close", () => (isDone ? undefined : end(new Error("the caller went away"))));
}

type Collected = (outcome: { error: Error } | { pieces: Buffer[]; hold: CallHold }) => void;

/** Gathers the pieces. What arrives is held until `collected` is told of a fault, and by whoever is handed the pieces. */
function collectCall(body: IncomingMessage, { request, room }: { request: FastifyRequest; room: CallRoom }, collected: Collected): void {
  const bytesMax = request.routeOptions.bodyLimit;
  const told = Number(request.headers["content-length"]);
  const hold = holdCall(room);
  const pieces: Buffer[] = [];
  let bytes = 0;
  let timer: NodeJS.Timeout | undefined;
  const end = (error: Error | null): void => {
    body.off("data", take).off("end", finish).off("error", fail).off("close", leave);
    clearTimeout(timer);
    if (error === null) return collected({ pieces, hold });
    hold.release();
    collected({ error });
  };
  const grow = (to: number): void => {
    if (to > bytesMax) throw new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE();
    hold.grow(to);
    if (to >= LARGE_BYTES) timer ??= setTimeout(() => end(callTooSlow()), ARRIVAL_MS_MAX).unref();
  };
  const attempt = (to: number): boolean => {
    try {
      grow(to);
      return true;
    } catch (error) {
      end(error as Error);
      return false;
    }
  };
  const take = (piece: Buffer): void => {
    bytes += piece.length;
    if (attempt(bytes)) pieces.push(piece);
  };
  const finish = (): void => end(Number.isNaN(told) || told === bytes ? null : new errorCodes.FST_ERR_CTP_INVALID_CONTENT_LENGTH());
  // Who sent it went away, or broke off: no fault of ours.
  const fail = (error: Error): void => end(Object.assign(error, { statusCode: 400 }));
  const leave = (): void => fail(new Error("the caller went away"));
  if (!Number.isNaN(told) && !attempt(told)) return;
  body.on("data", take).once("end", finish).once("error", fail).once("close", leave);
}

/** Reads a call and answers it; one whose caller went away meanwhile went as the gateway's own failure mode says, and is not told as checked. */
export function answerWhenRead(
  services: Pick<Services, "probes" | "verdicts" | "work">,
  {
    request,
    reply,
    call,
    integration = call.gateway,
  }: { request: FastifyRequest; reply: FastifyReply; call: GatewayCall; integration?: string },
  write: (reading: CallReading) => unknown,
): void {
  const { body } = request;
  const waiting = findUnread(body);
  services.probes?.noteCheck(integration, waiting?.pieces ?? (call.gateway === "agentgateway" ? [body, call.headers] : body));
  if (waiting === undefined) {
    void reply.send(write(readCall(call, body)));
    return;
  }
  const { work = createInlineWork(), verdicts } = services;
  // Of an answer that a gateway shows, nothing is checked.
  const isAbandoned = (reading: CallReading): boolean => reply.raw.destroyed && reading !== "answer" && reading !== "raw";
  waiting.isTaken = true;
  void work
    .readCall(call, waiting.pieces)
    // Not when the connection closes: what waits for the thread is held whether anybody waits for it or not.
    .finally(() => waiting.hold.release())
    // What fails over the answer is told, too: nobody else hears of it, and the gateway would wait.
    .then((reading) => (isAbandoned(reading) ? verdicts.noteUnchecked(integration) : void reply.send(write(reading))))
    .catch((error: unknown) => void reply.send(error instanceof WorkFailed ? bodyNotMadeReady() : error));
}

/**
 * For a route on which requests are checked: a call of somebody who may ask, and that could not be answered, is counted as unchecked, because its request goes as the
 * gateway's own failure mode says.
 */
export function countUnanswered(
  services: Pick<Services, "verdicts">,
  integrationOf: (request: FastifyRequest) => string,
): (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => void {
  return (error, request, reply) => {
    if (request.caller !== null) services.verdicts.answerUnreadable(integrationOf(request), "its call cannot be read");
    // To whoever answers all other errors.
    void reply.send(error);
  };
}

function sumBytes(pieces: readonly Buffer[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}
