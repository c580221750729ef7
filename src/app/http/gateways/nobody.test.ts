/** A request that names nobody cannot be checked: what happens to it is what the operator set for that gateway, and it is counted. */
import { afterEach, describe, expect, it } from "vitest";
import type { OnUnavailable } from "../../../engine/decisions/check.js";
import { startVerdictServer, TEST_KEY, type VerdictServer } from "../../testing/verdict-server.js";
import type { HttpPart } from "../../serve/services.js";
import { verdictRoutes } from "../verdicts/routes.js";
import { agentgatewayGateway } from "./agentgateway.js";
import { ENVOY_HTTP_PREFIX, envoyGateway } from "./envoy.js";
import { litellmGateway } from "./litellm.js";
import { PORTKEY_PATH, portkeyGateway } from "./portkey.js";

let server: VerdictServer | undefined;
afterEach(async () => server?.close());

interface Case {
  name: string;
  part: HttpPart;
  path: string;
  passes: string;
  refuses: string;
}

const CASES: readonly Case[] = [
  { name: "api", part: verdictRoutes, path: "/v1/check", passes: '"verdict":"allow"', refuses: '"verdict":"block"' },
  {
    name: "litellm",
    part: litellmGateway({}),
    path: "/beta/litellm_basic_guardrail_api",
    passes: '"action":"NONE"',
    refuses: "stillwatch_unchecked",
  },
  {
    name: "portkey",
    part: portkeyGateway({ portkey_account: "_user" }),
    path: PORTKEY_PATH,
    passes: '"verdict":true',
    refuses: "stillwatch_unchecked",
  },
  { name: "envoy", part: envoyGateway({}), path: `${ENVOY_HTTP_PREFIX}/v1/messages`, passes: "200 ", refuses: "stillwatch_unchecked" },
  { name: "agentgateway", part: agentgatewayGateway({}), path: "/request", passes: '"action":{}', refuses: "stillwatch_unchecked" },
];

describe.each(CASES)("$name", ({ name, part, path, passes, refuses }) => {
  it.each<[onUnavailable: OnUnavailable, said: string]>([
    ["use_last_known", passes],
    ["allow", passes],
    ["block", refuses],
  ])("whose on_unavailable is %s", async (onUnavailable, said) => {
    server = await startVerdictServer({ parts: [part], settings: { onUnavailable: { default: "allow", [name]: onUnavailable } } });
    const headers = { "x-stillwatch-key": TEST_KEY, "content-type": "application/json" };
    const answer = await fetch(server.url + path, { method: "POST", headers, body: "{}" });
    expect(`${answer.status} ${await answer.text()}`).toContain(said);
    expect(server.counts.get(`stillwatch_unchecked_requests_total{integration=${name}}`)).toBe(1);
  });
});
