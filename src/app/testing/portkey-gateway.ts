/** The real open-source Portkey gateway for tests. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { findFreePort } from "./litellm-proxy.js";

/** For {@link prepareNpm}. */
export const PORTKEY_PACKAGE = "@portkey-ai/gateway";
export const PORTKEY_VERSION = "1.15.2";

/** What the gateway answers when a guardrail denies. */
export const PORTKEY_DENIED = 446;

const START_MS_MAX = 180_000;

/** Starts it from the folder that holds the package. */
export async function startPortkey(folder: string): Promise<{ url: string; stop: () => void }> {
  const port = await findFreePort();
  const script = join(folder, "node_modules", PORTKEY_PACKAGE, "build", "start-server.js");
  // Addresses of the own machine are refused as webhooks and models unless they are named.
  const env = { ...process.env, TRUSTED_CUSTOM_HOSTS: "127.0.0.1" };
  const child: ChildProcess = spawn(process.execPath, [script, "--headless", `--port=${port}`], { env, stdio: "ignore" });
  const url = `http://127.0.0.1:${port}`;
  const stop = (): void => void child.kill("SIGKILL");
  for (const untilMs = Date.now() + START_MS_MAX; Date.now() < untilMs; await wait(200))
    if ((await fetch(url).catch(() => null)) !== null) return { url, stop };
  stop();
  throw new Error("Portkey did not start");
}

/** Headers of a request that is guarded by stillwatch's webhook as docs/integrations/portkey.md says. */
export function writePortkeyHeaders(
  wish: { webhookUrl: string; key: string; modelUrl: string; failOnError: boolean; timeoutMs?: number },
  metadata: Readonly<Record<string, string>> | null,
): Record<string, string> {
  const { webhookUrl, key, modelUrl, failOnError, timeoutMs = 1000 } = wish;
  const parameters = {
    webhookURL: webhookUrl,
    headers: JSON.stringify({ Authorization: `Bearer ${key}` }),
    timeout: timeoutMs,
    failOnError,
  };
  const guardrail = { id: "stillwatch", type: "guardrail", deny: true, checks: [{ id: "default.webhook", parameters }] };
  const config = { provider: "openai", api_key: "none", custom_host: `${modelUrl}/v1`, before_request_hooks: [guardrail] };
  return {
    "content-type": "application/json",
    "x-portkey-config": JSON.stringify(config),
    ...(metadata === null ? {} : { "x-portkey-metadata": JSON.stringify(metadata) }),
  };
}
