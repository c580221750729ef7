/** `stillwatch proxy` with a key that serve refuses: told at the start, not with the first customer. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Command } from "commander";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { addProxyCommand } from "./proxy.js";

let asked: string[] = [];
let answers: Readonly<Record<string, number>> = {};
let server: Server;
let url = "";
beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    const path = request.url ?? "";
    asked.push(`${path} ${String(request.headers["x-stillwatch-key"])}`);
    response.writeHead(answers[path] ?? 400).end();
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  vi.stubEnv("STILLWATCH_KEY", "sw_1");
});
afterEach(() => {
  server.close();
  vi.unstubAllEnvs();
});

async function run(...args: string[]): Promise<unknown> {
  const program = new Command().exitOverride();
  addProxyCommand(program);
  return program.parseAsync(["proxy", "--upstream", "http://127.0.0.1:1", "--server", url, "--listen", "127.0.0.1:0", ...args], {
    from: "user",
  });
}

it.each<[claim: string, told: Record<string, number>, what: RegExp]>([
  ["nobody's", { "/v1/reasoning-handles/check": 401 }, /does not know the key/],
  ["one that may not check", { "/v1/reasoning-handles/check": 403 }, /lacks the scope check/],
  ["one that may not bring events", { "/v1/events": 403 }, /lacks the scope events:write/],
])("%s key", async (_claim, told, what) => {
  answers = told;
  await expect(run()).rejects.toMatchObject({ problem: { code: "SW2160", what: expect.stringMatching(what) } });
  expect(asked.every((each) => each.endsWith(" sw_1"))).toBe(true);
});
