/** Errors of the event store, as a person should read them: SW14xx. */
import { StillwatchError, type Problem } from "../../vocabulary/errors.js";
import { hideCredentials } from "./server-engine.js";
import type { EventStore } from "./store.js";

/** Which store an error comes from. */
export interface StorePlace {
  kind: "embedded" | "server";
  /** Folder or address. */
  name: string;
}

/**
 * Oldest server that is accepted: the oldest with long-term support when this was written. The conformance suite runs on 26.7; what is older
 * than this line nobody has tried.
 */
export const SERVER_VERSION_MIN = "25.8";

/** Lines of an engine's message that are kept: the first says what is wrong, the rest is its stack. */
const MESSAGE_CHARS_MAX = 300;

interface Explanation {
  when: (error: EngineError) => boolean;
  problem: (place: string, message: string) => Problem;
}

interface EngineError {
  /** ClickHouse's exception number, or Node's error code. */
  code: string;
  message: string;
  during: "open" | "use";
  kind: StorePlace["kind"];
}

const has = (error: EngineError, ...codes: string[]): boolean => codes.includes(error.code);

/** First match wins. ClickHouse's numbers: https://github.com/ClickHouse/ClickHouse/blob/master/src/Common/ErrorCodes.cpp */
const EXPLANATIONS: readonly Explanation[] = [
  {
    when: ({ message }) => message.includes("Cannot lock file") || message.includes("Another server instance"),
    problem: (place) => ({
      code: "SW1402",
      what: `the data folder ${place} is in use by another process`,
      why: "two processes that write one folder would destroy it.",
      fix: "wait for the other stillwatch to end, or give this one a folder of its own with --data-dir.",
    }),
  },
  {
    when: ({ message }) => message.includes("one active data directory") || message.includes("still releasing its connection"),
    problem: (place) => ({
      code: "SW1410",
      what: `the data folder ${place} cannot be opened while this process has another one open`,
      why: "the engine in the process serves one folder at a time.",
      fix: "close the first event store before opening the second, or use a server for one of them.",
    }),
  },
  {
    when: (error) => error.message.includes("No native binary") || has(error, "CHDB_PLATFORM", "CHDB_ABI", "ERR_DLOPEN_FAILED"),
    problem: (_place, message) => ({
      code: "SW1409",
      what: "the engine in the process is not available on this machine",
      why: `its library did not load: ${message}`,
      fix: "use Linux or macOS on x64 or arm64 and install without --omit=optional, or name a ClickHouse server with --store.",
    }),
  },
  {
    when: (error) =>
      has(error, "ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "ECONNRESET", "EHOSTUNREACH", "ETIMEDOUT", "EPIPE") ||
      /timeout error/i.test(error.message),
    problem: (place, message) => ({
      code: "SW1403",
      what: `the ClickHouse server at ${place} does not answer`,
      why: `the connection failed: ${message}`,
      fix: "check address and port (HTTP is 8123 by default, HTTPS 8443) and that the server runs, then start again: nothing is stored twice.",
    }),
  },
  {
    when: (error) => has(error, "516", "192", "193", "194", "497"),
    problem: (place) => ({
      code: "SW1404",
      what: `the ClickHouse server at ${place} refuses this user`,
      why: "stillwatch needs to create, read and write tables in its own database.",
      fix: "check user name and password, and grant the user ALL on the database stillwatch.",
    }),
  },
  {
    when: (error) => has(error, "241", "MEMORY_LIMIT_EXCEEDED"),
    problem: (place) => ({
      code: "SW1407",
      what: `the event store at ${place} needs more memory for a query than it may use`,
      why: "the limit keeps a large analysis from taking the whole machine.",
      fix: "raise the limit of the store's memory, or analyse a shorter time at once.",
    }),
  },
  {
    when: (error) => has(error, "243", "ENOSPC", "EDQUOT") || error.message.includes("No space left"),
    problem: (place) => ({
      code: "SW1408",
      what: `no space is left for the event store at ${place}`,
      why: "stored requests take about 150 bytes each.",
      fix: "free space or choose another folder with --data-dir, then start again: what is stored stays and is not read twice.",
    }),
  },
  {
    when: ({ during }) => during === "open",
    problem: (place, message) => ({
      code: "SW1401",
      what: `the event store at ${place} cannot be opened`,
      why: `the engine says: ${message}`,
      fix: "check that the folder can be written and holds nothing but stillwatch's data, or name a new one with --data-dir.",
    }),
  },
];

/** Turns what an engine threw into an error for a person. Errors that are explained already pass through. */
export function explainStoreError(options: { error: unknown; place: StorePlace; during: "open" | "use" }): StillwatchError {
  const { error, place, during } = options;
  if (error instanceof StillwatchError) return error;
  const message = shortenMessage(error);
  const engineError: EngineError = { code: readCode(error), message: readMessage(error), during, kind: place.kind };
  const name = place.kind === "server" ? hideCredentials(place.name) : place.name;
  const explanation = EXPLANATIONS.find(({ when }) => when(engineError));
  const problem = explanation?.problem(name, message) ?? {
    code: "SW1499",
    what: `the event store at ${name} refused a query`,
    why: `the engine says: ${message}`,
    fix: "this is a fault of stillwatch or of the store's data: report it with this message; a new --data-dir rules the data out.",
  };
  return Object.assign(new StillwatchError(problem, explanation ? 2 : 1), { cause: error });
}

/** SW1406: the store was written by a newer stillwatch. */
export function explainNewerSchema(options: { current: number; newest: number; place: string }): StillwatchError {
  return new StillwatchError({
    code: "SW1406",
    what: `the event store at ${options.place} was written by a newer stillwatch`,
    why: `its schema has version ${options.current}, this program knows versions up to ${options.newest} and would damage it.`,
    fix: "use the newer stillwatch, or name another folder with --data-dir (or another database).",
  });
}

/** SW1411: the store holds requests with other columns than are read and written today. */
export function explainOlderRequests(options: { current: number; newest: number; place: string }): StillwatchError {
  return new StillwatchError({
    code: "SW1411",
    what: `the requests in the event store at ${options.place} were read by an older stillwatch`,
    why: `its schema has version ${options.current}, this program's has version ${options.newest}, and what the columns in between hold can only be read from the logs; nothing was changed.`,
    fix: "after an update of `stillwatch serve`: stop it, `stillwatch renew --data-dir <its data folder>`, and give the requests of the last 30 days again. Otherwise use another folder with --data-dir (or another database with --store) and read the logs again, or use the older stillwatch with this one.",
  });
}

/** Throws SW1405 when the server is older than {@link SERVER_VERSION_MIN}. */
export async function requireServerVersion(store: Pick<EventStore, "rows">, place: string): Promise<void> {
  const [row] = await store.rows<{ version: string }>("SELECT version() AS version");
  const version = row?.version ?? "";
  if (isVersionAtLeast(version, SERVER_VERSION_MIN)) return;
  throw new StillwatchError({
    code: "SW1405",
    what: `the ClickHouse server at ${place} is too old: ${version || "unknown version"}`,
    why: `stillwatch needs ${SERVER_VERSION_MIN} or newer; it has not been tried on older ones.`,
    fix: `update the server to ${SERVER_VERSION_MIN} or newer, or leave --store out and use the engine in the process.`,
  });
}

/** Compares dotted versions number by number. */
export function isVersionAtLeast(version: string, least: string): boolean {
  const numbers = version.split(".").map((part) => Number.parseInt(part, 10));
  for (const [i, wanted] of least.split(".").map(Number).entries()) {
    const has = numbers[i] ?? 0;
    if (Number.isNaN(has) || has < wanted) return false;
    if (has > wanted) return true;
  }
  return true;
}

function readMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The engine's own number where there is one, because wrappers put names of their own in front of it. */
function readCode(error: unknown): string {
  const number = /Code: (\d+)\./.exec(readMessage(error))?.[1];
  if (number !== undefined) return number;
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : "";
}

/** The first line, without what a query may have quoted of the data, and without credentials. */
function shortenMessage(error: unknown): string {
  const line = readMessage(error)
    .replaceAll(/\/\/[^/@\s]*@/g, "//")
    .split("\n")
    .filter(Boolean)
    .slice(0, 2)
    .join(" ");
  return line.length > MESSAGE_CHARS_MAX ? `${line.slice(0, MESSAGE_CHARS_MAX)}…` : line;
}
