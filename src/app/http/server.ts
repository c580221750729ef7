/** The HTTP server: limits, time-outs, keys and scopes, errors as problems, and no request text in any log. */
import { STATUS_CODES, type ServerOptions } from "node:http";
import type { ServerOptions as HttpsOptions } from "node:https";
import type { Socket } from "node:net";
import fastifySwagger from "@fastify/swagger";
import fastify, { LogController, type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { StillwatchError } from "../../vocabulary/errors.js";
import type { Caller, HttpPart, Scope, Services } from "../serve/services.js";
import { describeInterface, type DescribedRoute, SECURITY_SCHEMES, TAGS } from "./description/describe-interface.js";
import { FREE } from "./description/json-schema.js";
import { describeHttpError, describeUnreadableHttp, HttpError } from "./problems.js";

/** How the server listens and what it takes. */
export interface ServerSettings {
  /** False only on loopback: everybody who can connect may then do everything. */
  isAuthenticated: boolean;
  /** Largest body, in bytes. */
  bodyBytesMax: number;
  /** A request that is not whole by then is cut off. */
  requestTimeoutMs: number;
  /** PEM texts. */
  tls?: { key: string; cert: string } | undefined;
  version: string;
}

/** Node's own time for headers; nobody needs a minute for them, however long a body may take. */
const HEADERS_MS_MAX = 60_000;
/** A slow request is cut off at most an eighth of its time too late; a look goes through a list of open connections. */
const LOOKS_PER_TIMEOUT = 8;

const LICENSE = { name: "Apache-2.0", identifier: "Apache-2.0" };

/** Who asks where no keys are asked for. */
const ANYBODY: Caller = { keyId: "none", name: "anybody", scopes: ["admin"] };

/** Puts the parts together; the caller listens and closes. */
export async function createServer(
  services: Services,
  { settings, parts }: { settings: ServerSettings; parts: readonly HttpPart[] },
): Promise<FastifyInstance> {
  const app = fastify({
    loggerInstance: services.log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: settings.bodyBytesMax,
    requestTimeout: settings.requestTimeoutMs,
    ...transportOf(settings),
    // A field that nobody knows is a slip, and a slip must never leave a setting on its default: fastify would drop it.
    ajv: { customOptions: { removeAdditional: false } },
    // Fastify would quote the path, and log what it could not read.
    frameworkErrors: (error, request, reply) => void sendProblem(error, { request, reply }),
    clientErrorHandler: refuseUnreadable,
    // A client that keeps its connection open must not keep a stop waiting.
    forceCloseConnections: "idle",
  }) as unknown as FastifyInstance;
  // Fastify would take any text for a body, and find fault with its fields.
  app.removeContentTypeParser("text/plain");
  requireScopes(app);
  boundWrites(app, settings);
  app.decorateRequest("caller", null);
  app.addHook("onRequest", async (request) => {
    // Before anything of a stranger's body is read.
    if (request.is404) throw unknownRoute(request);
    request.caller = await admit(request, { services, settings });
  });
  app.addHook("onResponse", async (request, reply) => noteAnswer(request, { reply, services }));
  app.setErrorHandler(async (error, request, reply) => sendProblem(error, { request, reply }));
  app.setNotFoundHandler(async (request, reply) => sendProblem(unknownRoute(request), { request, reply }));
  await describeRoutes(app, settings.version);
  for (const part of parts) await app.register(part(services));
  return app;
}

/** Node holds a body that stands still to the time for headers where that is the longer one, a minute, and looks every half minute. */
function transportOf({ requestTimeoutMs, tls }: ServerSettings): { http: ServerOptions } | { https: ServerOptions & HttpsOptions } {
  const options = {
    requestTimeout: requestTimeoutMs,
    headersTimeout: Math.min(HEADERS_MS_MAX, requestTimeoutMs),
    connectionsCheckingInterval: Math.ceil(requestTimeoutMs / LOOKS_PER_TIMEOUT),
  };
  return tls === undefined ? { http: options } : { https: { ...options, ...tls } };
}

/** Registers `/openapi.json`, which describes itself as well. */
async function describeRoutes(app: FastifyInstance, version: string): Promise<void> {
  const routes: DescribedRoute[] = [];
  app.addHook("onRoute", ({ method, url, schema, config }) => {
    if (method !== "HEAD") routes.push({ method, url, config, ...(schema === undefined ? {} : { schema }) });
  });
  await app.register(fastifySwagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "stillwatch", version, description: "Request events in, verdicts and decisions out.", license: LICENSE },
      components: { securitySchemes: SECURITY_SCHEMES },
      tags: TAGS,
    },
    transformObject: (document) =>
      "openapiObject" in document ? describeInterface(document.openapiObject, routes) : document.swaggerObject,
  });
  const answers = { 200: { description: "OpenAPI 3.1.", schema: FREE } };
  const schema = { summary: "This description", tags: ["health"] };
  app.get("/openapi.json", { config: { scope: null, answers }, schema }, async () => app.swagger());
}

/** A route that forgot to say who may call it is a mistake of ours that must not reach anybody. */
function requireScopes(app: FastifyInstance): void {
  app.addHook("onRoute", ({ config, method, url }) => {
    if (config?.scope === undefined && method !== "HEAD")
      throw new Error(`The route ${String(method)} ${url} does not say which scope it needs.`);
  });
}

/** Beside events and calls of gateways, which bring bodies of their own size: the longest list of decisions that is answered at once is a tenth of it. */
const WRITE_BYTES_MAX = 1024 * 1024;
const LARGE_SCOPES: readonly unknown[] = ["events:write", "check"] satisfies Scope[];

/** What people write is small; it is parsed where verdicts are given. */
function boundWrites(app: FastifyInstance, { bodyBytesMax }: ServerSettings): void {
  app.addHook("onRoute", (route) => {
    if (!LARGE_SCOPES.includes(route.config?.scope)) route.bodyLimit ??= Math.min(WRITE_BYTES_MAX, bodyBytesMax);
  });
}

async function admit(
  request: FastifyRequest,
  { services, settings }: { services: Services; settings: ServerSettings },
): Promise<Caller | null> {
  const { scope } = request.routeOptions.config;
  // Unknown paths have no scope: they are told so without being asked for a key.
  if (scope === null || scope === undefined) return null;
  if (!settings.isAuthenticated) return ANYBODY;
  const secret = readSecret(request);
  if (secret === null) throw refusal(401, "SW1906");
  const caller = await services.keys.authenticate(secret);
  if (caller === null) throw refusal(401, "SW1907");
  if (!isAllowed(caller, scope)) throw refusal(403, "SW1908", scope);
  return caller;
}

function readSecret({ headers }: FastifyRequest): string | null {
  // Gateways that pass the customer's own Authorization on have another place for theirs.
  const own = headers["x-stillwatch-key"];
  if (typeof own === "string" && own !== "") return own;
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? "")?.[1];
  const header = headers["x-api-key"];
  return bearer ?? (typeof header === "string" && header !== "" ? header : null);
}

/** True for a key with the scope, or with `admin`. */
export function isAllowed({ scopes }: Caller, scope: Scope): boolean {
  return scopes.includes("admin") || scopes.includes(scope);
}

const REFUSALS: Readonly<Record<string, { what: string; why: string; fix: string }>> = {
  SW1906: {
    what: "no key was sent",
    why: "only who has a key may ask this.",
    fix: "send `Authorization: Bearer <key>`; `stillwatch keys create` makes one.",
  },
  SW1907: {
    what: "the key is not valid",
    why: "it is unknown, was revoked, or is past its end.",
    fix: "make another with `stillwatch keys create`; `stillwatch keys list` shows which there are.",
  },
  SW1908: {
    what: "the key may not do this",
    why: "a key that leaks should open one door only.",
    fix: "use a key with the scope that this call needs",
  },
};

function refusal(status: 401 | 403, code: string, scope?: Scope): HttpError {
  const { what, why, fix } = REFUSALS[code];
  return new HttpError({ code, what, why, fix: scope === undefined ? fix : `${fix}: ${scope}.` }, { status });
}

function unknownRoute({ method, routeOptions }: FastifyRequest): HttpError {
  return new HttpError(
    {
      code: "SW1909",
      what: `nothing answers ${method} here`,
      why: `this path ${routeOptions.url === undefined ? "is not part of the interface" : "takes other methods"}.`,
      fix: "see /openapi.json for what there is.",
    },
    { status: 404 },
  );
}

function sendProblem(error: unknown, { request, reply }: { request: FastifyRequest; reply: FastifyReply }): FastifyReply {
  const { body, retryAfterMs, isOurs } = describeHttpError(error);
  // The stack is ours; the message may quote the caller.
  if (isOurs && error instanceof Error) {
    const { what, why } = error instanceof StillwatchError ? error.problem : { what: body.title, why: undefined };
    request.log.error({ code: body.code, route: request.routeOptions.url, why, stack: readFrames(error) }, what);
  }
  if (retryAfterMs !== undefined) void reply.header("retry-after", String(Math.max(1, Math.ceil(retryAfterMs / 1000))));
  return reply.status(body.status).header("content-type", "application/problem+json").send(body);
}

const UNREADABLE_STATUSES: Readonly<Record<string, number>> = { ERR_HTTP_REQUEST_TIMEOUT: 408, HPE_HEADER_OVERFLOW: 431 };

/** What Node could not read as a request. It is not logged: there is nothing of it that may be. */
function refuseUnreadable({ code }: { code?: string }, socket: Socket): void {
  if (code !== "ECONNRESET" && socket.writable) {
    const status = UNREADABLE_STATUSES[code ?? ""] ?? 400;
    const body = JSON.stringify(describeUnreadableHttp(status));
    const head = [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`,
      "content-type: application/problem+json",
      `content-length: ${Buffer.byteLength(body)}`,
      "connection: close",
    ];
    socket.write(`${head.join("\r\n")}\r\n\r\n${body}`);
  }
  socket.destroy();
}

/** Where it happened, without the message. */
function readFrames(error: Error): string[] {
  return (error.stack ?? "")
    .split("\n")
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 8);
}

/** One line a request: route and not path, status and time; never a body, a query or a header. */
function noteAnswer(request: FastifyRequest, { reply, services }: { reply: FastifyReply; services: Services }): void {
  const route = request.routeOptions.url ?? "unknown";
  const { method } = request;
  const status = reply.statusCode;
  services.metrics.observe("stillwatch_http_request_seconds", reply.elapsedTime / 1000, { route, method, status: String(status) });
  // 503 is an answer that was meant: not yet, or not now.
  if (status >= 500 && status !== 503) request.log.warn({ route, method, status, ms: Math.round(reply.elapsedTime) }, "answered");
  else request.log.debug({ route, method, status, ms: Math.round(reply.elapsedTime) }, "answered");
}
