/** Reasoning that was handed out to one account and handed in by another, from the record that comes in to the verdict that goes out. */
import { afterEach, describe, expect, it } from "vitest";
import type { Account } from "../../../vocabulary/account.js";
import { startVerdictServer, TEST_KEY, type VerdictServer } from "../../testing/verdict-server.js";
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

async function issue(who: { account_id: string; organization_id?: string }, accounts: readonly Account[] = []): Promise<void> {
  server = await startVerdictServer({ accounts, parts: [createIntakePart(), verdictRoutes] });
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
