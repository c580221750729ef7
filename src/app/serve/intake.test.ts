import { afterEach, expect, it } from "vitest";
import { createIntake } from "./intake.js";
import { createVerdicts, type RunningVerdicts } from "./verdicts.js";

let verdicts: RunningVerdicts | undefined;
afterEach(() => verdicts?.close());

it("a request that a gateway could not ask about counts once, however often its event is sent", async () => {
  const counts = new Map<string, number>();
  const metrics = {
    count(name: string, labels: object = {}, by = 1) {
      const key = `${name} ${Object.values(labels).join()}`;
      counts.set(key, (counts.get(key) ?? 0) + by);
    },
    set() {},
    observe() {},
    render: async () => "",
    contentType: "text/plain",
  };
  verdicts = await createVerdicts({
    settings: {
      refreshIntervalMs: 1e9,
      snapshotAgeMaxMs: 1000,
      onUnavailable: {},
      handleMode: "shadow",
      handlesMax: 10,
      knownAgeMaxMs: 1000,
    },
    source: { listInForce: async () => ({ decisions: [], allowlist: [] }), listAccounts: async () => [] },
    clock: { nowMs: () => 0 },
    metrics,
    record() {},
    onFailure(error) {
      throw error;
    },
  });
  const journal = { append: async () => {}, backlogBytes: () => 0, close: async () => {} };
  const intake = createIntake({ journal, verdicts, metrics });
  const write = (id: string): string =>
    `${JSON.stringify({ request_id: id, at: "2026-01-01T00:00:00Z", account_id: "a", target_model: "m", status: 200, input_tokens: 1, output_tokens: 1, unchecked_by: "proxy" })}\n`;
  for (let time = 0; time < 3; time++) await intake.take("native", Buffer.from(write("r-1") + write("r-2")), "http");
  await intake.take("native", Buffer.from(write("r-1") + write("r-3")), "http");
  expect(counts.get("stillwatch_unchecked_requests_total proxy")).toBe(3);
  // What came is told as it came; the store knows what it has.
  expect(counts.get("stillwatch_intake_records_total native,http")).toBe(8);
});
