/** Coverage: what could not be checked, and why. A check that did not run is never a pass, so every one is named. */
import { type AllowlistEntry, UNATTRIBUTED_PREFIX } from "../vocabulary/account.js";
import type { UntoldCounts } from "../store/events/untold.js";
import { AccountFact, RequestFlag, type Population } from "../vocabulary/fingerprint.js";
import { UNTOLD_FIELDS, type UntoldField } from "../vocabulary/request-event.js";

/** The daily curve and common rates need more than one day. */
const RATE_HOURS_MIN = 24;
/** From here a share is written as 100 %; whatever is below is told, because a gap of a few percent can hide a whole pool. */
const WHOLE_SHARE_MIN = 0.995;

/** What the operator gave beside the log. */
export interface GivenFacts {
  /** Names of the side files that were given: `accounts`, `releases`, `enforcement`, `allowlist`. */
  sideFiles: readonly string[];
  /** Entries of the allowlist, those that have run out included. */
  allowlist: readonly AllowlistEntry[];
  /** Requests per required field that do not tell it. */
  untold: UntoldCounts;
  /** Stored requests whose time lies outside the span that was analysed. */
  leftOutEvents: number;
  /** The end of the window by which the allowlist was judged, milliseconds since the Unix epoch. */
  endMs: number;
  /** Work loads whose pace was compared with no other; 0 when left out. */
  withoutPace?: number;
}

/** Sentences per check that could not run, or ran on part of the input; keys are stable. */
export function describeCoverage(population: Population, given: GivenFacts): Record<string, string> {
  return {
    ...describeLeftOut(given),
    ...describeRequests(population),
    ...describeUntold(given),
    ...describeUnattributed(population),
    ...describeRegistration(population, given),
    ...describeSideFiles(population, given),
    ...describeExpired(population, given),
    ...describeParties(population),
    ...describeKinship(population),
    ...describePaces(given),
    ...describeHandles(population),
    ...describeReturns(population),
    ...(population.hours.length < RATE_HOURS_MIN
      ? { rates: "The window is shorter than a day: common rate processes were not checked." }
      : {}),
  };
}

function describeRequests({ requests }: Population): Record<string, string> {
  const told: Record<string, string> = {};
  const tell = (key: string, isCounted: (row: number) => boolean, [none, some]: [string, (share: string) => string]): void => {
    if (requests.count === 0) return;
    let counted = 0;
    for (let row = 0; row < requests.count; row++) if (isCounted(row)) counted += 1;
    if (counted === 0) told[key] = none;
    else if (counted / requests.count < WHOLE_SHARE_MIN) told[key] = some(describeOnly(counted / requests.count));
  };
  tell("text", (row) => (requests.flags[row] & RequestFlag.hasText) !== 0, [
    "No request carries text: families rest on tools and settings, and what the requests ask for was not checked.",
    (share) => `${share} of the requests carry text; the others were judged by metadata alone.`,
  ]);
  tell("addresses", (row) => requests.address[row] >= 0, [
    "No request carries a client address: shared infrastructure was not checked.",
    (share) => `${share} of the requests carry a client address; shared infrastructure of the others was not checked.`,
  ]);
  tell("streaming", (row) => (requests.flags[row] & RequestFlag.streamKnown) !== 0, [
    "No request says whether it was streamed: that part of the harvest shape was not checked.",
    (share) => `${share} of the requests say whether they were streamed.`,
  ]);
  return told;
}

function describeLeftOut({ leftOutEvents }: GivenFacts): Record<string, string> {
  if (leftOutEvents === 0) return {};
  return {
    event_times: `${count(leftOutEvents, "request lies", "requests lie")} far before or after all others in time (a wrong clock, most likely): left out of the analysis.`,
  };
}

/** What follows for each required field that requests leave untold. */
const WITHOUT_FIELD: Readonly<Record<UntoldField, string>> = {
  status: "whether it was answered was not checked.",
  input_tokens: "what they read is missing in every sum.",
  output_tokens: "what was written for them is missing in every sum, and whether they asked for long answers was not checked.",
  target_model: "they stand under the name of the vendor, and shifts between its models were not checked for them.",
};

function describeKinship({ families }: Population): Record<string, string> {
  const left = families.withoutKinship ?? 0;
  if (left === 0) return {};
  const what = count(left, "family of prompts was", "families of prompts were");
  return { kinship: `${what} not compared with the others for other wordings of the same scaffold: there are too many for that.` };
}

function describePaces({ withoutPace = 0 }: GivenFacts): Record<string, string> {
  if (withoutPace === 0) return {};
  const what = count(withoutPace, "work load was", "work loads were");
  return {
    paces: `${what} not compared with the others for one pace of different accounts: only the most active ones are, there are too many.`,
  };
}

function describeUntold({ untold }: GivenFacts): Record<string, string> {
  return Object.fromEntries(
    UNTOLD_FIELDS.flatMap((field) => {
      const requests = untold[field] ?? 0;
      const what = count(requests, `request does not tell its ${field}`, `requests do not tell their ${field}`);
      return requests === 0 ? [] : [[`untold_${field}`, `${what}: ${WITHOUT_FIELD[field]}`] as const];
    }),
  );
}

/** Writes a share that is above 0; a little is never written as nothing. */
function describeShare(share: number): string {
  return share < 0.01 ? "fewer than 1 %" : `${Math.min(99, Math.round(share * 100))} %`;
}

function describeOnly(share: number): string {
  const described = describeShare(share);
  return described.startsWith("fewer") ? `F${described.slice(1)}` : `Only ${described}`;
}

function describeUnattributed({ accountIds, requestOffsets }: Population): Record<string, string> {
  let accounts = 0;
  let requests = 0;
  accountIds.forEach((accountId, account) => {
    if (!accountId.startsWith(UNATTRIBUTED_PREFIX)) return;
    accounts += 1;
    requests += requestOffsets[account + 1] - requestOffsets[account];
  });
  if (accounts === 0) return {};
  const named = accounts === 1 ? "one account whose name begins" : `${accounts} accounts whose names begin`;
  return {
    unattributed: `${count(requests, "request does not say", "requests do not say")} who is billed: kept under ${named} with "${UNATTRIBUTED_PREFIX}". Such an account is not a person or a customer, and who stands behind its requests was not checked.`,
  };
}

/** Kinds of instruments that accounts can share; without any of them only the times of registration are left. */
const SHAREABLE_KINDS: readonly string[] = ["payment", "email", "signup_address"];

function describeRegistration(population: Population, { sideFiles }: GivenFacts): Record<string, string> {
  const { accountIds, facts, instruments } = population;
  if (accountIds.length === 0) return {};
  const told: Record<string, string> = {};
  const known = facts.reduce((sum, bits) => sum + (bits & AccountFact.known ? 1 : 0), 0);
  if (known === 0) {
    told["registration"] = sideFiles.includes("accounts")
      ? "The account data (--accounts) name no account of the log: registration bursts and shared instruments were not checked."
      : "No account data (--accounts): registration bursts and shared instruments were not checked.";
    return told;
  }
  if (known / accountIds.length < WHOLE_SHARE_MIN)
    told["registration"] =
      `Account data cover ${describeShare(known / accountIds.length)} of the accounts; registration of the others was not checked.`;
  if (!instruments.kinds.some((kind) => SHAREABLE_KINDS.includes(kind)))
    told["instruments"] =
      "The account data carry no payment, e-mail or sign-up address: whether accounts share any of them was not checked.";
  return told;
}

function describeSideFiles(population: Population, { sideFiles }: GivenFacts): Record<string, string> {
  const told: Record<string, string> = {};
  if (!sideFiles.includes("releases")) told["releases"] = "No releases (--releases): shifts to a new target model were not checked.";
  else if (population.releasedAtMs.every(Number.isNaN))
    told["releases"] = "The releases (--releases) name no model of the log: shifts to a new target model were not checked.";
  if (!sideFiles.includes("enforcement")) told["enforcement"] = "No enforcement (--enforcement): successor pools were not checked.";
  else if (population.enforcement.account.length === 0)
    told["enforcement"] = "The enforcement (--enforcement) names no account of the log: successor pools were not checked.";
  if (!sideFiles.includes("allowlist")) told["allowlist"] = "No allowlist (--allowlist): nobody is exempt.";
  else if (population.isAllowlisted.every((isCovered) => isCovered === 0))
    told["allowlist"] = "The allowlist (--allowlist) has no valid entry for an account or organization of the log: nobody is exempt.";
  return told;
}

/** By the same end as in the population: one wrong clock lets no entry run out. */
function describeExpired({ requests }: Population, { allowlist, endMs }: GivenFacts): Record<string, string> {
  if (requests.count === 0) return {};
  const expired = allowlist.filter((entry) => entry.expiresAtMs <= endMs).length;
  if (expired === 0) return {};
  return {
    allowlist_expired: `${count(expired, "entry of the allowlist had", "entries of the allowlist had")} expired by the end of the window and exempt nobody.`,
  };
}

function describeParties({ organizationIds, parties, partyCount }: Population): Record<string, string> {
  if (parties.length === 1) return { organizations: "The log has one account: no check across accounts ran." };
  if (parties.length > 1 && partyCount === 1)
    return {
      organizations: "All accounts belong to one organization, so none of them claims to be a stranger: no check across accounts ran.",
    };
  if (organizationIds.every((organization) => organization === ""))
    return { organizations: "No request or account names an organization: every account counted as a stranger to every other." };
  return {};
}

function describeReturns({ returns, requests }: Population): Record<string, string> {
  if (returns.answered > 0 || !requests.flags.some((flags) => (flags & RequestFlag.hasText) !== 0)) return {};
  return { outputs: "No request carries the text of its answer: whether answers came back as input was not checked." };
}

/** A handle that cannot be traced is no pass: replay was checked for the others only. */
function describeHandles({ handles, requests }: Population): Record<string, string> {
  const told: Record<string, string> = {};
  if (requests.count === 0) return told;
  if (handles.issued === 0 && handles.submitted === 0)
    told["reasoning_handles"] = "No request carries reasoning handles: their replay was not checked.";
  else if (handles.issued === 0)
    told["reasoning_handles"] = "No answer names the reasoning handles that it issued: whose they are that were handed in was not checked.";
  else if (handles.submitted === 0)
    told["reasoning_handles"] = "No request names the reasoning handles that it handed in: their replay was not checked.";
  else if (handles.unknownIssuer > 0)
    told["reasoning_handles"] =
      `${count(handles.unknownIssuer, "reasoning handle was", "reasoning handles were")} handed in without having been issued within the log before (of ${handles.submitted}): whose they are was not checked.`;
  if (handles.shared > 0)
    told["reasoning_handle_names"] =
      `${count(handles.shared, "use of a reasoning handle that was", "uses of reasoning handles that were")} issued to several accounts: such a name is no reference, and nothing followed from it.`;
  if (handles.submitted > 0 && !handles.hasConversations)
    told["reasoning_handle_sessions"] =
      "Session ids name single requests or are absent: whether reasoning handles stayed in their session was not checked.";
  return told;
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}
