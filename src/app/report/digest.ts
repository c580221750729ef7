/**
 * Digests: what the renderers need of millions of account lines and quarantined lines, folded in one pass while the lines are written, in
 * bounded memory. Every tie is broken by id, so that the order in which lines arrive changes nothing.
 */
import type { Problem } from "../../vocabulary/errors.js";
import { readScope, type AccountLine } from "../../vocabulary/report.js";
import { compareText } from "./text.js";

/** Accounts kept by name beside their campaign: what a reader samples before opening `accounts.ndjson`. */
export const WATCHED_ACCOUNTS_MAX = 20;
/** Width of a bin of the probability histogram: calibration is stated to .02, finer bins would show noise. */
export const PROBABILITY_BINS = 20;
/** Places kept per kind of quarantined line. */
const EXAMPLE_PLACES_MAX = 3;
/** Kinds of problem kept apart; there are fewer codes than this, and a bound is a bound. */
const PROBLEM_KINDS_MAX = 100;

/** What is known of all account lines together. */
export interface AccountDigest {
  standings: Record<AccountLine["standing"], number>;
  /** Accounts per probability bin; bin `i` covers `i / 20 … (i + 1) / 20`, the last one 1 as well. */
  histogram: Record<AccountLine["standing"], number[]>;
  /** Requests inside campaigns, and all requests of the accounts that stand in one. */
  campaignEvents: number;
  eventsOfCampaignAccounts: number;
  /** Watched accounts of the highest probability, highest first. */
  watched: AccountLine[];
  /** Per campaign id, how many accounts stand in it and which detections spoke. */
  campaigns: Map<string, CampaignDigest>;
}

/** What the account lines say about one campaign. */
export interface CampaignDigest {
  accounts: number;
  campaignEvents: number;
  /** All requests of its accounts. */
  events: number;
  detections: Map<string, DetectionDigest>;
}

/** How often one detection spoke about a campaign's accounts. */
export interface DetectionDigest {
  accounts: number;
  strengthSum: number;
  strengthMax: number;
  spoofable: number;
  /** The sentence of the strongest account; ties go to the smallest sentence. */
  because: string;
}

/** Quarantined lines by kind. */
export interface QuarantineDigest {
  lines: number;
  kinds: { code: string; what: string; why: string; fix: string; lines: number; places: string[] }[];
}

/** An empty digest, to be filled with {@link addAccount}. */
export function createAccountDigest(): AccountDigest {
  const bins = (): number[] => new Array<number>(PROBABILITY_BINS).fill(0);
  return {
    standings: { campaign: 0, watch: 0, clear: 0 },
    histogram: { campaign: bins(), watch: bins(), clear: bins() },
    campaignEvents: 0,
    eventsOfCampaignAccounts: 0,
    watched: [],
    campaigns: new Map(),
  };
}

/** Folds one account line into the digest. */
export function addAccount(digest: AccountDigest, line: AccountLine): void {
  digest.standings[line.standing]++;
  const bin = Math.min(PROBABILITY_BINS - 1, Math.max(0, Math.floor(line.probability * PROBABILITY_BINS)));
  const bins = digest.histogram[line.standing];
  bins[bin] = (bins[bin] ?? 0) + 1;
  if (line.standing === "watch") keepWatched(digest.watched, line);
  if (line.standing !== "campaign") return;
  digest.campaignEvents += line.campaign_events;
  digest.eventsOfCampaignAccounts += line.events;
  if (line.campaign_id !== null) addToCampaign(digest.campaigns, line.campaign_id, line);
}

/** Folds all lines of a small or recorded report. */
export function digestAccounts(lines: Iterable<AccountLine>): AccountDigest {
  const digest = createAccountDigest();
  for (const line of lines) addAccount(digest, line);
  return digest;
}

function keepWatched(watched: AccountLine[], line: AccountLine): void {
  const last = watched.at(-1);
  if (watched.length >= WATCHED_ACCOUNTS_MAX && last && compareWatched(line, last) >= 0) return;
  watched.push(line);
  watched.sort(compareWatched);
  if (watched.length > WATCHED_ACCOUNTS_MAX) watched.pop();
}

function compareWatched(a: AccountLine, b: AccountLine): number {
  return b.probability - a.probability || b.events - a.events || compareText(a.account_id, b.account_id);
}

function addToCampaign(campaigns: Map<string, CampaignDigest>, id: string, line: AccountLine): void {
  let campaign = campaigns.get(id);
  if (!campaign) campaigns.set(id, (campaign = { accounts: 0, campaignEvents: 0, events: 0, detections: new Map() }));
  campaign.accounts++;
  campaign.campaignEvents += line.campaign_events;
  campaign.events += line.events;
  for (const { because, ...signal } of line.signals) {
    const { scope, sentence } = readScope(because);
    // Not shown by this account: it counts for none.
    if (scope === "others") continue;
    const known = campaign.detections.get(signal.detection);
    if (!known) {
      campaign.detections.set(signal.detection, {
        accounts: 1,
        strengthSum: signal.strength,
        strengthMax: signal.strength,
        spoofable: signal.spoofable,
        because: sentence,
      });
      continue;
    }
    known.accounts++;
    known.strengthSum += signal.strength;
    const isStronger = signal.strength > known.strengthMax || (signal.strength === known.strengthMax && sentence < known.because);
    if (isStronger) Object.assign(known, { strengthMax: signal.strength, spoofable: signal.spoofable, because: sentence });
  }
}

/** An empty digest, to be filled with {@link addProblem}. */
export function createQuarantineDigest(): QuarantineDigest {
  return { lines: 0, kinds: [] };
}

/** Folds one quarantined line into the digest. Kinds stay ordered by code. */
export function addProblem(digest: QuarantineDigest, problem: Problem): void {
  digest.lines++;
  let kind = digest.kinds.find((candidate) => candidate.code === problem.code);
  if (!kind) {
    if (digest.kinds.length >= PROBLEM_KINDS_MAX) return;
    kind = { code: problem.code, what: problem.what, why: problem.why, fix: problem.fix, lines: 0, places: [] };
    digest.kinds.push(kind);
    digest.kinds.sort((a, b) => compareText(a.code, b.code));
  }
  kind.lines++;
  // The same code may carry different words ("at is 7", "at is 9"); the smallest stands for all, whatever came first.
  if (problem.what < kind.what) Object.assign(kind, { what: problem.what, why: problem.why, fix: problem.fix });
  if (problem.place && kind.places.length < EXAMPLE_PLACES_MAX) {
    kind.places.push([problem.place.file, problem.place.line].filter((part) => part !== undefined).join(":"));
  }
}
