/** What verdicts are told of the book: what acts, and what a person keeps off. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DecisionRecord } from "../../store/records/decisions.js";
import { sampleDecision } from "../testing/sample-decision.js";
import type { Book } from "./book-state.js";
import { createDecisionMemory } from "./decision-memory.js";
import { createStandingReader } from "./standing-reader.js";

const NOW = 1_000;

const write = (given: Partial<DecisionRecord>): DecisionRecord =>
  sampleDecision({ measure: "step_up", rule: "verify", state: "rolled_back", expiresMs: NOW + 1, ...given });

/** Only what is read of a book is there. */
const openBook = (records: readonly DecisionRecord[], entries: readonly object[] = []) => {
  const clock = { ms: NOW, nowMs: () => clock.ms };
  const book = { memory: createDecisionMemory(records), entries, clock } as unknown as Book;
  return { book, clock, read: createStandingReader(book) };
};
const list = async (given: Partial<DecisionRecord>) => openBook([write(given)]).read();

describe("what is kept off", () => {
  const held = { measure: "step_up", untilMs: NOW + 1 };
  const organization = { kind: "organization", id: "org_1" } as const;
  it.each<[claim: string, given: Partial<DecisionRecord>, held: object[]]>([
    ["is what a person took back", { heldUntilMs: NOW + 1 }, [{ ...held, scope: { kind: "account", id: "acct_1" } }]],
    ["is what a person turned down", { state: "rejected", scope: organization, heldUntilMs: NOW + 1 }, [{ ...held, scope: organization }]],
    ["is not what the allowlist took back", {}, []],
    ["is not what was kept off until now", { heldUntilMs: NOW }, []],
    ["is no order: it meets nobody anyhow", { scope: { kind: "campaign", id: "campaign--a" }, heldUntilMs: NOW + 1 }, []],
  ])("%s", async (_claim, given, expected) => {
    expect(await list(given)).toMatchObject({ decisions: [], held: expected });
  });

  it("stands beside what acts", async () => {
    expect(await list({ state: "active" })).toMatchObject({ decisions: [{ id: "dec_1" }], held: [] });
  });
});

describe("a book", () => {
  const spare = { scope: { kind: "account", id: "acct_1" }, expiresMs: NOW + 5 };
  const active = write({ state: "active", expiresMs: NOW + 100 });

  it("is looked through again only when it, or who is spared, changed", async () => {
    const { book, clock, read } = openBook([active]);
    const first = await read();
    expect(await read()).toBe(first);
    clock.ms += 1;
    expect(await read()).toBe(first);
    book.memory.keep({ ...active, state: "expired" });
    expect((await read()).decisions).toEqual([]);
    book.memory.keep(active);
    expect((await read()).decisions).toHaveLength(1);
    book.entries = [spare as unknown as Book["entries"][number]];
    expect((await read()).decisions).toEqual([]);
  });

  it("leaves out what ended meanwhile", async () => {
    const { clock, read } = openBook([active, { ...active, id: "dec_2", expiresMs: NOW + 200 }]);
    expect((await read()).decisions).toHaveLength(2);
    clock.ms = NOW + 100;
    const later = await read();
    expect(later.decisions.map(({ id }) => id)).toEqual(["dec_2"]);
    expect(await read()).toBe(later);
  });

  it("counts again whom somebody spared when that has ended", async () => {
    const { clock, read } = openBook([active], [spare]);
    expect((await read()).decisions).toEqual([]);
    clock.ms = NOW + 4;
    expect((await read()).decisions).toEqual([]);
    clock.ms = NOW + 5;
    expect((await read()).decisions).toHaveLength(1);
  });

  it("is told as of one moment and in portions, however full it is", async () => {
    const records = Array.from({ length: 20_000 }, (_, place) => ({ ...active, id: `dec_${place}` }));
    const { book, read } = openBook(records);
    const reading = read();
    let turns = 0;
    const count = (): void => {
      turns += 1;
      if (turns === 1) for (const record of records) book.memory.keep({ ...record, state: "expired" });
      if (turns < 100) setImmediate(count);
    };
    setImmediate(count);
    expect((await reading).decisions).toHaveLength(20_000);
    expect(turns).toBeGreaterThanOrEqual(5);
    expect((await read()).decisions).toEqual([]);
  });

  it("reads the same however much of it was seen before", async () => {
    const states = ["active", "expired", "proposed", "rejected"] as const;
    const change = fc.record({
      id: fc.integer({ min: 0, max: 9 }),
      state: fc.constantFrom(...states),
      mode: fc.constantFrom("enforce", "shadow"),
      expiresMs: fc.integer({ min: NOW, max: NOW + 20 }),
      heldUntilMs: fc.constantFrom(null, NOW + 3, NOW + 12),
    });
    const spared = fc.record({ account: fc.integer({ min: 0, max: 4 }), expiresMs: fc.integer({ min: NOW, max: NOW + 20 }) });
    const step = fc.oneof(
      change.map((keep) => ({ keep })),
      fc.array(spared, { maxLength: 2 }).map((spare) => ({ spare })),
      fc.integer({ min: 1, max: 4 }).map((pass) => ({ pass })),
      fc.constant({ forget: true }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const { book, clock, read } = openBook([]);
        for (const taken of steps) {
          if ("keep" in taken) {
            const { id, ...given } = taken.keep;
            book.memory.keep(
              write({ id: `dec_${id}`, scope: { kind: "account", id: `acct_${id % 5}` }, ...(given as Partial<DecisionRecord>) }),
            );
          } else if ("spare" in taken) {
            const entries = taken.spare.map(({ account, expiresMs }) => ({ scope: { kind: "account", id: `acct_${account}` }, expiresMs }));
            book.entries = entries as unknown as Book["entries"];
          } else if ("pass" in taken) clock.ms += taken.pass;
          else book.memory.forget({ nowMs: clock.ms, endedBeforeMs: clock.ms, endedMax: 1, atOnceMax: 2 });
          const [seen, anew] = [await read(), await createStandingReader(book)()];
          // Ends of these are looked at when a request is.
          expect(seen.held.filter(({ untilMs }) => untilMs > clock.ms)).toEqual(anew.held);
          expect(seen.decisions).toEqual(anew.decisions);
        }
      }),
    );
  });
});
