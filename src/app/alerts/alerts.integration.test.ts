import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createHmac } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openRecordDatabase, type RecordDatabase } from "../../store/records/database.js";
import { listDeadOutbox } from "../../store/records/outbox.js";
import type { Alert } from "../serve/services.js";
import { createAlerts } from "./alerts.js";
import { listReceivers } from "./deliver.js";

const SECRET = "a secret of the receiver";
const ALERT: Alert = {
  kind: "campaign_found",
  key: "campaign_found campaign--1",
  title: "Campaign found: 30 accounts act as one",
  who: "acct-1, <@here> and 28 more",
  sinceMs: Date.UTC(2026, 1, 1),
  because: ["29 accounts carry one scaffold."],
  done: "Nothing yet: only the policy decides.",
  link: "https://stillwatch.example/v1/campaigns/campaign--1",
  command: "stillwatch campaigns show campaign--1",
};

interface Received {
  headers: IncomingMessage["headers"];
  body: string;
}

let server: Server;
let received: Received[];
let status: number;
let database: RecordDatabase;
let nowMs: number;
const said: unknown[] = [];

beforeEach(async () => {
  received = [];
  status = 200;
  nowMs = Date.UTC(2026, 2, 1);
  said.length = 0;
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      received.push({ headers: request.headers, body });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  await database.deleteFrom("outbox").execute();
});
afterEach(() => {
  server.close();
  server.closeAllConnections();
});
beforeAll(async () => {
  database = await openRecordDatabase("memory");
}, 60_000);
afterAll(async () => database.destroy());

function start(kind: "webhook" | "slack" = "webhook"): ReturnType<typeof createAlerts> {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/secret-path`;
  const receivers = listReceivers(
    kind === "slack" ? { webhooks: [], slack: [{ url }] } : { webhooks: [{ url, secret: SECRET }], slack: [] },
  );
  const log = { warn: (told: unknown) => void said.push(told), error: (told: unknown) => void said.push(told) };
  return createAlerts({ database, receivers, clock: { nowMs: () => nowMs }, metrics: { count() {} }, log });
}

async function settle(alerts: ReturnType<typeof createAlerts>): Promise<void> {
  await alerts.sendDue();
  await alerts.sendDue();
}

describe("alerts", () => {
  it("arrive once, signed over id, time and body", async () => {
    const alerts = start();
    await alerts.send(ALERT);
    await alerts.send(ALERT);
    await settle(alerts);
    await alerts.close();
    expect(received).toHaveLength(1);
    const [{ headers, body }] = received;
    const digest = createHmac("sha256", SECRET)
      .update(`${String(headers["webhook-id"])}.${String(headers["webhook-timestamp"])}.${body}`)
      .digest("base64");
    expect(headers["webhook-signature"]).toBe(`v1,${digest}`);
    expect(JSON.parse(body)).toEqual({
      type: "stillwatch.campaign_found",
      title: ALERT.title,
      who: ALERT.who,
      since: "2026-02-01T00:00:00.000Z",
      because: ALERT.because,
      done: ALERT.done,
      link: ALERT.link,
      command: ALERT.command,
    });
  });

  it("are sent again until they arrive, under the same id, also by the process after this one", async () => {
    status = 503;
    const before = start();
    await before.send(ALERT);
    await settle(before);
    expect(await before.countWaiting()).toEqual({ count: 1, failed: 1, sinceMs: nowMs });
    await before.close();
    expect(received).toHaveLength(1);
    status = 200;
    const after = start();
    await settle(after);
    expect(received).toHaveLength(1);
    nowMs += 5_000;
    await settle(after);
    expect(await after.countWaiting()).toEqual({ count: 0, failed: 0, sinceMs: null });
    await after.close();
    expect(received).toHaveLength(2);
    expect(received[1].headers["webhook-id"]).toBe(received[0].headers["webhook-id"]);
  });

  it("that never arrive are kept as dead letters, and told", async () => {
    status = 500;
    const alerts = start();
    await alerts.send(ALERT);
    for (let attempt = 0; attempt < 20; attempt++) {
      await settle(alerts);
      nowMs += 86_400_000;
    }
    await alerts.close();
    expect(received).toHaveLength(9);
    expect(await listDeadOutbox(database, { limit: 10 })).toMatchObject([{ attempts: 9, lastError: "answered 500" }]);
    expect(said.at(-1)).toMatchObject({ outcome: "dead" });
  });

  it("that are dead letters can be listed page by page and sent again, one or all", async () => {
    status = 500;
    const alerts = start();
    for (const at of [1, 2, 3]) await alerts.send({ ...ALERT, key: `campaign_found campaign--${at}` });
    for (let attempt = 0; attempt < 20; attempt++) {
      await settle(alerts);
      nowMs += 86_400_000;
    }
    const first = await alerts.listDead({ limit: 2, cursor: null });
    const second = await alerts.listDead({ limit: 2, cursor: first.next_cursor });
    expect(first.data).toHaveLength(2);
    expect(second).toMatchObject({ data: [{ alert: { title: ALERT.title }, attempts: 9, lastError: "answered 500" }], next_cursor: null });
    status = 200;
    received = [];
    const [{ id }] = second.data;
    expect(await alerts.retryDead([id, "msg_of_nobody"])).toEqual([id]);
    await settle(alerts);
    expect(received.map(({ headers }) => headers["webhook-id"])).toEqual([id]);
    expect(await alerts.retryDead(null)).toHaveLength(2);
    await settle(alerts);
    expect(received).toHaveLength(3);
    expect(await alerts.listDead({ limit: 2, cursor: null })).toEqual({ data: [], next_cursor: null });
    await alerts.close();
  });

  it("to a receiver that is not there fail without its address in the log", async () => {
    const alerts = start();
    server.close();
    server.closeAllConnections();
    await alerts.send(ALERT);
    await settle(alerts);
    await alerts.close();
    expect(said).toMatchObject([{ error: "ECONNREFUSED", outcome: "failed" }]);
    expect(JSON.stringify(said)).not.toContain("secret");
  });

  it("to Slack cannot be made to mention anybody", async () => {
    const alerts = start("slack");
    await alerts.send(ALERT);
    await settle(alerts);
    await alerts.close();
    const { text } = JSON.parse(received[0].body) as { text: string };
    expect(text).toContain("*Campaign found: 30 accounts act as one*\nWho: acct-1, &lt;@here&gt; and 28 more");
    expect(text).toContain(
      "\nLook: `stillwatch campaigns show campaign--1`\n<https://stillwatch.example/v1/campaigns/campaign--1|As JSON>",
    );
  });
});
