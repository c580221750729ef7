/** One pass over a log: published methods see it, and the exchanges of the true campaigns get their times. */
import type { Labels } from "./baselines/judge.js";
import { judgeScores, toVerdict } from "./baselines/judge.js";
import type { BaselineReadings } from "./baselines/run-baselines.js";
import { startBaselines, type BaselinePass } from "./baselines/run-baselines.js";
import type { BaselineResult, Verdict } from "./evaluation.js";
import type { LogEvent } from "./log-events.js";
import { startTraces, type AttackTraces } from "./missed-accounts.js";
import { createNames } from "./names.js";
import { createRequestTable } from "./request-table.js";
import type { Lines, Score, TruthLine, TruthOfAccount } from "./score.js";
import type { ExchangeTimes } from "./time-to-find.js";

/** The truth, ready to be looked up. */
export interface KnownTruth {
  accounts: TruthOfAccount[];
  /** The true campaign of a request, the first time it is asked for. */
  takeCampaign(requestId: string): string | null;
}

/** Reads the truth into memory: accounts as they are, requests of campaigns in 17 bytes each. */
export async function readKnownTruth(lines: Lines<TruthLine>): Promise<KnownTruth> {
  const accounts: TruthOfAccount[] = [];
  const campaigns = createNames();
  const requests = await createRequestTable();
  for await (const line of lines) {
    if (line.kind === "account") accounts.push(line);
    else if (line.campaign !== null) requests.add(line.requestId, campaigns.number(line.campaign));
  }
  return {
    accounts,
    takeCampaign(requestId) {
      const campaign = requests.take(requestId);
      return campaign === -1 ? null : campaigns.list[campaign];
    },
  };
}

/** What the pass gave. */
export interface ObservedLog {
  readings: BaselineReadings;
  times: ExchangeTimes;
  /** The account of each of these exchanges, in the same order. */
  senders: ReadonlyMap<string, readonly string[]>;
  traces: AttackTraces;
}

/** Reads the log once. */
export async function observeLog(
  events: AsyncIterable<LogEvent>,
  { truth, pass }: { truth: KnownTruth; pass: BaselinePass },
): Promise<ObservedLog> {
  const run = startBaselines(pass);
  const times = new Map<string, number[]>();
  const senders = new Map<string, string[]>();
  const traces = startTraces(truth.accounts, pass.sideFacts);
  for await (const { event } of events) {
    run.add(event);
    const campaign = truth.takeCampaign(event.requestId);
    traces.add(event, campaign);
    if (campaign === null) continue;
    const list = times.get(campaign);
    if (list === undefined) times.set(campaign, [event.atMs]);
    else list.push(event.atMs);
    const accounts = senders.get(campaign);
    if (accounts === undefined) senders.set(campaign, [event.accountId]);
    else accounts.push(event.accountId);
  }
  return { readings: await run.finish(), times, senders, traces: traces.finish() };
}

/** Judges what the methods said. `thresholds` were set on a benign world, by name; null without one. */
export function judgeBaselines(
  { accounts, readings }: BaselineReadings,
  { truth, thresholds }: { truth: readonly TruthOfAccount[]; thresholds: Readonly<Record<string, number>> | null },
): BaselineResult[] {
  const labels: number[] = accounts.list.map(() => -1);
  for (const { accountId, label } of truth) {
    const account = accounts.find(accountId);
    if (account !== -1) labels[account] = label === "attack" ? 1 : 0;
  }
  const known: Labels = labels;
  return readings.map(({ baseline, outcome, seconds }) => ({
    name: baseline.name,
    title: baseline.title,
    seconds,
    ...judgeScores(outcome, { labels: known, threshold: thresholds?.[baseline.name] ?? null }),
  }));
}

/** Our own accounts in standing `campaign`, as a baseline's flags are judged. */
export function judgeOurselves({ overall, counts }: Score): Verdict {
  return toVerdict({
    attackers: overall.attack_accounts,
    benign: counts.labelled - overall.attack_accounts,
    found: overall.found,
    innocent: overall.innocent,
  });
}
