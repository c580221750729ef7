/** How long rules have held for whom, and who is decided about once they have. */
import { describe, expect, it } from "vitest";
import type { LiveMember, LiveWindow } from "../../vocabulary/live.js";
import { type DecisionGround, decideCampaigns } from "./decide.js";
import { createHolding, type WindowView } from "./holding.js";
import type { PolicyRule } from "./policy.js";
import { createAllowlist } from "./states.js";
import { sampleCampaign, sampleMember, samplePolicy } from "./testing/sample-campaigns.js";

const START = Date.parse("2026-02-02T00:00:00Z");
const HOUR = 3_600_000;
const policy = samplePolicy([{ name: "stop", measure: "block", for: "2h" }]);
const [stop] = policy.rules;
const account = (id: string) => ({ kind: "account" as const, id });

function view(hour: number, names: readonly (string | LiveMember)[], window: LiveWindow = "24h"): WindowView {
  const members = names.map((name) => (typeof name === "string" ? sampleMember(name) : name));
  return { window, watermarkMs: START + hour * HOUR, campaigns: members.length === 0 ? [] : [sampleCampaign({ window, members })] };
}

function measureAfter(views: readonly WindowView[], id = "a"): number | null {
  const holding = createHolding();
  for (const each of views) holding.note([each], policy);
  const held = holding.measure(stop, account(id));
  return held === null ? null : held / HOUR;
}

describe("a rule has held", () => {
  it.each([
    ["for no time after a single look, however sure", [view(0, ["a"])], 0],
    ["from its first look to its last", [view(0, ["a"]), view(1, ["a"]), view(3, ["a", "b"])], 3],
    ["for nobody whom the latest look leaves out", [view(0, ["a"]), view(3, ["b"])], null],
    ["anew behind a break", [view(0, ["a"]), view(3, ["b"]), view(4, ["a"]), view(5, ["a"])], 1],
    [
      "anew behind a look that was not sure enough",
      [view(0, ["a"]), view(2, [sampleMember("a", { probability: 0.5 })]), view(3, ["a"])],
      0,
    ],
    ["in the window where that is longest", [view(0, ["a"]), view(0, ["a"], "7d"), view(1, ["a"]), view(3, ["a"], "7d")], 3],
    [
      "as far as one window says, where another has taken it back",
      [view(0, ["a"]), view(0, ["a"], "7d"), view(2, ["a"]), view(3, [], "7d")],
      2,
    ],
    ["for nobody before any look", [], null],
  ])("%s", (_claim, views, expected) => {
    expect(measureAfter(views)).toBe(expected);
  });

  it("of an organization while it is the campaign's as a whole, and of its accounts while they are", () => {
    const whole = samplePolicy([{ name: "stop", measure: "block", scope: "organization", for: "2h" }]);
    const holding = createHolding();
    const inside = (...names: string[]) => names.map((name) => sampleMember(name, { organizationId: "org" }));
    const organization = { kind: "organization" as const, id: "org" };
    const measure = (scope: typeof organization | ReturnType<typeof account>) => holding.measure(whole.rules[0], scope);
    const note = (hour: number, names: string[]): void => {
      const organizations = [{ id: "org", accounts: 4, events: 400 }];
      const campaigns = [sampleCampaign({ members: inside(...names), organizations })];
      holding.note([{ window: "24h", watermarkMs: START + hour * HOUR, campaigns }], whole);
    };
    note(0, ["a"]);
    note(3, ["a", "b", "c", "d"]);
    expect(measure(organization), "one of four before: the first look at all of it").toBe(0);
    expect(measure(account("a"))).toBe(3 * HOUR);
    note(5, ["a", "b"]);
    expect(measure(organization)).toBe(2 * HOUR);
    note(6, ["a"]);
    expect(measure(organization), "no longer as a whole").toBeNull();
  });

  it("anew where it asks or does something else, and on where it is only enforced", () => {
    const holding = createHolding();
    holding.note([view(0, ["a"])], policy);
    const after = (change: Record<string, unknown>): number | null => {
      const changed = samplePolicy([{ name: "stop", measure: "block", for: "2h", ...change }]);
      holding.note([view(3, ["a"])], changed);
      return holding.measure(changed.rules[0], account("a"));
    };
    expect(after({ mode: "shadow" })).toBe(3 * HOUR);
    expect(after({ members: { probability_min: 0.5 } })).toBe(0);
    expect(after({ measure: "throttle" })).toBe(0);
  });
});

describe("nothing says it any more", () => {
  const isUnsaid = (views: readonly WindowView[], rule: PolicyRule = stop, windows: readonly string[] = ["1h", "24h", "7d"]): boolean => {
    const holding = createHolding();
    for (const each of views) holding.note([each], { ...policy, rules: [rule] });
    return holding.isUnsaid(rule, account("a"), windows);
  };
  const [daily] = samplePolicy([{ name: "stop", measure: "block", when: { windows_any: ["24h"] } }]).rules;

  it.each<[string, boolean, boolean]>([
    ["once all windows have been looked at without it", isUnsaid([view(0, [], "1h"), view(0, [], "24h"), view(0, [], "7d")]), true],
    ["not while one has it", isUnsaid([view(0, [], "1h"), view(0, [], "24h"), view(0, ["a"], "7d")]), false],
    ["not before a longer one has been looked at: its turn may have failed", isUnsaid([view(0, [], "1h"), view(0, [], "24h")]), false],
    ["whatever windows have that the rule does not ask", isUnsaid([view(0, [], "24h"), view(0, ["a"], "7d")], daily), true],
    ["and not before the one that it asks", isUnsaid([view(0, [], "1h"), view(0, [], "7d")], daily), false],
    ["in those windows that are looked at", isUnsaid([view(0, [], "24h")], stop, ["24h"]), true],
  ])("%s", (_claim, found, expected) => {
    expect(found).toBe(expected);
  });

  it("by a rule that was changed only when each window has been looked at for what it asks now", () => {
    const holding = createHolding();
    const windows = ["24h", "7d"];
    holding.note([view(0, ["a"]), view(0, ["a"], "7d")], policy);
    const changed = samplePolicy([{ name: "stop", measure: "block", for: "2h", members: { probability_min: 0.5 } }]);
    holding.note([view(1, [])], changed);
    expect(holding.isUnsaid(changed.rules[0], account("a"), windows)).toBe(false);
    holding.note([view(1, [], "7d")], changed);
    expect(holding.isUnsaid(changed.rules[0], account("a"), windows)).toBe(true);
  });
});

describe("who waits for a rule's `for`", () => {
  const listAfter = (views: readonly WindowView[], rules = policy): string[] => {
    const holding = createHolding();
    for (const each of views) holding.note([each], rules);
    const hour = (ms: number): number => (ms - START) / HOUR;
    return holding
      .listWaiting(rules)
      .map(({ rule, scope, window, sinceMs, dueMs, seenUntilMs }) =>
        [rule.name, scope.id, window, hour(sinceMs), hour(dueMs), hour(seenUntilMs)].join(" "),
      );
  };

  it.each<[string, string[], string[]]>([
    ["are those whom it holds for", listAfter([view(1, ["b", "a"])]), ["stop a 24h 1 3 1", "stop b 24h 1 3 1"]],
    ["the first due first", listAfter([view(0, ["b"]), view(1, ["b", "a"])]), ["stop b 24h 0 2 1", "stop a 24h 1 3 1"]],
    [
      "each once, by the window where it has held for longest",
      listAfter([view(0, ["a"], "7d"), view(1, ["a"], "7d"), view(1, ["a"])]),
      ["stop a 7d 0 2 1"],
    ],
    ["not who is let go again", listAfter([view(0, ["a"]), view(1, ["b"])]), ["stop b 24h 1 3 1"]],
    ["not whom it has held for long enough", listAfter([view(0, ["a"]), view(2, ["a"])]), []],
    ["nobody where the rule waits for nothing", listAfter([view(0, ["a"])], samplePolicy([{ measure: "block" }])), []],
  ])("%s", (_claim, found, expected) => {
    expect(found).toEqual(expected);
  });

  it("are organizations as a whole where they are decided about so, and not their accounts beside them", () => {
    const whole = samplePolicy([{ name: "stop", measure: "block", scope: "organization", for: "2h" }]);
    const members = ["a", "b"].map((id) => sampleMember(id, { organizationId: "org" }));
    const campaigns = [
      sampleCampaign({ members: [...members, sampleMember("c")], organizations: [{ id: "org", accounts: 2, events: 9 }] }),
    ];
    expect(listAfter([{ window: "24h", watermarkMs: START, campaigns }], whole)).toEqual(["stop c 24h 0 2 0", "stop org 24h 0 2 0"]);
  });
});

describe("a rule that says `for` decides", () => {
  const decideAfter = (
    views: readonly WindowView[],
    history: Parameters<typeof decideCampaigns>[1]["findHistory"] = () => [],
  ): string[] => {
    const holding = createHolding();
    for (const each of views) holding.note([each], policy);
    const campaigns = views.at(-1)?.campaigns ?? [];
    const measureHold: DecisionGround["measureHold"] = (rule, scope) => holding.measure(rule, scope);
    const ground = { policy, allowlist: createAllowlist([], START), findHistory: history, measureHold, nowMs: START };
    return decideCampaigns(campaigns, ground).map(({ scope }) => scope.id);
  };

  it("about whom it has held for so long, and nobody else", () => {
    expect(decideAfter([view(0, ["a"])])).toEqual([]);
    expect(decideAfter([view(0, ["a"]), view(1.9, ["a", "b"])])).toEqual([]);
    expect(decideAfter([view(0, ["a"]), view(1, ["b"]), view(2, ["a", "b"])])).toEqual([]);
    expect(decideAfter([view(0, ["a"]), view(1, ["a", "b"]), view(2, ["a", "b"])])).toEqual(["a"]);
  });

  it("whatever it decided before: an end, or a word in shadow, is no look", () => {
    const ground = { allowlist: createAllowlist([], START), findHistory: () => [], measureHold: () => null, nowMs: START };
    const hasty = samplePolicy([{ name: "stop", measure: "block" }]);
    const [before] = decideCampaigns(view(0, ["a"]).campaigns, { policy: hasty, ...ground });
    for (const past of [
      { ...before, state: "expired" as const },
      { ...before, mode: "shadow" as const, state: "active" as const },
    ])
      expect(decideAfter([view(0, ["a"])], () => [past])).toEqual([]);
  });

  it("and no harder one overtakes it meanwhile", () => {
    const ladder = samplePolicy([
      { name: "slow", measure: "throttle", approval: "none", for: "6h" },
      { name: "stop", measure: "block" },
    ]);
    const holding = createHolding();
    const decided = [0, 3, 6].map((hour) => {
      const { campaigns, ...rest } = view(hour, ["a"]);
      holding.note([{ ...rest, campaigns }], ladder);
      const measureHold: DecisionGround["measureHold"] = (rule, scope) => holding.measure(rule, scope);
      const ground = { policy: ladder, allowlist: createAllowlist([], START), findHistory: () => [], measureHold, nowMs: START };
      return decideCampaigns(campaigns, ground).map(({ rule }) => rule);
    });
    expect(decided).toEqual([[], [], ["slow"]]);
  });
});

describe("`for` is refused", () => {
  it.each([
    ["of a rule that watches", { measure: "watch", for: "1h" }],
    ["of a match, which is told once", { on: "match", measure: "step_up", for: "1h" }],
    ["beyond the longest window", { measure: "block", for: "31d" }],
  ])("%s", (_claim, rule) => {
    expect(() => samplePolicy([rule])).toThrow(/for/);
  });
});
