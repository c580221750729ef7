/** Draws the crowd's habits. Everybody's: see `profile.ts`. */
import { LANGUAGES, LANGUAGE_WEIGHTS } from "./content/user-prompts.js";
import type { Library } from "./library.js";
import { type Habits, USAGE_KINDS, type UsageKind } from "./profile.js";
import { chance, drawBetween, drawLogNormal, drawZipf, pick, pickWeighted, type Random } from "./random.js";
import { DAY_MS } from "./schedule.js";

/** Shares of what accounts are used for. */
export const KIND_WEIGHTS: readonly number[] = [42, 18, 20, 13, 7];

/** Means per kind: turns, streaming, reasoning, tools, session ids, end-user hints, pause in seconds. */
const MEANS: Record<
  UsageKind,
  { turns: number; stream: number; reasoning: number; tools: number; session: number; endUser: number; pauseSeconds: number }
> = {
  chat: { turns: 2.6, stream: 0.8, reasoning: 0.25, tools: 0.03, session: 0.75, endUser: 0.1, pauseSeconds: 70 },
  app: { turns: 1.9, stream: 0.55, reasoning: 0.15, tools: 0.2, session: 0.55, endUser: 0.45, pauseSeconds: 45 },
  script: { turns: 1.05, stream: 0.15, reasoning: 0.25, tools: 0.05, session: 0.15, endUser: 0.1, pauseSeconds: 6 },
  agent: { turns: 5, stream: 0.6, reasoning: 0.5, tools: 0.9, session: 0.7, endUser: 0.1, pauseSeconds: 14 },
  batch: { turns: 1, stream: 0.02, reasoning: 0.3, tools: 0.02, session: 0.1, endUser: 0.15, pauseSeconds: 2 },
};

const TEMPERATURES = [0, 0, 0.1, 0.2, 0.3, 0.5, 0.7, 0.7, 0.7, 0.8, 0.9, 1, 1, 1.2];
const OUTPUT_LIMITS = [256, 512, 1024, 1024, 2048, 4096, 4096, 8192, 16384];

/** Habits of a crowd account of the given kind, or of a kind drawn from the crowd's mix. */
export function drawHabits(random: Random, library: Library | null, kindWeights: readonly number[] = KIND_WEIGHTS): Habits {
  const kind = pickWeighted(random, USAGE_KINDS, kindWeights);
  const means = MEANS[kind];
  return {
    kind,
    language: pickWeighted(random, LANGUAGES, LANGUAGE_WEIGHTS),
    // A third of all people ask once and leave, whatever they use.
    turnsMean: chance(random, 0.3) ? 1 : Math.max(1, drawLogNormal(random, means.turns, 0.4)),
    streamShare: blur(random, means.stream),
    temperature: chance(random, 0.45) ? null : pick(random, TEMPERATURES),
    topP: chance(random, 0.85) ? null : pick(random, [0.8, 0.9, 0.95, 1]),
    maxOutputTokens: chance(random, 0.4) ? null : pick(random, OUTPUT_LIMITS),
    outputTokensMean: drawOutputMean(random, library, kind),
    reasoningShare: chance(random, 0.4) ? 0 : blur(random, Math.min(0.95, means.reasoning * 2)),
    reasoningScale: drawLogNormal(random, 1.4, 0.5),
    cachedShare: chance(random, 0.6) ? 0 : random() * 0.8,
    failureShare: Math.min(0.2, drawLogNormal(random, 0.025, 0.8)),
    retryShare: random() * 0.5,
    toolsShare: blur(random, means.tools),
    channel: drawChannel(random, kind),
    model: drawZipf(random, 4),
    otherModelShare: chance(random, 0.5) ? 0 : random() * 0.4,
    adoptsAfterMs: drawAdoption(random),
    sendsSession: chance(random, means.session),
    sendsEndUser: chance(random, means.endUser),
    pauseMs: drawLogNormal(random, means.pauseSeconds * 1000, 0.6),
    keys: chance(random, 0.75) ? 1 : drawBetween(random, 2, 4),
  };
}

/** A length seen in production for three accounts in four, where lengths were given. */
function drawOutputMean(random: Random, library: Library | null, kind: UsageKind): number {
  const seen = library?.outputTokens ?? [];
  if (seen.length > 0 && chance(random, 0.75)) return Math.min(4000, Math.max(15, pick(random, seen)));
  return drawLogNormal(random, kind === "agent" ? 380 : 420, 0.6);
}

/** A share around a mean, with people at both ends: beta-like, between 0 and 1. */
function blur(random: Random, mean: number): number {
  const u = random();
  if (u < 0.3) return mean > 0.5 ? 1 : 0;
  return Math.min(1, Math.max(0, mean + (random() + random() - 1) * 0.5));
}

function drawChannel(random: Random, kind: UsageKind): string {
  if (kind === "batch") return chance(random, 0.6) ? "batch" : "api";
  if (kind === "chat" && chance(random, 0.4)) return "console";
  const u = random();
  if (u < 0.8) return "api";
  return `cloud:${pick(random, ["aws", "gcp", "azure"])}`;
}

/** One in seven takes up a release within the first two days, a third within a week; the rest not in this world. */
function drawAdoption(random: Random): number {
  const u = random();
  if (u < 0.14) return random() * 2 * DAY_MS;
  if (u < 0.33) return (2 + random() * 5) * DAY_MS;
  return Number.POSITIVE_INFINITY;
}
