/** New requests against what is known campaigns' own: behind the intake, so that no segment waits for it. */
import {
  joinMarks,
  learnMarks,
  listMembership,
  listOwnPayments,
  matchTraces,
  readTraces,
  type Mark,
  type OwnPayments,
} from "../../../engine/campaigns/matches.js";
import type { SideFacts } from "../../../engine/behaviour/population.js";
import type { Account } from "../../../vocabulary/account.js";
import type { EventStore } from "../../../store/events/store.js";
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
  /** Notes where new requests are, and looks at them as soon as what was noted before is done. */
  note(sourceKeys: readonly bigint[], untilMs: number): void;
}

/** Creates a matcher that knows nothing yet. */
export function createMatcher({
  store,
  onMatches,
  onTrouble,
}: {
  store: EventStore;
  onMatches: (matches: readonly CampaignMatch[]) => void;
  onTrouble: (error: unknown) => void;
}): Matcher {
  const marksOf = new Map<LiveWindow, Mark[]>();
  const campaignsOf = new Map<LiveWindow, readonly LiveCampaign[]>();
  const told = new Set<string>();
  let marks: Mark[] = [];
  let placed: ReadonlySet<string> = new Set();
  let payments: OwnPayments = new Map();
  let people: ReadonlyMap<string, Account> = new Map();
  let peopleOf: SideFacts["accounts"] | null = null;
  let allowlist: SideFacts["allowlist"] = [];
  let noted: bigint[] = [];
  let running: Promise<void> | null = null;

  async function look(untilMs: number): Promise<void> {
    while (noted.length > 0) {
      const sourceKeys = noted;
      noted = [];
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

  return {
    async learn({ window, campaigns, events, sideFacts }) {
      campaignsOf.set(window, campaigns);
      const membership = listMembership(campaigns);
      marksOf.set(
        window,
        "sql" in events ? await learnMarks(store, { eventsSql: events.sql, membership }) : (marksOf.get(events.sameAs) ?? []),
      );
      // Of a campaign that two windows know the longer one knows more.
      const windows = [...campaignsOf.keys()].sort((a, b) => LIVE_WINDOWS[a] - LIVE_WINDOWS[b]);
      marks = joinMarks(windows.map((name) => marksOf.get(name) ?? []));
      const all = windows.flatMap((name) => campaignsOf.get(name) ?? []);
      placed = new Set(all.flatMap(({ members }) => members.map(({ accountId }) => accountId)));
      payments = listOwnPayments(sideFacts.accounts, dropRepeats(listMembership(all)));
      if (peopleOf !== sideFacts.accounts) people = new Map(sideFacts.accounts.map((account) => [account.accountId, account]));
      peopleOf = sideFacts.accounts;
      allowlist = sideFacts.allowlist;
    },
    note(sourceKeys, untilMs) {
      noted.push(...sourceKeys);
      running ??= look(untilMs)
        .catch(onTrouble)
        .finally(() => (running = null));
    },
  };
}

/** One campaign for each account: the last told, which is that of the longest window. */
function dropRepeats<T extends { accountId: string }>(membership: readonly T[]): T[] {
  return [...new Map(membership.map((entry) => [entry.accountId, entry])).values()];
}
