import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { get } from "node:https";
import { once } from "node:events";
import { createConnection } from "node:net";
import { connect as connectTls } from "node:tls";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeCertificate } from "../testing/certificates.js";
import { createWorkshop, type Workshop } from "../testing/command-line.js";
import { findFreePort } from "../testing/litellm-proxy.js";
import { type RunningServe, startServing } from "../testing/running-serve.js";

const lineOf = (index: number, text = "What is the tallest hill of the county?"): string =>
  JSON.stringify({
    request_id: `r${index}`,
    at: new Date(Date.UTC(2026, 1, 1) + index * 1000).toISOString(),
    account_id: `acct-${index % 7}`,
    target_model: "m-1",
    status: 200,
    input_tokens: 12,
    output_tokens: 34,
    messages: [{ role: "user", content: text }],
  });
const linesOf = (count: number): string => `${Array.from({ length: count }, (_, index) => lineOf(index)).join("\n")}\n`;
const ndjson = { "content-type": "application/x-ndjson" };
const json = { "content-type": "application/json" };

describe("serve, from its first key to its stop", () => {
  let workshop: Workshop;
  let serving: RunningServe;
  let key = "";

  beforeAll(async () => {
    workshop = createWorkshop();
    const made = workshop.run(["keys", "create", "--name", "me", "--scope", "admin"]);
    expect(made.status).toBe(0);
    key = made.stdout.trim();
    expect(key).toMatch(/^sw_[\w-]{43}$/);
    writeFileSync(workshop.path("policy.yaml"), "rules: []\n");
    serving = await startServing(workshop, {
      key,
      settings: "policy: policy.yaml\nsources: { files: [{ path: 'logs/*.ndjson', format: native }] }\n",
    });
    await serving.ready();
  }, 120_000);
  afterAll(async () => {
    if (serving.child.exitCode === null) await serving.stop("SIGKILL");
    workshop.remove();
  });

  it("says where it listens and where its data is", async () => {
    await serving.says("engine up");
    expect(serving.said()).toMatch(/listens on http:\/\/127\.0\.0\.1:\d+\n/);
    expect(serving.said()).toMatch(/data in .*stillwatch-data; 1 key\n/);
  });

  it("keeps no secret of a key", () => {
    const kept = readdirSync(workshop.path("stillwatch-data"), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    expect(kept.length).toBeGreaterThan(0);
    for (const { parentPath, name } of kept) expect(readFileSync(`${parentPath}/${name}`).includes(key)).toBe(false);
  });

  it.each<[path: string, key: string | null, status: number]>([
    ["/healthz", null, 200],
    ["/readyz", null, 200],
    ["/openapi.json", null, 200],
    ["/metrics", null, 401],
    ["/v1/campaigns", null, 401],
    ["/v1/campaigns", "sw_wrong", 401],
    ["/nothing", null, 404],
  ])("GET %s with key %s answers %i", async (path, own, status) => {
    expect((await serving.ask(path, { key: own })).status).toBe(status);
  });

  it("keys are made with the scopes they are given, and end when they are ended", async () => {
    const made = workshop.run(["keys", "create", "--name", "gateway", "--scope", "check", "--url", serving.url], { STILLWATCH_KEY: key });
    expect([made.status, made.stderr]).toEqual([0, expect.stringContaining("may check")]);
    const own = made.stdout.trim();
    const check = async (): Promise<number> =>
      (await serving.ask("/v1/check", { key: own, method: "POST", headers: json, body: '{"account_id":"acct-1","request_id":"q1"}' }))
        .status;
    expect(await check()).toBe(200);
    expect((await serving.ask("/v1/campaigns", { key: own })).status).toBe(403);
    const listed = workshop.run(["keys", "list", "--url", serving.url], { STILLWATCH_KEY: key });
    expect(listed.stdout).not.toContain(own);
    const id = /key_\w+/.exec(made.stderr)?.[0] ?? "";
    expect(listed.stdout).toContain(id);
    expect(workshop.run(["keys", "revoke", id, "--url", serving.url], { STILLWATCH_KEY: key }).status).toBe(0);
    expect(await check()).toBe(401);
    expect(workshop.run(["keys", "revoke", id, "--url", serving.url], { STILLWATCH_KEY: key }).stderr).toContain("SW1911");
  });

  it("what is sent is stored, and known by account", async () => {
    const answer = await serving.ask("/v1/events", { method: "POST", headers: ndjson, body: linesOf(210) });
    expect([answer.status, await answer.json()]).toEqual([202, { records: 210 }]);
    for (;;) {
      const found = await serving.ask("/v1/accounts/acct-3");
      if (found.status === 200) {
        expect(await found.json()).toMatchObject({ account_id: "acct-3", standing: "clear" });
        break;
      }
      expect(found.status).toBe(404);
      await wait(200);
    }
    expect(await (await serving.ask("/v1/campaigns")).json()).toEqual({ data: [], next_cursor: null });
  }, 90_000);

  it("says of what cannot be read on which line of which file or body it stood", async () => {
    mkdirSync(workshop.path("logs"));
    for (const body of ["a\n", "b\nc\n"])
      expect((await serving.ask("/v1/events", { method: "POST", headers: ndjson, body })).status).toBe(202);
    writeFileSync(workshop.path("logs", "b.ndjson"), "d\ne\n");
    const list = async (): Promise<string[]> => {
      const { data } = (await (await serving.ask("/v1/quarantine")).json()) as { data: { source: string; source_line: number }[] };
      return data.map(({ source, source_line }) => `${source.replace(/^.*(?=logs)/, "")}:${source_line}`).sort();
    };
    await expect
      .poll(list, { timeout: 60_000 })
      .toEqual(["http, key me:1", "http, key me:1", "http, key me:2", "logs/b.ndjson:1", "logs/b.ndjson:2"]);
  }, 90_000);

  it("a second serve on the same data is refused, and so is a command that would open it", () => {
    for (const args of [["serve"], ["keys", "list"]]) {
      const { status, stderr } = workshop.run(args);
      expect([status, stderr]).toEqual([2, expect.stringContaining("SW1810")]);
    }
  });

  it("and a command with a key asks the serve that has them", () => {
    writeFileSync(
      workshop.path("there.yaml"),
      `listen: { port: ${new URL(serving.url).port} }\nalerts: { slack: [{ url: "\${GONE}" }] }\n`,
    );
    for (const args of [["keys", "list"], ["decisions", "list"], ["shadow-report"], ["quarantine", "list"]]) {
      const { status, stderr } = workshop.run([...args, "--config", "there.yaml"], { STILLWATCH_KEY: key });
      expect([args, status, stderr]).toEqual([args, 0, expect.not.stringContaining("SW")]);
    }
  });

  it("reads its policy again at SIGHUP, and goes on with the one before where the new one is wrong", async () => {
    const look = async (): Promise<unknown> => [
      ((await (await serving.ask("/readyz")).json()) as { status: string; attention: { part: string }[] }).attention.map(
        ({ part }) => part,
      ),
      /^stillwatch_policy_refused (\d)$/m.exec(await (await serving.ask("/metrics")).text())?.[1],
    ];
    expect(await look()).toEqual([[], "0"]);
    writeFileSync(workshop.path("policy.yaml"), "rules: [{ name: stop, measure: bloc, owner: me, reason: Harvesting. }]\n");
    serving.child.kill("SIGHUP");
    await expect.poll(look, { timeout: 10_000 }).toEqual([["policy"], "1"]);
    expect(serving.said()).toMatch(/SW2011.*docs\/policy\.md says.*"line":1/);
    writeFileSync(workshop.path("policy.yaml"), "rules: [{ name: stop, measure: block, owner: me, reason: Harvesting. }]\n");
    serving.child.kill("SIGHUP");
    await expect.poll(look, { timeout: 10_000 }).toEqual([[], "0"]);
    await serving.says('"rules":["stop shadow"]');
  });

  it("counts what it does", async () => {
    const text = await (await serving.ask("/metrics")).text();
    expect(text).toMatch(/^stillwatch_engine_up 1$/m);
    expect(text).toMatch(/^stillwatch_checks_total\{[^}]*\} 1$/m);
  });

  it("describes every call with its reason for being", async () => {
    const { paths } = (await (await serving.ask("/openapi.json")).json()) as {
      paths: Record<string, Record<string, { summary?: string }>>;
    };
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining(["/v1/events", "/v1/check", "/v1/decisions", "/v1/campaigns", "/v1/accounts/{id}", "/v1/keys"]),
    );
    const bare = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, { summary }]) => (summary === undefined ? [`${method} ${path}`] : [])),
    );
    expect(bare).toEqual([]);
  });

  it("no text of a request is in what it says", () => expect(serving.said()).not.toContain("tallest hill"));

  it("a stop finishes: an open connection does not hold it up, the lock is gone, nothing waits", async () => {
    const { hostname, port } = new URL(serving.url);
    const idle = createConnection({ host: hostname, port: Number(port) });
    idle.on("error", () => {});
    await wait(100);
    const { status, stderr } = await serving.stop();
    idle.destroy();
    expect([status, stderr]).toEqual([0, expect.stringContaining("stopped;")]);
    expect(existsSync(workshop.path("stillwatch-data", "lock"))).toBe(false);
  }, 60_000);

  it("the next start knows what was stored; a kill leaves nothing that keeps the one after from starting", async () => {
    const again = await startServing(workshop, { key });
    await again.ready();
    await again.says("210 events stored");
    const body = linesOf(300);
    expect((await again.ask("/v1/events", { method: "POST", headers: ndjson, body })).status).toBe(202);
    await again.stop("SIGKILL");
    const third = await startServing(workshop, { key });
    await third.ready();
    for (;;) {
      const { status } = await third.ask("/v1/accounts/acct-6");
      const metrics = await (await third.ask("/metrics")).text();
      if (status === 200 && /^stillwatch_journal_backlog_bytes 0$/m.test(metrics)) break;
      await wait(200);
    }
    const { status } = await third.stop();
    expect(status).toBe(0);
    const fourth = await startServing(workshop, { key });
    await fourth.ready();
    // Sent twice, counted once.
    const known = await (await fourth.ask("/v1/accounts/acct-6")).json();
    expect(known).toMatchObject({ events: linesOf(300).split('"acct-6"').length - 1 });
    await fourth.stop();
  }, 180_000);
});

describe("serve that cannot start says why", () => {
  const workshop = createWorkshop();
  afterAll(() => workshop.remove());
  it.each<[claim: string, settings: string, code: string]>([
    ["settings that are wrong", "listen: { prot: 1 }\n", "SW1803"],
    ["open to everybody", "auth: none\nlisten: { host: 0.0.0.0 }\n", "SW1807"],
    ["a policy that is wrong", "policy: policy.yaml\n", "SW1803"],
    ["an address that is not this machine's", "listen: { host: 192.0.2.1, behind_proxy: true, port: 0 }\n", "SW1812"],
    ["a data folder that is a file", "data: { folder: policy.yaml }\nlisten: { port: 0 }\n", "SW1811"],
    ["a side file that cannot be read", "analysis: { accounts: policy.yaml/none }\nlisten: { port: 0 }\n", "SW1809"],
  ])("%s", (_claim, settings, code) => {
    writeFileSync(workshop.path("policy.yaml"), "ruels: []\n");
    writeFileSync(workshop.path("stillwatch.yaml"), settings);
    const { status, stderr } = workshop.run(["serve"]);
    expect([status, stderr]).toEqual([2, expect.stringContaining(code)]);
    expect(existsSync(workshop.path("stillwatch-data", "lock"))).toBe(false);
  });
});

describe("serve over TLS", () => {
  it("answers by HTTPS and not by HTTP, and Envoy under the same certificate", async ({ skip }) => {
    const workshop = createWorkshop();
    try {
      const made = makeCertificate(workshop.folder);
      skip(made === null, "openssl is not here: TLS was not checked");
      const grpcPort = await findFreePort();
      const serving = await startServing(workshop, {
        settings: `gateways: { envoy_grpc_port: ${grpcPort} }\n`,
        listen: ", tls: { certificate: certificate.pem, key: certificate-key.pem }",
      });
      expect(serving.url).toMatch(/^https:/);
      const status = await new Promise<number | undefined>((resolve, reject) => {
        get(`${serving.url}/healthz`, { ca: made?.cert ?? "" }, (response) => resolve(response.resume().statusCode)).on("error", reject);
      });
      expect(status).toBe(200);
      await expect(fetch(serving.url.replace("https:", "http:"))).rejects.toThrow("fetch failed");
      const socket = connectTls({ host: "127.0.0.1", port: grpcPort, ca: made?.cert ?? "", ALPNProtocols: ["h2"] });
      await once(socket, "secureConnect");
      expect([socket.authorized, socket.alpnProtocol]).toEqual([true, "h2"]);
      socket.destroy();
      expect((await serving.stop()).status).toBe(0);
    } finally {
      workshop.remove();
    }
  }, 120_000);
});
