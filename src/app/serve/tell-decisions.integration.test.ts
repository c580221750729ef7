/** What people are told of decisions, over the records in the process. */
import type { LiveCampaign } from "../../vocabulary/live.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sampleCampaign, sampleMember, sampleTurn, samplePolicy } from "../../engine/decisions/testing/sample-campaigns.js";
import { openRecordDatabase, type RecordDatabase } from "../../store/records/database.js";
import { readSetting } from "../../store/records/settings.js";
import { openDecisionBook } from "./decision-book.js";
import type { Alert } from "./services.js";
import { tellDecisions } from "./tell-decisions.js";

let nowMs = Date.parse("2026-02-02T01:00:00Z");
const clock = { nowMs: () => nowMs };
const policy = samplePolicy([{ measure: "block" }], { bulk_accounts: 1 });

let database: RecordDatabase;
beforeAll(async () => {
  database = await openRecordDatabase("memory");
});
afterAll(async () => database.destroy());

describe("decisions that move", () => {
  it("say that they are withdrawn, once their rule no longer holds", async () => {
    const book = await openDecisionBook({ database, policy, clock, windows: ["1h"] });
    const told: Alert[] = [];
    const send = async (alert: Alert): Promise<void> => void told.push(alert);
    const stop = await tellDecisions({ decisions: book, database, clock, link: "http://here", send, onFailure: () => {}, lookMs: 5 });
    await book.decide(sampleTurn([sampleCampaign({ id: "campaign--gone", window: "1h", members: [sampleMember("acct_gone")] })]));
    await book.decide([{ window: "1h", watermarkMs: nowMs, campaigns: [] }]);
    await stop();
    expect(told.map(({ kind, who, done }) => [kind, who, done])).toEqual([
      ["decision_proposed", "acct_gone", expect.stringContaining("waits for approval")],
      ["decision_rolled_back", "acct_gone", "Withdrawn before enough people approved it: the rule no longer holds."],
    ]);
  });

  it("are told at the next start when nobody was told before the end, and not again later", async () => {
    const book = await openDecisionBook({ database, policy, clock });
    const told: Alert[] = [];
    const listen = async (send: (alert: Alert) => Promise<void>) =>
      tellDecisions({ decisions: book, database, clock, link: "http://here", send, onFailure: () => {}, lookMs: 5 });
    const note = async (alert: Alert): Promise<void> => void told.push(alert);
    const settle = async (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 60));

    // The first start finds an empty audit. Then a process ends before any alert was written down.
    await (await listen(note))();
    const ended = await listen(async () => new Promise(() => {}));
    await book.decide(sampleTurn([sampleCampaign({ members: [sampleMember("acct_1"), sampleMember("acct_2")] })]));
    await settle();
    void ended();
    expect(told).toEqual([]);

    const stop = await listen(note);
    await settle();
    expect(told.map(({ kind, who }) => [kind, who])).toEqual([["decision_proposed", "acct_1, acct_2"]]);
    await book.rollBack({ ids: (await book.list({ limit: 9, cursor: null })).data.map(({ id }) => id), by: "ann", reason: "a class" });
    await settle();
    expect(told.map(({ kind }) => kind)).toEqual(["decision_proposed", "decision_rolled_back"]);
    await stop();

    await (await listen(note))();
    expect(told).toHaveLength(2);
  });

  it("of one campaign are told together behind the first, as they are by then", async () => {
    const book = await openDecisionBook({ database, policy, clock });
    const told: Alert[] = [];
    const send = async (alert: Alert): Promise<void> => void told.push(alert);
    const news = { decisions: book, database, clock, link: "http://here", send, onFailure: () => {}, lookMs: 5, gatherMs: 60_000 };
    const listen = async () => tellDecisions(news);
    const settle = async (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 60));
    const stop = await listen();
    told.length = 0;

    // Accounts of one campaign come to light turn by turn, those of another with them.
    const members = Array.from({ length: 6 }, (_, index) => sampleMember(`acct_${index}`));
    const seen = new Map<string, LiveCampaign>();
    const turn = async (id: string, count: number) => {
      seen.set(id, sampleCampaign({ id, members: members.slice(0, count) }));
      await book.decide(sampleTurn([...seen.values()]));
    };
    for (let count = 1; count <= 5; count += 1) await turn("campaign--slow", count);
    await turn("campaign--else", 1);
    await settle();
    expect(told.map(({ who }) => who)).toEqual(["acct_0", "acct_0"]);

    // A person answers one of those that wait to be told: it is no news that it waits.
    const { data } = await book.list({ accountId: "acct_4", campaignId: "campaign--slow", limit: 1, cursor: null });
    await book.approve({ ids: [data[0].id], by: "ann", isApproved: false });
    nowMs += 60_000;
    await settle();
    expect(told.slice(2).map(({ title, who }) => [title, who])).toEqual([
      ["3 decisions to block wait for a person", "acct_1, acct_2, acct_3"],
    ]);

    // What is gathered at a stop is told before it, and not again at the next start.
    await turn("campaign--slow", 6);
    await settle();
    expect(told).toHaveLength(3);
    await stop();
    expect(told.slice(3).map(({ who }) => who)).toEqual(["acct_5"]);
    await (await listen())();
    expect(told).toHaveLength(4);
  });

  it("of campaigns that grow by turns move the place on: behind it lies what still waits, and no more", async () => {
    const book = await openDecisionBook({ database, policy, clock });
    const news = { decisions: book, database, clock, link: "http://here", send: async () => {}, onFailure: () => {} };
    const stop = await tellDecisions({ ...news, lookMs: 5, gatherMs: 60_000 });
    const seen = new Map<string, LiveCampaign>();
    const turn = async (id: string, count: number): Promise<void> => {
      const members = Array.from({ length: count }, (_, index) => sampleMember(`${id}_${index}`));
      // In another window than the claims above, so that none of their proposals is withdrawn.
      seen.set(id, sampleCampaign({ id: `campaign--${id}`, members, window: "7d" }));
      await book.decide(sampleTurn([...seen.values()]));
      await new Promise((resolve) => setTimeout(resolve, 60));
    };
    const listBehind = async (): Promise<string[]> => {
      const events = await book.listEventsAfter(Number(await readSetting(database, "alerts.told_up_to")), 100);
      return events.map(({ decision }) => decision.scope.id);
    };
    await turn("one", 1);
    await turn("one", 2);
    expect(await listBehind()).toEqual(["one_1"]);
    nowMs += 30_000;
    await turn("two", 1);
    await turn("two", 2);
    expect(await listBehind()).toEqual(["one_1", "two_0", "two_1"]);
    nowMs += 30_000;
    await turn("one", 3);
    await turn("one", 4);
    expect(await listBehind(), "while both still wait").toEqual(["two_1", "one_2", "one_3"]);
    nowMs += 60_000;
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(await listBehind()).toEqual([]);
    await stop();
  });

  it("say why they were taken back, whoever did it", async () => {
    const book = await openDecisionBook({ database, policy, clock });
    const told: Alert[] = [];
    const send = async (alert: Alert): Promise<void> => void told.push(alert);
    const stop = await tellDecisions({ decisions: book, database, clock, link: "http://here", send, onFailure: () => {}, lookMs: 5 });
    await book.decide(sampleTurn([sampleCampaign({ id: "campaign--spared", window: "30d", members: [sampleMember("acct_spared")] })]));
    await book.allow({ scope: { kind: "account", id: "acct_spared" }, reason: "a class", addedBy: "ann", expiresMs: nowMs + 1_000 });
    await stop();
    expect(told.at(-1)).toMatchObject({ kind: "decision_rolled_back", done: "Taken back by ann (allowlisted: a class)." });
  });

  it("are told at the next start when they could not be written down", async () => {
    const book = await openDecisionBook({ database, policy, clock });
    const told: Alert[] = [];
    const listen = async (send: (alert: Alert) => Promise<void>) =>
      tellDecisions({ decisions: book, database, clock, link: "http://here", send, onFailure: () => {}, lookMs: 5 });
    let isFirst = true;
    const stop = await listen(async () => {
      if (isFirst) {
        isFirst = false;
        throw new Error("the disk is full");
      }
    });
    await book.decide(sampleTurn([sampleCampaign({ id: "campaign--7", members: [sampleMember("acct_7")] })]));
    await new Promise((resolve) => setTimeout(resolve, 60));
    await stop();
    expect(isFirst).toBe(false);
    await (await listen(async (alert) => void told.push(alert)))();
    expect(told.map(({ who }) => who)).toContain("acct_7");
  });
});
