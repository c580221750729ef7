/** `stillwatch proxy`: a small reverse proxy in front of a model server, through which every measure can be carried out. */
import { readFileSync } from "node:fs";
import { type Command, InvalidArgumentError, Option } from "commander";
import { StillwatchError } from "../../../vocabulary/errors.js";
import { APIS, type Api } from "../../proxy/dialect.js";
import { startProxy } from "../../proxy/proxy.js";
import { OTHER_PATHS, type OtherPaths, type ProxySettings, type Report, REPORTS } from "../../proxy/settings.js";
import { lockFolder } from "../../serve/folder-lock.js";
import { isLoopback } from "../../serve/settings/exposure.js";
import { SETTINGS_FILE } from "../../serve/settings/load-settings.js";
import { durationOption } from "../duration-option.js";
import { interruptionSignal } from "../interruption.js";
import { logToStandardError } from "../log-lines.js";
import { findUrl } from "../running-server.js";

const LEVELS = ["debug", "info", "warn", "error", "silent"] as const;
const ON_UNAVAILABLE = ["use_last_known", "allow", "block"] as const;

/** A verdict takes a millisecond; who waits longer has a network problem, and a customer waits along. */
const CHECK_DEFAULT = "250ms";
/** The clients of both vendors wait ten minutes. */
const UPSTREAM_DEFAULT = "10m";
/** Anthropic takes 32 MB, OpenAI more for pictures. */
const BODY_MIB_DEFAULT = 64;
const MIB = 1024 * 1024;

interface ProxyFlags {
  upstream: string;
  server?: string;
  config?: string;
  listen: { host: string; port: number };
  api: Api | "auto";
  integration: string;
  onUnavailable: (typeof ON_UNAVAILABLE)[number];
  timeout: number;
  upstreamTimeout: number;
  accountHeader?: string;
  organizationHeader?: string;
  requestIdHeader?: string;
  addressHeader?: string;
  events: Report;
  spool?: string;
  otherPaths: OtherPaths;
  verifyAt?: string;
  bodyMax: number;
  tlsCertificate?: string;
  tlsKey?: string;
  behindProxy: boolean;
  logLevel: (typeof LEVELS)[number];
}

/** Adds `proxy`. */
export function addProxyCommand(program: Command): void {
  const command = program
    .command("proxy")
    .summary("stand before a model server and carry out every measure")
    .description(
      "A small reverse proxy in front of a server that speaks as OpenAI or Anthropic do. Before a request goes on it asks a running `stillwatch serve`\n" +
        "for a verdict; it refuses (403, 429) in the API's own words, shapes answers where a decision says so, streaming or not, and tells serve of\n" +
        "each finished request, under the same id as its check. Everything else passes as it came.\n\n" +
        "It understands chat completions, completions, responses and messages; other paths pass unread, and unchecked unless --other-paths says\n" +
        "otherwise. The environment's STILLWATCH_KEY holds a key with the scopes check and events:write. Clients keep their keys for the model server.\n" +
        "SIGTERM or Ctrl-C stops it: it takes no more, finishes the answers under way for nine seconds, and sends the last events.",
    );
  addWayOptions(command);
  addTrustOptions(command);
  command
    .addHelpText(
      "after",
      `
Examples:
  stillwatch keys create --name proxy --scope check,events:write       # the secret goes into STILLWATCH_KEY
  stillwatch proxy --upstream https://api.anthropic.com
  stillwatch proxy --upstream http://127.0.0.1:8000 --on-unavailable block --verify-at https://example.org/verify
  stillwatch integrations probe proxy --gateway http://127.0.0.1:8486  # does it ask, and does it tell?
  stillwatch unchecked                                                 # what passed while serve was away

Who calls is told by --account-header, where something trusted in front sets it and drops what callers send; else it is the SHA-256 of the caller's
key. What callers could write is believed nowhere: not the request's id, not the address.

Exit status: 0 stopped, 2 unusable arguments, 3 ended at once.`,
    )
    .action(run);
}

function addWayOptions(command: Command): void {
  command
    .requiredOption(
      "--upstream <url>",
      "the model server, such as https://api.openai.com; a path goes before that of each request",
      toAddress,
    )
    .option("--server <url>", "the running serve (default: where the settings let it listen)", toAddress)
    .option("--config <file>", `settings that say where serve listens (default: ${SETTINGS_FILE} if it is there)`)
    .addOption(
      new Option("--listen <host:port>", "where to listen; port 0 takes a free one")
        .argParser(toListen)
        .default({ host: "127.0.0.1", port: 8486 }, "127.0.0.1:8486"),
    )
    .addOption(new Option("--api <name>", "what is understood; auto goes by the path").choices([...APIS, "auto"]).default("auto"))
    .addOption(
      new Option(
        "--on-unavailable <answer>",
        "what happens to requests that cannot be checked: what was last known of the account, pass, or 503",
      )
        .choices(ON_UNAVAILABLE)
        .default("use_last_known"),
    )
    .addOption(durationOption("--timeout <time>", { about: "how long to wait for a verdict", otherwise: CHECK_DEFAULT }))
    .addOption(
      durationOption("--upstream-timeout <time>", {
        about: "how long to wait for the model server, and for each silence in its answers",
        otherwise: UPSTREAM_DEFAULT,
      }),
    )
    .addOption(new Option("--events <what>", "what serve is told of requests; metadata has no text").choices(REPORTS).default("full"))
    .option("--spool <folder>", "folder in which events wait for serve, over a stop too (default: in memory)")
    .addOption(
      new Option("--other-paths <what>", "paths that are not understood: pass, or ask about the account first")
        .choices(OTHER_PATHS)
        .default("pass"),
    )
    .option("--integration <name>", "its name in counts and settings of serve", toIntegration, "proxy")
    .option("--verify-at <url>", "page where an account proves what a step-up asks for; refusals name it", toAddress)
    .addOption(
      new Option("--body-max <MiB>", "largest body of an understood request")
        .argParser(toMebibytes)
        .default(BODY_MIB_DEFAULT * MIB, String(BODY_MIB_DEFAULT)),
    )
    .addOption(new Option("--log-level <level>", "what is logged to standard error, as JSON lines").choices(LEVELS).default("info"));
}

function addTrustOptions(command: Command): void {
  command
    .option("--account-header <name>", "header that names the account", toHeader)
    .option("--organization-header <name>", "header that names the organization", toHeader)
    .option("--request-id-header <name>", "header that names the request (default: each gets an id of its own)", toHeader)
    .option("--address-header <name>", "header that holds the client's address (default: none is reported)", toHeader)
    .option("--tls-certificate <file>", "certificate chain in PEM; with --tls-key it speaks HTTPS")
    .option("--tls-key <file>", "private key in PEM")
    .option("--behind-proxy", "a proxy in front ends TLS, and nobody else reaches the port", false);
}

async function run(flags: ProxyFlags): Promise<void> {
  const url = flags.server ?? (await findUrl(flags.config));
  const settings = readSettings({ ...flags, server: url }, process.env["STILLWATCH_KEY"]);
  await tryKey(settings.stillwatch);
  const signal = interruptionSignal();
  const { log } = logToStandardError(flags.logLevel);
  const giveBack = flags.spool === undefined ? null : await lockFolder(flags.spool, "stillwatch proxy");
  const proxy = await startProxy(settings, { log, nowMs: () => Date.now() }).catch((error: unknown) => {
    throw cannotListen(flags.listen, error);
  });
  const { otherPaths, stillwatch, upstream } = settings;
  const others = otherPaths === "pass" ? "other paths pass unchecked" : "accounts are asked about on all paths";
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  say(`stillwatch proxy listens on ${proxy.url}, before ${upstream.url.origin}`);
  say(`asks ${stillwatch.url}; unavailable: ${stillwatch.onUnavailable}; events: ${stillwatch.report}; ${others}`);
  const { protocol, hostname } = new URL(stillwatch.url);
  if (protocol === "http:" && !isLoopback(hostname))
    say("its key and the texts of requests go there in clear: only within a network that you trust");
  await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  const { eventsLost, eventsKept, cutOff } = await proxy.stop();
  giveBack?.();
  if (cutOff > 0) say(`${cutOff} answers were cut off`);
  if (eventsKept > 0) say(`stopped; ${eventsKept} events wait in the folder for the next start`);
  else say(eventsLost === 0 ? "stopped; all events were taken" : `stopped; ${eventsLost} events were not taken and are lost`);
}

/** Calls with nothing in them: who may make them is told what they lack, and nothing is counted or stored. */
const TRIALS = [
  { path: "/v1/reasoning-handles/check", scope: "check" },
  { path: "/v1/events", scope: "events:write" },
] as const;
/** A serve that is away keeps nobody from starting: that is what --on-unavailable is for. */
const TRIAL_MS = 2_000;

/** A key that is refused leaves every request unchecked, and loses every event in the end. @throws StillwatchError SW2160 */
async function tryKey({ url, key, report }: ProxySettings["stillwatch"]): Promise<void> {
  for (const { path, scope } of TRIALS) {
    if (scope === "events:write" && report === "none") continue;
    const headers = { "content-type": "application/json", "x-stillwatch-key": key };
    const wish = { method: "POST", headers, body: "", signal: AbortSignal.timeout(TRIAL_MS), redirect: "error" } as const;
    const answer = await fetch(new URL(path, url), wish).catch(() => null);
    if (answer === null) return void process.stderr.write(`stillwatch serve does not answer at ${url} now; the proxy starts without it\n`);
    await answer.arrayBuffer().catch(() => null);
    if (answer.status === 401 || answer.status === 403) throw refusedKey(url, answer.status === 401 ? null : scope);
  }
}

function refusedKey(url: string, scope: string | null): StillwatchError {
  return new StillwatchError({
    code: "SW2160",
    what: scope === null ? "serve does not know the key of STILLWATCH_KEY" : `the key of STILLWATCH_KEY lacks the scope ${scope}`,
    place: { file: url },
    why: "with it no request would be checked, or no event be taken.",
    fix: "`stillwatch keys create --name proxy --scope check,events:write`, and put the secret into the environment.",
  });
}

/** @throws StillwatchError SW2150, SW2151, SW2157, SW2158 */
function readSettings(flags: ProxyFlags & { server: string }, key: string | undefined): ProxySettings {
  const { listen, tlsCertificate, tlsKey } = flags;
  if (key === undefined || key === "") throw missingKey();
  const tls = readTls(tlsCertificate, tlsKey);
  if (!isLoopback(listen.host) && tls === null && !flags.behindProxy) throw exposed(listen.host);
  return {
    listen,
    tls,
    upstream: { url: new URL(flags.upstream), api: flags.api, timeoutMs: flags.upstreamTimeout },
    stillwatch: {
      url: flags.server,
      key,
      integration: flags.integration,
      timeoutMs: flags.timeout,
      onUnavailable: flags.onUnavailable,
      report: flags.events,
      spool: flags.spool ?? null,
    },
    caller: {
      accountHeader: flags.accountHeader,
      organizationHeader: flags.organizationHeader,
      requestIdHeader: flags.requestIdHeader,
      addressHeader: flags.addressHeader,
    },
    otherPaths: flags.otherPaths,
    verifyAt: flags.verifyAt,
    bodyBytesMax: flags.bodyMax,
  };
}

function readTls(certificate: string | undefined, key: string | undefined): ProxySettings["tls"] {
  if (certificate === undefined && key === undefined) return null;
  if (certificate !== undefined && key !== undefined) return { certificate: readPem(certificate), key: readPem(key) };
  throw new StillwatchError({
    code: "SW2158",
    what: "half of what TLS needs",
    why: "with a certificate or a key alone the proxy would speak in clear.",
    fix: "give both --tls-certificate and --tls-key.",
  });
}

function readPem(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new StillwatchError({
      code: "SW2157",
      what: "a file for TLS cannot be read",
      place: { file },
      why: error instanceof Error && "code" in error ? `the system says ${String(error.code)}.` : "the system gives no reason.",
      fix: "name a readable file in PEM.",
    });
  }
}

function missingKey(): StillwatchError {
  return new StillwatchError({
    code: "SW2150",
    what: "STILLWATCH_KEY is not set",
    why: "without a key serve answers no check, and every request would go unchecked.",
    fix: "`stillwatch keys create --name proxy --scope check,events:write`, and put the secret into the environment.",
  });
}

function exposed(host: string): StillwatchError {
  return new StillwatchError({
    code: "SW2151",
    what: `listening on ${host} without TLS`,
    why: "the keys of customers would cross the network in clear.",
    fix: "give --tls-certificate and --tls-key; or --behind-proxy where a proxy ends TLS and nobody else reaches the port.",
  });
}

function cannotListen({ host, port }: ProxyFlags["listen"], error: unknown): StillwatchError {
  return new StillwatchError({
    code: "SW2152",
    what: `cannot listen on ${host}:${port}`,
    why: error instanceof Error && "code" in error ? `the system says ${String(error.code)}.` : "the server could not be started.",
    fix: "choose another --listen; check the certificate where there is one.",
  });
}

function toAddress(text: string): string {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) throw new InvalidArgumentError("write an http or https address.");
  return text;
}

function toListen(text: string): { host: string; port: number } {
  const [, host = "", port = ""] = /^(.+):(\d{1,5})$/.exec(text) ?? [];
  if (host === "" || Number(port) > 65_535) throw new InvalidArgumentError("write an address and a port, such as 127.0.0.1:8486.");
  return { host: host.replace(/^\[(.+)\]$/, "$1"), port: Number(port) };
}

function toHeader(text: string): string {
  const name = text.toLowerCase();
  if (!/^[a-z0-9][a-z0-9_-]*$/.test(name)) throw new InvalidArgumentError("a header's name has letters, digits, - and _.");
  return name;
}

function toIntegration(text: string): string {
  if (!/^[a-z0-9_-]{1,64}$/.test(text)) throw new InvalidArgumentError("small letters, digits, - and _, 64 at most.");
  return text;
}

function toMebibytes(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > 1024) throw new InvalidArgumentError("a whole number from 1 to 1024.");
  return count * MIB;
}
