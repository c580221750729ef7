/**
 * The guard against a flattering world: how well each single feature of an account separates attackers from the rest. A world in which one
 * feature does it alone would let a detector win by a quirk of the generator.
 */
import type { RequestEvent } from "../vocabulary/request-event.js";
import type { World } from "./world.js";
import type { Account } from "../vocabulary/account.js";

/** No single feature may reach this (detection.md §6). */
export const AREA_MAX = 0.8;

/** One feature's area under the curve, folded: .5 tells nothing, 1 everything, whichever the direction. */
export interface LeakageRow {
  feature: string;
  area: number;
  attackMedian: number;
  benignMedian: number;
}

interface Tally {
  account: Account;
  isAttack: boolean;
  values: Record<string, number>;
  hours: Set<number>;
  days: Set<number>;
  addresses: Set<string>;
  contents: Map<string, number>;
  gaps: { count: number; sum: number; squares: number; firstAtMs: number; lastAtMs: number };
  sets: { models: Set<string>; programs: Set<string>; sessions: Set<string>; systems: Set<string>; keys: Set<string> };
}

/** Runs a world and measures every feature over accounts with at least `requestsMin` requests. */
export function measureLeakage(world: World, requestsMin = 3): LeakageRow[] {
  const tallies = new Map<string, Tally>();
  for (const { account, truth } of world.accounts()) {
    tallies.set(account.accountId, {
      account,
      isAttack: truth.label === "attack",
      values: {},
      hours: new Set(),
      days: new Set(),
      addresses: new Set(),
      contents: new Map(),
      gaps: { count: 0, sum: 0, squares: 0, firstAtMs: Number.NaN, lastAtMs: Number.NaN },
      sets: { models: new Set(), programs: new Set(), sessions: new Set(), systems: new Set(), keys: new Set() },
    });
  }
  const newest = world.context.models.at(-1)?.name ?? "";
  for (const { event } of world.requests()) {
    const tally = tallies.get(event.accountId);
    if (tally) count(tally, event, newest);
  }
  const attack: Record<string, number>[] = [];
  const benign: Record<string, number>[] = [];
  for (const tally of tallies.values()) {
    if ((tally.values["requests"] ?? 0) < requestsMin) continue;
    (tally.isAttack ? attack : benign).push(describe(tally, world.context.startAtMs, world.context.endAtMs));
  }
  const features = Object.keys(benign[0] ?? {});
  return features
    .map((feature) => {
      const a = attack.map((values) => values[feature] ?? Number.NaN).filter((value) => !Number.isNaN(value));
      const b = benign.map((values) => values[feature] ?? Number.NaN).filter((value) => !Number.isNaN(value));
      const area = measureArea(a, b);
      return { feature, area: Math.max(area, 1 - area), attackMedian: findMedian(a), benignMedian: findMedian(b) };
    })
    .sort((a, b) => b.area - a.area || (a.feature < b.feature ? -1 : 1));
}

/** The table as text. */
export function formatLeakage(rows: readonly LeakageRow[]): string {
  const lines = rows.map(
    (row) =>
      `${row.feature.padEnd(26)}${row.area.toFixed(3).padStart(7)}${formatNumber(row.attackMedian)}${formatNumber(row.benignMedian)}${row.area > AREA_MAX ? "  leaks" : ""}`,
  );
  return `${"feature of one account".padEnd(26)}${"area".padStart(7)}${"attack".padStart(12)}${"benign".padStart(12)}\n${lines.join("\n")}\n`;
}

function formatNumber(value: number): string {
  return (Number.isNaN(value) ? "-" : value >= 100 ? value.toFixed(0) : value.toFixed(2)).padStart(12);
}

function add(tally: Tally, name: string, value: number): void {
  tally.values[name] = (tally.values[name] ?? 0) + value;
}

function count(tally: Tally, event: RequestEvent, newest: string): void {
  const date = new Date(event.atMs);
  const hour = date.getUTCHours();
  add(tally, "requests", 1);
  add(tally, "input", event.inputTokens);
  add(tally, "output", event.outputTokens);
  add(tally, "stream", event.isStream === true ? 1 : 0);
  add(tally, "failed", event.status === 200 ? 0 : 1);
  add(tally, "throttled", event.status === 429 ? 1 : 0);
  add(tally, "refused", event.isRefusal === true ? 1 : 0);
  add(tally, "night", hour < 6 ? 1 : 0);
  add(tally, "weekend", date.getUTCDay() % 6 === 0 ? 1 : 0);
  add(tally, "reasoning", event.reasoningTokens ?? 0);
  add(tally, "reasoned", event.reasoningTokens === undefined ? 0 : 1);
  add(tally, "cached", event.cachedInputTokens ?? 0);
  add(tally, "capped", event.finishReason === "length" ? 1 : 0);
  add(tally, "tools", event.tools === undefined ? 0 : 1);
  add(tally, "handles", event.reasoningHandlesSubmitted === undefined ? 0 : 1);
  add(tally, "endUser", event.endUserHint === undefined ? 0 : 1);
  add(tally, "system", event.system === undefined ? 0 : 1);
  add(tally, "temperature", event.sampling?.temperature ?? Number.NaN);
  add(tally, "messages", event.messages?.length ?? 1);
  add(tally, "singleTurn", (event.messages?.length ?? 1) === 1 ? 1 : 0);
  add(tally, "latency", event.latencyMs ?? 0);
  const last = event.messages?.at(-1)?.content ?? "";
  add(tally, "lastChars", last.length);
  tally.contents.set(last, (tally.contents.get(last) ?? 0) + 1);
  add(tally, "newest", event.targetModel === newest ? 1 : 0);
  add(tally, "limit", event.sampling?.maxOutputTokens ?? Number.NaN);
  if (event.keyHash !== undefined) tally.sets.keys.add(event.keyHash);
  tally.hours.add(Math.floor(event.atMs / 3_600_000));
  tally.days.add(Math.floor(event.atMs / 86_400_000));
  if (event.client?.ip !== undefined) tally.addresses.add(event.client.ip);
  if (event.client?.userAgent !== undefined) tally.sets.programs.add(event.client.userAgent);
  if (event.sessionId !== undefined) tally.sets.sessions.add(event.sessionId);
  tally.sets.models.add(event.targetModel);
  if (event.system !== undefined) tally.sets.systems.add(event.system);
  const gap = event.atMs - tally.gaps.lastAtMs;
  if (!Number.isNaN(gap)) {
    tally.gaps.count++;
    tally.gaps.sum += gap;
    tally.gaps.squares += gap * gap;
  }
  if (Number.isNaN(tally.gaps.firstAtMs)) tally.gaps.firstAtMs = event.atMs;
  tally.gaps.lastAtMs = event.atMs;
}

const SHARES = [
  "stream",
  "failed",
  "throttled",
  "refused",
  "night",
  "weekend",
  "reasoned",
  "capped",
  "tools",
  "handles",
  "endUser",
  "system",
  "singleTurn",
] as const;

function describe(tally: Tally, startAtMs: number, endAtMs: number): Record<string, number> {
  const { values, gaps } = tally;
  const requests = values["requests"] ?? 0;
  const mean = (name: string): number => (values[name] ?? 0) / requests;
  const gapMean = gaps.sum / Math.max(1, gaps.count);
  const result: Record<string, number> = {
    requests,
    "input tokens": mean("input"),
    "output tokens": mean("output"),
    "output per input": (values["output"] ?? 0) / Math.max(1, values["input"] ?? 0),
    "reasoning tokens": mean("reasoning"),
    "cached tokens": mean("cached"),
    temperature: mean("temperature"),
    messages: mean("messages"),
    "latency ms": mean("latency"),
    "last message chars": mean("lastChars"),
    "repeats share": 1 - tally.contents.size / requests,
    "active hours": tally.hours.size,
    "active days": tally.days.size,
    "requests per active hour": requests / tally.hours.size,
    "requests per active day": requests / tally.days.size,
    "hours of the day": new Set([...tally.hours].map((hour) => hour % 24)).size,
    "gap variation":
      gapMean > 0 ? Math.sqrt(Math.max(0, gaps.squares / Math.max(1, gaps.count) - gapMean * gapMean)) / gapMean : Number.NaN,
    addresses: tally.addresses.size,
    "user agents": tally.sets.programs.size,
    models: tally.sets.models.size,
    sessions: tally.sets.sessions.size,
    "system prompts": tally.sets.systems.size,
    "account age days": (endAtMs - tally.account.createdAtMs) / 86_400_000,
    "first seen day": (tally.gaps.firstAtMs - startAtMs) / 86_400_000,
    "last seen day": (tally.gaps.lastAtMs - startAtMs) / 86_400_000,
    "registered to first seen": (tally.gaps.firstAtMs - tally.account.createdAtMs) / 86_400_000,
    "new model share": mean("newest"),
    "output limit": mean("limit"),
    keys: tally.sets.keys.size,
    "has organization": tally.account.organizationId === undefined ? 0 : 1,
    "has payment": tally.account.paymentFingerprint === undefined ? 0 : 1,
  };
  for (const name of SHARES) result[`${name} share`] = mean(name);
  return result;
}

/** Area under the ROC curve by ranks, ties counted half (Mann and Whitney). */
export function measureArea(attack: readonly number[], benign: readonly number[]): number {
  if (attack.length === 0 || benign.length === 0) return 0.5;
  const all = [...attack.map((value) => ({ value, isAttack: true })), ...benign.map((value) => ({ value, isAttack: false }))].sort(
    (a, b) => a.value - b.value,
  );
  let rankSum = 0;
  for (let i = 0; i < all.length; ) {
    let j = i;
    while (j < all.length && all[j]?.value === all[i]?.value) j++;
    const rank = (i + j + 1) / 2;
    for (let k = i; k < j; k++) if (all[k]?.isAttack) rankSum += rank;
    i = j;
  }
  return (rankSum - (attack.length * (attack.length + 1)) / 2) / (attack.length * benign.length);
}

function findMedian(values: readonly number[]): number {
  if (values.length === 0) return Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}
