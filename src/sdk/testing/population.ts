/**
 * Populations for tests of detections: columns filled by hand, without a log, a store or an engine, so that a claim about a statistic can be
 * made about a thousand worlds. Fixtures go the whole way; these do not.
 */
import { TECHNIQUES, type Technique } from "../../vocabulary/feature.js";
import {
  AccountFact,
  type CandidateGroup,
  type FamilyColumns,
  type HandleColumns,
  type HandleMove,
  type Incidence,
  type Population,
  type ReturnColumns,
  type SharedThings,
} from "../../vocabulary/fingerprint.js";

const HOUR_MS = 3_600_000;

/** One request; what is left out is unknown to the log. */
export interface TestRequest {
  /** Hours since the start of the population. */
  atHours: number;
  /** Name of the family of the user prompt. */
  family?: string;
  /** Name of the family of the system prompt. */
  system?: string;
  /** Stands for the hash of the last user message; 0 or absent without text. */
  item?: number;
  model?: string;
  techniques?: readonly Technique[];
  /** `RequestFlag` bits. */
  flags?: number;
  /** One of the account's addresses; none when left out. */
  address?: string;
}

/** One account and what it sends, in any order. */
export interface TestAccount {
  organization?: string;
  /** Hours since the start of the population; negative before it. */
  createdAtHours?: number;
  addresses?: readonly string[];
  plan?: string;
  /** Distinct keys and clients; absent where the log does not tell. */
  keys?: number;
  clients?: number;
  /** Kind → value, for example `{payment: "card-1"}`. */
  instruments?: Readonly<Record<string, string>>;
  requests: readonly TestRequest[];
}

/** Reasoning handles that one account handed in; positions of accounts. */
export interface TestHandles {
  user: number;
  issuer: number;
  move?: HandleMove;
  /** Distinct handles, one in each act unless told otherwise. */
  handles?: number;
  acts: number;
  /** Hours since the start. */
  issuedAtHours?: number;
  usedAtHours?: number;
}

/** Answers that came back in messages of one account; positions of accounts. */
export interface TestReturns {
  user: number;
  issuer: number;
  outputs: number;
}

/** A population in the making. */
export interface TestWorld {
  accounts: readonly TestAccount[];
  returns?: readonly TestReturns[];
  handles?: readonly TestHandles[];
  /** Model → hours since the start. */
  releases?: Readonly<Record<string, number>>;
  enforcement?: readonly { account: number; atHours: number; measure: string }[];
}

/** Fills the columns. Account positions are those of the list; hour 0 is midnight. */
export function buildPopulation({ accounts, handles = [], returns = [], releases = {}, enforcement = [] }: TestWorld): Population {
  const rows = accounts.flatMap(({ requests }) => [...requests].sort((a, b) => a.atHours - b.atHours));
  const models = listNames(rows.map(({ model }) => model ?? "frontier-1"));
  const families = listFamilies(rows);
  const { parties, partyCount } = numberParties(accounts);
  const addresses = listNames(accounts.flatMap((account) => account.addresses ?? []));
  const instruments = listNames(accounts.flatMap(nameInstruments));
  const addressesOf = buildIncidence(accounts.map((account) => (account.addresses ?? []).map((name) => addresses.indexOf(name))));
  const instrumentsOf = buildIncidence(accounts.map((account) => nameInstruments(account).map((name) => instruments.indexOf(name))));
  const requestOffsets = countOffsets(accounts.map(({ requests }) => requests.length));
  const hours = new Float64Array(rows.length === 0 ? 0 : Math.max(...rows.map(hourOf)) + 1);
  for (const row of rows) hours[hourOf(row)] += 1;
  const requests = fillRequests(rows, { families, models, addresses });
  return {
    accountIds: accounts.map((_, position) => `acct-${String(position + 1).padStart(5, "0")}`),
    parties,
    partyCount,
    organizationIds: accounts.map(({ organization }) => organization ?? ""),
    isAllowlisted: new Uint8Array(accounts.length),
    createdAtMs: Float64Array.from(accounts, ({ createdAtHours }) => (createdAtHours ?? Number.NaN) * HOUR_MS),
    facts: Uint16Array.from(accounts, ({ createdAtHours }) => (createdAtHours === undefined ? 0 : AccountFact.known)),
    programmes: accounts.map(() => ""),
    plans: accounts.map(({ plan }) => plan ?? ""),
    keyCounts: Uint32Array.from(accounts, ({ keys }) => keys ?? 0),
    clientCounts: Uint32Array.from(accounts, ({ clients }) => clients ?? 0),
    requestOffsets,
    requests,
    families: countFamilies(families, { requests, requestOffsets, parties }),
    targetModels: models,
    releasedAtMs: Float64Array.from(models, (model) => (releases[model] ?? Number.NaN) * HOUR_MS),
    addresses: countShared(addressesOf, { parties, kinds: addresses.map(() => "address") }),
    addressesOf,
    instruments: countShared(instrumentsOf, { parties, kinds: instruments.map((name) => name.split(" ")[0]) }),
    instrumentsOf,
    handles: fillHandles(handles, accounts.length),
    returns: fillReturns(returns, accounts.length),
    enforcement: {
      account: Int32Array.from(enforcement, ({ account }) => account),
      atMs: Float64Array.from(enforcement, ({ atHours }) => atHours * HOUR_MS),
      measure: enforcement.map(({ measure }) => measure),
    },
    fromMs: 0,
    hours,
  };
}

/** The columns of reasoning handles. */
export function fillHandles(entries: readonly TestHandles[], accounts: number): HandleColumns {
  const sorted = entries
    .map((entry) => ({ move: "account" as HandleMove, handles: entry.acts, issuedAtHours: 1, usedAtHours: 2, ...entry }))
    .sort((a, b) => a.user - b.user || a.issuer - b.issuer || (a.move < b.move ? -1 : 1));
  return {
    issued: 1000,
    submitted: 500,
    unknownIssuer: 0,
    shared: 0,
    hasConversations: true,
    users: Int32Array.from(sorted, ({ user }) => user),
    issuers: Int32Array.from(sorted, ({ issuer }) => issuer),
    moves: sorted.map(({ move }) => move),
    counts: Uint32Array.from(sorted, ({ handles }) => handles),
    acts: Uint32Array.from(sorted, ({ acts }) => acts),
    firsts: sorted.map(({ issuedAtHours, usedAtHours }, position) => ({
      handle: position.toString(16).padStart(16, "0"),
      usedAtMs: usedAtHours * HOUR_MS,
      usedModel: "frontier-1",
      usedRequest: `used-${position}`,
      issuedAtMs: issuedAtHours * HOUR_MS,
      issuedModel: "frontier-1",
      issuedRequest: `issued-${position}`,
    })),
    offsets: countOffsets(Array.from({ length: accounts }, (_, account) => sorted.filter(({ user }) => user === account).length)),
  };
}

/** The columns of answers that came back. */
export function fillReturns(entries: readonly TestReturns[], accounts: number): ReturnColumns {
  const sorted = [...entries].sort((a, b) => a.user - b.user || a.issuer - b.issuer);
  return {
    answered: 1000,
    withBlocks: 500,
    users: Int32Array.from(sorted, ({ user }) => user),
    issuers: Int32Array.from(sorted, ({ issuer }) => issuer),
    moves: sorted.map(({ user, issuer }) => (user === issuer ? "session" : "account")),
    counts: Uint32Array.from(sorted, ({ outputs }) => outputs),
    firsts: sorted.map((_, position) => ({
      usedAtMs: 2 * HOUR_MS,
      usedRequest: `used-${position}`,
      issuedAtMs: HOUR_MS,
      issuedRequest: `issued-${position}`,
    })),
    offsets: countOffsets(Array.from({ length: accounts }, (_, account) => sorted.filter(({ user }) => user === account).length)),
  };
}

/** Whole hours since the start. */
const hourOf = ({ atHours }: TestRequest): number => Math.floor(atHours);

function fillRequests(
  rows: readonly TestRequest[],
  { families, models, addresses }: { families: string[]; models: string[]; addresses: string[] },
): Population["requests"] {
  return {
    count: rows.length,
    key: BigUint64Array.from(rows, (_, row) => BigInt(row + 1)),
    atMs: Float64Array.from(rows, ({ atHours }) => atHours * HOUR_MS),
    hour: Uint32Array.from(rows, hourOf),
    systemFamily: Int32Array.from(rows, ({ system }) => (system === undefined ? -1 : families.indexOf(`system ${system}`))),
    promptFamily: Int32Array.from(rows, ({ family }) => (family === undefined ? -1 : families.indexOf(`user ${family}`))),
    slot: Uint32Array.from(rows, ({ item }) => item ?? 0),
    model: Uint16Array.from(rows, ({ model }) => models.indexOf(model ?? "frontier-1")),
    capability: new Uint8Array(rows.length),
    techniques: Uint32Array.from(rows, ({ techniques }) => maskTechniques(techniques ?? [])),
    inputTokens: new Uint32Array(rows.length).fill(100),
    outputTokens: new Uint32Array(rows.length).fill(400),
    flags: Uint16Array.from(rows, ({ flags }) => flags ?? 0),
    address: Int32Array.from(rows, ({ address }) => (address === undefined ? -1 : addresses.indexOf(address))),
  };
}

/** The group of the accounts with their requests in the families; with all of their requests when no family is named. */
export function selectGroup(
  population: Population,
  { accounts, families = [] }: { accounts: readonly number[]; families?: readonly string[] },
): CandidateGroup {
  const positions = families.flatMap((name) =>
    population.families.ids.flatMap((id, position) => (id.endsWith(` ${name}`) ? [position] : [])),
  );
  const isWanted = new Set(positions);
  const members: number[] = [];
  const sliceOffsets = [0];
  const slice: number[] = [];
  for (const account of [...accounts].sort((a, b) => a - b)) {
    for (let row = population.requestOffsets[account]; row < population.requestOffsets[account + 1]; row++) {
      const { systemFamily, promptFamily } = population.requests;
      if (isWanted.size === 0 || isWanted.has(systemFamily[row]) || isWanted.has(promptFamily[row])) slice.push(row);
    }
    if (slice.length === sliceOffsets[sliceOffsets.length - 1]) continue;
    members.push(account);
    sliceOffsets.push(slice.length);
  }
  return {
    members: Int32Array.from(members),
    families: Uint32Array.from(positions).sort(),
    sliceOffsets: Uint32Array.from(sliceOffsets),
    slice: Uint32Array.from(slice),
  };
}

const listNames = (names: readonly string[]): string[] => [...new Set(names)].sort();

const nameInstruments = ({ instruments = {} }: TestAccount): string[] =>
  Object.entries(instruments).map(([kind, value]) => `${kind} ${value}`);

function listFamilies(rows: readonly TestRequest[]): string[] {
  const names = rows.flatMap(({ family, system }) => [
    ...(family === undefined ? [] : [`user ${family}`]),
    ...(system === undefined ? [] : [`system ${system}`]),
  ]);
  return listNames(names);
}

function maskTechniques(techniques: readonly Technique[]): number {
  return techniques.reduce((mask, technique) => mask | (1 << TECHNIQUES.indexOf(technique)), 0);
}

function countOffsets(lengths: readonly number[]): Uint32Array {
  const offsets = new Uint32Array(lengths.length + 1);
  lengths.forEach((length, position) => {
    offsets[position + 1] = offsets[position] + length;
  });
  return offsets;
}

function numberParties(accounts: readonly TestAccount[]): { parties: Int32Array; partyCount: number } {
  const numbers = new Map<string, number>();
  const parties = Int32Array.from(accounts, ({ organization }, position) => {
    const name = organization ?? `account ${position}`;
    if (!numbers.has(name)) numbers.set(name, numbers.size);
    return numbers.get(name)!;
  });
  return { parties, partyCount: numbers.size };
}

function buildIncidence(lists: readonly (readonly number[])[]): Incidence {
  const sorted = lists.map((items) => [...new Set(items)].sort((a, b) => a - b));
  return { offsets: countOffsets(sorted.map((items) => items.length)), items: Uint32Array.from(sorted.flat()) };
}

function countShared(incidence: Incidence, { parties, kinds }: { parties: Int32Array; kinds: string[] }): SharedThings {
  const carriers: number[][] = kinds.map(() => []);
  for (let account = 0; account + 1 < incidence.offsets.length; account++) {
    for (let entry = incidence.offsets[account]; entry < incidence.offsets[account + 1]; entry++)
      carriers[incidence.items[entry]].push(account);
  }
  return {
    kinds,
    accounts: Uint32Array.from(carriers, (accounts) => accounts.length),
    parties: Uint32Array.from(carriers, (accounts) => new Set(accounts.map((account) => parties[account])).size),
  };
}

function countFamilies(
  names: readonly string[],
  { requests, requestOffsets, parties }: Pick<Population, "requests" | "requestOffsets" | "parties">,
): FamilyColumns {
  const events = new Uint32Array(names.length);
  const carriers: Set<number>[] = names.map(() => new Set());
  for (let account = 0; account + 1 < requestOffsets.length; account++) {
    for (let row = requestOffsets[account]; row < requestOffsets[account + 1]; row++) {
      for (const family of [requests.systemFamily[row], requests.promptFamily[row]]) {
        if (family < 0) continue;
        events[family] += 1;
        carriers[family].add(account);
      }
    }
  }
  return {
    ids: names,
    isSystem: Uint8Array.from(names, (name) => (name.startsWith("system ") ? 1 : 0)),
    events,
    accounts: Uint32Array.from(carriers, (accounts) => accounts.size),
    parties: Uint32Array.from(carriers, (accounts) => new Set([...accounts].map((account) => parties[account])).size),
    kin: Int32Array.from(names.keys()),
    slotSharing: new Float32Array(names.length),
  };
}
