/** `stillwatch campaigns` and `stillwatch explain --url`, against a server that answers as serve does. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Command } from "commander";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { CampaignLine, MemberLine } from "../live-findings.js";
import { buildSampleReport } from "../../report/testing/sample-report.js";
import { addCampaignsCommand } from "./campaigns.js";
import { addExplainCommand } from "./explain.js";

const { report, accounts } = buildSampleReport({ crowd: 20 });
const campaign: CampaignLine = { ...report.campaigns[0], window: "24h" };
const account = accounts.find(({ campaign_id: id }) => id === campaign.id) ?? accounts[0];
const member = (index: number): MemberLine => ({
  account_id: `acct-${index}`,
  organization_id: index === 1 ? "org-1" : null,
  standing: index === 2 ? "watch" : "campaign",
  probability: 0.99 - index / 1000,
  events: 20,
  campaign_events: 18,
});
const decision = (given: object): object => ({
  id: "dec_1",
  batch_id: "bat_1",
  measure: "block",
  mode: "enforce",
  state: "proposed",
  scope: { kind: "account", id: "acct-1" },
  accounts: 1,
  campaign_id: campaign.id,
  rule: "stop",
  decided_at: "2026-02-02T01:00:00.000Z",
  expires_at: "2026-02-09T01:00:00.000Z",
  approvals_needed: 2,
  approvals: [],
  ...given,
});
let decisions: object[] = [];
let asked: string[] = [];

let server: Server;
let url = "";
beforeAll(async () => {
  server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://here");
    asked.push(request.url ?? "");
    const members = Array.from({ length: 23 }, (_, index) => member(index));
    const answers: Record<string, unknown> = {
      "/v1/campaigns":
        searchParams.get("cursor") === null
          ? { data: [{ ...campaign, id: "campaign--0", confidence: 0.6 }], next_cursor: "campaign--0" }
          : { data: [campaign], next_cursor: null },
      [`/v1/campaigns/${campaign.id}`]: { ...campaign, members },
      [`/v1/accounts/${account.account_id}`]: account,
      "/v1/accounts/gone": { ...account, campaign_id: "campaign--gone" },
      "/v1/decisions": { data: decisions, next_cursor: null },
    };
    const answer = answers[pathname] ?? { code: "SW1910", title: "there is no such campaign", detail: "w", fix: "f" };
    response.writeHead(pathname in answers ? 200 : 404, { "content-type": "application/json" }).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());
afterEach(() => {
  vi.restoreAllMocks();
  decisions = [];
  asked = [];
});

async function run(...argv: string[]): Promise<string> {
  let printed = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  const program = new Command().exitOverride();
  addCampaignsCommand(program);
  addExplainCommand(program);
  await program.parseAsync([...argv, "--url", url], { from: "user" });
  // A line of the page is at most a hundred columns; a sentence goes over several.
  return argv.includes("json") ? printed : printed.replaceAll(/\n {4}/g, " ");
}

describe("stillwatch campaigns", () => {
  it("lists all pages, surest first", async () => {
    const lines = (await run("campaigns", "list")).trimEnd().split("\n");
    expect(lines.map((line) => line.split(/ {2,}/)[0])).toEqual(["campaign", campaign.id, "campaign--0"]);
    expect(lines[1]).toContain("24h");
  });

  it("shows one: why, who and what was decided, and what a person can do about it", async () => {
    decisions = [
      decision({}),
      decision({ id: "dec_2" }),
      decision({ id: "dec_3", measure: "throttle", state: "active", rule: "slow" }),
      decision({ id: "dec_4", measure: "watch", mode: "shadow", state: "active", rule: "look" }),
    ];
    const page = await run("campaigns", "show", campaign.id);
    for (const told of [
      "Why we say so",
      "acct-1 of org-1: 99 in 100",
      "acct-2: 99 in 100, watched only",
      "3 more accounts",
      "block: proposed, 0 of 2 yes, 2 accounts, by rule stop",
      "throttle: active, 1 account, by rule slow",
      "watch (shadow): active",
      `decisions approve --campaign ${campaign.id}`,
      `decisions rollback --campaign ${campaign.id}`,
    ])
      expect(page).toContain(told);
    expect(page).not.toContain("nothing was done to any account");
    expect(asked).toContain(`/v1/decisions?campaign_id=${campaign.id}&limit=500`);
  });

  it("says that nothing was decided, and offers no command then", async () => {
    const page = await run("campaigns", "show", campaign.id);
    expect(page).toContain("Nothing: no rule of policy.yaml asked for a measure.");
    expect(page).not.toMatch(/decisions (approve|rollback)/);
  });

  it("gives programs what the server says", async () => {
    expect(JSON.parse(await run("campaigns", "show", campaign.id, "-o", "json"))).toMatchObject({ id: campaign.id, window: "24h" });
    expect(JSON.parse(await run("campaigns", "list", "-o", "json"))).toMatchObject({ next_cursor: null, data: [{}, { id: campaign.id }] });
  });

  it("knows no campaign that is not there", async () => {
    await expect(run("campaigns", "show", "campaign--none")).rejects.toMatchObject({ problem: { code: "SW1910" } });
  });
});

describe("stillwatch explain --url", () => {
  it("explains what the running serve knows, and does not say that nothing was done", async () => {
    expect(await run("explain", "campaign", campaign.id)).toContain("Why we say so");
    const page = await run("explain", "account", account.account_id);
    expect(page).toContain(campaign.id);
    expect(page).not.toContain("nothing was done");
  });

  it("bears a campaign that is gone since", async () => expect(await run("explain", "account", "gone")).toContain("campaign--gone"));
});
