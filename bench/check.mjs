// How many verdicts a second `/v1/check` gives, beside an empty handler of the same server, and how long one takes: with a million accounts and 50,000
// decisions in the snapshot. The sender is a process of its own on the same cores. Usage: node bench/check.mjs [--seconds N] [--connections N]
import { spawn } from "node:child_process";
import { Agent, request } from "node:http";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { argv, execPath, stdout } from "node:process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values: flags } = parseArgs({
  args: argv.slice(2),
  options: {
    seconds: { type: "string", default: "8" },
    // Enough to keep the server busy; with more, what is measured is how long the sender's own requests stand in line.
    connections: { type: "string", default: "12" },
    "sender-url": { type: "string" },
    path: { type: "string" },
  },
});

const ACCOUNTS = 1_000_000;
const DECISIONS = 50_000;
/** What is promised. */
const THROUGHPUT_SHARE_MIN = 0.7;
const P99_MS_MAX = 5;

const seconds = Number(flags.seconds);
if (flags["sender-url"] !== undefined) await sendAll(flags["sender-url"], flags.path);
else await measure();

/** Keeps every connection busy, and answers how many requests were answered and how long they took. */
async function sendAll(url, path) {
  const agent = new Agent({ keepAlive: true, maxSockets: Number(flags.connections) });
  const times = [];
  const endMs = performance.now() + seconds * 1000;
  const { hostname, port } = new URL(url);
  const ask = (account) =>
    new Promise((resolve, reject) => {
      const body = JSON.stringify({
        request_id: `r-${account}-${times.length}`,
        account_id: `account-${account}`,
        target_model: "frontier-1",
      });
      const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body), "x-stillwatch-key": "sw_test_key" };
      const startMs = performance.now();
      const sent = request({ agent, hostname, port, path, method: "POST", headers }, (response) => {
        response.resume();
        response.on("end", () => {
          times.push(performance.now() - startMs);
          resolve(response.statusCode);
        });
      });
      sent.on("error", reject);
      sent.end(body);
    });
  await Promise.all(
    Array.from({ length: Number(flags.connections) }, async (_, lane) => {
      for (let account = lane; performance.now() < endMs; account = (account * 48_271 + 11) % ACCOUNTS) {
        const status = await ask(account);
        if (status !== 200) throw new Error(`answered ${status}`);
      }
    }),
  );
  agent.destroy();
  times.sort((a, b) => a - b);
  const at = (share) => times[Math.min(times.length - 1, Math.floor(share * times.length))];
  stdout.write(JSON.stringify({ perSecond: times.length / seconds, p50: at(0.5), p99: at(0.99) }));
}

async function measure() {
  const { startVerdictServer, writeDecision } = await import("../dist/app/testing/verdict-server.js");
  const { verdictRoutes } = await import("../dist/app/http/verdicts/routes.js");
  const { createMetrics } = await import("../dist/app/serve/metrics.js");
  const measures = ["watch", "throttle", "step_up", "block"];
  const decisions = Array.from({ length: DECISIONS }, (_, index) =>
    writeDecision(`account-${index * 20}`, {
      measure: measures[index % measures.length],
      parameters: { requestsPerMinute: 60, verification: "identity" },
    }),
  );
  const accounts = Array.from({ length: ACCOUNTS }, (_, index) => ({
    accountId: `account-${index}`,
    createdAtMs: 0,
    verification: "payment",
  }));
  /** In-process times of the check itself, without the network. */
  const took = [];
  const emptyPart = (services) => async (app) => {
    const { check } = services.verdicts;
    services.verdicts.check = (...asked) => {
      const startMs = performance.now();
      const verdict = check(...asked);
      took.push(performance.now() - startMs);
      return verdict;
    };
    app.post(
      "/empty",
      { config: { scope: "check" }, schema: { body: { type: "object" } } },
      (_request, reply) => void reply.send({ verdict: "allow" }),
    );
  };
  const server = await startVerdictServer({ decisions, accounts, parts: [emptyPart, verdictRoutes] });
  // The test's server counts into a map; what is measured counts as serve does.
  Object.assign(server.services.metrics, createMetrics());
  const delay = monitorEventLoopDelay({ resolution: 1 });
  await send(server.url, "/empty");
  const empty = [];
  const checked = [];
  for (let round = 0; round < 2; round++) {
    empty.push(await send(server.url, "/empty"));
    took.length = 0;
    delay.reset();
    delay.enable();
    checked.push(await send(server.url, "/v1/check"));
    delay.disable();
  }
  await server.close();
  const best = (runs) => runs.reduce((most, run) => (run.perSecond > most.perSecond ? run : most));
  const share = best(checked).perSecond / best(empty).perSecond;
  took.sort((a, b) => a - b);
  const p99 = took[Math.floor(0.99 * took.length)];
  const tell = (isMet) => (isMet ? "met" : "**missed**");
  stdout.write(
    `| what | measured | promised |\n| --- | --- | --- |\n` +
      `| accounts, decisions in the snapshot | ${ACCOUNTS}, ${DECISIONS} | |\n` +
      `| an empty handler of the same server, ${flags.connections} connections that never rest | ${Math.round(best(empty).perSecond)} a second, p99 ${best(empty).p99.toFixed(1)} ms at the sender: the floor | |\n` +
      `| \`/v1/check\`, the same connections | ${Math.round(best(checked).perSecond)} a second | |\n` +
      `| share of the empty handler's throughput | ${share.toFixed(2)} | ≥ ${THROUGHPUT_SHARE_MIN}: ${tell(share >= THROUGHPUT_SHARE_MIN)} |\n` +
      `| \`/v1/check\` under that load, p99 at the sender | ${best(checked).p99.toFixed(1)} ms | ≤ ${P99_MS_MAX} ms: ${tell(best(checked).p99 <= P99_MS_MAX)} |\n` +
      `| of that in the check itself, p99 | ${p99.toFixed(3)} ms | |\n` +
      `| jitter of the event loop meanwhile, p99 | ${(delay.percentile(99) / 1e6).toFixed(1)} ms | |\n`,
  );
}

async function send(url, path) {
  const child = spawn(
    execPath,
    [fileURLToPath(import.meta.url), "--sender-url", url, "--path", path, "--seconds", flags.seconds, "--connections", flags.connections],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const pieces = [];
  for await (const piece of child.stdout) pieces.push(piece);
  return JSON.parse(Buffer.concat(pieces).toString());
}
