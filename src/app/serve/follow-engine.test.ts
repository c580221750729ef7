/** What is counted of a turn, beside what it decided. */
import { pino } from "pino";
import { expect, it } from "vitest";
import type { Services } from "./services.js";
import { followEngine } from "./follow-engine.js";

it("whoever waits for a rule's `for` is counted by rule after each turn, nobody as nobody", async () => {
  let onTurn: (updates: readonly never[]) => Promise<void> = async () => {};
  let waiting = ["slow", "stop", "stop"];
  const told: Record<string, number> = {};
  const services = {
    engine: { onUpdate() {}, onMatches() {}, onTurn: (listener: typeof onTurn) => void (onTurn = listener) },
    decisions: { decide: async () => [], listWaiting: () => waiting.map((name) => ({ rule: { name } })) },
    verdicts: { noteMembers() {} },
    metrics: { count() {}, set: (name: string, value: number, { rule }: { rule: string }) => void (told[`${name} ${rule}`] = value) },
    log: pino({ level: "silent" }),
  } as unknown as Services;
  followEngine(services);
  await onTurn([]);
  expect(told).toEqual({ "stillwatch_decisions_pending slow": 1, "stillwatch_decisions_pending stop": 2 });
  waiting = ["stop"];
  await onTurn([]);
  expect(told).toEqual({ "stillwatch_decisions_pending slow": 0, "stillwatch_decisions_pending stop": 1 });
});
