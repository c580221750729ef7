import { describe, expect, it } from "vitest";
import { createProbes } from "./probes.js";

const journal = { append: async () => undefined, backlogBytes: () => 0, close: async () => undefined };
const bytes = (text: string): Uint8Array => Buffer.from(text);

describe("probes", () => {
  it("a mark is found in calls and in records, wherever it stands, and other requests are not", async () => {
    const probes = createProbes({ nowMs: () => 0 });
    const [mark, other] = [probes.begin(), probes.begin()];
    probes.noteCheck("litellm", { texts: [`Answer with OK. ${mark}`] });
    probes.noteCheck("envoy", ["/v1/gateways/envoy/v1/chat?probe=" + mark, {}]);
    probes.noteCheck("litellm", { texts: ["Answer with OK."] });
    await probes.watch(journal).append("litellm", bytes(`{"messages":"${mark}"}\n`));
    await probes.watch(journal).append("otlp", bytes("{}\n"));
    expect(probes.find(mark)).toEqual({ mark, checks: { litellm: 1, envoy: 1 }, events: { litellm: 1 } });
    expect(probes.find(other)).toEqual({ mark: other, checks: {}, events: {} });
  });

  it("a record that the journal did not take is not seen", async () => {
    const probes = createProbes({ nowMs: () => 0 });
    const mark = probes.begin();
    const full = { ...journal, append: async () => Promise.reject(new Error("full")) };
    await expect(probes.watch(full).append("native", bytes(mark))).rejects.toThrow("full");
    expect(probes.find(mark)?.events).toEqual({});
  });

  it("marks end by themselves, and only so many are looked for", () => {
    let nowMs = 0;
    const probes = createProbes({ nowMs: () => nowMs });
    const mark = probes.begin();
    expect(() => {
      for (let count = 0; count < 100; count += 1) probes.begin();
    }).toThrow("SW2102");
    nowMs = 3_600_000;
    expect(probes.find(mark)).toBeNull();
    expect(probes.begin()).toMatch(/^stillwatch-probe-[0-9a-f]{24}$/);
  });
});
