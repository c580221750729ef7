/** A real PostgreSQL server for tests, from the machine's own package. */
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, chown, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

/** A running server. */
export interface TestServer {
  /** `postgres://…`, of the administrator of the server. */
  url: string;
  stop(): Promise<void>;
}

/** Where Debian and its kin put the versions of the server. */
const VERSIONS = "/usr/lib/postgresql";
/** PostgreSQL refuses to run as root; `nobody` is there on every such machine. */
const NOBODY = { uid: 65_534, gid: 65_534 };
const READY_WITHIN_MS = 30_000;
const POLL_EVERY_MS = 100;

/** Starts a server, or says why it cannot be started here: then the caller must say aloud what it does not check. */
export async function startTestServer(): Promise<TestServer | { cannotStart: string }> {
  const programs = await findPrograms();
  if (programs === null) return { cannotStart: `no PostgreSQL server below ${VERSIONS}` };
  const folder = await mkdtemp(join(tmpdir(), "stillwatch-postgres-"));
  const isRoot = userInfo().uid === 0;
  const owner = isRoot ? NOBODY : {};
  try {
    if (isRoot) await chown(folder, NOBODY.uid, NOBODY.gid);
    await chmod(folder, 0o700);
    const data = join(folder, "data");
    const flags = ["--pgdata", data, "--username", "tester", "--auth", "trust", "--encoding", "UTF8", "--no-sync", "--locale", "C"];
    await promisify(execFile)(join(programs, "initdb"), flags, { ...owner, cwd: folder });
    const port = 30_000 + (process.pid % 10_000);
    const settings = [
      "-c",
      "listen_addresses=127.0.0.1",
      "-c",
      `port=${port}`,
      "-c",
      `unix_socket_directories=${folder}`,
      "-c",
      "fsync=off",
    ];
    const server = spawn(join(programs, "postgres"), ["-D", data, ...settings], { ...owner, cwd: folder, stdio: "ignore" });
    await waitUntilReady({ programs, port, server });
    return { url: `postgres://tester@127.0.0.1:${port}/postgres`, stop: async () => stop({ server, folder }) };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    return { cannotStart: error instanceof Error ? error.message : String(error) };
  }
}

async function findPrograms(): Promise<string | null> {
  if (!existsSync(VERSIONS)) return null;
  const versions = (await readdir(VERSIONS)).sort((a, b) => Number(b) - Number(a));
  const found = versions.map((version) => join(VERSIONS, version, "bin")).find((bin) => existsSync(join(bin, "initdb")));
  return found ?? null;
}

async function waitUntilReady({ programs, port, server }: { programs: string; port: number; server: ChildProcess }): Promise<void> {
  for (let waited = 0; waited < READY_WITHIN_MS; waited += POLL_EVERY_MS) {
    if (server.exitCode !== null) throw new Error(`the server ended with status ${server.exitCode}`);
    const isReady = await promisify(execFile)(join(programs, "pg_isready"), ["-h", "127.0.0.1", "-p", String(port)]).then(
      () => true,
      () => false,
    );
    if (isReady) return;
    await sleep(POLL_EVERY_MS);
  }
  server.kill("SIGKILL");
  throw new Error("the server did not answer in time");
}

async function stop({ server, folder }: { server: ChildProcess; folder: string }): Promise<void> {
  const ended = new Promise<void>((resolve) => {
    server.once("exit", () => resolve());
  });
  server.kill("SIGINT");
  await ended;
  await rm(folder, { recursive: true, force: true });
}
