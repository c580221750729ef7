/** Claims about the ledger of reasoning handles. */
import { expect } from "vitest";
import xxhash from "xxhash-wasm";
import type { RequestEvent } from "../../../vocabulary/request-event.js";
import { readHandleLedger, type HandleLedger } from "../handle-ledger.js";
import { createRequestBlockWriter } from "../request-block.js";
import type { EventStore } from "../store.js";
import { mix } from "../testing/request-samples.js";
import { withStore, type Claim } from "./claim.js";

const START_AT_MS = 1_770_000_000_000;

/** One request of a story: who, when (minutes), what it was given and what it handed in. */
interface Sighting {
  account?: string;
  at: number;
  session?: string;
  model?: string;
  issued?: string[];
  submitted?: string[];
  status?: number;
}

function toEvents(story: readonly Sighting[], prefix = ""): RequestEvent[] {
  const own = (names: string[]): string[] => names.map((name) => prefix + name);
  return story.map(({ account = "a", at, session, model = "m1", issued, submitted, status = 200 }, position) => ({
    requestId: `${prefix}r${position}`,
    atMs: START_AT_MS + at * 60_000,
    accountId: prefix + account,
    targetModel: model,
    status,
    inputTokens: 1,
    outputTokens: 1,
    ...(session === undefined ? {} : { sessionId: prefix + session }),
    ...(issued === undefined ? {} : { reasoningHandlesIssued: own(issued) }),
    ...(submitted === undefined ? {} : { reasoningHandlesSubmitted: own(submitted) }),
  }));
}

async function insert(store: EventStore, events: readonly RequestEvent[], token: string): Promise<void> {
  const writer = await createRequestBlockWriter();
  for (const event of events) writer.add(event, null, { sourceKey: [0, 7], offset: 0, line: 1 });
  await store.insertBlock({ table: "request_events", token, block: writer.finish() });
}

const issue: Sighting = { at: 0, session: "s1", issued: ["h"] };

/** Stories and what the ledger says about them: `user < issuer move handles/acts`, then what cannot be traced. */
const STORIES: readonly (readonly [name: string, story: Sighting[], passages: string[], gap?: "unknown" | "shared"])[] = [
  [
    "a conversation that goes on",
    [issue, { at: 1, session: "s1", submitted: ["h"], issued: ["i"] }, { at: 2, session: "s1", submitted: ["h", "i"] }],
    [],
  ],
  [
    "an answer that is asked for again",
    [issue, { at: 1, session: "s1", submitted: ["h"] }, { at: 1, session: "s1", submitted: ["h"] }],
    [],
  ],
  [
    "a branch: two continuations of one turn",
    [issue, { at: 1, session: "s1", submitted: ["h"], issued: ["x"] }, { at: 9, session: "s1", submitted: ["h"], issued: ["y"] }],
    [],
  ],
  [
    "a retry after a failure",
    [issue, { at: 1, session: "s1", submitted: ["h"], status: 529 }, { at: 2, session: "s1", submitted: ["h"] }],
    [],
  ],
  ["a conversation taken up days later", [issue, { at: 9000, session: "s1", submitted: ["h"] }], []],
  [
    "a handle that is issued twice to one account",
    [
      issue,
      { at: 1, session: "s2", issued: ["h"] },
      { at: 2, session: "s2", submitted: ["h"] },
      { at: 2, session: "s1", submitted: ["h"] },
    ],
    [],
  ],
  [
    "sessions that only one of both names",
    [issue, { at: 1, submitted: ["h"] }, { at: 2, issued: ["i"] }, { at: 3, session: "s9", submitted: ["i"] }],
    [],
  ],
  ["an issuing outside the log", [{ at: 1, account: "b", submitted: ["gone"] }], [], "unknown"],
  [
    "a use before the issuing",
    [
      { ...issue, at: 5 },
      { at: 1, account: "b", submitted: ["h"] },
    ],
    [],
    "unknown",
  ],
  ["a name issued to two accounts", [issue, { ...issue, account: "b" }, { at: 1, account: "c", submitted: ["h"] }], [], "shared"],
  ["another account, at its first use", [issue, { at: 1, account: "b", session: "s1", submitted: ["h"] }], ["b < a account 1/1"]],
  ["another account whose use is refused", [issue, { at: 1, account: "b", submitted: ["h"], status: 400 }], ["b < a account 1/1"]],
  ["the same instant as the issuing", [issue, { at: 0, account: "b", submitted: ["h"] }], ["b < a account 1/1"]],
  [
    "another account that goes on with what it took",
    [
      { ...issue, issued: ["h", "i"] },
      { at: 1, account: "b", session: "t", submitted: ["h", "i"] },
      { at: 2, account: "b", session: "t", submitted: ["h", "i"] },
    ],
    ["b < a account 2/1"],
  ],
  [
    "two accounts that take from two",
    [
      issue,
      { at: 0, account: "b", issued: ["i"] },
      { at: 1, account: "c", submitted: ["h"] },
      { at: 2, account: "c", submitted: ["i"] },
      { at: 3, account: "d", submitted: ["i"] },
    ],
    ["c < a account 1/1", "c < b account 1/1", "d < b account 1/1"],
  ],
  ["another session of the same account", [issue, { at: 1, session: "s2", submitted: ["h"] }], ["a < a session 1/1"]],
  ["another model of the same account", [issue, { at: 1, session: "s1", model: "m2", submitted: ["h"] }], ["a < a model 1/1"]],
  ["another session and model, told once", [issue, { at: 1, session: "s2", model: "m2", submitted: ["h"] }], ["a < a session 1/1"]],
  ["no handles at all", [{ at: 1 }], []],
];

const countGaps = (gaps: readonly (string | undefined)[], kind: string): number => gaps.filter((gap) => gap === kind).length;

async function readStory(engine: Parameters<Claim["check"]>[0], name: string, events: readonly RequestEvent[]): Promise<HandleLedger> {
  return withStore(engine, name, async (store) => {
    await insert(store, events, "all");
    return readHandleLedger(store, "events_once");
  });
}

/** Many accounts, sessions and models, with every kind of move in it. */
function makeHandleWorld(requests: number): RequestEvent[] {
  const story = Array.from({ length: requests }, (_, i): Sighting => {
    const taken = mix(i + 7) % (i + 1);
    const account = mix(i) % 11;
    return {
      at: mix(i + 3) % 400,
      account: `acct-${account}`,
      model: `m${mix(i + 1) % 3}`,
      ...(mix(i + 2) % 4 === 0 ? {} : { session: `s${account}-${mix(i + 5) % 9}` }),
      ...(mix(i + 4) % 3 === 0 ? {} : { issued: [`h${mix(i) % requests}`] }),
      ...(mix(i + 6) % 2 === 0 ? {} : { submitted: [`h${mix(taken) % requests}`, `h${mix(taken + 1) % requests}`] }),
    };
  });
  return toEvents(story);
}

/** The same, handle by handle and use by use, the slow way. */
async function traceSlowly(events: readonly RequestEvent[]): Promise<string[]> {
  const hashes = await xxhash();
  const entries = new Map<string, { handles: Set<string>; requests: Set<string> }>();
  for (const handle of new Set(events.flatMap((event) => event.reasoningHandlesSubmitted ?? []))) {
    const issuing = events.filter((event) => event.reasoningHandlesIssued?.includes(handle));
    if (issuing.length === 0 || new Set(issuing.map(({ accountId }) => accountId)).size > 1) continue;
    const issuedAtMs = Math.min(...issuing.map(({ atMs }) => atMs));
    const places = new Map<string, RequestEvent>();
    const byTime = (a: RequestEvent, b: RequestEvent): number =>
      a.atMs - b.atMs || (hashes.h64(a.requestId) < hashes.h64(b.requestId) ? -1 : 1);
    for (const event of events.filter((each) => each.reasoningHandlesSubmitted?.includes(handle)).sort(byTime)) {
      const place = JSON.stringify([event.accountId, event.sessionId, event.targetModel]);
      if (!places.has(place)) places.set(place, event);
    }
    for (const use of places.values()) {
      if (use.atMs < issuedAtMs) continue;
      const isOther = use.accountId !== issuing[0].accountId;
      const isMoved =
        use.sessionId !== undefined && issuing.every(({ sessionId }) => sessionId !== undefined && sessionId !== use.sessionId);
      const isOtherModel = issuing.every(({ targetModel }) => targetModel !== use.targetModel);
      if (!isOther && !isMoved && !isOtherModel) continue;
      const key = `${use.accountId} < ${issuing[0].accountId} ${isOther ? "account" : isMoved ? "session" : "model"}`;
      const entry = entries.get(key) ?? { handles: new Set(), requests: new Set() };
      entries.set(key, entry);
      entry.handles.add(handle);
      entry.requests.add(use.requestId);
    }
  }
  return [...entries].map(([key, { handles, requests }]) => `${key} ${handles.size}/${requests.size}`).sort();
}

async function describePassages({ passages }: HandleLedger, events: readonly RequestEvent[]): Promise<string[]> {
  const hashes = await xxhash();
  const names = new Map(events.map(({ accountId }) => [hashes.h64(accountId), accountId]));
  return passages
    .map(({ userKey, issuerKey, move, handles, acts }) => `${names.get(userKey)} < ${names.get(issuerKey)} ${move} ${handles}/${acts}`)
    .sort();
}

export const HANDLE_CLAIMS: readonly Claim[] = [
  {
    claim: `the ledger of handles tells in ${STORIES.length} stories what moved, and nothing else`,
    check: async (engine) => {
      // One store for all: names of their own keep the stories apart.
      const events = STORIES.flatMap(([, story], position) => toEvents(story, `${position} `));
      const ledger = await readStory(engine, "handles-stories", events);
      const told = await describePassages(ledger, events);
      for (const [position, [name, , expected]] of STORIES.entries()) {
        const own = told.filter((line) => line.startsWith(`${position} `)).map((line) => line.replaceAll(`${position} `, ""));
        expect([name, own]).toEqual([name, expected]);
      }
      const gaps = STORIES.map(([, , , gap]) => gap);
      expect([ledger.unknownIssuer, ledger.shared]).toEqual([countGaps(gaps, "unknown"), countGaps(gaps, "shared")]);
    },
  },
  {
    claim: "the ledger of handles names the first use and the issuing, which hold whatever the order and the repeats",
    check: async (engine) => {
      const hashes = await xxhash();
      const events = toEvents([
        { at: 5, account: "a", model: "m1", session: "s", issued: ["h"] },
        { at: 9, account: "b", model: "m2", submitted: ["h"] },
        { at: 7, account: "b", model: "m3", submitted: ["h"] },
      ]);
      const ledgers: HandleLedger[] = [];
      for (const [k, order] of [events, events.toReversed(), [...events, ...events]].entries())
        ledgers.push(await readStory(engine, `handles-order-${k}`, order));
      expect(ledgers[0].passages[0].first).toEqual({
        handle: hashes.h64("h"),
        usedAtMs: START_AT_MS + 7 * 60_000,
        usedRequestKey: hashes.h64("r2"),
        usedModelKey: hashes.h64("m3"),
        issuedAtMs: START_AT_MS + 5 * 60_000,
        issuedRequestKey: hashes.h64("r0"),
        issuedModelKey: hashes.h64("m1"),
      });
      expect(ledgers).toEqual([ledgers[0], ledgers[0], ledgers[0]]);
    },
  },
  {
    claim: "the ledger of handles finds in thousands of requests exactly what looking at each use finds",
    check: async (engine) => {
      const events = makeHandleWorld(2000);
      const ledger = await readStory(engine, "handles-world", events);
      const expected = await traceSlowly(events);
      expect(expected.length).toBeGreaterThan(50);
      expect(new Set(ledger.passages.map(({ move }) => move)).size).toBe(3);
      expect(await describePassages(ledger, events)).toEqual(expected);
    },
  },
  {
    claim: "where sessions are single requests, leaving one means nothing",
    check: async (engine) => {
      const events = toEvents(
        Array.from({ length: 120 }, (_, i) => ({
          at: i,
          session: `trace-${i}`,
          issued: [`h${i}`],
          submitted: i === 0 ? [] : [`h${i - 1}`],
        })),
      );
      const ledger = await readStory(engine, "handles-traces", events);
      expect(ledger).toMatchObject({ hasConversations: false, passages: [] });
    },
  },
];
