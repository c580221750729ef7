/** What a world is asked to be. */
import { StillwatchError } from "../vocabulary/errors.js";
import type { Library } from "./library.js";

/** Attack playbooks, after the published disclosures. */
export const PLAYBOOKS = ["deepseek", "moonshot", "minimax", "coercion", "standby", "search", "replay", "arbitrage"] as const;
export type PlaybookName = (typeof PLAYBOOKS)[number];

/** Benign look-alike segments. */
export const LOOK_ALIKES = [
  "ci_fleet",
  "evaluation_harness",
  "labelling_firm",
  "classroom",
  "hackathon",
  "enterprise_nat",
  "saas_template",
  "agent_framework",
  "vpn_users",
  "agent_kit",
  "copycats",
  "personas",
  "contracted_reseller",
  "batch_translation",
  "day_one_adopters",
  "authorised_distiller",
] as const;
export type LookAlikeName = (typeof LOOK_ALIKES)[number];

/** What attackers do against being found. */
export const KNOBS = [
  "paraphrase",
  "unique_payments",
  "residential_ips",
  "random_ja4",
  "human_hours",
  "low_rate",
  "mix50",
  "mix70",
  "mix90",
  "staggered_registration",
  "metadata_stripped",
  "one_scaffold_per_account",
] as const;
export type Knob = (typeof KNOBS)[number];

/** Options of a world; everything but the seed has a default. */
export interface SimulateOptions {
  /** Non-negative integer; the same options and seed give the same bytes. */
  seed: number;
  /** Accounts in all. Default: requests / 24, at least 400; 2,500 when neither is given. */
  accounts?: number;
  /** Requests in all, met within about 5 %. Default: accounts × 24. */
  requests?: number;
  /** Days the world lasts. Default 14. */
  days?: number;
  /** Midnight UTC of the first day, milliseconds since the epoch. Default 2 March 2026, a Monday. */
  startAtMs?: number;
  /** Default: the three of February 2026. A playbook may be named twice. */
  campaigns?: readonly PlaybookName[];
  /** Accounts of a middling campaign (moonshot); the others have their share of it. Default: accounts / 40, at least 12. */
  campaignAccounts?: number;
  lookAlikes?: readonly LookAlikeName[];
  knobs?: readonly Knob[];
  /** Real prompts and traces; the bundled ones where absent or poor. */
  library?: Library;
  /** Leaves text (system, messages, output) out. */
  isMetadataOnly?: boolean;
}

/** Options with every default filled in. */
export interface WorldOptions {
  seed: number;
  accounts: number;
  requests: number;
  days: number;
  startAtMs: number;
  campaigns: readonly PlaybookName[];
  campaignAccounts: number;
  lookAlikes: readonly LookAlikeName[];
  knobs: ReadonlySet<Knob>;
  library: Library | null;
  isMetadataOnly: boolean;
}

const REQUESTS_PER_ACCOUNT = 24;
const ACCOUNTS_DEFAULT = 2500;
const START_AT_MS = Date.UTC(2026, 2, 2);

/**
 * Fills in the defaults and refuses what cannot be built.
 * @throws StillwatchError SW1501 for a number out of range.
 */
export function completeOptions(options: SimulateOptions): WorldOptions {
  const accounts =
    options.accounts ??
    (options.requests === undefined ? ACCOUNTS_DEFAULT : Math.max(400, Math.round(options.requests / REQUESTS_PER_ACCOUNT)));
  const requests = options.requests ?? accounts * REQUESTS_PER_ACCOUNT;
  const days = options.days ?? 14;
  const campaignAccounts = options.campaignAccounts ?? Math.max(12, Math.round(accounts / 40));
  requireInteger("seed", options.seed, 0, 2 ** 32 - 1);
  requireInteger("accounts", accounts, 50, 20_000_000);
  requireInteger("requests", requests, 100, 2_000_000_000);
  requireInteger("days", days, 2, 120);
  requireInteger("campaign-accounts", campaignAccounts, 2, 1_000_000);
  return {
    seed: options.seed,
    accounts,
    requests,
    days,
    campaignAccounts,
    startAtMs: options.startAtMs ?? START_AT_MS,
    campaigns: options.campaigns ?? ["deepseek", "moonshot", "minimax"],
    lookAlikes: options.lookAlikes ?? LOOK_ALIKES,
    knobs: new Set(options.knobs ?? []),
    library: options.library ?? null,
    isMetadataOnly: options.isMetadataOnly ?? false,
  };
}

/** Share of attackers' traffic that is unrelated, when a mix knob says so. */
export function readMix(knobs: ReadonlySet<Knob>): number | null {
  if (knobs.has("mix90")) return 0.9;
  if (knobs.has("mix70")) return 0.7;
  return knobs.has("mix50") ? 0.5 : null;
}

function requireInteger(name: string, value: number, from: number, to: number): void {
  if (Number.isInteger(value) && value >= from && value <= to) return;
  throw new StillwatchError({
    code: "SW1501",
    what: `--${name} ${value} is out of range`,
    why: `a world needs a whole number between ${from} and ${to} here.`,
    fix: `give --${name} a whole number between ${from} and ${to}.`,
  });
}
