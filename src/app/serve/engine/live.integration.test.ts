/** The engine process over a small world: what it says live, what a replay says, and what kills leave behind. Needs a built tree. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Problem } from "../../../vocabulary/errors.js";
import type { CampaignUpdate } from "../../../vocabulary/live.js";
import type { AccountLine } from "../../../vocabulary/report.js";
import { createWorkshop, readReport, simulateSmallWorld, type Workshop } from "../../testing/command-line.js";
import { startEngine, type EngineProcess } from "./link.js";
import { analysisSettings } from "./settings.js";

const ENTRY = new URL("../../../../dist/app/serve/engine/process.js", import.meta.url);
const SEGMENTS = 24;
/** Turns of the analysis come after these segments. */
const TURNS_AFTER = [7, 15];
const BROKEN = '{"no": "request"}';

let workshop: Workshop;
let world: ReturnType<typeof simulateSmallWorld>;

const start = (folder: string, onTrouble: (problem: Problem) => void = () => {}): Promise<EngineProcess> => {
  const file = (name: string): string => workshop.path("world", `${name}.ndjson`);
  const settings = analysisSettings.parse({
    // Turns come when the test asks for them.
    interval_ms: 86_400_000,
    workers: 1,
    accounts: file("accounts"),
    releases: file("releases"),
    enforcement: file("enforcement"),
    allowlist: file("allowlist"),
  });
  return startEngine({ folder: workshop.path(folder, "events"), settings, nowMs: () => performance.now(), onTrouble, entry: ENTRY });
};

/** Segments of the world's log, in the order in which they are handed over: neighbours change places, as they do between exporters. */
function writeSegments(folder: string): string[] {
  mkdirSync(workshop.path(folder), { recursive: true });
  const { lines } = world;
  const paths = Array.from({ length: SEGMENTS }, (_, part) => {
    const path = workshop.path(folder, `${String(part).padStart(16, "0")}-native.ndjson`);
    const own = lines.slice(Math.floor((part * lines.length) / SEGMENTS), Math.floor(((part + 1) * lines.length) / SEGMENTS));
    writeFileSync(path, [...own, ...(part % 8 === 0 ? [`${BROKEN.slice(0, -1)}, "part": ${part}}`] : [])].join("\n") + "\n");
    return path;
  });
  return paths.map((_, at) => paths[at % 2 === 0 ? Math.min(at + 1, SEGMENTS - 1) : at - 1]);
}

beforeAll(() => {
  expect(existsSync(fileURLToPath(ENTRY)), "run npm run build first").toBe(true);
  workshop = createWorkshop();
  world = simulateSmallWorld(workshop);
});
afterAll(() => workshop.remove());

describe("an engine that is fed in pieces, with turns in between", () => {
  const last = new Map<string, CampaignUpdate>();
  let engine: EngineProcess;
  let lines: AccountLine[];

  beforeAll(async () => {
    engine = await start("live");
    engine.onUpdate((update) => void last.set(update.window, update));
    for (const [at, path] of writeSegments("segments").entries()) {
      await engine.acquire([{ path, format: "native" }]);
      if (TURNS_AFTER.includes(at)) await engine.analyse();
    }
    await engine.analyse();
    const accounts = ["--out", "report", "--no-exemplars", workshop.path("world", "requests.ndjson"), ...world.sideFiles];
    const { status, stderr } = workshop.run(["analyze", ...accounts]);
    if (status !== 0) throw new Error(stderr);
    lines = readFileSync(workshop.path("report", "accounts.ndjson"), "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as AccountLine);
  });
  afterAll(() => engine.close());

  it("has looked at every window, and counts every event once", () => {
    expect([...last.keys()]).toEqual(["1h", "24h", "7d", "30d"]);
    expect(engine.status()).toMatchObject({ isAlive: true, storedEvents: world.lines.length, quarantined: 3, restarts: 0 });
  });

  it("finds over all of it what an analysis of the file finds, account by account", () => {
    const campaigns = last.get("30d")?.campaigns ?? [];
    const report = readReport(workshop.path("report"));
    expect(report.campaigns.length).toBeGreaterThan(0);
    const strip = (found: CampaignUpdate["campaigns"][number]["campaign"]) => ({ ...found, id: null, merged_from: null, split_from: null });
    const sort = <T extends { confidence: number; events: number }>(list: T[]): T[] => list.sort((a, b) => a.events - b.events);
    expect(sort(campaigns.map(({ campaign }) => strip(campaign)))).toEqual(sort(report.campaigns.map(strip)));
    const standing = campaigns.flatMap(({ members }) =>
      members.map((member) => `${member.accountId} ${member.standing} ${member.probability}`),
    );
    const expected = lines.flatMap((line) =>
      line.campaign_id === null ? [] : [`${line.account_id} ${line.standing} ${line.probability}`],
    );
    expect([...standing].sort()).toEqual([...expected].sort());
  });

  it("answers for an account of a campaign, for another one, and for nobody", async () => {
    const member = last.get("30d")?.campaigns[0].members.find(({ standing }) => standing === "campaign");
    const clear = lines.find(({ standing }) => standing === "clear")?.account_id ?? "";
    expect(await engine.findAccount(member?.accountId ?? "")).toMatchObject({
      standing: "campaign",
      campaign_id: last.get("30d")?.campaigns[0].campaign.id,
    });
    expect(await engine.findAccount(clear)).toMatchObject({ account_id: clear, campaign_id: null });
    expect(await engine.findAccount("nobody")).toBeNull();
  });

  it("lists what was set aside page by page, newest first", async () => {
    const first = await engine.listQuarantine({ limit: 2, cursor: null });
    const second = await engine.listQuarantine({ limit: 2, cursor: first.next_cursor });
    const parts = [...first.data, ...second.data].map((record) => Number(/0(\d+)-native/.exec((record as { file: string }).file)?.[1]));
    expect([parts, second.next_cursor]).toEqual([[16, 8, 0], null]);
  });

  it("finds nothing about whom somebody put on the allowlist, from the next turn on and until it is taken back", async () => {
    const live = structuredClone(last);
    const members = (live.get("30d")?.campaigns ?? []).flatMap((campaign) => campaign.members.map(({ accountId }) => accountId));
    await engine.allow(members.map((accountId) => ({ accountId, reason: "test", expiresAtMs: Number.MAX_SAFE_INTEGER })));
    await engine.analyse();
    const left = [...last.values()].flatMap(({ campaigns }) => campaigns.flatMap((campaign) => campaign.members));
    expect(left.filter(({ accountId }) => members.includes(accountId))).toEqual([]);
    await engine.allow([]);
    await engine.analyse();
    expect(nameless(last.values())).toEqual(nameless(live.values()));
  });

  it("says the same after a crash, and after a replay, by the same names", async () => {
    const live = structuredClone(last);
    process.kill(engine.status().pid ?? 0, "SIGKILL");
    await engine.analyse();
    expect(engine.status().restarts).toBe(1);
    expect(steady(last.values())).toEqual(steady(live.values()));
    await engine.close();
    const kept = replay([]);
    expect(steady(kept)).toEqual(steady(live.values()));
    const anew = replay(["--forget-names"]);
    expect(nameless(anew)).toEqual(nameless(live.values()));
  });

  function replay(options: readonly string[]): CampaignUpdate[] {
    const { status, stdout, stderr } = workshop.run([
      "replay",
      "--data-dir",
      workshop.path("live"),
      ...world.sideFiles,
      "-o",
      "ndjson",
      ...options,
    ]);
    if (status !== 0) throw new Error(stderr);
    return stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as CampaignUpdate);
  }
});

/** Without what is of the machine and of this process's life, and not of the events. */
const steady = (updates: Iterable<CampaignUpdate>): CampaignUpdate[] =>
  Array.from(updates, ({ coverage, ...update }) => {
    const { late: _late, ...told } = coverage ?? {};
    return JSON.parse(JSON.stringify({ ...update, coverage: told, tookMs: 0 })) as CampaignUpdate;
  });

/** Without names as well: those hang on who was seen first. */
const nameless = (updates: Iterable<CampaignUpdate>) =>
  steady(updates).map(({ window, analysedEvents, campaigns }) => ({
    window,
    analysedEvents,
    campaigns: campaigns
      .map(({ members, campaign: { confidence, families, events, because }, evidence, evidenceGroups, detections }) => ({
        members,
        confidence,
        families,
        events,
        because,
        evidence,
        evidenceGroups,
        detections,
      }))
      .sort((a, b) => (a.members[0].accountId < b.members[0].accountId ? -1 : 1)),
  }));

describe("an engine that cannot go on", () => {
  it("is told of and started again; what was under way is done by the next", async () => {
    const troubles: Problem[] = [];
    const engine = await start("dying", (problem) => troubles.push(problem));
    const [first, second] = writeSegments("dying-segments");
    try {
      await engine.acquire([{ path: first, format: "native" }]);
      const under = engine.acquire([{ path: second, format: "native" }]);
      process.kill(engine.status().pid ?? 0, "SIGKILL");
      await under;
      expect(engine.status()).toMatchObject({ isAlive: true, restarts: 1 });
      expect(troubles.map(({ code }) => code)).toEqual(["SW1941"]);
      const again = await engine.acquire([
        { path: first, format: "native" },
        { path: second, format: "native" },
      ]);
      expect(again).toMatchObject({ rows: 0 });
    } finally {
      await engine.close();
    }
  });

  it("is not started over at first: a folder that is no folder is told at once", async () => {
    writeFileSync(workshop.path("file"), "");
    await expect(start("file")).rejects.toMatchObject({ problem: { code: expect.stringMatching(/^SW14/) as string } });
  });

  it("ends with its parent", async () => {
    const code = `
      import { startEngine } from ${JSON.stringify(new URL("link.js", ENTRY).href)};
      import { analysisSettings } from ${JSON.stringify(new URL("settings.js", ENTRY).href)};
      const engine = await startEngine({ folder: ${JSON.stringify(workshop.path("orphan"))}, settings: analysisSettings.parse({ workers: 0 }), nowMs: Date.now, onTrouble() {} });
      console.log(engine.status().pid);
      process.kill(process.pid, "SIGKILL");`;
    const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", code], { encoding: "utf8" });
    const isGone = (): boolean => {
      try {
        return !process.kill(Number(stdout), 0);
      } catch {
        return true;
      }
    };
    for (let wait = 0; wait < 100 && !isGone(); wait++) await sleep(50);
    expect([Number(stdout) > 0, isGone()]).toEqual([true, true]);
  });
});
