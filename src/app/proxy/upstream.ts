/** The way to the model: one request out, its answer back, unchanged but for what belongs to a single connection. */
import type { Readable } from "node:stream";
import { Agent } from "undici";

/** Headers that belong to one connection (RFC 9110 §7.6.1), with those that node and undici write themselves. */
const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Headers as Node gives them. */
export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** What goes out. */
export interface UpstreamRequest {
  method: string;
  /** With its query, as it came. */
  url: string;
  headers: Headers;
  body: Buffer | Readable | null;
  /** Aborted when the client is gone. */
  signal: AbortSignal;
}

/** What comes back; the body is read as fast as the client reads. */
export interface UpstreamAnswer {
  status: number;
  headers: Record<string, string | string[]>;
  body: Readable;
}

/** Why there is no answer. */
export class UpstreamError extends Error {
  readonly kind: "unreachable" | "timeout";
  constructor(kind: "unreachable" | "timeout", cause: unknown) {
    super(`the model's server is ${kind}`, { cause });
    this.kind = kind;
  }
}

/** The way. */
export interface Upstream {
  send(request: UpstreamRequest): Promise<UpstreamAnswer>;
  close(): Promise<void>;
}

/** A name that does not resolve or a host that is gone should not hold a customer up for minutes. */
const CONNECT_MS_MAX = 10_000;

/** Opens it. `timeoutMs` bounds the wait for the head of an answer and each silence within it. */
export function openUpstream({ url, timeoutMs }: { url: URL; timeoutMs: number }): Upstream {
  const agent = new Agent({ headersTimeout: timeoutMs, bodyTimeout: timeoutMs, connect: { timeout: CONNECT_MS_MAX } });
  const prefix = url.pathname.replace(/\/+$/, "");
  return {
    async send({ method, url: path, headers, body, signal }) {
      try {
        const answer = await agent.request({
          origin: url.origin,
          path: `${prefix}${path}`,
          method,
          headers: dropConnectionHeaders(headers),
          body,
          signal,
        });
        return { status: answer.statusCode, headers: listAnswerHeaders(answer.headers), body: answer.body };
      } catch (error) {
        if (signal.aborted) throw error;
        const isLate = error instanceof Error && "code" in error && /TIMEOUT/.test(String(error.code));
        throw new UpstreamError(isLate ? "timeout" : "unreachable", error);
      }
    },
    close: async () => agent.destroy(),
  };
}

/** Whoever sends `Connection: x-secret` means that the header goes no further. Expectations are met by Node, and the host is another one. */
function dropConnectionHeaders(headers: Headers): Record<string, string | string[]> {
  const named = listNamed(headers["connection"]);
  const kept: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || HOP_BY_HOP.has(name) || named.has(name) || name === "host" || name === "expect") continue;
    kept[name] = value;
  }
  return kept;
}

function listAnswerHeaders(headers: Headers): Record<string, string | string[]> {
  const named = listNamed(headers["connection"]);
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || HOP_BY_HOP.has(name) || named.has(name) ? [] : [[name, value]],
    ),
  );
}

function listNamed(connection: string | string[] | undefined): Set<string> {
  return new Set(
    [connection ?? ""].flat().flatMap((line) =>
      line
        .toLowerCase()
        .split(",")
        .map((name) => name.trim()),
    ),
  );
}
