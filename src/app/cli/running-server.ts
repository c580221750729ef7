/** Commands that ask a running serve: where it is, who asks, and how the answer is printed. */
import { randomUUID } from "node:crypto";
import { Option, type Command } from "commander";
import { loadSections, SETTINGS_FILE } from "../serve/settings/load-settings.js";
import { askServer, type ServerAddress, type ServerRequest } from "./server-client.js";

/** Where the server is, as far as the command line says. */
export interface AddressFlags {
  url?: string;
  config?: string;
}

/** What most such commands take. */
export interface ServerFlags extends AddressFlags {
  output: "human" | "json";
}

/** Addresses that mean "every address of this machine": nobody can ask them. */
const EVERYWHERE = new Set(["0.0.0.0", "::"]);

/** Adds `--url` and `--config`. */
export function withAddress(command: Command): Command {
  return command
    .option("--url <address>", "the running serve (default: where the settings let it listen)")
    .option("--config <file>", `settings that say where it listens (default: ${SETTINGS_FILE} if it is there)`);
}

/** Adds `--url`, `--config` and `-o`. */
export function withServer(command: Command): Command {
  return withAddress(command).addOption(new Option("-o, --output <kind>", "what to print").choices(["human", "json"]).default("human"));
}

/** Asks with the key of STILLWATCH_KEY. A write carries a key of its own, so that one that is sent twice is carried out once. */
export async function ask<Answer>(flags: AddressFlags, request: ServerRequest): Promise<Answer> {
  const server = await findServer(flags);
  const isWrite = request.method === "POST";
  return (await askServer(server, isWrite ? { idempotencyKey: randomUUID(), ...request } : request)) as Answer;
}

/** The server that is meant, and the key of STILLWATCH_KEY. */
export async function findServer({ url, config }: AddressFlags): Promise<ServerAddress> {
  return { url: url ?? (await findUrl(config)), key: process.env["STILLWATCH_KEY"] };
}

/** Where the settings let serve listen; what else stands in them is no matter of ours. @throws StillwatchError for a `listen` that is wrong. */
export async function findUrl(config: string | undefined): Promise<string> {
  const { listen } = await loadSections(["listen"], { file: config, environment: process.env });
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
