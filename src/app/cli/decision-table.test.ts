/** Decisions as they stand in a terminal. */
import { describe, expect, it } from "vitest";
import type { ShadowLine } from "../../engine/decisions/shadow.js";
import type { DecisionLine } from "../http/decisions/describe.js";
import { renderAnswer, renderBatches, renderDecision, renderShadowReport } from "./decision-table.js";

const line = (given: Partial<DecisionLine> = {}): DecisionLine => ({
  id: "dec_1",
  batch_id: "bat_1",
  measure: "block",
  parameters: {},
  mode: "enforce",
  state: "proposed",
  scope: { kind: "account", id: "acct_1" },
  accounts: 1,
  campaign_id: "campaign--1",
  rule: "stop",
  reason: "Harvesting.",
  because: ["They send one work load."],
  evidence: "e",
  owner: "trust",
  decided_at: "2026-02-02T01:00:00.000Z",
  expires_at: "2026-02-09T01:00:00.000Z",
  approvals_needed: 2,
  approvals: [{ by: "ann", at: "2026-02-02T02:00:00.000Z", is_approved: true, note: null }],
  ...given,
});

describe("decisions in a terminal", () => {
  it("are one line a batch and state, with how many people are missing", () => {
    const text = renderBatches([line(), line({ id: "dec_2", accounts: 60 }), line({ id: "dec_3", state: "rejected" })]);
    expect(text.split("\n")).toEqual([
      "batch  count  accounts  measure  state                 rule  campaign     ends",
      "bat_1  2      61        block    proposed, 1 of 2 yes  stop  campaign--1  2026-02-09T01:00",
      "bat_1  1      1         block    rejected              stop  campaign--1  2026-02-09T01:00",
      "",
    ]);
  });

  it("say when there is none", () => expect(renderBatches([])).toBe("none\n"));

  it("tell a yes of another person from one that was said again", () => {
    const said = (who: string, at: string, note: string | null = null) => ({
      at,
      who,
      previous_state: "proposed",
      new_state: "proposed",
      note,
    });
    const text = renderDecision({ ...line(), events: [said("ann", "1"), said("ann", "2", "sure"), said("bob", "3")] });
    expect(text.split("\n").slice(-3)).toEqual([
      "  1  ann: proposed, one more yes",
      "  2  ann: proposed, the same yes again (sure)",
      "  3  bob: proposed, one more yes",
    ]);
  });

  it("cannot speak to the terminal through an id", () => {
    const text = renderDecision({ ...line({ scope: { kind: "account", id: "a\u001b[2Jb" } }), events: [] });
    expect(text).not.toContain("\u001b");
  });

  it("tell a yes that is not enough yet from one that is", () => {
    expect(renderAnswer({ data: [line()], unchanged: [], repeated: [] })).toBe("1 is now proposed, 1 of 2 yes");
    expect(renderAnswer({ data: [line({ state: "active" })], unchanged: [{ state: "expired" }], repeated: [] })).toBe(
      "1 is now active\n1 stay as they were: expired",
    );
  });

  it("tell a yes that was said before from one that counts", () => {
    expect(renderAnswer({ data: [line(), line({ id: "dec_2" })], unchanged: [], repeated: ["dec_1"] })).toBe(
      "1 is still proposed, 1 of 2 yes: you have said yes already, and another person has to\n1 is now proposed, 1 of 2 yes",
    );
  });

  it("say with a rollback that milder measures stay away", () => {
    const told = renderAnswer({ data: [line({ state: "rolled_back" })], unchanged: [], repeated: [] });
    expect(told).toMatch(/^1 is now rolled_back\nMilder measures .* do not come back/);
  });

  it("say with a rollback whom nothing acts on any more, and what acts still", () => {
    const standing = [{ id: "dec_9", measure: "throttle" as const, scope: { kind: "account" as const, id: "acct_2" } }];
    const told = renderAnswer({ data: [line({ state: "rolled_back" })], unchanged: [], repeated: [], left: { free: 3, standing } });
    expect(told).toContain("Nothing is in force any more against 3 of them: their requests pass.");
    expect(told).toContain("Still in force about them: 1 to throttle.");
  });

  it("report what the rules would have done, or that none did", () => {
    const report = { from: "2026-02-01T00:00:00Z", to: "2026-02-02T00:00:00Z", events: null, left_out: 0, rules: [] };
    expect(renderShadowReport(report)).toContain("No rule decided anything.");
  });

  it("report by which times, and what lies before them", () => {
    const span = { from: "2026-02-01T00:00:00Z", to: "2026-02-02T00:00:00Z" };
    const events = { from: "2025-06-01T00:00:00Z", to: "2025-06-08T00:00:00Z" };
    expect(
      renderShadowReport({ ...span, events, left_out: 3, rules: [] })
        .split("\n")
        .slice(0, 3),
    ).toEqual([
      "Decisions that stood from 2026-02-01T00:00:00Z to 2026-02-02T00:00:00Z",
      "Their requests by the requests' own time, from 2025-06-01T00:00:00Z to 2025-06-08T00:00:00Z",
      "Left out: 3 decisions that ended before; --since looks further back",
    ]);
  });

  const shadowLine = (requests: Partial<ShadowLine["requests"]>): ShadowLine => ({
    rule: "stop",
    measure: "block",
    mode: "enforce",
    accounts: 33,
    organizations: 5,
    campaigns: ["campaign--1", "campaign--2"],
    decisions: { shadow: 0, proposed: 33, in_force: 0, ended: 0 },
    requests: { would_have: 0, waited: 0, refused: 0, before: 0, ...requests },
  });
  const renderLine = (requests: Partial<ShadowLine["requests"]>): string =>
    renderShadowReport({
      from: "2026-02-01T00:00:00Z",
      to: "2026-02-02T00:00:00Z",
      events: null,
      left_out: 0,
      rules: [shadowLine(requests)],
    });

  it("report what was only proposed apart from what was refused", () => {
    const [, , head, row] = renderLine({ waited: 2483 }).split("\n");
    const cells = Object.fromEntries(head.split(/ {2,}/).map((name, place) => [name, row.split(/ {2,}/)[place]]));
    expect(cells).toMatchObject({ proposed: "33", "in force": "0", waited: "2483", refused: "0", "would have": "0" });
  });

  it("say why all requests are 0 where every one came before the rules decided, and only there", () => {
    expect(renderLine({ before: 2700 })).toContain("Everything came before the rules decided");
    expect(renderLine({ before: 2700, would_have: 1 })).not.toContain("Everything came before");
  });
});
