/** A side file that cannot be read does not keep `serve` from its work, and is looked at again. Patient: files are looked at twice a minute. */
import { writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorkshop, type Workshop } from "../testing/command-line.js";
import { startServing } from "../testing/running-serve.js";

const lines = Array.from({ length: 50 }, (_, index) =>
  JSON.stringify({
    request_id: `r${index}`,
    at: new Date(Date.UTC(2026, 1, 1) + index * 1000).toISOString(),
    account_id: `acct-${index % 7}`,
    target_model: "m-1",
    status: 200,
    input_tokens: 12,
    output_tokens: 34,
    messages: [{ role: "user", content: "What is the tallest hill of the county?" }],
  }),
);
const ndjson = { "content-type": "application/x-ndjson" };
const json = { "content-type": "application/json" };

describe("serve that is started over a side file that cannot be read", () => {
  const settings = "analysis: { interval: 1s, accounts: accounts.ndjson, allowlist: allowlist.ndjson }\n";
  const account = '{"account_id":"acct-1","created_at":"2026-01-01T00:00:00Z"}\n';
  let workshop: Workshop;
  beforeAll(() => void (workshop = createWorkshop()));
  afterAll(() => workshop.remove());

  it("answers checks and takes events in, looks for nothing until it is mended, and says so", async () => {
    const key = workshop.run(["keys", "create", "--name", "me", "--scope", "admin"]).stdout.trim();
    writeFileSync(workshop.path("accounts.ndjson"), account.replace("{", "X"));
    writeFileSync(workshop.path("allowlist.ndjson"), "");
    const serving = await startServing(workshop, { key, settings });
    try {
      await serving.ready();
      const ask = async (path: string): Promise<string> => (await serving.ask(path)).text();
      expect((await serving.ask("/v1/events", { method: "POST", headers: ndjson, body: `${lines.join("\n")}\n` })).status).toBe(202);
      await serving.says("SW1301");
      await expect.poll(async () => ask("/readyz"), { timeout: 60_000 }).toContain('"attention":[{"part":"accounts"');
      expect(await ask("/metrics")).toMatch(/^stillwatch_side_file_stale\{file="accounts"\} 1$/m);
      const check = await serving.ask("/v1/check", { method: "POST", headers: json, body: '{"account_id":"acct-1","request_id":"q1"}' });
      expect(await check.json()).toMatchObject({ verdict: "allow", state: "checked" });
      expect(serving.said()).not.toContain('"analysed"');
      writeFileSync(workshop.path("accounts.ndjson"), account);
      await serving.says('"analysed"');
      await expect.poll(async () => ask("/readyz"), { timeout: 60_000 }).toContain('"attention":[]');
    } finally {
      await serving.stop();
    }
  }, 180_000);

  it("does not begin without knowing whom it must spare", () => {
    writeFileSync(workshop.path("allowlist.ndjson"), "X\n");
    const { status, stderr } = workshop.run(["serve"]);
    expect([status, stderr]).toEqual([2, expect.stringContaining("SW1301")]);
    expect(stderr).not.toContain("listens on");
  });
});
