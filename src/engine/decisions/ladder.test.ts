/** Rungs are the same in shadow and in force: what is enforced alone is no short cut. */
import { describe, expect, it } from "vitest";
import type { DecisionRecord } from "../../store/records/decisions.js";
import { decideCampaigns, type DecisionGround } from "./decide.js";
import { listOpenRungs } from "./ladder.js";
import type { Policy } from "./policy.js";
import { createAllowlist } from "./states.js";
import { sampleCampaign, samplePolicy, heldForLong } from "./testing/sample-campaigns.js";

const NOW = Date.parse("2026-02-02T01:00:00Z");

function groundOf(policy: Policy, { history = [] }: { history?: readonly DecisionRecord[] } = {}): DecisionGround {
  return { policy, allowlist: createAllowlist([], NOW), ...heldForLong, findHistory: () => history, nowMs: NOW };
}

describe("a ladder whose top rung alone is enforced", () => {
  const rungs = ["watch", "throttle", "step_up", "block"];
  const ladder = (enforced: readonly string[]): Policy =>
    samplePolicy(
      rungs.map((measure, index) => ({ name: `rule-${index}`, measure, mode: enforced.includes(measure) ? "enforce" : "shadow" })),
    );
  const top = ladder(["block"]);

  /** What each turn decides, with this evidence and all that was decided before. */
  function climb(policy: Policy, turns: readonly string[], given: DecisionRecord[] = []): string[] {
    let history = given;
    return turns.map((evidence) => {
      const decided = decideCampaigns([sampleCampaign({ evidence })], groundOf(policy, { history }));
      history = [...history, ...decided];
      return decided.map(({ measure, mode }) => `${measure} ${mode}`).join();
    });
  }

  it("climbs as it would in shadow: each milder rung first, each step on new evidence", () => {
    const turns = ["e1", "e1", "e2", "e3", "e3", "e4"];
    const steps = ["watch shadow", "", "throttle shadow", "step_up shadow", ""];
    expect(climb(top, turns)).toEqual([...steps, "block enforce"]);
    expect(climb(ladder([]), turns), "and the shadow report said so beforehand").toEqual([...steps, "block shadow"]);
  });

  it("proposes at once what the same rule had decided in shadow", () => {
    let history: DecisionRecord[] = [];
    for (const evidence of ["e1", "e2", "e3", "e4"])
      history = [...history, ...decideCampaigns([sampleCampaign({ evidence })], groundOf(ladder([]), { history }))];
    expect(climb(top, ["e4", "e4"], history)).toEqual(["block enforce", ""]);
  });

  it("waits where a person took the rung below back", () => {
    const [watched] = decideCampaigns([sampleCampaign()], groundOf(top));
    const history: DecisionRecord[] = [{ ...watched, state: "rolled_back", heldUntilMs: watched.expiresMs }];
    expect(climb(top, ["e2", "e3"], history)).toEqual(["", ""]);
  });

  it("asks for no rung that does not hold or that no rule uses", () => {
    expect(climb(samplePolicy([{ measure: "block" }]), ["e1"])).toEqual(["block enforce"]);
    const strict = { measure: "throttle", mode: "shadow", when: { accounts_min: 50 } };
    expect(climb(samplePolicy([strict, { measure: "block" }]), ["e1"])).toEqual(["block enforce"]);
  });

  it("waits for a rule in shadow that only watches, as the shadow report showed", () => {
    const over = (mode: string): Policy =>
      samplePolicy([
        { measure: "watch", mode: "shadow" },
        { measure: "block", mode },
      ]);
    expect(climb(over("enforce"), ["e1", "e1", "e2"])).toEqual(["watch shadow", "", "block enforce"]);
    expect(climb(over("shadow"), ["e1", "e1", "e2"])).toEqual(["watch shadow", "", "block shadow"]);
    expect(listOpenRungs(over("enforce").rules).map(({ below }) => below.map(({ measure }) => measure))).toEqual([["watch"]]);
  });

  it("counts what is enforced below as the step it is", () => {
    const [throttled] = decideCampaigns(
      [sampleCampaign({ evidence: "e2" })],
      groundOf(samplePolicy([{ measure: "throttle", approval: "none" }])),
    );
    const policy = samplePolicy([{ measure: "watch", mode: "shadow" }, { measure: "throttle" }, { measure: "block" }]);
    expect(climb(policy, ["e2", "e3"], [throttled])).toEqual(["", "block enforce"]);
  });

  it("does not hold a standing order back, whose evidence never changes", () => {
    const order = { on: "match", scope: "campaign" };
    const policy = samplePolicy([
      { measure: "watch", mode: "shadow", ...order },
      { name: "meet", measure: "step_up", ...order },
    ]);
    expect(climb(policy, ["e1"])).toEqual(["watch shadow,step_up enforce"]);
  });
});
