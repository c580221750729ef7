/** Verdicts: what stands is done, what does not stand is not, and what was not checked never looks like a pass. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MEASURES, type Decision, type Measure } from "../../vocabulary/decision.js";
import { checkRequest, type CheckContext, type OnUnavailable } from "./check.js";
import type { Verification } from "./account-directory.js";
import { buildSnapshot, type SnapshotParts } from "./snapshot.js";
import { createThrottle } from "./throttle.js";

const NOW = 1_000_000;

const makeDecision = (over: Partial<Decision> = {}): Decision => ({
  id: "dec_1",
  batchId: "batch_1",
  measure: "block",
  parameters: {},
  mode: "enforce",
  state: "active",
  scope: { kind: "account", id: "a" },
  campaignId: "campaign--1",
  rule: "stop",
  reason: "It acts with others to harvest.",
  because: [],
  evidence: "e",
  owner: "abuse",
  decidedMs: 0,
  expiresMs: NOW + 1000,
  approvalsNeeded: 0,
  approvals: [],
  ...over,
});

const makeContext = (parts: Partial<SnapshotParts> & { level?: Verification } = {}, over: Partial<CheckContext> = {}): CheckContext => ({
  snapshot: buildSnapshot({
    decisions: [],
    allowlist: [],
    directory: { levelOf: () => parts.level ?? null, organizationOf: () => undefined },
    ...parts,
  }),
  snapshotAgeMs: 10,
  knownAgeMaxMs: 86_400_000,
  snapshotAgeMaxMs: 1000,
  onUnavailable: "use_last_known",
  handles: { look: () => "unknown" },
  handleMode: "shadow",
  takeToken: createThrottle(),
  nowMs: NOW,
  ...over,
});

const request = { accountId: "a", organizationId: "acme" };
const ask = (context: CheckContext): string => checkRequest(request, context).verdict.verdict;

describe("the organization of an account", () => {
  const blocked = (id: string): Partial<SnapshotParts> => ({ decisions: [makeDecision({ scope: { kind: "organization", id } })] });
  const spare = (organizationId: string) => ({ organizationId, reason: "a class", expiresAtMs: NOW + 1000 });
  const directoryOf = (listed?: string, member?: string): Partial<SnapshotParts> => ({
    directory: { levelOf: () => null, organizationOf: () => listed, memberOf: () => member },
  });
  it.each<[claim: string, parts: Partial<SnapshotParts>, expected: string]>([
    ["is what the list says, before the request", { ...blocked("old"), ...directoryOf("old") }, "block"],
    ["is what the request says, before what earlier ones said", { ...blocked("old"), ...directoryOf(undefined, "old") }, "allow"],
    ["is spared by whichever name is on the allowlist", { ...blocked("old"), ...directoryOf("old"), allowlist: [spare("acme")] }, "allow"],
    [
      "is spared by what earlier requests said, too",
      { ...blocked("acme"), ...directoryOf(undefined, "old"), allowlist: [spare("old")] },
      "allow",
    ],
  ])("%s", (_claim, parts, expected) => expect(ask(makeContext(parts))).toBe(expected));
});

describe("a decision", () => {
  it.each<[string, Partial<Decision>, string]>([
    ["in force blocks", {}, "block"],
    ["of the organization holds for its accounts", { scope: { kind: "organization", id: "acme" } }, "block"],
    ["of another account is not meant", { scope: { kind: "account", id: "b" } }, "allow"],
    ["of an organization with the account's name is not meant", { scope: { kind: "organization", id: "a" } }, "allow"],
    ["in shadow does nothing", { mode: "shadow" }, "allow"],
    ["past its end does nothing", { expiresMs: NOW }, "allow"],
    ["that waits for people does nothing", { state: "proposed" }, "allow"],
    ["that was taken back does nothing", { state: "rolled_back" }, "allow"],
    ["to watch lets pass", { measure: "watch" }, "allow"],
    ["to step up asks", { measure: "step_up", parameters: { verification: "identity" } }, "step_up"],
    ["to shape says so", { measure: "shape" }, "shape"],
  ])("%s", (_, over, verdict) => {
    const { verdict: answer } = checkRequest(request, makeContext({ decisions: [makeDecision(over)] }));
    expect(answer).toMatchObject({ verdict, state: "checked" });
  });

  it.each<[Partial<Decision>, string | undefined]>([
    [{}, "It acts with others to harvest."],
    [{ measure: "step_up", parameters: { verification: "identity" } }, "It acts with others to harvest."],
    [{ measure: "watch" }, undefined],
    [{ measure: "shape" }, undefined],
    [{ mode: "shadow" }, undefined],
  ])("gives the person concerned its reason where it refuses: %j", (over, reason) => {
    expect(checkRequest(request, makeContext({ decisions: [makeDecision(over)] })).verdict.reason).toBe(reason);
  });

  it("in shadow is told to us, so that it can be counted", () => {
    expect(checkRequest(request, makeContext({ decisions: [makeDecision({ mode: "shadow" })] })).shadowed?.id).toBe("dec_1");
  });

  it.each<[Measure, Decision["parameters"], object]>([
    ["step_up", { verification: "identity" }, { verification: "identity" }],
    ["shape", { shape: { reasoning: "withhold", choicesMax: 1 } }, { shape: { reasoning: "withhold", choices_max: 1 } }],
  ])("to %s says how, in the names of the interface", (measure, parameters, measures) => {
    expect(checkRequest(request, makeContext({ decisions: [makeDecision({ measure, parameters })] })).verdict.measures).toEqual(measures);
  });

  it("to throttle lets its rate pass and says when to come again", () => {
    const context = makeContext({ decisions: [makeDecision({ measure: "throttle", parameters: { requestsPerMinute: 6 } })] });
    expect(ask(context)).toBe("allow");
    expect(checkRequest(request, context).verdict).toMatchObject({
      verdict: "throttle",
      retry_after_ms: 10_000,
      decision_id: "dec_1",
      expires_at: new Date(NOW + 1000).toISOString(),
      measures: { requests_per_minute: 6 },
    });
  });

  it.each<[Verification | null, string]>([
    [null, "step_up"],
    ["payment", "step_up"],
    ["identity", "allow"],
    ["organization", "allow"],
  ])("to step up to identity is met at level %s: %s", (level, verdict) => {
    const decisions = [makeDecision({ measure: "step_up", parameters: { verification: "identity" } })];
    expect(ask(makeContext(level === null ? { decisions } : { decisions, level }))).toBe(verdict);
  });
});

describe("of several decisions", () => {
  const throttle = makeDecision({ id: "dec_slow", measure: "throttle", parameters: { requestsPerMinute: 6 } });
  const ofAll = { scope: { kind: "organization" as const, id: "acme" }, campaignId: "campaign--2" };
  it.each<[claim: string, other: Partial<Decision>, first: string]>([
    ["a shape", { measure: "shape", parameters: { shape: { logprobs: "withhold" } } }, "shape"],
    ["a step-up that was met", { measure: "step_up", parameters: { verification: "email" } }, "allow"],
    [
      "a throttle that ends later and lets more pass",
      { measure: "throttle", parameters: { requestsPerMinute: 600 }, expiresMs: NOW + 9999 },
      "allow",
    ],
  ])("%s does not hide a throttle", (_claim, other, first) => {
    const context = makeContext({ decisions: [throttle, makeDecision({ ...ofAll, id: "dec_other", ...other })], level: "identity" });
    expect(ask(context)).toBe(first);
    expect(checkRequest(request, context).verdict).toMatchObject({ verdict: "throttle", decision_id: "dec_slow" });
  });

  it("in shadow, those count that would have refused or changed an answer", () => {
    const shadow = (measure: Measure, parameters = {}): Decision =>
      makeDecision({ id: `dec_${measure}`, mode: "shadow", measure, parameters });
    const context = makeContext({
      decisions: [shadow("watch"), shadow("throttle", { requestsPerMinute: 6 }), shadow("step_up", { verification: "email" })],
      level: "identity",
    });
    const told = Array.from({ length: 2 }, () => checkRequest(request, context).shadowed?.id ?? null);
    expect(told).toEqual([null, "dec_throttle"]);
  });
});

const measures = fc.constantFrom<Measure>(...MEASURES);
const decisionArbitrary = fc
  .record({
    measure: measures,
    mode: fc.constantFrom("shadow" as const, "enforce" as const),
    state: fc.constantFrom("active" as const, "proposed" as const, "expired" as const),
    expiresMs: fc.integer({ min: NOW - 10, max: NOW + 10 }),
    scope: fc.constantFrom({ kind: "account" as const, id: "a" }, { kind: "organization" as const, id: "acme" }),
    id: fc.string({ minLength: 1, maxLength: 3 }),
  })
  .map(makeDecision);

describe("whatever stands", () => {
  it.each([
    ["the account", { accountId: "a" }],
    ["the organization", { organizationId: "acme" }],
  ])("the allowlist wins for %s, handles included", (_, who) => {
    fc.assert(
      fc.property(fc.array(decisionArbitrary), (decisions) => {
        const allowlist = [{ ...who, reason: "contract", expiresAtMs: NOW + 1 }];
        const context = makeContext({ decisions, allowlist }, { handleMode: "enforce", handles: { look: () => "other_account" } });
        const submitted = { ...request, reasoningHandlesSubmitted: ["h"] };
        expect(checkRequest(submitted, context).verdict.verdict).toBe("allow");
      }),
    );
  });

  it("only what is active, in force and before its end changes an answer, and the order does not matter", () => {
    fc.assert(
      fc.property(fc.uniqueArray(decisionArbitrary, { selector: ({ id }) => id }), (decisions) => {
        const verdict = checkRequest(request, makeContext({ decisions })).verdict;
        const reversed = checkRequest(request, makeContext({ decisions: decisions.toReversed() })).verdict;
        expect(reversed).toEqual(verdict);
        const standing = decisions.filter(({ state, mode, expiresMs }) => state === "active" && mode === "enforce" && expiresMs > NOW);
        const said = standing.map(({ measure }) => measure);
        // Those that refuse, hardest first; then what changes the answer. One request is no reason to throttle.
        expect(verdict.verdict).toBe((["block", "step_up", "shape"] as const).find((measure) => said.includes(measure)) ?? "allow");
      }),
    );
  });

  it("an entry of the allowlist that has ended protects nobody", () => {
    const allowlist = [{ accountId: "a", reason: "contract", expiresAtMs: NOW }];
    expect(ask(makeContext({ decisions: [makeDecision()], allowlist }))).toBe("block");
  });
});

describe("without a fresh snapshot", () => {
  const blocked = makeContext({ decisions: [makeDecision()] }).snapshot;
  it.each<[string, OnUnavailable, Partial<CheckContext>, string]>([
    ["an old one answers where that is wanted", "use_last_known", { snapshot: blocked, snapshotAgeMs: 1001 }, "block"],
    ["an old one is not asked where requests are to pass", "allow", { snapshot: blocked, snapshotAgeMs: 1001 }, "allow"],
    ["an old one is not asked where requests are to stop", "block", { snapshot: makeContext().snapshot, snapshotAgeMs: 1001 }, "block"],
    ["none: nothing is last known", "use_last_known", { snapshot: null }, "allow"],
    ["none: requests are to stop", "block", { snapshot: null }, "block"],
  ])("%s", (_, onUnavailable, over, verdict) => {
    const answer = checkRequest(request, makeContext({}, { ...over, onUnavailable })).verdict;
    expect(answer).toMatchObject({ verdict, state: "unchecked" });
    expect(answer.because[0]).toMatch(/^Not checked/);
  });
});

describe("a reasoning handle of somebody else", () => {
  const submitted = { ...request, reasoningHandlesSubmitted: ["h1", "h2"] };
  const handles = { look: (handle: string) => (handle === "h1" ? ("other_account" as const) : ("own" as const)) };
  it("is told and lets pass in shadow", () => {
    const { verdict, replayedHandles } = checkRequest(submitted, makeContext({}, { handles }));
    expect(verdict).toMatchObject({ verdict: "allow", state: "checked" });
    expect(replayedHandles).toBe(1);
    expect(verdict.because.join(" ")).toContain("shadow");
  });

  it("is refused at the first use where that is enforced", () => {
    const { verdict } = checkRequest(submitted, makeContext({}, { handles, handleMode: "enforce" }));
    expect(verdict).toMatchObject({ verdict: "block", state: "checked" });
  });

  it.each(["own", "same_organization", "shared", "unknown"] as const)("and not one that is %s", (finding) => {
    const context = makeContext({}, { handles: { look: () => finding }, handleMode: "enforce" });
    expect(checkRequest(submitted, context).verdict).toMatchObject({ verdict: "allow", state: "checked" });
  });

  const spared = { allowlist: [{ organizationId: "acme", reason: "a class", expiresAtMs: NOW + 1000 }] };
  const plain = { ...request, reasoningHandlesSubmitted: [] };
  it.each<
    [claim: string, asked: typeof submitted, parts: Partial<SnapshotParts>, over: Partial<CheckContext>, verdict: string, state: string]
  >([
    ["passes unchecked where it would be refused", submitted, {}, { handleMode: "enforce" }, "allow", "unchecked"],
    ["is refused where on_unavailable says so", submitted, {}, { handleMode: "enforce", onUnavailable: "block" }, "block", "unchecked"],
    ["is only told in shadow, where it would pass anyway", submitted, {}, { onUnavailable: "block" }, "allow", "checked"],
    ["is nothing to whom the allowlist spares", submitted, spared, { handleMode: "enforce", onUnavailable: "block" }, "allow", "checked"],
    ["is nothing to who hands in none", plain, {}, { handleMode: "enforce", onUnavailable: "block" }, "allow", "checked"],
  ])("while it is not known what was issued %s", (_, asked, parts, over, verdict, state) => {
    const { verdict: answered } = checkRequest(asked, makeContext(parts, { handles: null, ...over }));
    expect(answered).toMatchObject({ verdict, state });
    expect(answered.because.join(" ").includes("Reasoning handles were not checked")).toBe(asked !== plain);
  });
});
