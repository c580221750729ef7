/**
 * The population: one ordered pass over all requests turns them into columns of small integers, a few dozen bytes a request, from which
 * every later step works. Rows come sorted by account, time and request key, so the columns do not depend on the order of the input.
 */
import type { Account, AllowlistEntry, Enforcement, Release } from "../../vocabulary/account.js";
import type { FamilyColumns, Population, RequestColumns } from "../../vocabulary/fingerprint.js";
import type { EventStore } from "../../store/events/store.js";
import { createNumberIndex } from "../../statistics/number-index.js";
import { addRequests, findSharedParties, joinSideFacts } from "./accounts.js";
import { askForKin, clusterFamilies, type RegionFamilies } from "./families.js";
import { createGistSamples, type GistSamples } from "./family-gists.js";
import { joinKinWith, type Kinship, type KinshipHelper } from "./kinship.js";
import { indexAccounts, type LedgerOptions } from "./names-of-keys.js";
import { observeHandles } from "./reasoning-handles.js";
import { observeReturns } from "./returned-outputs.js";
import { readRequests, listAccounts, listThings, type AccountRow, type RequestPass } from "./request-pass.js";
import { createSignatureIntern, findFrequentAnchors, type Region, type SignatureIntern } from "./scaffold-signatures.js";

/** What an operator tells beside the logs. */
export interface SideFacts {
  accounts: readonly Account[];
  releases: readonly Release[];
  enforcement: readonly Enforcement[];
  allowlist: readonly AllowlistEntry[];
}

const HOUR_MS = 3_600_000;

/** What a population is built from. */
export interface ObserveOptions {
  /** Table expression that yields every request exactly once. */
  eventsSql: string;
  sideFacts: SideFacts;
  /** A thread that takes part, for so many requests; asked once. */
  helperFor?: (requests: number) => KinshipHelper | undefined;
}

/** Builds the population of all stored requests. */
export async function observePopulation(store: EventStore, { eventsSql, sideFacts, helperFor }: ObserveOptions): Promise<Population> {
  const [accounts, things] = await Promise.all([listAccounts(store, eventsSql), listThings(store, eventsSql)]);
  const requestOffsets = countOffsets(accounts);
  const requestCount = requestOffsets[accounts.length];
  const helper = helperFor?.(requestCount);
  // The engine works on these while this thread works on the requests.
  const signatures = {
    system: startSignatures(store, { region: "system", eventsSql, requestCount }),
    user: startSignatures(store, { region: "user", eventsSql, requestCount }),
  };
  const gists = { system: createGistSamples(1), user: createGistSamples(2) };
  const interns = Promise.all([signatures.system, signatures.user]).then(([forSystem, forUser]) => ({
    system: forSystem.intern,
    user: forUser.intern,
  }));
  // Not before, so that the engine comes to put the requests in order, for which everything else waits.
  const ledgers = interns.then(() => observeLedgers(store, { eventsSql, accounts: indexAccounts(accounts), models: things.modelOfKey }));
  // Joined while the engine puts the requests in order, which takes longer than finding the anchors.
  const joining = interns.then(() => joinSideFacts({ rows: accounts, sideFacts }));
  // Whoever waits for these hears of an error; before that it is not unhandled.
  for (const promise of [ledgers, interns, joining]) promise.catch(() => undefined);
  const pass = await readRequests(store, { eventsSql, accounts, things, interns, gists });

  // The user's messages first: they have the most families, whose kin another thread may look for meanwhile.
  const user = startFamilies({ region: "user", ...(await signatures.user), gists: gists.user, helper });
  const system = startFamilies({ region: "system", ...(await signatures.system), gists: gists.system });
  replaceSignatures(pass.requests.systemFamily, system.familyOfSignature, 0);
  replaceSignatures(pass.requests.promptFamily, user.familyOfSignature, system.ids.length);

  const people = addRequests(await joining, { pass, requestOffsets, allowlist: sideFacts.allowlist });
  const families = countFamilies({
    requests: pass.requests,
    requestOffsets,
    parties: people.parties,
    ids: [...system.ids, ...user.ids],
    systemFamilies: system.ids.length,
  });
  const { fromMs, hours } = countHours(pass.requests);
  const kinship = { system: await system.kinship, user: await user.kinship };
  return {
    ...people,
    requestOffsets,
    requests: pass.requests,
    families: {
      ...families,
      kin: Int32Array.from([...kinship.system.named, ...kinship.user.named.map((family) => family + system.ids.length)]),
      withoutKinship: kinship.system.uncompared + kinship.user.uncompared,
    },
    ...(await ledgers),
    targetModels: pass.targetModels,
    releasedAtMs: findReleases(pass, sideFacts.releases),
    fromMs,
    hours,
  };
}

/** The anchors of a region that are frequent, and the numbers of what they make up. */
async function startSignatures(
  store: EventStore,
  options: { region: Region; eventsSql: string; requestCount: number },
): Promise<{ frequentAnchors: Uint32Array; intern: SignatureIntern }> {
  const frequentAnchors = await findFrequentAnchors(store, options);
  return { frequentAnchors, intern: createSignatureIntern(frequentAnchors) };
}

interface StartFamiliesOptions {
  region: Region;
  frequentAnchors: Uint32Array;
  intern: SignatureIntern;
  gists: GistSamples;
  helper?: KinshipHelper | undefined;
}

/** Families of a region, and who of them is kin as soon as that is known. */
function startFamilies({ gists, helper, ...options }: StartFamiliesOptions): RegionFamilies & { kinship: Promise<Kinship> } {
  const families = clusterFamilies(options);
  return { ...families, kinship: joinKinWith(helper, askForKin(families, gists)) };
}

/** One after the other, so that the engine holds no more than one of them. */
async function observeLedgers(store: EventStore, options: LedgerOptions): Promise<Pick<Population, "handles" | "returns">> {
  const handles = await observeHandles(store, options);
  return { handles, returns: await observeReturns(store, options) };
}

function replaceSignatures(column: Int32Array, familyOfSignature: Int32Array, firstFamily: number): void {
  for (let row = 0; row < column.length; row++) {
    const signature = column[row];
    const family = signature < 0 ? -1 : familyOfSignature[signature];
    column[row] = family < 0 ? -1 : family + firstFamily;
  }
}

function countOffsets(accounts: readonly AccountRow[]): Uint32Array {
  const offsets = new Uint32Array(accounts.length + 1);
  accounts.forEach((account, position) => {
    offsets[position + 1] = offsets[position] + account.requests;
  });
  return offsets;
}

function findReleases(pass: RequestPass, releases: readonly Release[]): Float64Array {
  return Float64Array.from(pass.targetModels, (model) => {
    const times = releases.filter((release) => release.targetModel === model).map((release) => release.releasedAtMs);
    return times.length > 0 ? Math.min(...times) : Number.NaN;
  });
}

/** Sets the hour column and counts requests per hour. */
function countHours(requests: RequestColumns): { fromMs: number; hours: Float64Array } {
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < requests.count; row++) {
    const at = requests.atMs[row];
    if (at < first) first = at;
    if (at > last) last = at;
  }
  if (requests.count === 0) return { fromMs: 0, hours: new Float64Array(0) };
  const fromMs = Math.floor(first / HOUR_MS) * HOUR_MS;
  const hours = new Float64Array(Math.floor((last - fromMs) / HOUR_MS) + 1);
  for (let row = 0; row < requests.count; row++) {
    const hour = Math.floor((requests.atMs[row] - fromMs) / HOUR_MS);
    requests.hour[row] = hour;
    hours[hour] += 1;
  }
  return { fromMs, hours };
}

interface FamilyInput {
  requests: RequestColumns;
  requestOffsets: Uint32Array;
  parties: Int32Array;
  ids: string[];
  systemFamilies: number;
}

/** Columns of families that follow from requests alone. */
type FamilyCounts = Omit<FamilyColumns, "kin" | "withoutKinship">;

function countFamilies(input: FamilyInput): FamilyCounts {
  const { requests, requestOffsets, parties, ids } = input;
  const families: FamilyCounts = {
    ids,
    isSystem: Uint8Array.from(ids, (_, family) => (family < input.systemFamilies ? 1 : 0)),
    events: new Uint32Array(ids.length),
    accounts: new Uint32Array(ids.length),
    parties: new Uint32Array(ids.length),
    slotSharing: new Float32Array(ids.length),
  };
  const lastAccount = new Int32Array(ids.length).fill(-1);
  const isShared = findSharedParties(parties);
  const seen = createNumberIndex();
  const count = (family: number, account: number): void => {
    families.events[family] += 1;
    if (lastAccount[family] === account) return;
    lastAccount[family] = account;
    families.accounts[family] += 1;
    // Most accounts are a party of their own, for which nothing need be remembered.
    const party = parties[account];
    const known = seen.size;
    if (isShared[party] === 0 || seen.place(family * isShared.length + party) === known) families.parties[family] += 1;
  };
  for (let account = 0; account + 1 < requestOffsets.length; account++) {
    for (let row = requestOffsets[account]; row < requestOffsets[account + 1]; row++) {
      const system = requests.systemFamily[row];
      const prompt = requests.promptFamily[row];
      if (system >= 0) count(system, account);
      if (prompt >= 0) count(prompt, account);
    }
  }
  measureSlotSharing(input, families);
  return families;
}

/** A value that most parties of a family sent is what a queue never produces, and what a homework sheet always does. */
function measureSlotSharing({ requests, requestOffsets, parties }: FamilyInput, families: FamilyCounts): void {
  const values = createNumberIndex();
  const senders = new Uint32Array(requests.count);
  const lastParty = new Int32Array(requests.count).fill(-1);
  /** Place of the value that a request fills its scaffold with; -1 without one. */
  const valueOf = new Int32Array(requests.count).fill(-1);
  for (let account = 0; account + 1 < requestOffsets.length; account++) {
    for (let row = requestOffsets[account]; row < requestOffsets[account + 1]; row++) {
      const family = requests.promptFamily[row];
      if (family < 0 || requests.slot[row] === 0) continue;
      const value = values.place(family * 4_294_967_296 + requests.slot[row]);
      valueOf[row] = value;
      if (lastParty[value] === parties[account]) continue;
      lastParty[value] = parties[account];
      senders[value] += 1;
    }
  }
  const filled = new Float64Array(families.ids.length);
  const sharing = new Float64Array(families.ids.length);
  for (let row = 0; row < requests.count; row++) {
    const value = valueOf[row];
    if (value < 0) continue;
    const family = requests.promptFamily[row];
    filled[family] += 1;
    sharing[family] += Math.min(1, (senders[value] - 1) / Math.max(1, families.parties[family] - 1));
  }
  filled.forEach((count, family) => {
    families.slotSharing[family] = count === 0 ? 0 : sharing[family] / count;
  });
}
