import { describe, expect, it } from "vitest";
import { listHostileGroups } from "../../sdk/testing/hostile-groups.js";
import { buildPopulation, selectGroup } from "../../sdk/testing/population.js";
import detection from "./detection.js";

type Instruments = Readonly<Record<string, string>>;
interface Registrations {
  members: readonly Instruments[];
  others: readonly Instruments[];
  organization?: string;
}

const range = <T>(count: number, one: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => one(index));
const ownCard = (position: number): Instruments => ({ payment: `card-${position}` });

function observe({ members, others, organization }: Registrations) {
  const population = buildPopulation({
    accounts: [
      ...members.map((instruments) => ({
        instruments,
        requests: [{ atHours: 1, family: "own" }],
        ...(organization === undefined ? {} : { organization }),
      })),
      ...others.map((instruments) => ({ instruments, requests: [{ atHours: 1 }] })),
    ],
  });
  return { population, group: selectGroup(population, { accounts: members.map((_, position) => position), families: ["own"] }) };
}

function examine(registrations: Registrations): number {
  const { group, population } = observe(registrations);
  return detection.examine?.(group, population)?.logLikelihoodRatio ?? 0;
}

const others = range(400, ownCard);

describe("shared-rare-instrument", () => {
  it("counts pairs, and names accounts, of what its sentence speaks of: no equal sign-up client is one", () => {
    const members = range(12, (i) => ({ signup_client: "one", payment: i < 4 ? "pool" : `card-${i}` }));
    const { group, population } = observe({ members, others });
    const isTold = (a: number, b: number): boolean => detection.isTold?.(group.members[a], group.members[b], population) ?? true;
    expect(detection.compare(group.members[4], group.members[5], population)).toBeGreaterThan(0);
    expect([isTold(0, 1), isTold(4, 5)]).toEqual([true, false]);
    expect([...(detection.examine?.(group, population)?.shownBy ?? [])]).toEqual(Array.from(group.members.slice(0, 4)));
  });

  it.each<[string, Registrations, number]>([
    ["twelve accounts on four cards", { members: range(12, (i) => ({ payment: `pool-${i % 4}` })), others }, 5],
    ["twelve accounts with two e-mail hashes", { members: range(12, (i) => ({ email: `mail-${i % 2}` })), others }, 5],
    [
      "a third of thirty on two cards",
      { members: range(30, (i) => (i < 10 ? { payment: `pool-${i % 2}` } : ownCard(900 + i))), others },
      3.5,
    ],
  ])("finds %s", (_claim, registrations, nats) => {
    expect(examine(registrations)).toBeGreaterThanOrEqual(nats);
  });

  it.each<[string, Registrations]>([
    ["everybody pays with an own card", { members: range(12, (i) => ownCard(900 + i)), others }],
    ["two of fourteen are a family", { members: range(14, (i) => ownCard(i < 2 ? 900 : 900 + i)), others }],
    ["a school pays for its people", { members: range(12, () => ({ payment: "school" })), others, organization: "org-school" }],
    [
      "a third of the world pays through one reseller",
      {
        members: range(12, () => ({ payment: "reseller" })),
        others: range(400, (i) => (i % 3 === 0 ? { payment: "reseller" } : ownCard(i))),
      },
    ],
    [
      "they share what is free: a domain, a referrer, a sign-up client",
      { members: range(12, () => ({ email_domain: "mail.example", referrer: "blog", signup_client: "ja4" })), others },
    ],
    ["no side file tells", { members: range(12, () => ({})), others: range(400, () => ({})) }],
  ])("says too little to count when %s", (_claim, registrations) => {
    expect(examine(registrations)).toBeLessThan(1);
  });

  it("weighs a pair by how rare the instrument is and what it costs", () => {
    const members: Instruments[] = [
      { payment: "rare", signup_client: "ja4" },
      { payment: "rare" },
      { payment: "common", signup_client: "ja4" },
      { payment: "common" },
    ];
    const { population } = observe({ members, others: range(400, (i) => (i < 100 ? { payment: "common" } : ownCard(i))) });
    const [rare, common, client, nothing] = [
      [0, 1],
      [2, 3],
      [0, 2],
      [1, 3],
    ].map(([a, b]) => detection.compare(a, b, population));
    expect(rare).toBe(detection.thresholds["pairCapNats"].value);
    expect(common).toBeLessThan(1.5);
    expect(client).toBeGreaterThan(0);
    expect(client).toBeLessThan(common);
    expect(nothing).toBe(0);
  });

  it.each(listHostileGroups())("has nothing to say about $claim", ({ group, population }) => {
    expect(detection.examine?.(group, population)).toBeNull();
  });
});
