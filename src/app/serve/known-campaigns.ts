/** Known campaigns beside the verdicts: learnt from the engine, kept on disk, and held against what gateways tell of a request. */
import { join } from "node:path";
import { createAnchorReader } from "../../engine/behaviour/features.js";
import type { CheckContext } from "../../engine/decisions/check.js";
import type { HashText } from "../../engine/decisions/handle-memory.js";
import { createKnownLookup, type KnownLookup, type ReadAnchors } from "../../engine/decisions/known-lookup.js";
import { readConversation } from "../../sdk/index.js";
import type { KnownCampaigns } from "../../vocabulary/known.js";
import { KNOWN_FILE, readKnown, writeKnown } from "./known-file.js";
import type { EngineLink } from "./services.js";
import type { RunningVerdicts } from "./verdicts.js";
import { takeLatest } from "./work/call-reading.js";

/** What verdicts hold requests against. */
export interface KnownMemory {
  /** `learntMs`: when it was handed over. */
  learn(known: KnownCampaigns, learntMs: number): void;
  /** For a check; null while nothing is known. */
  forCheck(): NonNullable<CheckContext["known"]> | null;
  size(): Pick<KnownLookup, "size" | "campaigns">;
}

/** Nothing is known at first. */
export function createKnownMemory(hash: HashText): KnownMemory {
  let known: NonNullable<CheckContext["known"]> | null = null;
  const readAnchors = createTextReader();
  return {
    learn(learnt, learntMs) {
      const lookup = createKnownLookup(learnt, hash);
      // What was handed over today may be of last week: a first look at old logs, or a gateway that tells days later.
      known = lookup.size === 0 ? null : { lookup, readAnchors, asOfMs: Math.min(learntMs, learnt.watermarkMs) };
    },
    forCheck: () => known,
    size: () => known?.lookup ?? { size: 0, campaigns: 0 },
  };
}

/** The anchors of what was asked, made as those of stored requests are. The text is looked at here and nowhere else, at the edges of system prompt and question. */
export function createTextReader(): ReadAnchors {
  const readAnchors = createAnchorReader();
  return ({ messages, system }) => {
    if (messages === undefined && system === undefined) return null;
    const { system: instructions, messages: said } = readConversation(takeLatest(messages), system);
    return readAnchors({ ...(instructions === undefined ? {} : { system: instructions }), messages: said ?? [] });
  };
}

/** Reads what was known before the last stop, and follows the engine from now on. */
export async function followKnown({
  folder,
  engine,
  verdicts,
  nowMs,
  onFailure,
}: {
  /** The data folder. */
  folder: string;
  engine: Pick<EngineLink, "onKnown">;
  verdicts: Pick<RunningVerdicts, "learnKnown">;
  nowMs: () => number;
  onFailure: (error: unknown) => void;
}): Promise<void> {
  const path = join(folder, KNOWN_FILE);
  const before = await readKnown(path, onFailure);
  if (before !== null) verdicts.learnKnown(before, before.learntMs);
  // The link tells one after the other: no two writes overlap.
  engine.onKnown(async (known) => {
    const learntMs = nowMs();
    verdicts.learnKnown(known, learntMs);
    await writeKnown(path, { ...known, learntMs }).catch(onFailure);
  });
}
