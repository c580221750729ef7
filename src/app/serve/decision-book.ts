/**
 * The book of decisions: policy's decisions, people's answers, the allowlist. What can still matter is held in memory and written through, so that
 * a turn of the analysis asks the database nothing; a change is in the database before anybody is told.
 */
import { setImmediate } from "node:timers/promises";
import { decideCampaigns, decideMatches, sortMatches, type DecisionGround } from "../../engine/decisions/decide.js";
import { createHolding, type Holding, type WindowView } from "../../engine/decisions/holding.js";
import { listStood, type AnsweredCounts } from "../../engine/decisions/shadow.js";
import { listAllowlist } from "../../store/records/allowlist.js";
import { findLastEvent, listDecisionEvents, loadDecisions } from "../../store/records/decisions.js";
import { forgetUnfinishedWrites, forgetWrites } from "../../store/records/settings.js";
import type { AllowlistEntry as ListedInFile } from "../../vocabulary/account.js";
import type { Decision } from "../../vocabulary/decision.js";
import { LIVE_WINDOWS, type CampaignMatch, type LiveCampaign } from "../../vocabulary/live.js";
import { answerOnce } from "./answer-once.js";
import { readSpared, type Book, type DecisionBookOptions } from "./book-state.js";
import {
  allow,
  answer,
  disallow,
  endExpired,
  followRequests,
  keepDecided,
  takeBack,
  takeBackSpared,
  withdrawUnsaid,
} from "./decision-changes.js";
import { createDecisionMemory, type DecisionMemory } from "./decision-memory.js";
import { findStored, listEventsWithDecisions, listLeft, listPage, listWaiting, reportShadow, selectNamed } from "./decision-reading.js";
import type { DecisionBook } from "./services.js";
import { createStandingReader } from "./standing-reader.js";

/** Always the same: whoever looks whether it changed sees that it did not. */
const NOBODY: readonly ListedInFile[] = [];

/** Opens the book; reads everything that stands. */
export async function openDecisionBook({
  database,
  policy,
  clock,
  windows = Object.keys(LIVE_WINDOWS),
  listAllowedAlways = () => NOBODY,
}: DecisionBookOptions): Promise<DecisionBook> {
  await forgetUnfinishedWrites(database);
  const memory = createDecisionMemory(await loadDecisions(database, { sinceMs: clock.nowMs() - REMEMBERED_MS }));
  const book: Book = {
    database,
    policy,
    clock,
    windows,
    listAllowedAlways,
    memory,
    entries: await listAllowlist(database, { atMs: clock.nowMs() }),
    listeners: [],
  };
  const holding = createHolding();
  let lastTurn: Promise<unknown> = Promise.resolve();
  // One change after the other: what a rule may do next depends on what the last one did.
  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    const turn = lastTurn.then(work, work);
    lastTurn = turn.catch(() => {});
    return turn;
  };
  const ground = (): DecisionGround => ({
    policy: book.policy,
    allowlist: readSpared(book),
    findHistory: (campaignId) => memory.listOfCampaign(campaignId),
    measureHold: (rule, scope) => holding.measure(rule, scope),
    nowMs: clock.nowMs(),
  });
  return {
    decide: async (views) => inTurn(async () => decideAll(book, { views, holding, ground })),
    decideMatches: async (matches) => inTurn(async () => decideAllMatches(book, matches, ground)),
    approve: async (wish) => inTurn(async () => answer(book, wish)),
    rollBack: async (wish) => inTurn(async () => takeBack(book, wish)),
    usePolicy: async (next) =>
      inTurn(async () => {
        book.policy = next;
      }),
    sweep: async () =>
      inTurn(async () => {
        await forgetWrites(database, clock.nowMs() - ANSWERS_KEPT_MS);
        const moved = [...(await endExpired(book)), ...(await takeBackSpared(book))];
        forgetEnded(memory, clock.nowMs());
        return moved;
      }),
    ...readBook(book, holding),
    answerOnce: async (write, work) => answerOnce({ database, write: { ...write, atMs: clock.nowMs() } }, work),
    onChange: (listener) => void book.listeners.push(() => listener()),
    onMoved: (listener) => void book.listeners.push(listener),
    allow: async (entry) => inTurn(async () => allow(book, entry)),
    disallow: async (id, by) => inTurn(async () => disallow(book, { id, by })),
    close: async () => {
      await lastTurn;
    },
  };
}

type BookReading = "list" | "find" | "select" | "listEvents" | "lastEvent" | "listEventsAfter" | "listInForce" | "listLeft";

/** What is asked of the book at any time, and changes nothing. */
function readBook(
  book: Book,
  holding: Holding,
): Pick<DecisionBook, BookReading | "listWaiting" | "listAllowed" | "listStood" | "reportShadow"> {
  const { database, memory, clock } = book;
  const readStanding = createStandingReader(book);
  return {
    list: async (filter) => listPage(book, filter),
    find: async (id) => memory.find(id) ?? (await findStored(database, id)),
    select: async (choice) => selectNamed(book, choice),
    listEvents: async (id) => listDecisionEvents(database, id),
    lastEvent: async () => findLastEvent(database),
    listEventsAfter: async (position, limit) => listEventsWithDecisions(book, { position, limit }),
    listWaiting: () => listWaiting(book, holding),
    listInForce: readStanding,
    listLeft: async (decisions) => listLeft(book, { decisions, standing: (await readStanding()).decisions }),
    listAllowed: async () => book.entries.filter(({ expiresMs }) => expiresMs > clock.nowMs()),
    listStood: async ({ sinceMs }) => listStood(memory.list(), { sinceMs }),
    reportShadow: async ({ sinceMs, answered = NOBODY_ASKED }) => reportShadow(book, { sinceMs, answered }),
  };
}

async function decideAll(
  book: Book,
  { views, holding, ground }: { views: readonly WindowView[]; holding: Holding; ground: () => DecisionGround },
): Promise<Decision[]> {
  await endExpired(book);
  holding.note(views, book.policy);
  await withdrawUnsaid(book, holding);
  const decided: Decision[] = [];
  // One campaign after the other: requests are answered in between.
  for (const seen of groupById(views.flatMap(({ campaigns }) => campaigns))) {
    await followRequests(book, seen);
    decided.push(...(await keepDecided(book, decideCampaigns(seen, ground()))));
    await setImmediate();
  }
  return decided;
}

async function decideAllMatches(book: Book, matches: readonly CampaignMatch[], ground: () => DecisionGround): Promise<Decision[]> {
  const decided: Decision[] = [];
  for (const portion of cutMatches(matches)) {
    decided.push(...(await keepDecided(book, decideMatches(portion, ground()))));
    await setImmediate();
  }
  return decided;
}

/** Without gateways that ask. */
const NOBODY_ASKED: AnsweredCounts = { shadowed: new Map(), refused: new Map(), came: new Map() };

/** How long the answer to a write is kept for one that is sent again. */
const ANSWERS_KEPT_MS = 86_400_000;

/**
 * How long an ended decision is remembered: the longest that one can last. The ladder asks for it (which rung it was on, which evidence it stood on), bulk does
 * (who was touched before), and the shadow report. Older ones stay in the database and decide nothing: whoever comes again is somebody new, mildest rule first.
 */
const REMEMBERED_MS = 90 * 86_400_000;
/** Ended decisions in memory at most, a kilobyte and a half each: a full book, twice over. The first decided go first. */
const ENDED_MAX = 100_000;
/** Let go of at once: some milliseconds, in which no request is answered. A sweep comes twice a minute. */
const FORGOTTEN_AT_ONCE = 1_000;

/** Bounds what is remembered. */
function forgetEnded(memory: DecisionMemory, nowMs: number): void {
  memory.forget({ nowMs, endedBeforeMs: nowMs - REMEMBERED_MS, endedMax: ENDED_MAX, atOnceMax: FORGOTTEN_AT_ONCE });
}

/** Matches decided at once: some milliseconds, in which no request is answered. */
const MATCHES_AT_ONCE = 200;

/** In portions that leave what is said of one account together. */
function* cutMatches(matches: readonly CampaignMatch[]): Generator<CampaignMatch[]> {
  let portion: CampaignMatch[] = [];
  for (const match of sortMatches(matches)) {
    if (portion.length >= MATCHES_AT_ONCE && portion.at(-1)?.accountId !== match.accountId) {
      yield portion;
      portion = [];
    }
    portion.push(match);
  }
  if (portion.length > 0) yield portion;
}

/** What several windows say of one campaign belongs together. */
function groupById(campaigns: readonly LiveCampaign[]): LiveCampaign[][] {
  const groups = new Map<string, LiveCampaign[]>();
  for (const seen of campaigns) {
    const known = groups.get(seen.campaign.id);
    if (known === undefined) groups.set(seen.campaign.id, [seen]);
    else known.push(seen);
  }
  return [...groups.keys()].sort().map((id) => groups.get(id) ?? []);
}
