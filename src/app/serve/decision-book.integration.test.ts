/** The book of decisions over both databases: the same claims on PostgreSQL in the process and on a server. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sql } from "kysely";
import { NO_POLICY } from "../../engine/decisions/policy.js";
import { sampleCampaign, sampleMember, sampleTurn, samplePolicy, heldForLong } from "../../engine/decisions/testing/sample-campaigns.js";
import { decideCampaigns } from "../../engine/decisions/decide.js";
import type { Policy } from "../../engine/decisions/policy.js";
import { createAllowlist } from "../../engine/decisions/states.js";
import { RECORD_MIGRATIONS } from "../../store/records/migrations.js";
import { openRecordDatabase, type RecordDatabase } from "../../store/records/database.js";
import { type DecisionRecord, insertDecisions } from "../../store/records/decisions.js";
import { addToOutbox, forgetSent, listDeadOutbox, listDueOutbox, markFailed, markSent, reviveOutbox } from "../../store/records/outbox.js";
import { abandonWrite, beginWrite, finishWrite, forgetWrites, readSetting, writeSetting } from "../../store/records/settings.js";
import { startTestServer, type TestServer } from "../../store/records/testing/test-server.js";
import { openDecisionBook } from "./decision-book.js";
import type { DecisionBook } from "./services.js";

const started = await startTestServer();
const server: TestServer | null = "url" in started ? started : null;
if ("cannotStart" in started) console.warn(`NOT CHECKED: decisions on a PostgreSQL server (${started.cannotStart})`);
afterAll(async () => server?.stop());

const START = Date.parse("2026-02-02T01:00:00Z");
const DAY = 86_400_000;
const MEMBERS = ["acct_1", "acct_2", "acct_3"].map((id) => sampleMember(id, { organizationId: "org_1" }));

describe.each([
  { name: "in the process", isThere: true, open: async () => openRecordDatabase("memory") },
  { name: "on a server", isThere: server !== null, open: async () => openRecordDatabase({ url: server?.url ?? "" }) },
])("decisions $name", ({ isThere, open }) => {
  let database: RecordDatabase;
  let nowMs = START;
  const clock = { nowMs: () => nowMs };
  const openBook = async (policy: Policy): Promise<DecisionBook> => openDecisionBook({ database, policy, clock, windows: ["24h", "7d"] });
  const blocks = samplePolicy([{ measure: "block" }], { bulk_accounts: 2 });
  const enforcedIn = async (book: DecisionBook) => (await book.listInForce()).decisions.filter(({ mode }) => mode === "enforce");

  beforeAll(async () => {
    if (isThere) database = await open();
  });
  beforeEach(async () => {
    nowMs = START;
    if (!isThere) return;
    await sql`ALTER TABLE decision_events DISABLE TRIGGER decision_events_stay`.execute(database);
    await sql`TRUNCATE decisions, decision_events, approvals, allowlist, settings, idempotency_keys, outbox`.execute(database);
    await sql`ALTER TABLE decision_events ENABLE TRIGGER decision_events_stay`.execute(database);
  });
  afterAll(async () => database?.destroy());

  it.skipIf(!isThere)("need two different people for bulk, and survive being closed", async () => {
    const book = await openBook(blocks);
    const decided = await book.decide(sampleTurn([sampleCampaign({ members: MEMBERS })]));
    expect(decided.map(({ state, approvalsNeeded }) => [state, approvalsNeeded])).toEqual(MEMBERS.map(() => ["proposed", 2]));
    const { batchId } = decided[0];
    const moved: number[] = [];
    book.onMoved(({ decisions }) => moved.push(decisions.length));
    await book.approve({ batchId, by: "ann", isApproved: true });
    expect(await book.approve({ batchId, by: "ann", isApproved: true }), "answered as it stands").toHaveLength(3);
    await book.approve({ batchId, by: "ann", isApproved: true, note: "on second thoughts, too" });
    await book.approve({ batchId, by: "ann", isApproved: true, note: "on second thoughts, too" });
    expect(moved, "nobody is told of a yes that was said before").toEqual([3, 3]);
    expect(await enforcedIn(book)).toEqual([]);
    await book.close();
    const again = await openBook(blocks);
    await again.approve({ batchId, by: "bob", isApproved: true, note: "seen" });
    expect(await enforcedIn(again)).toHaveLength(3);
    expect((await again.find(decided[0].id))?.approvals.map(({ by }) => by)).toEqual(["ann", "bob"]);
    const events = await again.listEvents(decided[0].id);
    expect(events.map(({ who, previousState, newState, note }) => [who, previousState, newState, note])).toEqual([
      ["policy", null, "proposed", null],
      ["ann", "proposed", "proposed", null],
      ["ann", "proposed", "proposed", "on second thoughts, too"],
      ["bob", "proposed", "active", "seen"],
    ]);
  });

  it.skipIf(!isThere)("follow another policy as soon as it is in force, and what was decided stands", async () => {
    const book = await openBook(samplePolicy([{ name: "look", measure: "watch", approval: "none" }]));
    await book.decide(sampleTurn([sampleCampaign({ members: MEMBERS })]));
    await book.usePolicy(samplePolicy([{ name: "stop", measure: "block" }]));
    const decided = await book.decide(sampleTurn([sampleCampaign({ id: "campaign--other", members: MEMBERS })]));
    expect(new Set(decided.map(({ rule, state }) => `${rule} ${state}`))).toEqual(new Set(["stop proposed"]));
    expect((await enforcedIn(book)).map(({ rule }) => rule)).toEqual(["look", "look", "look"]);
  });

  it.skipIf(!isThere)("can be rolled back, one or a batch, and stay so", async () => {
    const book = await openBook(samplePolicy([{ measure: "block" }]));
    const decided = await book.decide(sampleTurn([sampleCampaign({ members: MEMBERS })]));
    await book.approve({ batchId: decided[0].batchId, by: "ann", isApproved: true });
    await book.rollBack({ ids: [decided[1].id], by: "bob", reason: "a customer" });
    expect((await enforcedIn(book)).map(({ id }) => id).sort()).toEqual([decided[0].id, decided[2].id].sort());
    await book.rollBack({ batchId: decided[0].batchId, by: "bob", reason: "all of it" });
    expect(await enforcedIn(book)).toEqual([]);
    expect(await book.rollBack({ batchId: decided[0].batchId, by: "bob", reason: "again" })).toEqual([]);
    expect(await book.decide(sampleTurn([sampleCampaign({ members: MEMBERS, evidence: "evidence-2" })]))).toEqual([]);
  });

  it.skipIf(!isThere)("end by themselves, whether or not anything sweeps", async () => {
    const book = await openBook(samplePolicy([{ measure: "throttle", approval: "none", expires_after: "1d" }]));
    const [decided] = await book.decide(sampleTurn([sampleCampaign()]));
    nowMs = START + DAY - 1;
    expect(await enforcedIn(book)).toHaveLength(1);
    nowMs = START + DAY;
    expect(await enforcedIn(book)).toEqual([]);
    expect(await book.sweep()).toMatchObject([{ id: decided.id, state: "expired" }]);
    expect((await book.listEvents(decided.id)).at(-1)).toMatchObject({ who: "clock", newState: "expired" });
  });

  it.skipIf(!isThere)("lose to the allowlist at once, and come again when the entry is gone", async () => {
    const book = await openBook(samplePolicy([{ measure: "throttle", approval: "none" }]));
    await book.decide(sampleTurn([sampleCampaign({ members: MEMBERS })]));
    const entry = await book.allow({
      scope: { kind: "organization", id: "org_1" },
      reason: "a class",
      addedBy: "ann",
      expiresMs: START + DAY,
    });
    expect(await enforcedIn(book)).toEqual([]);
    expect(await book.decide(sampleTurn([sampleCampaign({ members: MEMBERS, evidence: "evidence-2" })]))).toEqual([]);
    expect((await (await openBook(blocks)).listAllowed()).map(({ id }) => id)).toEqual([entry.id]);
    expect(await book.disallow(entry.id, "bob")).toBe(true);
    expect(await book.disallow(entry.id, "bob")).toBe(false);
    expect(await book.decide(sampleTurn([sampleCampaign({ members: MEMBERS, evidence: "evidence-3" })]))).toHaveLength(3);
  });

  it.skipIf(!isThere)("lose to the file of who is spared, and do not act again when the entry ends", async () => {
    const policy = samplePolicy([{ measure: "throttle", approval: "none" }]);
    let listed: { organizationId: string; reason: string; expiresAtMs: number }[] = [];
    const book = await openDecisionBook({ database, policy, clock, listAllowedAlways: () => listed });
    const [decided] = await book.decide(sampleTurn([sampleCampaign({ members: MEMBERS.slice(0, 1) })]));
    listed = [{ organizationId: "org_1", reason: "a class", expiresAtMs: START + DAY }];
    expect(await enforcedIn(book)).toEqual([]);
    expect(await book.sweep()).toMatchObject([{ id: decided.id, state: "rolled_back" }]);
    expect((await book.listEvents(decided.id)).at(-1)).toMatchObject({ who: "allowlist", newState: "rolled_back" });
    nowMs = START + DAY;
    expect(await enforcedIn(book)).toEqual([]);
    expect(await book.decide(sampleTurn([sampleCampaign({ members: MEMBERS.slice(0, 1) })])), "decided anew, by policy").toHaveLength(1);
  });

  it.skipIf(!isThere)("spare once who is written down again because an answer was lost, and take back what the stop left", async () => {
    const entry = {
      id: "alw_1",
      scope: { kind: "organization" as const, id: "org_1" },
      reason: "a class",
      addedBy: "ann",
      expiresMs: START + DAY,
    };
    const first = await openBook(samplePolicy([{ measure: "throttle", approval: "none" }]));
    const before = await first.allow(entry);
    const second = await openBook(blocks);
    nowMs += 1000;
    expect(await second.allow(entry)).toEqual(before);
    expect(await (await openBook(blocks)).listAllowed()).toEqual([before]);
    expect(await second.disallow("alw_1", "ann")).toBe(true);
  });

  it.skipIf(!isThere)("make room when a harder one comes into force", async () => {
    const book = await openBook(samplePolicy([{ measure: "throttle", approval: "none" }, { measure: "block" }]));
    const [mild] = await book.decide(sampleTurn([sampleCampaign()]));
    const [hard] = await book.decide(sampleTurn([sampleCampaign({ evidence: "evidence-2" })]));
    expect((await enforcedIn(book)).map(({ id }) => id)).toEqual([mild.id]);
    await book.approve({ ids: [hard.id], by: "ann", isApproved: true });
    expect((await enforcedIn(book)).map(({ id }) => id)).toEqual([hard.id]);
    expect(await book.find(mild.id)).toMatchObject({ state: "superseded" });
  });

  it.skipIf(!isThere)("decided twice are stored once, also by a book that lost its memory", async () => {
    const policy = samplePolicy([{ measure: "watch", approval: "none" }]);
    const [first, second] = [await openBook(policy), await openBook(policy)];
    expect(await first.decide(sampleTurn([sampleCampaign()]))).toHaveLength(1);
    expect(await second.decide(sampleTurn([sampleCampaign()]))).toEqual([]);
    expect((await first.list({ limit: 10, cursor: null })).data).toHaveLength(1);
  });

  it.skipIf(!isThere)("are renewed for as long as the campaign lasts, also when the first are forgotten", async () => {
    const book = await openBook(samplePolicy([{ measure: "throttle", approval: "none", expires_after: "7d" }]));
    const inForce: string[] = [];
    for (let day = 0; day <= 210; day += 7) {
      nowMs = START + day * DAY;
      await book.sweep();
      await book.decide(sampleTurn([sampleCampaign()]));
      inForce.push(...(await enforcedIn(book)).map(({ id }) => id));
    }
    expect(new Set(inForce).size).toBe(31);
    expect(inForce).toHaveLength(31);
  });

  it.skipIf(!isThere)("leave the milder one in force when the harder is not taken in", async () => {
    const policy = samplePolicy([
      { measure: "watch", approval: "none" },
      { measure: "throttle", approval: "none" },
    ]);
    const book = await openBook(policy);
    const [mild] = await book.decide(sampleTurn([sampleCampaign()]));
    const harder = sampleCampaign({ evidence: "evidence-2" });
    const allowlist = createAllowlist([], nowMs);
    const [hard] = decideCampaigns([harder], { policy, allowlist, ...heldForLong, findHistory: () => [mild as DecisionRecord], nowMs });
    await insertDecisions(database, { records: [{ ...hard, state: "expired" }], who: "test" });
    expect(await book.decide(sampleTurn([harder]))).toEqual([]);
    expect((await enforcedIn(book)).map(({ id }) => id)).toEqual([mild.id]);
    expect(await book.find(mild.id)).toMatchObject({ state: "active" });
  });

  it.skipIf(!isThere)("are listed newest first, page by page, and filtered", async () => {
    const book = await openBook(samplePolicy([{ measure: "watch", approval: "none" }]));
    await book.decide(sampleTurn([sampleCampaign({ members: MEMBERS })]));
    nowMs += 1_000;
    await book.decide(sampleTurn([sampleCampaign({ id: "campaign--2", members: MEMBERS })]));
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await book.list({ limit: 2, cursor });
      seen.push(...page.data.map(({ campaignId }) => campaignId));
      cursor = page.next_cursor;
    } while (cursor !== null);
    expect(seen).toEqual([...Array(3).fill("campaign--2"), ...Array(3).fill("campaign--1")]);
    expect((await book.list({ accountId: "acct_2", campaignId: "campaign--1", limit: 10, cursor: null })).data).toHaveLength(1);
    expect((await book.list({ limit: 10, cursor: "nonsense" })).data).toEqual([]);
  });

  it.skipIf(!isThere)("in shadow act on nobody and are reported with the requests that came since", async () => {
    const book = await openBook(samplePolicy([{ measure: "block", mode: "shadow" }]));
    await book.decide(sampleTurn([sampleCampaign({ members: MEMBERS })]));
    await book.decide(sampleTurn([sampleCampaign({ members: MEMBERS.map((member) => ({ ...member, events: 140 })) })]));
    expect(await enforcedIn(book)).toEqual([]);
    expect((await book.reportShadow({ sinceMs: START - DAY })).rules).toEqual([
      {
        rule: "block-rule",
        measure: "block",
        mode: "shadow",
        accounts: 3,
        organizations: 1,
        campaigns: ["campaign--1"],
        decisions: { shadow: 3, proposed: 0, in_force: 0, ended: 0 },
        requests: { would_have: 120, waited: 0, refused: 0, before: 300 },
      },
    ]);
    const stood = await book.listStood({ sinceMs: START - DAY });
    expect(stood.map(({ afterMs }) => new Date(afterMs).toISOString())).toEqual(Array(3).fill("2026-02-02T00:00:00.000Z"));
    expect(await (await openBook(NO_POLICY)).listStood({ sinceMs: START - DAY }), "known after a restart").toHaveLength(3);
    const [{ id }] = (await book.list({ limit: 1, cursor: null })).data;
    const { rules } = await book.reportShadow({
      sinceMs: START - DAY,
      answered: { shadowed: new Map([[id, 500]]), refused: new Map(), came: new Map() },
    });
    expect(rules[0].requests.would_have, "what gateways asked about is exact").toBe(80 + 500);
  });

  it.skipIf(!isThere)("are withdrawn until enough people have said yes, once the analysis takes them back", async () => {
    const fourEyes = samplePolicy([{ measure: "block", approval: "two" }]);
    const book = await openBook(fourEyes);
    const [first, second] = MEMBERS;
    const turn = (members: typeof MEMBERS, window: "24h" | "7d" = "24h") => sampleTurn([sampleCampaign({ members, window })]);
    const stateOf = async (id: string) => (await book.find(id))?.state;
    const [taken, kept] = await book.decide(turn([first, second]));
    await book.decide(turn([second], "7d"));
    expect(await stateOf(taken.id), "the window that said so has not been looked at again").toBe("proposed");
    await book.approve({ ids: [taken.id, kept.id], by: "ann", isApproved: true });
    await book.approve({ ids: [kept.id], by: "bob", isApproved: true });
    await book.decide([{ window: "24h", watermarkMs: START, campaigns: [] }, ...turn([], "7d")]);
    expect(await stateOf(taken.id)).toBe("withdrawn");
    expect((await book.listEvents(taken.id)).at(-1)).toMatchObject({
      who: "policy",
      previousState: "proposed",
      newState: "withdrawn",
      note: "the rule no longer holds for it",
    });
    expect((await book.list({ state: "withdrawn", limit: 9, cursor: null })).data.map(({ id }) => id)).toEqual([taken.id]);
    expect(await stateOf(kept.id), "what people approved is theirs to take back").toBe("active");
    await book.rollBack({ ids: [kept.id], by: "ann", reason: "a class" });
    expect(
      (await book.list({ state: "rolled_back", limit: 9, cursor: null })).data.map(({ id }) => id),
      "by a person",
    ).toEqual([kept.id]);
    const again = await openBook(fourEyes);
    expect(await again.decide(turn([first])), "said anew, proposed anew").toMatchObject([{ state: "proposed", scope: { id: "acct_1" } }]);
  });

  it.skipIf(!isThere)("that were withdrawn before there was a word for it are told apart from those that people took back", async () => {
    const book = await openBook(samplePolicy([{ measure: "block" }]));
    const [withdrawn, takenBack] = await book.decide(sampleTurn([sampleCampaign({ members: MEMBERS.slice(0, 2) })]));
    await book.rollBack({ ids: [takenBack.id], by: "ann", reason: "a class" });
    await sql`UPDATE decisions SET state = 'rolled_back'`.execute(database);
    await sql`
      INSERT INTO decision_events (decision_id, at_ms, who, previous_state, new_state)
      VALUES (${withdrawn.id}, ${START}, 'policy', 'proposed', 'rolled_back')`.execute(database);
    await RECORD_MIGRATIONS["0007-withdrawn"].up(database);
    const { data } = await book.list({ limit: 9, cursor: null });
    expect(new Map(data.map(({ id, state }) => [id, state]))).toEqual(
      new Map([
        [withdrawn.id, "withdrawn"],
        [takenBack.id, "rolled_back"],
      ]),
    );
  });

  it.skipIf(!isThere)("outlast a first turn behind a restart that got no further than the shorter windows", async () => {
    const policy = samplePolicy([{ measure: "block" }]);
    const views = (["24h", "7d"] as const).map((window) => sampleCampaign({ window }));
    const [proposed] = await (await openBook(policy)).decide(sampleTurn(views));
    const again = await openBook(policy);
    await again.decide([{ window: "24h", watermarkMs: START, campaigns: [] }]);
    expect(await again.find(proposed.id), "the 7d window, which has it, was not looked at").toMatchObject({ state: "proposed" });
    await again.decide(sampleTurn(views.slice(1)));
    expect(await again.find(proposed.id)).toMatchObject({ state: "proposed" });
    await again.decide([{ window: "7d", watermarkMs: START, campaigns: [] }]);
    expect(await again.find(proposed.id)).toMatchObject({ state: "withdrawn" });
  });

  it.skipIf(!isThere)("leave an audit that refuses to be changed", async () => {
    const book = await openBook(blocks);
    await book.decide(sampleTurn([sampleCampaign()]));
    for (const statement of [sql`UPDATE decision_events SET who = 'x'`, sql`DELETE FROM decision_events`, sql`TRUNCATE decision_events`])
      await expect(statement.execute(database)).rejects.toThrow(/only added to/);
  });

  it.skipIf(!isThere)("have an end, whatever writes them", async () => {
    await (await openBook(blocks)).decide(sampleTurn([sampleCampaign()]));
    await expect(sql`UPDATE decisions SET expires_ms = decided_ms`.execute(database)).rejects.toThrow(/decisions_end/);
  });

  it.skipIf(!isThere)("tell who listens after they are stored", async () => {
    const book = await openBook(blocks);
    const told: string[] = [];
    book.onMoved(({ kind, by, decisions }) => told.push(`${kind} ${by} ${decisions.length}`));
    const [decided] = await book.decide(sampleTurn([sampleCampaign()]));
    await book.approve({ ids: [decided.id], by: "ann", isApproved: false });
    await book.allow({ scope: { kind: "account", id: "acct_1" }, reason: "r", addedBy: "bob", expiresMs: START + DAY });
    expect(told).toEqual(["decided policy 1", "rejected ann 1", "allowlist bob 0"]);
  });

  it.skipIf(!isThere)("keep what is to be told outside until it was told or given up", async () => {
    const add = async (key: string) => addToOutbox(database, { key, payload: { text: key }, atMs: START });
    expect([await add("a"), await add("b"), await add("a")]).toEqual([true, true, false]);
    await markSent(database, { key: "a", atMs: START });
    await markFailed(database, { key: "b", atMs: START, nextAtMs: START + 5, error: "503" });
    expect(await listDueOutbox(database, { atMs: START + 4, limit: 9 })).toEqual([]);
    expect(await listDueOutbox(database, { atMs: START + 5, limit: 9 })).toMatchObject([{ key: "b", attempts: 1, payload: { text: "b" } }]);
    await markFailed(database, { key: "b", atMs: START + 5, nextAtMs: null, error: "503" });
    await forgetSent(database, START + 1);
    expect(await add("a")).toBe(true);
    expect(await listDeadOutbox(database, { limit: 9 })).toMatchObject([{ key: "b", attempts: 2, deadAtMs: START + 5, lastError: "503" }]);
    expect([await reviveOutbox(database, { key: "b", atMs: 9 }), await reviveOutbox(database, { key: "b", atMs: 9 })]).toEqual([
      true,
      false,
    ]);
  });

  it.skipIf(!isThere)("answer a repeated write and do not carry it out again", async () => {
    const write = { caller: "ann", idempotencyKey: "k", requestHash: "h", atMs: START };
    expect(await beginWrite(database, write)).toEqual({ kind: "new" });
    expect(await beginWrite(database, write)).toEqual({ kind: "running" });
    await abandonWrite(database, write);
    expect(await beginWrite(database, write)).toEqual({ kind: "new" });
    await finishWrite(database, { write, status: 200, answer: { data: [1] } });
    await abandonWrite(database, write);
    expect(await beginWrite(database, write)).toEqual({ kind: "answered", status: 200, answer: { data: [1] } });
    expect(await beginWrite(database, { ...write, requestHash: "other" })).toEqual({ kind: "other" });
    expect(await beginWrite(database, { ...write, caller: "bob" })).toEqual({ kind: "new" });
    await forgetWrites(database, START + 1);
    expect(await beginWrite(database, write)).toEqual({ kind: "new" });
    await writeSetting(database, { name: "n", value: { a: 1 }, atMs: START });
    await writeSetting(database, { name: "n", value: [2], atMs: START });
    expect([await readSetting(database, "n"), await readSetting(database, "m")]).toEqual([[2], undefined]);
  });
});
