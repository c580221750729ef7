/** `stillwatch decisions` against a real server: a person answers all that waits about a campaign. */
import { Command } from "commander";
import type { FastifyInstance } from "fastify";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { sampleCampaign, sampleMember, sampleTurn, samplePolicy } from "../../../engine/decisions/testing/sample-campaigns.js";
import { openRecordDatabase, type RecordDatabase } from "../../../store/records/database.js";
import { decisionRoutes } from "../../http/decisions/routes.js";
import { createServer } from "../../http/server.js";
import { openDecisionBook } from "../../serve/decision-book.js";
import { createKeys } from "../../serve/keys.js";
import type { DecisionBook, Services } from "../../serve/services.js";
import { addDecisionsCommand } from "./decisions.js";

const clock = { nowMs: () => Date.parse("2026-02-02T01:00:00Z") };

let app: FastifyInstance;
let book: DecisionBook;
let database: RecordDatabase;
let url = "";
const secrets: Record<string, string> = {};

beforeAll(async () => {
  database = await openRecordDatabase("memory");
  const keys = await createKeys({ database, clock });
  for (const name of ["ann", "bob"])
    secrets[name] = (await keys.create({ name, scopes: ["read", "decisions:write"], expiresMs: null })).secret;
  book = await openDecisionBook({ database, policy: samplePolicy([{ measure: "block" }], { bulk_accounts: 2 }), clock });
  const metrics = { observe() {}, count() {}, set() {} };
  const services = { clock, keys, decisions: book, metrics, log: pino({ level: "silent" }) } as unknown as Services;
  const settings = { isAuthenticated: true, bodyBytesMax: 100_000, requestTimeoutMs: 5_000, version: "0" };
  app = await createServer(services, { settings, parts: [decisionRoutes] });
  url = await app.listen({ port: 0, host: "127.0.0.1" });
});
afterAll(async () => {
  await app.close();
  await database.destroy();
});
afterEach(() => void vi.restoreAllMocks());

async function run(person: string, ...args: string[]): Promise<{ data: { state: string; campaign_id: string }[] }> {
  vi.stubEnv("STILLWATCH_KEY", secrets[person]);
  const written = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const program = new Command().exitOverride();
  addDecisionsCommand(program);
  await program.parseAsync(["decisions", ...args, "--url", url, "-o", "json"], { from: "user" });
  return JSON.parse(String(written.mock.lastCall?.[0])) as { data: { state: string; campaign_id: string }[] };
}

/** Accounts of campaigns come to light in two turns, and so in two batches each. */
async function decideInTwoTurns(...ids: readonly string[]): Promise<void> {
  for (const count of [3, 4]) {
    const members = ["acct_1", "acct_2", "acct_3", "acct_4"].slice(0, count).map((account) => sampleMember(account));
    await book.decide(sampleTurn(ids.map((id) => sampleCampaign({ id, members }))));
  }
}

describe("decisions about a campaign", () => {
  it("that wait are answered together, those of other campaigns are not", async () => {
    await decideInTwoTurns("campaign--one", "campaign--other");
    await run("ann", "approve", "--campaign", "campaign--one");
    const { data } = await run("bob", "approve", "--campaign", "campaign--one");
    expect(data.map(({ state, campaign_id: campaign }) => `${state} ${campaign}`)).toEqual(Array(4).fill("active campaign--one"));
    expect((await run("ann", "list", "--state", "proposed")).data.map(({ campaign_id: id }) => id)).toEqual(
      Array(4).fill("campaign--other"),
    );
  });

  it("are taken back together, waiting and in force", async () => {
    await decideInTwoTurns("campaign--back");
    const [{ batch_id: batch }] = (await run("ann", "list", "--campaign", "campaign--back")).data as unknown as { batch_id: string }[];
    for (const person of ["ann", "bob"]) await run(person, "approve", "--batch", batch);
    const { data } = await run("ann", "rollback", "--campaign", "campaign--back", "--reason", "a benchmark team");
    expect(data.map(({ state }) => state)).toEqual(Array(4).fill("rolled_back"));
  });

  it("say when the same person says yes again", async () => {
    await decideInTwoTurns("campaign--twice");
    expect(await run("ann", "approve", "--campaign", "campaign--twice")).toMatchObject({ repeated: [] });
    const again = (await run("ann", "approve", "--campaign", "campaign--twice")) as unknown as {
      data: { id: string }[];
      repeated: string[];
    };
    expect(again.repeated).toEqual(again.data.map(({ id }) => id));
    expect((await run("bob", "approve", "--campaign", "campaign--twice")).data.map(({ state }) => state)).toEqual(Array(4).fill("active"));
  });

  it("that a rule with `for` will make are listed with when they are due", async () => {
    await book.usePolicy(samplePolicy([{ name: "patient", measure: "block", for: "2h" }]));
    await book.decide(sampleTurn([sampleCampaign({ id: "campaign--waits", members: [sampleMember("acct_waits")] })]));
    expect((await run("ann", "pending")).data).toMatchObject([{ rule: "patient", campaign_id: "campaign--waits" }]);
    expect((await run("ann", "pending", "--rule", "other")).data).toEqual([]);
  });

  it.each([[["approve"]], [["reject"]], [["rollback", "--reason", "x"]]])("that nobody named are not answered: %j", async (args) => {
    await expect(run("ann", ...args)).rejects.toMatchObject({ problem: { code: "SW2006", fix: expect.stringContaining("--campaign") } });
  });

  it("are not told to who has no key, and how to give one here is said", async () => {
    secrets["nobody"] = "";
    await expect(run("nobody", "list")).rejects.toMatchObject({
      problem: { code: "SW1906", fix: expect.stringContaining("STILLWATCH_KEY") },
    });
  });

  it.each(["approve", "reject"])("of which none waits cannot be answered with %s", async (answer) => {
    await expect(run("ann", answer, "--campaign", "campaign--nobody")).rejects.toMatchObject({ problem: { code: "SW2005" } });
  });
});
