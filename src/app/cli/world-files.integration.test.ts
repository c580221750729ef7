import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { measureLeakage, readLibrary, simulateWorld } from "../../simulate/index.js";
import { writeWorld } from "./world-files.js";

const folder = mkdtempSync(join(tmpdir(), "stillwatch-world-"));
const data = resolve(process.env["STILLWATCH_DATA"] ?? "../shared/data");

const hasData = existsSync(join(data, "prompts_distill"));
if (!hasData) console.warn(`not checked: worlds of real prompts and traces, because ${data} is not there (set STILLWATCH_DATA)`);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function readLines(path: string): Record<string, unknown>[] {
  const bytes = readFileSync(path);
  const text = (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  return text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Record<string, unknown>]));
}

describe("world files", () => {
  const options = { seed: 9, accounts: 1200, requests: 9000 };

  it("hold every request once, however they are split and compressed", async () => {
    const whole = join(folder, "whole");
    const split = join(folder, "split");
    const counts = await writeWorld(simulateWorld(options), { folder: whole });
    await writeWorld(simulateWorld(options), { folder: split, parts: 4, compress: "gz" });
    const requests = readLines(join(whole, "requests.ndjson"));
    const parts = readdirSync(split).filter((name) => name.startsWith("requests"));
    expect(parts).toEqual([1, 2, 3, 4].map((part) => `requests-00${part}.ndjson.gz`));
    const ids = parts.flatMap((name) => readLines(join(split, name)).map((line) => line["request_id"]));
    expect(new Set(ids)).toEqual(new Set(requests.map((line) => line["request_id"])));
    expect(ids).toHaveLength(requests.length);
    expect(counts.requests).toBe(requests.length);
  });

  it("have truth for every account and every harvest request, and say so in world.json", () => {
    const whole = join(folder, "whole");
    const truth = readLines(join(whole, "truth.ndjson"));
    const accounts = readLines(join(whole, "accounts.ndjson"));
    const world = JSON.parse(readFileSync(join(whole, "world.json"), "utf8")) as { counts: { harvest_requests: Record<string, number> } };
    const harvest = truth.filter((line) => line["request_id"] !== undefined);
    expect(truth.filter((line) => line["account_id"] !== undefined)).toHaveLength(accounts.length);
    expect(harvest).toHaveLength(Object.values(world.counts.harvest_requests).reduce((sum, count) => sum + count, 0));
    for (const name of ["releases", "enforcement", "allowlist"]) expect(readLines(join(whole, `${name}.ndjson`)).length).toBeGreaterThan(0);
    const organizations = new Set(accounts.map((line) => line["organization_id"]));
    for (const entry of readLines(join(whole, "allowlist.ndjson"))) expect(organizations).toContain(entry["organization_id"]);
  });
});

describe("a world of real prompts and traces", () => {
  it.runIf(hasData).each(["first", "second"] as const)("lets no single feature tell attackers apart in the %s half", (half) => {
    const library = readLibrary({ prompts: data, traces: join(data, "traces"), half });
    expect(library?.conversations.length).toBeGreaterThan(500);
    expect(library?.rates.length).toBeGreaterThan(20);
    const rows = measureLeakage(simulateWorld({ seed: 12, accounts: 2500, requests: 50_000, ...(library ? { library } : {}) }));
    expect(rows.filter((row) => row.area > 0.8)).toEqual([]);
  });
});
