/** Decisions over HTTP: a real server, real keys, records in the process. */
import type { FastifyInstance } from "fastify";
import { sql } from "kysely";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sampleCampaign, sampleMember, sampleTurn, samplePolicy } from "../../../engine/decisions/testing/sample-campaigns.js";
import { openRecordDatabase, type RecordDatabase } from "../../../store/records/database.js";
import { openDecisionBook } from "../../serve/decision-book.js";
import { createKeys } from "../../serve/keys.js";
import type { DecisionBook, Scope, Services } from "../../serve/services.js";
import { keyRoutes } from "../keys.js";
import { createServer } from "../server.js";
import { decisionRoutes } from "./routes.js";

const START = Date.parse("2026-02-02T01:00:00Z");
const clock = { nowMs: () => START };
const POLICY = samplePolicy([{ measure: "block" }], { bulk_accounts: 2 });
const MEMBERS = ["acct_1", "acct_2", "acct_3"].map((id) => sampleMember(id, { organizationId: "org_1" }));

let app: FastifyInstance;
let book: DecisionBook;
let database: RecordDatabase;
let url = "";
const secrets: Record<string, string> = {};

beforeAll(async () => {
  database = await openRecordDatabase("memory");
  const keys = await createKeys({ database, clock });
  const people: [string, Scope[]][] = [
    ["ann", ["read", "decisions:write", "allowlist:write"]],
    ["bob", ["read", "decisions:write"]],
    ["eve", ["read"]],
    ["root", ["admin"]],
  ];
  for (const [name, scopes] of people) secrets[name] = (await keys.create({ name, scopes, expiresMs: null })).secret;
  secrets["ann's other key"] = (await keys.create({ name: "ann", scopes: ["decisions:write"], expiresMs: null })).secret;
  book = await openDecisionBook({ database, policy: POLICY, clock });
  const metrics = { observe() {}, count() {}, set() {} };
  const services = { clock, keys, decisions: book, metrics, log: pino({ level: "silent" }) } as unknown as Services;
  const settings = { isAuthenticated: true, bodyBytesMax: 100_000, requestTimeoutMs: 5_000, version: "0" };
  app = await createServer(services, { settings, parts: [decisionRoutes, keyRoutes] });
  url = await app.listen({ port: 0, host: "127.0.0.1" });
});
afterAll(async () => {
  await app.close();
  await database.destroy();
});

interface Answer {
  status: number;
  body: Record<string, unknown> & { data?: Record<string, unknown>[]; code?: string };
  replayed: string | null;
}

async function ask(person: string, call: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  const [method, path] = call.split(" ");
  const response = await fetch(url + path, {
    method,
    headers: {
      authorization: `Bearer ${secrets[person]}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    body: text === "" ? {} : (JSON.parse(text) as Answer["body"]),
    replayed: response.headers.get("idempotency-replayed"),
  };
}

async function decide(campaignId: string): Promise<string> {
  const decided = await book.decide(sampleTurn([sampleCampaign({ id: campaignId, members: MEMBERS })]));
  expect(decided).toHaveLength(3);
  return decided[0].batchId;
}

describe("decisions over HTTP", () => {
  it("come into force when two different people approved a batch, whatever keys they use", async () => {
    const batch_id = await decide("campaign--two");
    const approve = async (person: string) => (await ask(person, "POST /v1/decisions/approve", { batch_id })).body.data?.[0]["state"];
    expect(await approve("ann")).toBe("proposed");
    expect(await approve("ann's other key")).toBe("proposed");
    expect(await approve("bob")).toBe("active");
    const listed = await ask("eve", `GET /v1/decisions?batch_id=${batch_id}&state=active`);
    expect(listed.body.data).toHaveLength(3);
    expect(listed.body.data?.[0]).toMatchObject({
      measure: "block",
      campaign_id: "campaign--two",
      decided_at: "2026-02-02T01:00:00.000Z",
      expires_at: "2026-02-09T01:00:00.000Z",
      approvals: [{ by: "ann" }, { by: "bob" }],
    });
    expect(Object.keys(listed.body.data?.[0] ?? {})).not.toContain("organizationId");
  });

  it("are taken back, one or all", async () => {
    const batch_id = await decide("campaign--back");
    const [first] = (await ask("eve", `GET /v1/decisions?batch_id=${batch_id}`)).body.data ?? [];
    const one = await ask("bob", "POST /v1/decisions/rollback", { ids: [first["id"]], reason: "a customer" });
    expect(one.body.data).toMatchObject([{ id: first["id"], state: "rolled_back" }]);
    const all = await ask("bob", "POST /v1/decisions/rollback", { batch_id, reason: "all" });
    expect([all.body.data?.length, all.body["unchanged"]]).toEqual([2, [{ id: first["id"], state: "rolled_back" }]]);
    const shown = await ask("eve", `GET /v1/decisions/${String(first["id"])}`);
    expect(shown.body["events"]).toMatchObject([
      { who: "policy", previous_state: null, new_state: "proposed" },
      { who: "bob", previous_state: "proposed", new_state: "rolled_back", note: "a customer" },
    ]);
  });

  it("say when they are taken back what acts still on whom they were about, and on how many nothing does", async () => {
    await book.usePolicy(samplePolicy([{ measure: "throttle", approval: "none" }], { bulk_accounts: 20 }));
    const members = ["acct_left_1", "acct_left_2", "acct_left_3"].map((id) => sampleMember(id));
    const [{ batchId }] = await book.decide(sampleTurn([sampleCampaign({ id: "campaign--left", members })]));
    const [other] = await book.decide(sampleTurn([sampleCampaign({ id: "campaign--left-too", members: members.slice(0, 1) })]));
    await book.usePolicy(POLICY);
    const { body } = await ask("bob", "POST /v1/decisions/rollback", { batch_id: batchId, reason: "all" });
    expect(body["left"]).toEqual({
      free: 2,
      standing: [{ id: other.id, measure: "throttle", scope: { kind: "account", id: "acct_left_1" } }],
    });
    expect((await ask("bob", "POST /v1/decisions/rollback", { ids: [other.id], reason: "all" })).body["left"]).toEqual({
      free: 1,
      standing: [],
    });
  });

  it("are answered once for each Idempotency-Key", async () => {
    const batch_id = await decide("campaign--once");
    const key = { "idempotency-key": "k-1" };
    const first = await ask("ann", "POST /v1/decisions/reject", { batch_id }, key);
    const second = await ask("ann", "POST /v1/decisions/reject", { batch_id }, key);
    expect([first.status, second.status, first.replayed, second.replayed]).toEqual([200, 200, null, "true"]);
    expect(second.body).toEqual(first.body);
    expect(await ask("ann", "POST /v1/decisions/reject", { batch_id: "bat_other" }, key)).toMatchObject({
      status: 409,
      body: { code: "SW2007" },
    });
    expect(await ask("ann", "POST /v1/decisions/reject", { batch_id })).toMatchObject({ status: 409, body: { code: "SW2005" } });
  });

  it("an entry of the allowlist is ended once for each Idempotency-Key", async () => {
    const entry = { scope: { kind: "account", id: "acct_once" }, reason: "r", expires_at: "2026-03-01T00:00:00Z" };
    const { id } = (await ask("ann", "POST /v1/allowlist", entry)).body;
    const end = async (key: string) => ask("ann", `DELETE /v1/allowlist/${String(id)}`, undefined, { "idempotency-key": key });
    expect([await end("end-1"), await end("end-1"), await end("end-2")]).toMatchObject([
      { status: 204, replayed: null },
      { status: 204, replayed: "true" },
      { status: 404 },
    ]);
  });

  it("a key is made once for each Idempotency-Key, and its secret is told the first time and stored nowhere", async () => {
    const make = async () => ask("root", "POST /v1/keys", { name: "gateway", scopes: ["check"] }, { "idempotency-key": "make-1" });
    const [first, second] = [await make(), await make()];
    expect([first.status, second.status, second.replayed]).toEqual([201, 201, "true"]);
    expect(second.body).toEqual({ ...first.body, secret: null });
    const kept = await sql<{ all: string }>`SELECT json_agg(idempotency_keys)::text AS all FROM idempotency_keys`.execute(database);
    expect(first.body["secret"]).toMatch(/^sw_/);
    expect(kept.rows[0].all).not.toContain(String(first.body["secret"]));
    expect((await ask("root", "GET /v1/keys")).body.data?.filter(({ name }) => name === "gateway")).toHaveLength(1);
  });

  it.each<[claim: string, person: string, call: string, body: unknown, status: number, code: string]>([
    ["reading is not writing", "eve", "POST /v1/decisions/approve", { ids: ["dec_1"] }, 403, "SW1908"],
    ["deciding is not allowlisting", "bob", "POST /v1/allowlist", {}, 403, "SW1908"],
    ["neither ids nor a batch", "ann", "POST /v1/decisions/approve", {}, 400, "SW2006"],
    ["ids and a batch", "ann", "POST /v1/decisions/approve", { ids: ["dec_1"], batch_id: "bat_1" }, 400, "SW2006"],
    ["an id that there is not", "ann", "POST /v1/decisions/approve", { ids: ["dec_1"] }, 404, "SW2004"],
    ["a batch that there is not", "ann", "POST /v1/decisions/reject", { batch_id: "bat_1" }, 404, "SW2004"],
    ["no reason to take back", "ann", "POST /v1/decisions/rollback", { ids: ["dec_1"] }, 400, "SW1902"],
    ["a decision that there is not", "eve", "GET /v1/decisions/dec_1", undefined, 404, "SW2004"],
    ["a state that there is not", "eve", "GET /v1/decisions?state=done", undefined, 400, "SW1902"],
    [
      "a spared account without a reason",
      "ann",
      "POST /v1/allowlist",
      { scope: { kind: "account", id: "a" }, expires_at: "2026-03-01T00:00:00Z" },
      400,
      "SW1902",
    ],
    ["a spared account without an end", "ann", "POST /v1/allowlist", { scope: { kind: "account", id: "a" }, reason: "r" }, 400, "SW1902"],
    [
      "one that has ended",
      "ann",
      "POST /v1/allowlist",
      { scope: { kind: "account", id: "a" }, reason: "r", expires_at: "2026-02-01T00:00:00Z" },
      400,
      "SW2009",
    ],
    [
      "one for two years",
      "ann",
      "POST /v1/allowlist",
      { scope: { kind: "account", id: "a" }, reason: "r", expires_at: "2028-02-01T00:00:00Z" },
      400,
      "SW2009",
    ],
    ["an entry that there is not", "ann", "DELETE /v1/allowlist/alw_1", undefined, 404, "SW2008"],
    ["a report of the future", "eve", "GET /v1/shadow-report?since=2027-01-01T00:00:00Z", undefined, 400, "SW2009"],
  ])("refuse %s", async (_claim, person, call, body, status, code) => {
    expect(await ask(person, call, body)).toMatchObject({ status, body: { code } });
  });

  it("spare who is on the allowlist", async () => {
    const batch_id = await decide("campaign--spared");
    const entry = { scope: { kind: "organization", id: "org_1" }, reason: "a class", expires_at: "2026-03-01T00:00:00Z" };
    const added = await ask("ann", "POST /v1/allowlist", entry);
    expect(added).toMatchObject({ status: 201, body: { ...entry, expires_at: "2026-03-01T00:00:00.000Z", added_by: "ann" } });
    expect((await ask("eve", `GET /v1/decisions?batch_id=${batch_id}&state=rolled_back`)).body.data).toHaveLength(3);
    expect((await ask("eve", "GET /v1/allowlist")).body.data).toHaveLength(1);
    expect((await ask("ann", `DELETE /v1/allowlist/${String(added.body["id"])}`)).status).toBe(204);
    expect((await ask("eve", "GET /v1/allowlist")).body.data).toEqual([]);
  });

  it("that are withdrawn are listed as such, and not among what people took back", async () => {
    const campaign = sampleCampaign({ id: "campaign--unsaid", members: [sampleMember("unsaid")] });
    const [{ id }] = await book.decide(sampleTurn([campaign]));
    const windows = ["1h", "24h", "7d", "30d"] as const;
    await book.decide(windows.map((window) => ({ window, watermarkMs: START, campaigns: [] })));
    const list = async (state: string) => (await ask("eve", `GET /v1/decisions?campaign_id=campaign--unsaid&state=${state}`)).body.data;
    expect(await list("withdrawn")).toMatchObject([{ id, state: "withdrawn" }]);
    expect(await list("rolled_back")).toEqual([]);
    expect((await ask("eve", `GET /v1/decisions/${id}`)).body["events"]).toMatchObject([
      { who: "policy", new_state: "proposed" },
      { who: "policy", previous_state: "proposed", new_state: "withdrawn", note: "the rule no longer holds for it" },
    ]);
  });

  it("that a rule waits to make are listed page by page, and no more once they are made, ruled out or spared", async () => {
    const waiting = samplePolicy([{ name: "patient", measure: "block", for: "2h" }]);
    await book.usePolicy(waiting);
    const members = ["wait_1", "wait_2", "wait_3"].map((id) => sampleMember(id));
    const turn = async (hour: number) =>
      book.decide(sampleTurn([sampleCampaign({ id: "campaign--waits", members })], START + hour * 3_600_000));
    const list = async (query = "") => (await ask("eve", `GET /v1/decisions/pending${query}`)).body;
    await turn(0);
    const first = await list("?limit=2");
    expect(first.data?.map(({ scope }) => (scope as { id: string }).id)).toEqual(["wait_1", "wait_2"]);
    expect(first.data?.[0]).toEqual({
      rule: "patient",
      measure: "block",
      mode: "enforce",
      scope: { kind: "account", id: "wait_1" },
      campaign_id: "campaign--waits",
      window: "24h",
      since: "2026-02-02T01:00:00.000Z",
      due: "2026-02-02T03:00:00.000Z",
      seen_until: "2026-02-02T01:00:00.000Z",
    });
    expect(await list(`?limit=2&cursor=${String(first["next_cursor"])}`)).toMatchObject({
      data: [{ scope: { id: "wait_3" } }],
      next_cursor: null,
    });
    expect((await list("?rule=other")).data).toEqual([]);
    expect((await list("?campaign_id=campaign--waits")).data).toHaveLength(3);
    const spared = { scope: { kind: "account", id: "wait_2" }, reason: "r", expires_at: "2026-03-01T00:00:00Z" };
    const { id } = (await ask("ann", "POST /v1/allowlist", spared)).body;
    expect((await list()).data).toHaveLength(2);
    await ask("ann", `DELETE /v1/allowlist/${String(id)}`);
    expect(await turn(2)).toHaveLength(3);
    expect((await list()).data).toEqual([]);
    // A process that begins anew has seen nothing yet: who was decided about waits for nothing.
    const again = await openDecisionBook({ database, policy: waiting, clock });
    await again.decide(sampleTurn([sampleCampaign({ id: "campaign--waits", members })], START));
    expect(again.listWaiting()).toEqual([]);
    await book.usePolicy(POLICY);
  });

  it("are streamed; who comes back with the last id has missed nothing", async () => {
    const read = async (headers: Record<string, string>, until: RegExp): Promise<string> => {
      const stop = new AbortController();
      const response = await fetch(`${url}/v1/decisions/stream`, {
        headers: { authorization: `Bearer ${secrets["eve"]}`, ...headers },
        signal: stop.signal,
      });
      expect(response.headers.get("content-type")).toMatch(/^text\/event-stream/);
      let text = "";
      const decoder = new TextDecoder();
      for await (const chunk of response.body ?? []) {
        text += decoder.decode(chunk as Uint8Array, { stream: true });
        if (text.startsWith(":") && !until.test(text) && !/id:/.test(text)) void decideOnce();
        if (until.test(text)) break;
      }
      stop.abort();
      return text;
    };
    let isDecided = false;
    const decideOnce = async (): Promise<void> => {
      if (isDecided) return;
      isDecided = true;
      await decide("campaign--streamed");
    };
    const live = await read({}, /(?:^event: decision\n[^]*){3}\n\n$/m);
    const ids = [...live.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
    expect(ids).toHaveLength(3);
    expect(live).toContain('"campaign_id":"campaign--streamed"');
    const again = await read({ "last-event-id": String(ids[0]) }, new RegExp(`id: ${ids[2]}\n[^]*\n\n$`));
    expect([...again.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id))).toEqual(ids.slice(1));
  });
});
