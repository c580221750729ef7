/** `stillwatch integrations`: which gateways can be wired to stillwatch, and the proof that one is. */
import { Argument, type Command, InvalidArgumentError, Option } from "commander";
import { StillwatchError } from "../../../vocabulary/errors.js";
import type { ProbeSight } from "../../http/gateways/probes.js";
import { durationOption } from "../duration-option.js";
import { ask, print, type ServerFlags, withServer } from "../running-server.js";

/** The gateways, and what there is to each. */
export const GATEWAYS = {
  litellm: { asks: "guardrail generic_guardrail_api", tells: "callback generic_api", tried: "LiteLLM proxy 1.106.2" },
  envoy: { asks: "ext_authz over gRPC or HTTP", tells: "your own logs or OTLP", tried: "Envoy 1.40.0" },
  portkey: { asks: "webhook guardrail before the request", tells: "your own logs or OTLP", tried: "@portkey-ai/gateway 1.15.2" },
  proxy: { asks: "POST /v1/check", tells: "POST /v1/events", tried: "stillwatch's own: `stillwatch proxy`" },
  agentgateway: { asks: "guardrail webhook", tells: "OTLP", tried: "its source only, not the running product" },
} as const;

type Product = keyof typeof GATEWAYS;

interface ProbeFlags extends ServerFlags {
  gateway?: string;
  model: string;
  path: string;
  header: string[];
  wait: number;
}

/** Adds `integrations list` and `integrations probe`. */
export function addIntegrationsCommand(program: Command): void {
  const integrations = program
    .command("integrations")
    .summary("list gateways, and prove that one asks and tells")
    .description(
      "Gateways ask stillwatch before a request (a check) and tell it afterwards (an event). docs/integrations has a page for each.",
    );
  integrations
    .command("list")
    .summary("list the gateways")
    .description("Lists the gateways, by what each asks and tells, and against which version that was tried.")
    .addHelpText("after", "\nExamples:\n  stillwatch integrations list")
    .action(() => {
      const lines = Object.entries(GATEWAYS).map(
        ([name, { asks, tells, tried }]) => `${name.padEnd(14)}asks: ${asks}; tells: ${tells}; tried: ${tried}`,
      );
      process.stdout.write(`${lines.join("\n")}\n`);
    });
  addProbe(integrations);
}

function addProbe(integrations: Command): void {
  withServer(integrations.command("probe"))
    .summary("send marked requests through a gateway and see whether they reach stillwatch")
    .description(
      "Sends one streaming and one other request through the gateway, each with a mark of its own, and waits until a running `stillwatch serve` has\n" +
        "seen both marks as check and as event. Says which it has not seen. The model is really asked, twice, for a few words.\n\n" +
        "The environment's STILLWATCH_KEY holds a key of stillwatch (scope read), STILLWATCH_PROBE_KEY the key for the gateway. Without --gateway the\n" +
        "requests are printed for you to send. An event is recognised by the mark in its text: where logs carry none, only checks can be seen.",
    )
    .addArgument(new Argument("<product>", "the gateway").choices(Object.keys(GATEWAYS)))
    .option("--gateway <address>", "where clients reach the gateway, such as http://127.0.0.1:4000")
    .option("--model <name>", "model to ask for", "gpt-4o-mini")
    .option("--path <path>", "path of chat completions", "/v1/chat/completions")
    .addOption(new Option("--header <name: value>", "header to send along; may be repeated").argParser(addHeader).default([], "none"))
    .addOption(durationOption("--wait <time>", { about: "how long to wait for checks and events", otherwise: "60s" }))
    .addHelpText(
      "after",
      `
Examples:
  stillwatch integrations probe litellm --gateway http://127.0.0.1:4000 --model gpt-4o
  stillwatch integrations probe portkey --gateway http://127.0.0.1:8787 --header 'x-portkey-config: pc-1' --header 'x-portkey-metadata: {"_user":"probe"}'
  stillwatch integrations probe proxy --gateway http://127.0.0.1:8486 --path /v1/messages --header 'anthropic-version: 2023-06-01'
  stillwatch integrations probe envoy --wait 5m          # prints what to send`,
    )
    .action(async (product: Product, flags: ProbeFlags) => probe(product, flags));
}

function addHeader(text: string, headers: string[]): string[] {
  if (!/^[\w-]+: *\S/.test(text)) throw new InvalidArgumentError("write a name, a colon and a value, such as 'x-team: a'");
  return [...headers, text];
}

const KINDS = ["streaming", "not streaming"] as const;

/** What was seen of one marked request. */
export interface ProbeResult {
  kind: (typeof KINDS)[number];
  /** The gateway's answer; null where the operator sent the request. */
  status: number | null;
  isChecked: boolean;
  isEvent: boolean;
}

async function probe(product: Product, flags: ProbeFlags): Promise<void> {
  const sent: { kind: (typeof KINDS)[number]; mark: string; status: number | null }[] = [];
  for (const kind of KINDS) {
    const { mark } = await ask<{ mark: string }>(flags, { method: "POST", path: "/v1/probes" });
    const request = writeRequest(mark, { isStream: kind === "streaming", flags });
    const status = flags.gateway === undefined ? printRequest(request, flags) : await send(request, flags.gateway);
    sent.push({ kind, mark, status });
  }
  const endMs = Date.now() + flags.wait;
  let results: ProbeResult[] = [];
  for (;;) {
    results = [];
    for (const { kind, mark, status } of sent) {
      const sight = await ask<ProbeSight>(flags, { method: "GET", path: `/v1/probes/${mark}` });
      results.push({ kind, status, isChecked: (sight.checks[product] ?? 0) > 0, isEvent: Object.keys(sight.events).length > 0 });
    }
    if (results.every(({ isChecked, isEvent }) => isChecked && isEvent) || Date.now() >= endMs) break;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  print(flags, { answer: results, render: renderProbe });
  const missing = results.filter(({ isChecked, isEvent }) => !isChecked || !isEvent);
  if (missing.length > 0) throw notSeen(product, { missing, isKeySent: isKeySent(flags) });
}

/** A person waits and watches. */
const POLL_MS = 500;

/** One line for each request. */
export function renderProbe(results: readonly ProbeResult[]): string {
  const lines = results.map(({ kind, status, isChecked, isEvent }) => {
    const answered = status === null ? "" : `answered ${status}, `;
    return `${kind.padEnd(15)}${answered}check ${isChecked ? "seen" : "NOT SEEN"}, event ${isEvent ? "seen" : "NOT SEEN"}`;
  });
  return lines.join("\n");
}

interface MarkedRequest {
  path: string;
  headers: Record<string, string>;
  body: string;
}

/** The mark stands where one gateway or another passes it on: path, headers and text. */
function writeRequest(mark: string, { isStream, flags }: { isStream: boolean; flags: ProbeFlags }): MarkedRequest {
  const key = process.env["STILLWATCH_PROBE_KEY"];
  const own = flags.header.map((text) => {
    const [name, ...value] = text.split(":");
    return [name.trim().toLowerCase(), value.join(":").trim()] as const;
  });
  const messages = [{ role: "user", content: `Answer with OK. ${mark}` }];
  return {
    path: `${flags.path}${flags.path.includes("?") ? "&" : "?"}probe=${mark}`,
    headers: {
      "content-type": "application/json",
      "x-request-id": mark,
      "user-agent": mark,
      ...(key === undefined || key === "" ? {} : { authorization: `Bearer ${key}` }),
      ...Object.fromEntries(own),
    },
    body: JSON.stringify({ model: flags.model, stream: isStream, max_tokens: 16, messages }),
  };
}

/** A model may think for a while before it says OK. */
const ANSWER_MS_MAX = 120_000;

async function send({ path, headers, body }: MarkedRequest, gateway: string): Promise<number> {
  try {
    const signal = AbortSignal.timeout(ANSWER_MS_MAX);
    const answer = await fetch(gateway.replace(/\/+$/, "") + path, { method: "POST", headers, body, signal });
    // To its end: some gateways log a stream only when it was read.
    await answer.arrayBuffer().catch(() => null);
    return answer.status;
  } catch {
    throw new StillwatchError({
      code: "SW2104",
      what: "the gateway does not answer",
      place: { file: gateway },
      why: "a request that never reached it proves nothing.",
      fix: "check the address and the key for the gateway, and that it runs.",
    });
  }
}

/** The key is left to the operator's shell: it must not stand in a terminal's history. */
function printRequest({ path, headers, body }: MarkedRequest, { gateway = "$GATEWAY" }: ProbeFlags): null {
  const shown = Object.entries({ ...headers, authorization: "Bearer $STILLWATCH_PROBE_KEY" });
  const lines = shown.map(([name, value]) => `  -H "${name}: ${value.replaceAll('"', '\\"')}" \\`);
  process.stderr.write(`curl -sS "${gateway}${path}" \\\n${lines.join("\n")}\n  -d '${body}'\n\n`);
  return null;
}

function isKeySent({ header, gateway }: ProbeFlags): boolean {
  const isGiven = (process.env["STILLWATCH_PROBE_KEY"] ?? "") !== "";
  // What the operator sends himself, he sends with a key of his own.
  return isGiven || gateway === undefined || header.some((text) => /^(authorization|x-api-key) *:/i.test(text));
}

/** What most likely went wrong, by what the gateway itself answered. */
export function explainProbe(
  product: string,
  { missing, isKeySent: isSent }: { missing: readonly ProbeResult[]; isKeySent: boolean },
): string {
  const page = `compare the gateway's configuration with docs/integrations/${product}.md; logs that come in batches or without text need --wait, or show checks only.`;
  const refused = missing.find(({ status }) => status !== null && status >= 400)?.status;
  if (!isSent)
    return `no key for the gateway was sent, and requests of nobody are not checked everywhere: put one into STILLWATCH_PROBE_KEY, or give --header. Else ${page}`;
  if (refused !== undefined)
    return `the gateway itself answered ${refused}: see whether it takes the key of STILLWATCH_PROBE_KEY and the model of --model. Else ${page}`;
  return page;
}

function notSeen(product: Product, found: { missing: readonly ProbeResult[]; isKeySent: boolean }): StillwatchError {
  const { missing } = found;
  const told = missing.flatMap(({ kind, isChecked, isEvent }) => [
    ...(isChecked ? [] : [`${kind} as check`]),
    ...(isEvent ? [] : [`${kind} as event`]),
  ]);
  return new StillwatchError({
    code: "SW2105",
    what: `not seen: ${told.join(", ")}`,
    why: "what stillwatch is not asked it cannot refuse, and what it is not told it cannot find.",
    fix: explainProbe(product, found),
  });
}
