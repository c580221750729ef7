/** Reasoning that was handed out to one account and handed in by another, from the record that comes in to the verdict that goes out. */
import { afterEach, describe, expect, it } from "vitest";
import createXxhash from "xxhash-wasm";
import type { Account } from "../../../vocabulary/account.js";
import { startVerdictServer, TEST_KEY, type VerdictServer, type VerdictServerParts } from "../../testing/verdict-server.js";
import { createIntakePart } from "../intake/routes.js";
import { verdictRoutes } from "./routes.js";

const HANDLE = `sha256:${"ab".repeat(32)}`;

let server: VerdictServer | undefined;
afterEach(async () => server?.close());

async function send(path: string, body: object): Promise<Record<string, unknown>> {
  if (server === undefined) throw new Error("no server");
  const headers = { "x-stillwatch-key": TEST_KEY, "content-type": "application/json" };
  const answer = await fetch(`${server.url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  return (await answer.json()) as Record<string, unknown>;
}

async function issue(
  who: { account_id: string; organization_id?: string },
  accounts: readonly Account[] = [],
  more: Omit<VerdictServerParts, "parts"> = {},
): Promise<void> {
  server = await startVerdictServer({ accounts, ...more, parts: [createIntakePart(), verdictRoutes] });
  const event = { request_id: "r-1", at: "2026-05-01T00:00:00Z", target_model: "m", status: 200, input_tokens: 1, output_tokens: 2 };
  expect(await send("/v1/events", { ...event, ...who, reasoning_handles_issued: [HANDLE] })).toEqual({ records: 1 });
}

const submit = async (who: { account_id: string; organization_id?: string }): Promise<unknown> =>
  (await send("/v1/check", { ...who, reasoning_handles_submitted: [HANDLE] }))["verdict"];
const listed = (accountId: string, organizationId: string): Account => ({ accountId, organizationId, createdAtMs: 0 });

describe("a handle that is handed in, where replays are refused", () => {
  it("by a stranger is refused at the first use", async () => {
    await issue({ account_id: "key-1", organization_id: "acme" });
    expect(await submit({ account_id: "key-9", organization_id: "other" })).toBe("block");
  });

  it("by another key of the same customer passes", async () => {
    await issue({ account_id: "key-1", organization_id: "acme" });
    expect(await submit({ account_id: "key-2", organization_id: "acme" })).toBe("allow");
  });

  it("by another key of the same customer passes, when only the operator's list knows that", async () => {
    await issue({ account_id: "key-1" }, [listed("key-1", "acme"), listed("key-2", "acme")]);
    expect(await submit({ account_id: "key-2" })).toBe("allow");
    expect(await submit({ account_id: "key-3" })).toBe("block");
  });

  it("by somebody who only claims to be of the same customer is refused, when the list knows better", async () => {
    await issue({ account_id: "key-1", organization_id: "acme" }, [listed("key-2", "other")]);
    expect(await submit({ account_id: "key-2", organization_id: "acme" })).toBe("block");
  });

  it.each(["unattributed:otlp", "service:chat-backend"])(
    "passes when it was handed out through %s: anybody may have got it",
    async (nobody) => {
      await issue({ account_id: nobody });
      expect(await submit({ account_id: "key-2" })).toBe("allow");
    },
  );
});

describe("/v1/reasoning-handles/check says the same as a request's verdict", () => {
  const check = async (account_id: string): Promise<Record<string, unknown>> =>
    send("/v1/reasoning-handles/check?integration=edge", { account_id, handles: [HANDLE] });

  it("denies a stranger, and counts it", async () => {
    await issue({ account_id: "key-1" });
    expect(await check("key-9")).toMatchObject({ verdict: "deny", state: "checked", replayed: 1 });
    expect(server?.counts.get("stillwatch_replayed_handles_total{integration=edge}")).toBe(1);
    expect(await check("key-1")).toMatchObject({ verdict: "allow", state: "checked", replayed: 0 });
  });

  it.each<[claim: string, more: Omit<VerdictServerParts, "parts">]>([
    ["in shadow", { settings: { handleMode: "shadow" } }],
    ["for whom the allowlist spares", { allowlist: [{ accountId: "key-9", reason: "red team", expiresAtMs: Number.MAX_SAFE_INTEGER }] }],
  ])("tells and lets pass %s", async (_claim, more) => {
    await issue({ account_id: "key-1" }, [], more);
    expect(await check("key-9")).toMatchObject({ verdict: "allow", state: "checked", replayed: 1 });
    expect(await submit({ account_id: "key-9" })).toBe("allow");
  });
});

describe("after a start, until the engine has told what was issued", () => {
  it("nothing is refused on half a memory, and that is said; afterwards handles of before the start are known", async () => {
    await issue({ account_id: "key-1" }, [], { areHandlesKnown: false });
    const ask = async (): Promise<Record<string, unknown>> =>
      send("/v1/check", { account_id: "key-9", reasoning_handles_submitted: [HANDLE] });
    const early = await ask();
    expect([early["verdict"], String(early["because"])]).toEqual(["allow", expect.stringContaining("not checked")]);
    expect(await send("/v1/reasoning-handles/check", { account_id: "key-9", handles: [HANDLE] })).toMatchObject({
      verdict: "allow",
      state: "unchecked",
    });
    const xxhash = await createXxhash();
    const of = (text: string): BigUint64Array => BigUint64Array.of(xxhash.h64(text));
    await server?.verdicts.fillHandles({ handles: of("old"), accounts: of("key-2"), organizations: of("acme") });
    expect((await ask())["verdict"]).toBe("block");
    const old = (who: object) => send("/v1/check", { account_id: "key-9", ...who, reasoning_handles_submitted: ["old"] });
    expect([(await old({}))["verdict"], (await old({ organization_id: "acme" }))["verdict"]]).toEqual(["block", "allow"]);
  });

  it("on_unavailable: block refuses what cannot be checked", async () => {
    await issue({ account_id: "key-1" }, [], { areHandlesKnown: false, settings: { onUnavailable: { default: "block" } } });
    expect(await send("/v1/reasoning-handles/check", { account_id: "key-1", handles: [HANDLE] })).toMatchObject({
      verdict: "deny",
      state: "unchecked",
    });
  });
});
