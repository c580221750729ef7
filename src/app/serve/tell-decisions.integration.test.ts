/** What people are told of decisions, over the records in the process. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sampleCampaign, sampleMember, samplePolicy } from "../../engine/decisions/testing/sample-campaigns.js";
import { openRecordDatabase, type RecordDatabase } from "../../store/records/database.js";
import { openDecisionBook } from "./decision-book.js";
import type { Alert } from "./services.js";
import { tellDecisions } from "./tell-decisions.js";

const clock = { nowMs: () => Date.parse("2026-02-02T01:00:00Z") };
const policy = samplePolicy([{ measure: "block" }], { bulk_accounts: 1 });

let database: RecordDatabase;
beforeAll(async () => {
  database = await openRecordDatabase("memory");
});
afterAll(async () => database.destroy());

describe("decisions that move", () => {
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
    await book.decide([sampleCampaign({ members: [sampleMember("acct_1"), sampleMember("acct_2")] })]);
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
    await book.decide([sampleCampaign({ id: "campaign--7", members: [sampleMember("acct_7")] })]);
    await new Promise((resolve) => setTimeout(resolve, 60));
    await stop();
    expect(isFirst).toBe(false);
    await (await listen(async (alert) => void told.push(alert)))();
    expect(told.map(({ who }) => who)).toContain("acct_7");
  });
});
