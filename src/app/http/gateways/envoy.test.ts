/** Envoy names an account and no organization unless it is told to: what was said about the organization must hold all the same. */
import { afterEach, describe, expect, it } from "vitest";
import type { Decision } from "../../../vocabulary/decision.js";
import {
  startVerdictServer,
  TEST_KEY,
  TEST_REASON,
  type VerdictServer,
  type VerdictServerParts,
  writeDecision,
} from "../../testing/verdict-server.js";
import { envoyGateway, ENVOY_HTTP_PREFIX } from "./envoy.js";

let server: VerdictServer | undefined;
afterEach(async () => server?.close());

async function start(parts: Omit<VerdictServerParts, "parts">): Promise<VerdictServer> {
  server = await startVerdictServer({ ...parts, parts: [envoyGateway({ account_header: "x-account" })] });
  return server;
}

async function ask(account: string): Promise<number> {
  const headers = { "x-stillwatch-key": TEST_KEY, "x-account": account };
  return (await fetch(`${server?.url ?? ""}${ENVOY_HTTP_PREFIX}/v1/messages`, { method: "POST", headers })).status;
}

const accounts = [{ accountId: "key-1", organizationId: "acme", createdAtMs: 0 }];
const ofAcme: Decision = { ...writeDecision("acme", { measure: "block" }), scope: { kind: "organization", id: "acme" } };
const sparesAcme = { allowlist: [{ organizationId: "acme", reason: "contract", expiresAtMs: Number.MAX_SAFE_INTEGER }] };

describe("who is refused", () => {
  it.each(["block", "step_up"] as const)("by %s is told what the rule tells him", async (measure) => {
    await start({ decisions: [writeDecision("key-1", { measure })] });
    const headers = { "x-stillwatch-key": TEST_KEY, "x-account": "key-1" };
    const answer = await fetch(`${server?.url ?? ""}${ENVOY_HTTP_PREFIX}/v1/messages`, { method: "POST", headers });
    expect(((await answer.json()) as { error: { message: string } }).error.message).toContain(TEST_REASON);
  });
});

describe("where Envoy names the account alone", () => {
  it("a decision about an organization holds for the accounts that the operator lists under it, and for no others", async () => {
    await start({ decisions: [ofAcme], accounts });
    expect([await ask("key-1"), await ask("key-2")]).toEqual([403, 200]);
  });

  it("and for those that the analysis saw there", async () => {
    const { verdicts } = await start({ decisions: [ofAcme] });
    expect(await ask("key-1")).toBe(200);
    verdicts.noteMembers([{ accountId: "key-1", organizationId: "acme" }]);
    expect(await ask("key-1")).toBe(403);
  });

  it("an organization on the allowlist spares its accounts", async () => {
    const decisions = [writeDecision("key-1", { measure: "block" }), writeDecision("key-2", { measure: "block" })];
    await start({ decisions, accounts, ...sparesAcme });
    expect([await ask("key-1"), await ask("key-2")]).toEqual([200, 403]);
  });
});
