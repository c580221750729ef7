import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { describeEventStore } from "./conformance.js";
import { openEventStore } from "./store.js";
import { startTestServer, type TestServer } from "./testing/clickhouse-server.js";
import { makeBlock, range } from "./testing/request-samples.js";

const folder = await mkdtemp(join(tmpdir(), "stillwatch-store-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

describeEventStore({
  name: "in the process",
  open: (name) => openEventStore({ path: join(folder, name) }),
});

const started = await startTestServer();
const server: TestServer | null = "cannotStart" in started ? null : started;
if ("cannotStart" in started) console.warn(`NOT CHECKED: the event store on a ClickHouse server, because ${started.cannotStart}`);
afterAll(() => server?.stop());

describe.skipIf(server === null)("against a server", () => {
  describeEventStore({
    name: "server",
    open: (name) => openEventStore({ url: server?.url ?? "", database: `stillwatch-${name}` }),
  });

  it("inserts survive a crash of the server", async () => {
    const store = await openEventStore({ url: server?.url ?? "", database: "crash" });
    const block = await makeBlock(range(0, 5000));
    await store.insertBlock({ table: "request_events", token: "a", block });
    await server?.crashAndRestart();
    await store.insertBlock({ table: "request_events", token: "a", block });
    expect(await store.rows("SELECT toUInt32(count()) AS n FROM request_events")).toEqual([{ n: 5000 }]);
    await store.close();
  });

  it("a wrong password is refused without showing it", async () => {
    const url = (server?.url ?? "").replace("//", "//default:secret-word@");
    const error = await openEventStore({ url }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ problem: { code: "SW1404" }, exitStatus: 2 });
    expect(JSON.stringify(error)).not.toContain("secret-word");
  });
});

describe("a store that cannot be opened", () => {
  it.each([
    ["nobody listens", "http://user:secret-word@127.0.0.1:9", "SW1403"],
    ["the name does not exist", "http://user:secret-word@no-such-host.invalid:8123", "SW1403"],
    ["the address is no address", "secret-word at nowhere", "SW1401"],
  ])("%s", async (_claim, url, code) => {
    const error = await openEventStore({ url }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ problem: { code }, exitStatus: 2 });
    expect(JSON.stringify((error as { problem: unknown }).problem)).not.toContain("secret-word");
  });

  it("the folder is a file", async () => {
    const path = join(folder, "a-file");
    await writeFile(path, "text");
    await expect(openEventStore({ path })).rejects.toMatchObject({ problem: { code: "SW1401" } });
  });

  it("another folder is open in this process", async () => {
    const first = await openEventStore({ path: join(folder, "first") });
    await expect(openEventStore({ path: join(folder, "second") })).rejects.toMatchObject({ problem: { code: "SW1410" } });
    await first.close();
    const second = await openEventStore({ path: join(folder, "second") });
    await second.close();
  });
});
