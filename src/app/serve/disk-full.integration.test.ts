/** A real `serve` whose disk is full: events are refused and not lost, verdicts go on, and when there is room again everything does. Needs a small disk, which only root can mount. */
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorkshop, type Workshop } from "../testing/command-line.js";
import { type RunningServe, startServing } from "../testing/running-serve.js";

const MIB = 1 << 20;
const DISK_MIB = 512;
const SETTINGS = "auth: none\npolicy: policy.yaml\ndata: { folder: disk/data }\n";
const json = { "content-type": "application/json" };
const ndjson = { "content-type": "application/x-ndjson" };
const patience = { timeout: 120_000, interval: 250 };

const workshop: Workshop = createWorkshop();
const disk = workshop.path("disk");
mkdirSync(disk);
const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${DISK_MIB}m`, "tmpfs", disk], { encoding: "utf8" });
if (mounted.status !== 0) console.warn("NOT CHECKED: a disk that is full. Nobody but root can mount a small one.");

describe.skipIf(mounted.status !== 0)("serve on a disk that fills", { timeout: 300_000 }, () => {
  let serving: RunningServe;
  let sent = 0;
  const spared: string[] = [];
  const ballast = join(disk, "ballast");
  beforeAll(async () => {
    writeFileSync(workshop.path("policy.yaml"), "rules: []\n");
    serving = await startServing(workshop, { settings: SETTINGS });
    await serving.ready();
  }, 300_000);
  afterAll(async () => {
    if (serving.child.exitCode === null) await serving.stop("SIGKILL");
    await wait(500);
    spawnSync("umount", ["-l", disk]);
    workshop.remove();
  });

  const write = (count: number): string =>
    Array.from({ length: count }, (_, index) =>
      JSON.stringify({
        request_id: `r-${sent + index}`,
        at: new Date(Date.UTC(2026, 4, 1) + (sent + index) * 1000).toISOString(),
        account_id: `acct-${index % 50}`,
        target_model: "m-1",
        status: 200,
        input_tokens: 12,
        output_tokens: 34,
      }),
    ).join("\n");
  async function send(count: number): Promise<Response> {
    const answer = await serving.ask("/v1/events", { method: "POST", headers: ndjson, body: write(count) });
    if (answer.status === 202) sent += count;
    return answer;
  }
  const check = async (): Promise<unknown> =>
    (
      await serving.ask("/v1/check", {
        method: "POST",
        headers: json,
        body: JSON.stringify({ account_id: "a", request_id: `c-${Date.now()}` }),
      })
    ).json();
  async function readMetric(name: string): Promise<number> {
    return Number(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)`, "m").exec(await (await serving.ask("/metrics")).text())?.[1] ?? 0);
  }
  const fill = (): void => {
    const { bavail, bsize } = statfsSync(disk);
    const blocks = Array.from({ length: Math.ceil((bavail * bsize) / MIB) + 1 }, () => Buffer.alloc(MIB));
    try {
      writeFileSync(ballast, Buffer.concat(blocks));
    } catch {
      // Full, as it should be.
    }
  };
  const spare = async (reason: string): Promise<number> => {
    const entry = { scope: { kind: "account", id: "acct-1" }, reason, expires_at: new Date(Date.now() + 86_400_000).toISOString() };
    return (await serving.ask("/v1/allowlist", { method: "POST", headers: json, body: JSON.stringify(entry) })).status;
  };

  it("refuses events with a time to come again, says so, and goes on giving verdicts", async () => {
    expect((await send(500)).status).toBe(202);
    await expect.poll(async () => readMetric("stillwatch_stored_events"), patience).toBe(500);
    expect(await spare("before")).toBe(201);
    fill();
    const refused = await send(2000);
    expect([refused.status, refused.headers.get("retry-after"), await refused.json()]).toEqual([
      503,
      "2",
      expect.objectContaining({ code: "SW1921" }),
    ]);
    await expect.poll(async () => (await serving.ask("/readyz")).status, patience).toBe(503);
    expect(await (await serving.ask("/readyz")).json()).toMatchObject({
      missing: expect.arrayContaining([expect.objectContaining({ part: "journal" })]),
    });
    for (let round = 0; round < 20; round += 1) {
      expect(await check()).toMatchObject({ verdict: "allow", state: "checked" });
      await wait(100);
    }
    // What people write may still fit into room that the database has; what does not is refused, and what was answered for stays.
    for (let entry = 0; entry < 60; entry += 1) {
      const reason = `full ${entry} ${"x".repeat(900)}`;
      const status = await spare(reason);
      if (status === 201) spared.push(reason);
      else expect(status).toBeGreaterThanOrEqual(500);
    }
    expect((await serving.ask("/healthz")).status).toBe(200);
    expect(await check()).toMatchObject({ state: "checked" });
  });

  it("goes on where it was once there is room: nothing that was taken is missing or doubled", async () => {
    rmSync(ballast);
    await expect.poll(async () => (await serving.ask("/readyz")).status, patience).toBe(200);
    await expect.poll(async () => (await send(500)).status, patience).toBe(202);
    await expect.poll(async () => readMetric("stillwatch_stored_events"), patience).toBe(sent);
    await expect.poll(async () => spare("after"), patience).toBe(201);
    expect(await check()).toMatchObject({ state: "checked" });
  });

  it("and after a start on what it left", async () => {
    expect((await serving.stop()).status).toBe(0);
    serving = await startServing(workshop, { settings: SETTINGS });
    await serving.ready();
    await expect.poll(async () => readMetric("stillwatch_stored_events"), patience).toBe(sent);
    const { data } = (await (await serving.ask("/v1/allowlist")).json()) as { data: { reason: string }[] };
    expect(data.map(({ reason }) => reason).sort()).toEqual(["before", "after", ...spared].sort());
  });
});
