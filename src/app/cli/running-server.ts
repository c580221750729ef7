/** Commands that ask a running serve: where it is, who asks, and how the answer is printed. */
import { randomUUID } from "node:crypto";
import { Option, type Command } from "commander";
import { loadSettings, requireSettings, SETTINGS_FILE } from "../serve/settings/load-settings.js";
import { askServer, type ServerRequest } from "./server-client.js";

/** What every such command takes. */
export interface ServerFlags {
  url?: string;
  config?: string;
  output: "human" | "json";
}

/** Addresses that mean "every address of this machine": nobody can ask them. */
const EVERYWHERE = new Set(["0.0.0.0", "::"]);

/** Adds `--url`, `--config` and `-o`. */
export function withServer(command: Command): Command {
  return command
    .option("--url <address>", "the running serve (default: where the settings let it listen)")
    .option("--config <file>", `settings that say where it listens (default: ${SETTINGS_FILE} if it is there)`)
    .addOption(new Option("-o, --output <kind>", "what to print").choices(["human", "json"]).default("human"));
}

/** Asks with the key of STILLWATCH_KEY. A write carries a key of its own, so that one that is sent twice is carried out once. */
export async function ask<Answer>(flags: ServerFlags, request: ServerRequest): Promise<Answer> {
  const server = { url: flags.url ?? (await findUrl(flags.config)), key: process.env["STILLWATCH_KEY"] };
  const isWrite = request.method === "POST";
  return (await askServer(server, isWrite ? { idempotencyKey: randomUUID(), ...request } : request)) as Answer;
}

async function findUrl(config: string | undefined): Promise<string> {
  const { listen } = requireSettings(await loadSettings({ file: config, environment: process.env }));
  const host = EVERYWHERE.has(listen.host) ? "127.0.0.1" : listen.host;
  return `${listen.tls === undefined ? "http" : "https"}://${host.includes(":") ? `[${host}]` : host}:${listen.port}`;
}

/** Prints the answer as JSON, or as a person reads it. */
export function print<Answer>({ output }: ServerFlags, { answer, render }: { answer: Answer; render: (answer: Answer) => string }): void {
  const text = output === "json" ? JSON.stringify(answer, null, 2) : render(answer);
  process.stdout.write(text.endsWith("\n") || text === "" ? text : `${text}\n`);
}

/** A query string of what was given. */
export function writeQuery(given: Readonly<Record<string, string | number | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(given)) if (value !== undefined) query.set(name, String(value));
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}
