/**
 * `/openapi.json`: what fastify knows of a route (path, query, body) and what the route tells of its answers become one description. Answers are described
 * here and not given to fastify as response schemas, which would write only the fields that a schema names.
 */
import type { RouteOptions } from "fastify";
import type { Scope } from "../../serve/services.js";
import type { ProblemBody } from "../problems.js";
import { COMPONENTS } from "./components.js";
import { refer, type JsonSchema } from "./json-schema.js";

/** An answer that is no error. */
export interface Answer {
  description: string;
  /** Left out where the answer has no body. */
  schema?: JsonSchema;
  example?: unknown;
  /** `application/json` when left out. */
  type?: string;
}

/** A body that is no JSON object of a fixed shape. */
export interface Taken {
  schema: JsonSchema;
  example: unknown;
}

/** What a route tells of itself for the description. */
export interface RouteDescription {
  scope?: Scope | null;
  /** By status. */
  answers?: Readonly<Record<number, Answer>>;
  /** By content type. */
  takes?: Readonly<Record<string, Taken>>;
  /** Of the JSON body. */
  example?: unknown;
  /** Codes of its own problems, by status. */
  problems?: Readonly<Record<number, readonly string[]>>;
  /** OTLP wants errors in a form of its own. */
  failsAs?: "RpcStatus";
}

/** A route as far as it is described. */
export type DescribedRoute = Pick<RouteOptions, "method" | "url" | "schema"> & { config?: RouteDescription | undefined };

/** The parts of OpenAPI 3.1 that are written here. */
export interface Operation {
  operationId?: string;
  summary?: string;
  description?: string;
  tags?: string[];
  security?: object[];
  requestBody?: { required?: boolean; content: Record<string, { schema?: unknown; example?: unknown }> };
  responses: Record<string, Response>;
}
/** One of its answers. */
interface Response {
  description: string;
  headers?: object;
  content?: Record<string, { schema?: unknown; example?: unknown }>;
}
/** The description. */
export interface Interface {
  paths?: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, unknown> };
}

/** Where a key may stand; the second where a gateway passes the customer's own Authorization on. */
export const SECURITY_SCHEMES = {
  key: { type: "http", scheme: "bearer" },
  key_header: { type: "apiKey", in: "header", name: "x-stillwatch-key" },
} as const;

/** What the routes are grouped by. */
export const TAGS = [
  { name: "events", description: "Request events in, and what of them could not be read." },
  { name: "verdicts", description: "What to do with one request, while a customer waits." },
  { name: "gateways", description: "The same in the words of the gateways that ask: docs/integrations." },
  { name: "findings", description: "What the analysis found." },
  { name: "decisions", description: "What policy made of it, and what people did with that." },
  { name: "alerts", description: "Alerts that reached nobody." },
  { name: "keys", description: "Who may ask for what." },
  { name: "health", description: "Whether it is well." },
];

const STATUSES: Readonly<Record<number, { description: string; codes: readonly string[] }>> = {
  400: { description: "The request is not as the interface says.", codes: ["SW1902", "SW1903"] },
  401: { description: "No key, or one that is not valid.", codes: ["SW1906", "SW1907"] },
  403: { description: "The key may not do this.", codes: ["SW1908"] },
  404: { description: "There is no such thing.", codes: [] },
  409: { description: "It cannot be done as things stand.", codes: [] },
  408: { description: "It did not arrive in time.", codes: [] },
  413: { description: "The body is too large.", codes: ["SW1904"] },
  415: { description: "The body is of a type or an encoding that is not taken here.", codes: ["SW1905"] },
  429: { description: "Later: `Retry-After` says when. Nothing was kept.", codes: [] },
  500: { description: "A fault of stillwatch; the log says where.", codes: ["SW1901"] },
  503: { description: "Not now: `Retry-After` says when to try again.", codes: [] },
};

/** Completes what fastify wrote. Every route has to be told of: one that is not is a mistake of ours. */
export function describeInterface<Written extends object>(written: Written, routes: readonly DescribedRoute[]): Written {
  const { paths = {}, components = {} } = written as Interface;
  for (const route of routes) {
    const path = writePath(route.url);
    for (const method of [route.method].flat()) {
      const methods = paths[path] ?? {};
      const operation = methods[method.toLowerCase()];
      if (operation === undefined) throw new Error(`The route ${method} ${path} is not described.`);
      // Methods of one route share what fastify wrote.
      methods[method.toLowerCase()] = completeOperation(operation, { route, method, path });
    }
  }
  return { ...written, components: { ...components, schemas: { ...components.schemas, ...COMPONENTS } } };
}

/** As OpenAPI writes a path. */
export function writePath(url: string): string {
  return url.replaceAll(/:(\w+)/g, "{$1}").replaceAll("*", "{*}");
}

function completeOperation(
  operation: Operation,
  { route, method, path }: { route: DescribedRoute; method: string; path: string },
): Operation {
  const { config = {}, schema } = route;
  const isOpen = config.scope === null || config.scope === undefined;
  const description = [operation.description, isOpen ? undefined : `Needs a key with the scope \`${config.scope}\`.`];
  return {
    ...operation,
    operationId: nameOperation(method, path),
    description: description.filter((sentence) => sentence !== undefined).join(" "),
    security: isOpen ? [] : [{ key: [] }, { key_header: [] }],
    ...describeBody(operation, config),
    responses: joinResponses(writeAnswers(config.answers ?? {}), writeProblems(config, schema)),
  };
}

function describeBody({ requestBody }: Operation, { takes, example }: RouteDescription): Pick<Operation, "requestBody"> {
  if (takes !== undefined) return { requestBody: { required: true, content: { ...takes } } };
  if (requestBody === undefined) return {};
  const { "application/json": json, ...others } = requestBody.content;
  return { requestBody: { ...requestBody, required: true, content: { "application/json": { ...json, example }, ...others } } };
}

/** A status may stand for an answer and for a problem: Envoy's customers are refused with 403, and so is a key that may not ask. */
function joinResponses(answers: Record<string, Response>, problems: Record<string, Response>): Record<string, Response> {
  const joined = Object.entries(problems).map(([status, { description, content, ...rest }]) => {
    const answer = answers[status];
    const all = answer === undefined ? description : `${answer.description} Or: ${description}`;
    return [status, { description: all, ...rest, content: { ...answer?.content, ...content } }] as const;
  });
  return { ...answers, ...Object.fromEntries(joined) };
}

function nameOperation(method: string, path: string): string {
  const words = path.split(/[/{}*._-]+/).filter((word) => word !== "" && word !== "v1");
  return [method.toLowerCase(), ...words].map((word, index) => (index === 0 ? word : word[0].toUpperCase() + word.slice(1))).join("");
}

function writeAnswers(answers: Readonly<Record<number, Answer>>): Record<string, Response> {
  const written = Object.entries(answers).map(([status, { description, schema, example, type = "application/json" }]) => {
    const content = schema === undefined ? {} : { content: { [type]: { schema, ...(example === undefined ? {} : { example }) } } };
    return [status, { description, ...content }] as const;
  });
  return Object.fromEntries(written);
}

function writeProblems(config: RouteDescription, schema: DescribedRoute["schema"]): Record<string, Response> {
  const { body, querystring } = (schema ?? {}) as { body?: unknown; querystring?: unknown };
  const hasBody = body !== undefined || config.takes !== undefined;
  const common = [
    ...(hasBody || querystring !== undefined ? [400] : []),
    ...(config.scope === null ? [] : [401, 403]),
    ...(hasBody ? [413, 415] : []),
    500,
  ];
  const own = config.problems ?? {};
  const statuses = [...new Set([...common, ...Object.keys(own).map(Number)])].sort((a, b) => a - b);
  return Object.fromEntries(
    statuses.map((status) => {
      const { description, codes } = STATUSES[status];
      const all = [...new Set([...(common.includes(status) ? codes : []), ...(own[status] ?? [])])];
      return [String(status), writeProblem({ status, description, codes: all, failsAs: config.failsAs })];
    }),
  );
}

function writeProblem(problem: {
  status: number;
  description: string;
  codes: readonly string[];
  failsAs: "RpcStatus" | undefined;
}): Response {
  const { status, description, codes, failsAs } = problem;
  const isLater = status === 429 || status === 503;
  const headers = { "retry-after": { description: "Seconds.", schema: { type: "integer", minimum: 1 } } };
  const [code = "SW1901"] = codes;
  const example: ProblemBody = {
    type: `urn:stillwatch:problem:${code}`,
    title: "what is wrong",
    status,
    code,
    detail: "why.",
    fix: "what to do.",
  };
  const content: Response["content"] =
    failsAs === undefined
      ? { "application/problem+json": { schema: refer("Problem"), example } }
      : { "application/json": { schema: refer(failsAs) }, "application/x-protobuf": { schema: { type: "string", format: "binary" } } };
  return { description: `${description} ${codes.join(", ")}`.trim(), ...(isLater ? { headers } : {}), ...(content && { content }) };
}
