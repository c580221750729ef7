/** A real LiteLLM proxy for tests, with keys of our own making and stillwatch as guardrail and as log. */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CLOCK_VARIABLE, PYTHON_CLOCK } from "./lab-clock.js";

/** The version that fixtures and test are of. */
export const LITELLM_VERSION = "1.106.2";
/** For {@link preparePython}. */
export const LITELLM_PACKAGES = [`litellm[proxy]==${LITELLM_VERSION}`];

/** How the proxy is wired. */
export interface LitellmWiring {
  /** Where its packages are. */
  pythonFolder: string;
  stillwatchUrl: string;
  stillwatchKey: string;
  modelUrl: string;
  /** Where finished requests are logged, besides. */
  callbackUrl?: string;
  /** Lines under the guardrail's `litellm_params`. */
  guardrailSwitches?: readonly string[];
  /** Models on offer besides `stub`. */
  models?: readonly string[];
  /** Whose account is whose: organization by `<user>` of a key; without it every key has a team of its own. */
  organizations?: Readonly<Record<string, string>>;
  /** Its clock, if it is not the machine's: see `lab-clock.ts`. */
  clockFile?: string;
}

/** A proxy that runs. */
export interface LitellmProxy {
  url: string;
  log(): string;
  stop(): Promise<void>;
}

/** Proxies of operators keep keys in a database; this reads who calls off the key itself: `sk-test-<user>`. */
const CUSTOM_AUTH = `import json, os
from litellm.proxy._types import UserAPIKeyAuth

with open(os.path.join(os.path.dirname(__file__), "organizations.json")) as file:
    ORGANIZATIONS = json.load(file)

async def user_api_key_auth(request, api_key: str) -> UserAPIKeyAuth:
    if not api_key.startswith("sk-test-"):
        raise Exception("unknown key")
    user = api_key[8:]
    if ORGANIZATIONS is None:
        return UserAPIKeyAuth(api_key=api_key, user_id=user, team_id="team-of-" + user)
    return UserAPIKeyAuth(api_key=api_key, user_id=user, org_id=ORGANIZATIONS.get(user))
`;

/** Importing LiteLLM takes a busy machine half a minute. */
const START_MS_MAX = 420_000;

/** Starts the proxy and waits until it answers. */
export async function startLitellmProxy(wiring: LitellmWiring): Promise<LitellmProxy> {
  const folder = mkdtempSync(join(tmpdir(), "stillwatch-litellm-"));
  writeFileSync(join(folder, "own_auth.py"), CUSTOM_AUTH);
  writeFileSync(join(folder, "organizations.json"), JSON.stringify(wiring.organizations ?? null));
  writeFileSync(join(folder, "config.yaml"), writeConfig(wiring));
  if (wiring.clockFile !== undefined) writeFileSync(join(folder, "sitecustomize.py"), PYTHON_CLOCK);
  const port = await findFreePort();
  let log = "";
  const child = spawn(
    join(wiring.pythonFolder, "bin", "litellm"),
    ["--config", "config.yaml", "--port", String(port), "--host", "127.0.0.1"],
    {
      cwd: folder,
      env: {
        ...process.env,
        PYTHONPATH: folder,
        NO_COLOR: "1",
        // It does not start without one; nobody calls with it here.
        LITELLM_MASTER_KEY: `sk-${randomBytes(32).toString("hex")}`,
        LITELLM_LOCAL_MODEL_COST_MAP: "True",
        LITELLM_TELEMETRY: "False",
        // As docs/integrations/litellm.md says: larger batches lose what ends while one is being sent.
        DEFAULT_BATCH_SIZE: "1",
        DEFAULT_FLUSH_INTERVAL_SECONDS: "1",
        ...(wiring.clockFile === undefined ? {} : { [CLOCK_VARIABLE]: wiring.clockFile }),
      },
    },
  );
  child.stdout.on("data", (text: Buffer) => void (log += text.toString()));
  child.stderr.on("data", (text: Buffer) => void (log += text.toString()));
  const hasEnded = new Promise<void>((resolve) => void child.once("exit", () => resolve()));
  const url = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    child.kill("SIGKILL");
    await hasEnded;
    rmSync(folder, { recursive: true, force: true });
  };
  const endMs = Date.now() + START_MS_MAX;
  while (Date.now() < endMs && child.exitCode === null) {
    const answer = await fetch(`${url}/health/liveliness`).catch(() => null);
    if (answer?.ok === true) return { url, log: () => log, stop };
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  await stop();
  throw new Error(`LiteLLM did not start:\n${log.slice(-4000)}`);
}

function writeConfig(wiring: LitellmWiring): string {
  const { stillwatchUrl, stillwatchKey, modelUrl, callbackUrl, guardrailSwitches = [], models = [] } = wiring;
  const callback = callbackUrl === undefined ? "" : writeCallback(callbackUrl, stillwatchKey);
  const offers = ["stub", ...models].map(
    (name) => `  - model_name: ${name}\n    litellm_params: { model: openai/${name}, api_base: "${modelUrl}/v1", api_key: none }\n`,
  );
  return `model_list:
${offers.join("")}router_settings: { num_retries: 0, disable_cooldowns: true }
guardrails:
  - guardrail_name: stillwatch
    litellm_params:
      guardrail: generic_guardrail_api
      mode: pre_call
      default_on: true
      api_base: "${stillwatchUrl}"
      headers: { Authorization: "Bearer ${stillwatchKey}" }
${guardrailSwitches.map((line) => `      ${line}\n`).join("")}general_settings:
  custom_auth: own_auth.user_api_key_auth
  use_x_forwarded_for: true
${callback}`;
}

function writeCallback(url: string, key: string): string {
  return `litellm_settings:
  callbacks: ["stillwatch_log"]
callback_settings:
  stillwatch_log:
    callback_type: generic_api
    endpoint: "${url}"
    headers: { Authorization: "Bearer ${key}", Content-Type: application/x-ndjson }
    log_format: ndjson
    max_retries: 5
    retry_delay: 1
`;
}

/** A port that nobody had a moment ago. */
export async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise<void>((resolve) => void server.close(() => resolve()));
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return address.port;
}
