import { describe, expect, it } from "vitest";
import { listStandings } from "../../engine/campaigns/standings.js";
import { trackCampaigns } from "../../engine/campaigns/track.js";
import { listHostileGroups } from "../../sdk/testing/hostile-groups.js";
import { buildPopulation, selectGroup, type TestAccount, type TestHandles } from "../../sdk/testing/population.js";
import detection from "./detection.js";

const send = (account: number, organization?: string): TestAccount => ({
  ...(organization === undefined ? {} : { organization }),
  requests: Array.from({ length: 5 }, (_, index) => ({ atHours: index + account / 100 })),
});

function inspect(handles: TestHandles[], organizations: readonly (string | undefined)[] = []) {
  const accounts = Array.from({ length: 40 }, (_, account) => send(account, organizations[account]));
  return detection.inspect(0, buildPopulation({ accounts, handles }));
}

function examine(handles: TestHandles[], members: number) {
  const population = buildPopulation({ accounts: Array.from({ length: 60 }, (_, account) => send(account)), handles });
  return detection.examine?.(selectGroup(population, { accounts: Array.from({ length: members }, (_, account) => account) }), population);
}

describe("reasoning-handle-replay", () => {
  it("finds the first use of a handle that was issued to a stranger, and says whose it was, when and where", () => {
    const [signal, ...rest] = inspect([{ user: 0, issuer: 7, acts: 1, issuedAtHours: 3, usedAtHours: 30 }]);
    expect(rest).toEqual([]);
    expect(signal).toMatchObject({ group: "possession", logLikelihoodRatio: 4, spoofable: 1 });
    expect(signal.because).toBe(
      "Handed in a reasoning handle (in one request) issued to another account. First: handle 0000000000000000, issued to acct-00008 by frontier-1 at 1970-01-01T03:00:00.000Z (request issued-0), was handed in to frontier-1 at 1970-01-02T06:00:00.000Z (request used-0).",
    );
  });

  it("says more the more often it happens, up to the cap of its group; a conversation that is sent again counts once", () => {
    const weigh = (acts: number, handles = acts): number => inspect([{ user: 0, issuer: 7, acts, handles }])[0].logLikelihoodRatio;
    expect(weigh(3)).toBeGreaterThan(weigh(1));
    expect(weigh(1, 40)).toBe(weigh(1));
    expect(weigh(10_000)).toBe(6);
  });

  it("quotes the earliest use of all", () => {
    const because = inspect([
      { user: 0, issuer: 7, acts: 1, usedAtHours: 9 },
      { user: 0, issuer: 8, acts: 1, usedAtHours: 5 },
    ])[0].because;
    expect(because).toContain("2 reasoning handles (in 2 requests) issued to 2 other accounts. First: ");
    expect(because).toContain("acct-00009");
  });

  it.each(["session", "model"] as const)("tells a move to another %s of the same account, and does not count it", (move) => {
    const signals = inspect([{ user: 0, issuer: 0, move, acts: 500 }]);
    expect(signals).toHaveLength(1);
    expect(signals[0].logLikelihoodRatio).toBeLessThan(1);
  });

  it.each<[string, TestHandles[], (string | undefined)[]?]>([
    ["an account whose handles stay where they are", []],
    ["an account whose handle somebody else took", [{ user: 7, issuer: 0, acts: 3 }]],
    ["accounts of one organization", [{ user: 0, issuer: 1, acts: 9 }], ["org-1", "org-1"]],
  ])("is silent on %s", (_claim, handles, organizations) => {
    expect(inspect(handles, organizations)).toEqual([]);
  });

  it("finds a group of which a part feeds on the handles of the others", () => {
    const handles = Array.from({ length: 6 }, (_, user) => ({ user, issuer: user + 10, acts: 4 }));
    const signal = examine(handles, 30);
    expect(signal?.logLikelihoodRatio).toBe(6);
    expect(signal?.because).toContain(
      "6 of 30 accounts (20 %) handed in 24 reasoning handles (in 24 requests) issued to other accounts, all of them",
    );
  });

  it("is shown by those who handed such handles in, and not by who only went on with own conversations", () => {
    const own = Array.from({ length: 24 }, (_, user) => ({ user: user + 6, issuer: user + 6, move: "session" as const, acts: 9 }));
    const foreign = Array.from({ length: 6 }, (_, user) => ({ user, issuer: user + 10, acts: 4 }));
    expect([...(examine([...foreign, ...own], 30)?.shownBy ?? [])]).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("has its accounts watched, however little else is known of them, and nobody else", () => {
    const handles = [
      { user: 0, issuer: 7, acts: 1 },
      { user: 1, issuer: 1, move: "session" as const, acts: 500 },
      { user: 2, issuer: 2, move: "model" as const, acts: 500 },
      { user: 3, issuer: 8, acts: 50 },
    ];
    const population = buildPopulation({ accounts: Array.from({ length: 40 }, (_, account) => send(account)), handles });
    const tracking = trackCampaigns(population, [detection]);
    const lines = [...listStandings(population, { tracking, accountDetections: [detection] })];
    expect(tracking.campaigns).toEqual([]);
    const watched = lines.filter(({ standing }) => standing !== "clear");
    expect(watched.map(({ account_id, standing }) => [account_id, standing])).toEqual([
      ["acct-00001", "watch"],
      ["acct-00004", "watch"],
    ]);
    expect(watched.map(({ signals }) => signals[0].because.startsWith("Handed in"))).toEqual([true, true]);
    for (const { probability } of watched) expect(probability).toBeGreaterThan(0.01);
    expect(watched[1].probability).toBeGreaterThan(watched[0].probability);
  });

  it("has nobody on the allowlist watched", () => {
    const population = buildPopulation({
      accounts: Array.from({ length: 40 }, (_, account) => send(account)),
      handles: [{ user: 0, issuer: 7, acts: 1 }],
    });
    population.isAllowlisted[0] = 1;
    const tracking = trackCampaigns(population, [detection]);
    expect([...listStandings(population, { tracking, accountDetections: [detection] })][0].standing).toBe("clear");
  });

  it("does not hold it against a group that one of fifty took a conversation with it", () => {
    expect(examine([{ user: 0, issuer: 55, acts: 9 }], 50)).toBeNull();
    expect(examine([], 50)).toBeNull();
  });

  it.each(listHostileGroups().map(({ claim, group, population }) => [claim, group, population] as const))(
    "is silent on %s",
    (_claim, group, population) => {
      expect(detection.examine?.(group, population)).toBeNull();
    },
  );
});
