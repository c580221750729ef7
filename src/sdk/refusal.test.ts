import { describe, expect, it } from "vitest";
import type { Verdict } from "../vocabulary/verdict.js";
import { describeRefusal, listRefusalHeaders, writeRefusalBody } from "./refusal.js";

const verdict = (more: Partial<Verdict>): Verdict => ({
  verdict: "allow",
  state: "checked",
  decision_id: "dec_1",
  because: ["Part of a campaign."],
  snapshot_age_ms: 5,
  ...more,
});

describe("a verdict becomes an answer over HTTP", () => {
  it.each([
    ["allow passes", { verdict: "allow" }],
    ["shape changes the answer, so the request passes", { verdict: "shape" }],
    ["an unchecked request that may pass passes", { verdict: "allow", state: "unchecked" }],
  ] as const)("%s", (_, more) => {
    expect(describeRefusal(verdict(more))).toBeNull();
  });

  it.each([
    ["block is final", { verdict: "block" }, 403, "stillwatch_blocked", { "x-stillwatch-decision": "dec_1" }],
    ["throttle tells when", { verdict: "throttle", retry_after_ms: 1200 }, 429, "stillwatch_throttled", { "retry-after": "2" }],
    ["throttle without a time says one second", { verdict: "throttle" }, 429, "stillwatch_throttled", { "retry-after": "1" }],
    [
      "step_up tells where",
      { verdict: "step_up", measures: { verification: "identity" } },
      403,
      "stillwatch_verification_required",
      { "x-stillwatch-verify-at": "https://verify.example" },
    ],
    ["a decision of the last known snapshot is a decision", { verdict: "block", state: "unchecked" }, 403, "stillwatch_blocked", {}],
    [
      "who only could not be checked may try again",
      { verdict: "block", state: "unchecked", decision_id: null },
      503,
      "stillwatch_unchecked",
      {},
    ],
  ] as const)("%s", (_, more, status, code, headers) => {
    const refusal = describeRefusal(verdict(more), { verifyAt: "https://verify.example" });
    expect(refusal).toMatchObject({ status, code });
    if (refusal === null) return;
    expect(listRefusalHeaders(refusal)).toMatchObject({ "x-stillwatch-code": code, ...headers });
    expect(writeRefusalBody(refusal).error).toMatchObject({ code, decision_id: refusal.decisionId, message: refusal.message });
  });

  it("the decision to name in an appeal stands in the sentence", () => {
    expect(describeRefusal(verdict({ verdict: "block" }))?.message).toContain("Reference: dec_1.");
  });

  const reason = "Your account is limited while we look at unusual use. Write to abuse@example.com to appeal";

  it.each([
    ["throttle", `This account may send fewer requests for now. ${reason}. Come again in 1 s. Reference: dec_1.`],
    [
      "step_up",
      `This account has to verify its identity before it can go on. ${reason}. Ask the operator of this service how. Reference: dec_1.`,
    ],
    ["block", `This account may not send requests. ${reason}. Reference: dec_1.`],
  ] as const)("%s tells the person concerned what the rule says to him", (kind, message) => {
    const refusal = describeRefusal(verdict({ verdict: kind, reason }));
    expect(refusal?.message).toBe(message);
    expect(refusal === null ? null : writeRefusalBody(refusal).error.message).toBe(message);
  });

  it("nothing in `because` reaches him: it is written for the operator", () => {
    expect(describeRefusal(verdict({ verdict: "block" }))?.message).not.toContain("campaign");
  });

  it("without a page the operator is named", () => {
    expect(describeRefusal(verdict({ verdict: "step_up" }))?.message).toContain("Ask the operator");
  });
});
