/** The engine while it is still coming up: a store of many events takes seconds to open, and verdicts need not wait for it. */
import { HttpError } from "../http/problems.js";
import type { EngineProcess } from "./engine/link.js";
import type { EngineLink, EngineStatus } from "./services.js";

/** A link that can be handed out before there is an engine. */
export interface LateEngine extends EngineLink {
  /** From now on everything goes to this engine. */
  arrive(engine: EngineProcess): void;
}

const ABSENT: EngineStatus = {
  isAlive: false,
  lastAcquiredMs: null,
  lastAnalysedMs: null,
  storedEvents: 0,
  quarantined: 0,
  restarts: 0,
  staleFiles: [],
};

/** Makes the link. Questions are refused, and can be asked again, until the engine is there. */
export function createLateEngine(): LateEngine {
  let engine: EngineProcess | null = null;
  const updates: Parameters<EngineLink["onUpdate"]>[0][] = [];
  const turns: Parameters<EngineLink["onTurn"]>[0][] = [];
  const matches: Parameters<EngineLink["onMatches"]>[0][] = [];
  const known: Parameters<EngineLink["onKnown"]>[0][] = [];
  const require = (): EngineProcess => {
    if (engine === null) throw notUpYet();
    return engine;
  };
  return {
    arrive(arrived) {
      engine = arrived;
      for (const listener of updates) arrived.onUpdate(listener);
      for (const listener of turns) arrived.onTurn(listener);
      for (const listener of matches) arrived.onMatches(listener);
      for (const listener of known) arrived.onKnown(listener);
    },
    onUpdate(listener) {
      updates.push(listener);
      engine?.onUpdate(listener);
    },
    onTurn(listener) {
      turns.push(listener);
      engine?.onTurn(listener);
    },
    onMatches(listener) {
      matches.push(listener);
      engine?.onMatches(listener);
    },
    onKnown(listener) {
      known.push(listener);
      engine?.onKnown(listener);
    },
    listCampaigns: () => require().listCampaigns(),
    findAccount: async (accountId) => require().findAccount(accountId),
    listQuarantine: async (page) => require().listQuarantine(page),
    countChecks: async (span) => require().countChecks(span),
    listHandles: async (limit) => require().listHandles(limit),
    countCame: async (spans) => require().countCame(spans),
    countAnswered: async (sinceMs) => require().countAnswered(sinceMs),
    listUnchecked: async (wish) => require().listUnchecked(wish),
    status: () => engine?.status() ?? ABSENT,
    analyse: async () => require().analyse(),
    close: async () => engine?.close(),
  };
}

/** One that is about to be there is worth waiting for. */
const RETRY_AFTER_MS = 2_000;

function notUpYet(): HttpError {
  return new HttpError(
    {
      code: "SW1914",
      what: "the engine is not up yet",
      why: "the event store is being opened; nothing is known of campaigns until then, which must not read as none.",
      fix: "ask again in a moment; /readyz tells when it is there.",
    },
    { status: 503, retryAfterMs: RETRY_AFTER_MS },
  );
}
