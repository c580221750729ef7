import { describe, expect, it } from "vitest";
import { StillwatchError } from "../../vocabulary/errors.js";
import { hideCredentials } from "./server-engine.js";
import { explainStoreError, isVersionAtLeast, requireServerVersion } from "./store-errors.js";

const FOLDER = { kind: "embedded", name: "data" } as const;
const SERVER = { kind: "server", name: "https://user:secret-word@db.example:8443/x?password=secret-word" } as const;

describe("what an engine throws is explained", () => {
  it.each([
    ["Code: 76. DB::Exception: Cannot lock file /x/status. Another server instance in same directory is already running.", "SW1402"],
    ["Code: 241. DB::Exception: Query memory limit exceeded: would use 2.01 GiB", "SW1407"],
    ["Code: 243. DB::Exception: Cannot reserve 1.00 MiB, not enough space", "SW1408"],
    ["chdb: only one active data directory per process; close the current session", "SW1410"],
    ["Code: 62. DB::Exception: Syntax error", "SW1499"],
    ["something nobody has seen before", "SW1499"],
  ])("in use: %s", (message, code) => {
    expect(explainStoreError({ error: new Error(message), place: FOLDER, during: "use" }).problem.code).toBe(code);
  });

  it.each([
    [{ code: "ECONNREFUSED", message: "connect ECONNREFUSED 127.0.0.1:8123" }, "SW1403"],
    [{ code: "", message: "Timeout error." }, "SW1403"],
    [{ code: "516", message: "default: Authentication failed" }, "SW1404"],
    [{ code: "ERR_DLOPEN_FAILED", message: "libchdb.so: cannot open shared object file" }, "SW1409"],
    [{ code: "EACCES", message: "EACCES: permission denied, mkdir 'data'" }, "SW1401"],
    [{ code: "ENOSPC", message: "ENOSPC: no space left on device" }, "SW1408"],
  ])("on opening: %o", (thrown, code) => {
    const error = Object.assign(new Error(thrown.message), { code: thrown.code });
    expect(explainStoreError({ error, place: SERVER, during: "open" }).problem.code).toBe(code);
  });

  it("once: an explained error passes through", () => {
    const explained = new StillwatchError({ code: "SW1406", what: "w", why: "w", fix: "f" });
    expect(explainStoreError({ error: explained, place: FOLDER, during: "use" })).toBe(explained);
  });

  it("without secrets: neither the address nor the engine's words show a password", () => {
    const error = new Error("cannot reach http://user:secret-word@db.example:8443/");
    for (const during of ["open", "use"] as const) {
      expect(JSON.stringify(explainStoreError({ error, place: SERVER, during }).problem)).not.toContain("secret-word");
    }
    expect(hideCredentials(SERVER.name)).toBe("https://db.example:8443");
    expect(hideCredentials("secret-word at nowhere")).not.toContain("secret-word");
  });
});

describe("versions of servers", () => {
  it.each([
    ["26.7.2.1", true],
    ["25.8.1.3", true],
    ["25.8", true],
    ["25.7.9.9", false],
    ["18.16.1", false],
    ["100.1", true],
    ["", false],
    ["not a version", false],
  ])("%s is at least 25.8: %s", (version, expected) => expect(isVersionAtLeast(version, "25.8")).toBe(expected));

  it("an old server is refused with its version: SW1405", async () => {
    const store = { rows: <T>() => Promise.resolve([{ version: "18.16.1" }] as T[]) };
    await expect(requireServerVersion(store, "here")).rejects.toMatchObject({
      problem: { code: "SW1405", what: expect.stringContaining("18.16.1") as string },
    });
  });
});
