/** The guard as middleware of Fastify, Express and Hono. The frameworks' own types are not imported: what is used of them stands here. */
import { listRefusalHeaders, writeRefusalBody } from "../refusal.js";
import type { Verdict } from "../../vocabulary/verdict.js";
import { createGuard, type GuardOptions } from "./guard.js";

/** Headers as Node gives them. */
type NodeHeaders = Readonly<Record<string, unknown>>;

/** What the Fastify hook uses of a reply. */
interface FastifyReplyLike {
  code(status: number): FastifyReplyLike;
  headers(values: Record<string, string>): FastifyReplyLike;
  send(body: unknown): unknown;
}

/** An `onRequest` hook: `app.addHook("onRequest", createFastifyGuard({…}))`. The verdict stands in `request.stillwatch`. */
export function createFastifyGuard(
  options: GuardOptions,
): (request: { headers: NodeHeaders; stillwatch?: Verdict }, reply: FastifyReplyLike) => Promise<unknown> {
  const guard = createGuard(options);
  return async (request, reply) => {
    const { refusal, verdict } = await guard(request.headers);
    request.stillwatch = verdict;
    return refusal === null ? undefined : reply.code(refusal.status).headers(listRefusalHeaders(refusal)).send(writeRefusalBody(refusal));
  };
}

/** What the Express middleware uses of a response. */
interface ExpressResponseLike {
  status(code: number): ExpressResponseLike;
  set(headers: Record<string, string>): ExpressResponseLike;
  json(body: unknown): unknown;
}

type ExpressCall = [
  request: { headers: NodeHeaders; stillwatch?: Verdict },
  response: ExpressResponseLike,
  next: (error?: unknown) => void,
];

/** Middleware: `app.use(createExpressGuard({…}))`. The verdict stands in `request.stillwatch`. */
export function createExpressGuard(options: GuardOptions): (...call: ExpressCall) => void {
  const guard = createGuard(options);
  const answer = async (...[request, response, next]: ExpressCall): Promise<void> => {
    const { refusal, verdict } = await guard(request.headers);
    request.stillwatch = verdict;
    if (refusal === null) next();
    else response.status(refusal.status).set(listRefusalHeaders(refusal)).json(writeRefusalBody(refusal));
  };
  return (...call) => void answer(...call).catch(call[2]);
}

/** What the Hono middleware uses of a context. */
interface HonoContextLike {
  req: { header(): Record<string, string> };
  set(name: "stillwatch", verdict: Verdict): void;
}

/** Middleware: `app.use(createHonoGuard({…}))`. The verdict is `context.get("stillwatch")`. */
export function createHonoGuard(
  options: GuardOptions,
): (context: HonoContextLike, next: () => Promise<void>) => Promise<Response | undefined> {
  const guard = createGuard(options);
  return async (context, next) => {
    const { refusal, verdict } = await guard(context.req.header());
    context.set("stillwatch", verdict);
    if (refusal !== null) return Response.json(writeRefusalBody(refusal), { status: refusal.status, headers: listRefusalHeaders(refusal) });
    await next();
    return undefined;
  };
}
