/** A log that cannot be written takes nobody's answers away: a full disk, and a terminal that is closed. */
import { spawn, spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { createWorkshop } from "../testing/command-line.js";

const MAIN = fileURLToPath(new URL("../../../dist/app/cli/main.js", import.meta.url));
const FULL = "/dev/full";
/** util-linux's, which keeps a terminal of its own open as long as it runs. */
const HAS_SCRIPT = spawnSync("script", ["--version"]).status === 0;
if (!existsSync(FULL)) console.warn(`SKIPPED: there is no ${FULL} here, so nothing shows that a full disk takes no answers away`);
if (!HAS_SCRIPT) console.warn("SKIPPED: `script` of util-linux is not here, so nothing shows that a closed terminal stops serve");
const PATIENCE_MS = 120_000;
const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanups.splice(0).reverse()) clean();
});

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const answers = async (url: string, init: RequestInit = {}): Promise<number | null> =>
  fetch(url, { ...init, signal: AbortSignal.timeout(5000) }).then(
    ({ status }) => status,
    () => null,
  );

async function isUp(url: string): Promise<void> {
  for (const untilMs = Date.now() + PATIENCE_MS; (await answers(url)) !== 200; await wait(100))
    if (Date.now() > untilMs) throw new Error("it does not come up");
}

/** The command line with a log that has no room for a byte. */
function startWithFullLog(args: readonly string[], env: Record<string, string> = {}): { pid: number; stop(): Promise<number | null> } {
  const workshop = createWorkshop();
  const log = openSync(FULL, "w");
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: workshop.folder,
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", log],
  });
  closeSync(log);
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  cleanups.push(
    () => workshop.remove(),
    () => child.kill("SIGKILL"),
  );
  return {
    pid: child.pid ?? 0,
    async stop() {
      child.kill("SIGTERM");
      return Promise.race([ended, wait(60_000, null)]);
    },
  };
}

describe.skipIf(!existsSync(FULL))("with a log on a full disk", () => {
  it(
    "serve answers on, counts the lines, and stops when it is told to",
    async () => {
      const port = await findFreePort();
      const url = `http://127.0.0.1:${port}`;
      const workshop = createWorkshop();
      cleanups.push(() => workshop.remove());
      const settings = workshop.path("stillwatch.yaml");
      writeFileSync(settings, `listen: { port: ${port} }\nauth: none\n`);
      const serve = startWithFullLog(["serve", "--config", settings]);
      await isUp(`${url}/healthz`);
      // Each has it say that no policy is named.
      for (let hang = 0; hang < 5; hang++) {
        process.kill(serve.pid, "SIGHUP");
        await wait(100);
      }
      expect(await answers(`${url}/healthz`)).toBe(200);
      const metrics = await (await fetch(`${url}/metrics`)).text();
      expect(Number(/^stillwatch_log_lines_lost_total (\d+)/m.exec(metrics)?.[1])).toBeGreaterThanOrEqual(5);
      expect(await serve.stop()).toBe(0);
    },
    2 * PATIENCE_MS,
  );

  it(
    "the proxy answers on, and stops when it is told to",
    async () => {
      const port = await findFreePort();
      const url = `http://127.0.0.1:${port}`;
      const nobody = "http://127.0.0.1:9";
      const args = ["proxy", "--upstream", nobody, "--server", nobody, "--listen", `127.0.0.1:${port}`, "--events", "none"];
      const proxy = startWithFullLog(args, { STILLWATCH_KEY: "sw_x" });
      await isUp(`${url}/stillwatch/healthz`);
      const request = { method: "POST", headers: { "content-type": "application/json" }, body: '{"model":"m","messages":[]}' };
      for (let turn = 0; turn < 5; turn++) expect(await answers(`${url}/v1/chat/completions`, request)).toBe(502);
      expect(await answers(`${url}/stillwatch/healthz`)).toBe(200);
      expect(await proxy.stop()).toBe(0);
    },
    2 * PATIENCE_MS,
  );
});

/** True once it is gone, or waits for somebody to look how it ended. */
function hasEnded(pid: number): boolean {
  try {
    return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return true;
  }
}

describe.skipIf(!HAS_SCRIPT)("in a terminal", () => {
  it(
    "serve reads its policy again at a SIGHUP, and stops at that of a terminal that is closed",
    async () => {
      const workshop = createWorkshop();
      const port = await findFreePort();
      writeFileSync(workshop.path("stillwatch.yaml"), `listen: { port: ${port} }\n`);
      const command = `echo pid=$$; exec '${process.execPath}' '${MAIN}' serve --config stillwatch.yaml`;
      const terminal = spawn("script", ["-qec", command, "/dev/null"], { cwd: workshop.folder, stdio: ["pipe", "pipe", "ignore"] });
      let said = "";
      terminal.stdout.on("data", (piece: Buffer) => (said += piece.toString()));
      cleanups.push(() => terminal.kill("SIGKILL"));
      await isUp(`http://127.0.0.1:${port}/healthz`);
      const pid = Number(/pid=(\d+)/.exec(said)?.[1]);
      cleanups.push(() => {
        workshop.remove();
        if (!hasEnded(pid)) process.kill(pid, "SIGKILL");
      });
      process.kill(pid, "SIGHUP");
      await expect.poll(() => said, { timeout: 60_000 }).toContain("no policy is named");
      terminal.kill("SIGKILL");
      await expect.poll(() => hasEnded(pid), { timeout: 60_000 }).toBe(true);
    },
    2 * PATIENCE_MS,
  );
});
