/** New requests against what is known campaigns' own: behind the intake, so that no segment waits for it. */
import { countMarkRates, describeKnown, listSeen, nameMarks, type FamilyOfMark } from "../../../engine/campaigns/known-campaigns.js";
import type { KindRates } from "../../../engine/campaigns/kind-rates.js";
import {
  joinMarks,
  learnMarks,
  listMatchable,
  listMembership,
  listOwnPayments,
  matchTraces,
  readTraces,
  type Mark,
  type Membership,
  type OwnPayments,
} from "../../../engine/campaigns/matches.js";
import type { SideFacts } from "../../../engine/behaviour/population.js";
import type { Account } from "../../../vocabulary/account.js";
import type { EventStore } from "../../../store/events/store.js";
import type { KnownCampaigns } from "../../../vocabulary/known.js";
import { createRegistrationMemory, listSpared, type RegistrationMemory } from "./registered.js";
import { LIVE_WINDOWS, type CampaignMatch, type LiveCampaign, type LiveWindow } from "../../../vocabulary/live.js";

/** Matches remembered so that each is told once; beyond, all are told anew rather than memory grow. */
const TOLD_MAX = 200_000;

/** Told after every turn, asked after every segment. */
export interface Matcher {
  /** Learns from the latest turn of a window: from its requests, which `events` yields, or from the shorter window that holds the same. */
  learn(turn: {
    window: LiveWindow;
    campaigns: readonly LiveCampaign[];
    events: { sql: string } | { sameAs: LiveWindow };
    sideFacts: SideFacts;
  }): Promise<void>;
  /** All that campaigns are known by, for verdicts; null until every window was looked at: half of it must not take the place of what was known before. */
  describe(turn: { windows: readonly LiveWindow[]; watermarkMs: number; accounts: Iterable<Account> }): KnownCampaigns | null;
  /** Notes where new requests are, and looks at them as soon as what was noted before is done. */
  note(sourceKeys: readonly bigint[], untilMs: number): void;
}

/** Creates a matcher that knows nothing yet. */
export function createMatcher({
  store,
  hash,
  onMatches,
  onTrouble,
}: {
  store: EventStore;
  /** Of 64 bits, the same as verdicts hash with. */
  hash: (text: string) => bigint;
  onMatches: (matches: readonly CampaignMatch[]) => void;
  onTrouble: (error: unknown) => void;
}): Matcher {
  const state: MatcherState = {
    store,
    hash,
    onMatches,
    learntOf: new Map(),
    campaignsOf: new Map(),
    told: new Set(),
    marks: [],
    placed: new Set(),
    payments: new Map(),
    people: new Map(),
    peopleOf: null,
    allowlist: [],
    registered: createRegistrationMemory(),
    noted: [],
  };
  let running: Promise<void> | null = null;
  return {
    learn: async (turn) => learn(state, turn),
    describe: (turn) => describeAll(state, turn),
    note(sourceKeys, untilMs) {
      state.noted.push(...sourceKeys);
      running ??= look(state, untilMs)
        .catch(onTrouble)
        .finally(() => (running = null));
    },
  };
}

interface MatcherState {
  store: EventStore;
  hash: (text: string) => bigint;
  onMatches: (matches: readonly CampaignMatch[]) => void;
  learntOf: Map<LiveWindow, Learnt>;
  campaignsOf: Map<LiveWindow, readonly LiveCampaign[]>;
  told: Set<string>;
  marks: Mark[];
  placed: ReadonlySet<string>;
  payments: OwnPayments;
  people: ReadonlyMap<string, Account>;
  peopleOf: SideFacts["accounts"] | null;
  allowlist: SideFacts["allowlist"];
  registered: RegistrationMemory;
  noted: bigint[];
}

async function look(state: MatcherState, untilMs: number): Promise<void> {
  const { store, onMatches, told } = state;
  while (state.noted.length > 0) {
    const sourceKeys = state.noted;
    state.noted = [];
    const { marks, payments, people, placed, allowlist } = state;
    if (marks.length === 0 && payments.size === 0) continue;
    const traces = await readTraces(store, { sourceKeys, marks, untilMs });
    const matches = matchTraces(traces, {
      payments,
      paymentOf: (accountId) => people.get(accountId)?.paymentFingerprint,
      organizationOf: (accountId) => people.get(accountId)?.organizationId,
      isPlaced: (accountId) => placed.has(accountId),
      allowlist,
      nowMs: untilMs,
    });
    const news = matches.filter(({ accountId, campaignId, kind }) => !told.has(`${accountId}\n${campaignId}\n${kind}`));
    if (told.size + news.length > TOLD_MAX) told.clear();
    for (const { accountId, campaignId, kind } of news) told.add(`${accountId}\n${campaignId}\n${kind}`);
    if (news.length > 0) onMatches(news);
  }
}

async function learn(state: MatcherState, { window, campaigns, events, sideFacts }: Parameters<Matcher["learn"]>[0]): Promise<void> {
  const { store, campaignsOf, learntOf } = state;
  campaignsOf.set(window, campaigns);
  const membership = listMembership(campaigns);
  learntOf.set(
    window,
    "sql" in events
      ? await learnWindow(store, { eventsSql: events.sql, membership, campaigns })
      : (learntOf.get(events.sameAs) ?? NOTHING_LEARNT),
  );
  // Of a campaign that two windows know the longer one knows more.
  const windows = [...campaignsOf.keys()].sort((a, b) => LIVE_WINDOWS[a] - LIVE_WINDOWS[b]);
  state.marks = listMatchable(joinMarks(windows.map((name) => learntOf.get(name)?.marks ?? [])));
  const all = windows.flatMap((name) => campaignsOf.get(name) ?? []);
  state.placed = new Set(all.flatMap(({ members }) => members.map(({ accountId }) => accountId)));
  state.payments = listOwnPayments(sideFacts.accounts, dropRepeats(listMembership(all)));
  if (state.peopleOf !== sideFacts.accounts) state.people = new Map(sideFacts.accounts.map((account) => [account.accountId, account]));
  state.peopleOf = sideFacts.accounts;
  state.allowlist = sideFacts.allowlist;
}

function describeAll(
  { learntOf, campaignsOf, allowlist, hash, registered }: MatcherState,
  { windows, watermarkMs, accounts }: Parameters<Matcher["describe"]>[0],
): KnownCampaigns | null {
  if (windows.some((window) => !learntOf.has(window))) return null;
  const learnt = windows.flatMap((window) => learntOf.get(window) ?? []);
  const campaigns = windows.flatMap((window) => campaignsOf.get(window) ?? []);
  const membership = dropRepeats(listMembership(campaigns));
  const { registrations, rates } = registered.find(accounts, {
    membership,
    campaigns,
    seen: learnt.at(-1)?.seen ?? NOTHING_LEARNT.seen,
    spared: listSpared(allowlist, watermarkMs),
    hash,
  });
  return describeKnown({
    watermarkMs,
    campaigns,
    marks: joinMarks(learnt.map((each) => each.marks)),
    familyOf: new Map(learnt.flatMap((each) => [...each.familyOf])),
    // The first that knows a campaign is believed: the longest window.
    rates: [...learnt.map((each) => each.rates).reverse(), rates],
    registrations,
    hash,
  });
}

/** What one window taught. */
interface Learnt {
  marks: Mark[];
  familyOf: FamilyOfMark;
  rates: KindRates;
  /** Hashes of the accounts that were seen, ascending. */
  seen: BigUint64Array;
}

const NOTHING_LEARNT: Learnt = { marks: [], familyOf: new Map(), rates: new Map(), seen: new BigUint64Array(0) };

async function learnWindow(
  store: EventStore,
  window: { eventsSql: string; membership: readonly Membership[]; campaigns: readonly LiveCampaign[] },
): Promise<Learnt> {
  const marks = await learnMarks(store, window);
  if (marks.length === 0) return NOTHING_LEARNT;
  const seen = await listSeen(store, window.eventsSql);
  const rates = await countMarkRates(store, { ...window, marks, accountsSeen: seen.length });
  return { marks, rates, seen, familyOf: await nameMarks(store, { ...window, marks }) };
}

/** One campaign for each account: the last told, which is that of the longest window. */
function dropRepeats<T extends { accountId: string }>(membership: readonly T[]): T[] {
  return [...new Map(membership.map((entry) => [entry.accountId, entry])).values()];
}
