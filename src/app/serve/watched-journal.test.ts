import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { JournalFull } from "../../store/hand-over/journal.js";
import type { EngineProcess } from "./engine/link.js";
import { createLateEngine } from "./late-engine.js";
import { readSettings } from "./settings/read-settings.js";
import { settingsSchema } from "./settings/sections.js";
import { toEngineOptions, toVerdictSettings } from "./settings/to-parts.js";
import { watchJournal, type WatchedJournal } from "./watched-journal.js";

describe("a journal that is watched", () => {
  let folder = "";
  let nowMs = 0;
  let failure: Error | null = null;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "stillwatch-watched-"));
    nowMs = 0;
    failure = null;
  });
  afterEach(() => {
    chmodSync(folder, 0o700);
    rmSync(folder, { recursive: true, force: true });
  });
  const watch = (place = folder): WatchedJournal =>
    watchJournal(
      {
        append: async () => {
          if (failure !== null) throw failure;
        },
        backlogBytes: () => 7,
        close: async () => {},
      },
      { folder: place, clock: { nowMs: () => nowMs } },
    );

  it("is writable while the disk is", async () => expect(await watch().isWritable()).toBe(true));

  it("is not where its folder is gone", async () => expect(await watch(join(folder, "none")).isWritable()).toBe(false));

  it("is not after a write that failed, until a trial succeeds", async () => {
    const journal = watch();
    failure = new Error("ENOSPC");
    await expect(journal.append("native", new Uint8Array(1))).rejects.toThrow("ENOSPC");
    expect(await journal.isWritable()).toBe(false);
    nowMs = 10_000;
    expect(await journal.isWritable()).toBe(true);
  });

  it("is writable while it is full: that is a promise kept", async () => {
    const journal = watch();
    failure = new JournalFull(1);
    await expect(journal.append("native", new Uint8Array(1))).rejects.toThrow(JournalFull);
    expect(await journal.isWritable()).toBe(true);
  });
});

describe("an engine that is not up yet", () => {
  it("answers no question as if nothing were found", async () => {
    const engine = createLateEngine();
    expect(engine.status().isAlive).toBe(false);
    expect(() => engine.listCampaigns()).toThrow(/SW1914/);
    await expect(engine.findAccount("acct-1")).rejects.toThrow(expect.objectContaining({ status: 503, retryAfterMs: 2_000 }));
    await engine.close();
  });

  it("hands its listeners to the one that arrives", () => {
    const heard: unknown[] = [];
    const engine = createLateEngine();
    const before = (): void => {};
    const after = (): void => {};
    engine.onUpdate(before);
    engine.onTurn(before);
    engine.arrive({
      onUpdate: (listener: unknown) => void heard.push(listener),
      onTurn: (listener: unknown) => void heard.push(listener),
      onMatches: () => {},
      listCampaigns: () => [],
    } as unknown as EngineProcess);
    engine.onUpdate(after);
    expect(heard).toEqual([before, before, after]);
    expect(engine.listCampaigns()).toEqual([]);
  });
});

it("settings reach the parts in the parts' own units", () => {
  const text =
    "analysis: { interval: 2m, lateness_max: 1d, workers: 3 }\nverdicts: { on_unavailable: allow, integrations: { envoy: { on_unavailable: block } } }\n";
  const { value } = readSettings(text, { file: "f", schema: settingsSchema, environment: {}, help: "" });
  if (value === null) throw new Error("the settings are right");
  expect(toEngineOptions(value).settings).toMatchObject({ interval_ms: 120_000, lateness_ms_max: 86_400_000, workers: 3 });
  expect(toVerdictSettings(value)).toMatchObject({
    snapshotAgeMaxMs: 60_000,
    onUnavailable: { default: "allow", envoy: "block" },
    handleMode: "shadow",
  });
});
