/** `stillwatch simulate`: builds a seeded world with ground truth. */
import { resolve } from "node:path";
import type { Command } from "commander";
import { KNOBS, LOOK_ALIKES, PLAYBOOKS, readLibrary, type SimulateOptions, simulateWorld } from "../../../simulate/index.js";
import { measureLeakage, formatLeakage } from "../../../simulate/leakage.js";
import { StillwatchError } from "../../../vocabulary/errors.js";
import { writeWorld } from "../world-files.js";

interface SimulateArguments {
  out?: string;
  seed: string;
  accounts?: string;
  requests?: string;
  days?: string;
  campaigns?: string;
  campaignAccounts?: string;
  lookAlikes?: string;
  knobs?: string;
  prompts?: string;
  traces?: string;
  half: string;
  metadataOnly?: boolean;
  parts: string;
  compress?: string;
  leakage?: boolean;
}

/** Registers the command. */
export function addSimulateCommand(program: Command): void {
  program
    .command("simulate")
    .summary("build a seeded world of requests with ground truth")
    .description(
      "Builds a world of accounts and requests with ground truth: attack campaigns inside a crowd, with benign look-alikes. The same options and seed " +
        "give the same bytes. Attackers have the crowd's own hours, lengths, ages and sampling: what gives them away is that one work load is spread over many accounts.",
    )
    .option("--out <folder>", "where to write requests, accounts, releases, enforcement, allowlist, truth and world.json")
    .option("--seed <number>", "seed of everything random", "1")
    .option("--accounts <number>", "accounts in all (default: 2500, or requests / 24)")
    .option("--requests <number>", "requests in all, met within a few percent (default: accounts x 24)")
    .option("--days <number>", "days the world lasts (default: 14)")
    .option("--campaigns <list>", `playbooks, a name may come twice: ${PLAYBOOKS.join(", ")}, or none (default: deepseek,moonshot,minimax)`)
    .option("--campaign-accounts <number>", "accounts of a middling campaign (default: accounts / 40)")
    .option("--look-alikes <list>", `all, none, or some of: ${LOOK_ALIKES.join(", ")} (default: all)`)
    .option("--knobs <list>", `evasion: ${KNOBS.join(", ")}`)
    .option("--prompts <folder>", "real prompts: JSON lines with prompt or turns, told apart by their fields; subfolders are searched")
    .option("--traces <folder>", "real traces: client rates, token lengths, agentic sessions")
    .option("--half <half>", "first, second or all: which half of prompts, templates and clients to use", "all")
    .option("--metadata-only", "leave system prompts, messages and outputs out")
    .option("--parts <number>", "request files to split into", "1")
    .option("--compress <kind>", "gz: compress the request files")
    .option("--leakage", "print how well single features separate attackers from the rest, instead of writing files")
    .addHelpText(
      "after",
      `
Examples:
  stillwatch simulate --out world --seed 7
      60,000 requests of 2,500 accounts with the three campaigns of February 2026 and all look-alikes, from bundled text
  stillwatch simulate --out world --seed 8 --prompts data --traces data/traces --half second --knobs paraphrase,unique_payments
      the same from the second half of real prompts and traces, with two evasions
  stillwatch simulate --out big --seed 9 --requests 5000000 --parts 8 --compress gz
  stillwatch simulate --leakage --seed 3
      the guard against a flattering world: no single feature may reach an area of .8
`,
    )
    .action(runSimulate);
}

async function runSimulate(given: SimulateArguments): Promise<void> {
  const options = readOptions(given);
  const world = simulateWorld(options);
  if (given.leakage === true) {
    process.stdout.write(formatLeakage(measureLeakage(world)));
    return;
  }
  if (given.out === undefined)
    throw refuse("--out is missing", "a world needs a place to be written to", "give --out <folder>, or --leakage for the table alone");
  const startedAt = performance.now();
  const total = world.context.options.requests;
  const counts = await writeWorld(world, {
    folder: given.out,
    half: given.half,
    parts: readNumber("parts", given.parts),
    compress: readCompress(given.compress),
    onProgress: (requests) => reportProgress(requests, total, startedAt),
  });
  const seconds = (performance.now() - startedAt) / 1000;
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
  const harvest = Object.values(counts.harvestRequests).reduce((sum, count) => sum + count, 0);
  process.stdout.write(
    `${counts.requests} requests of ${counts.accounts} accounts written to ${resolve(given.out)} in ${seconds.toFixed(1)} s\n` +
      `${harvest} of them are harvest, by ${counts.harvestingAccounts} accounts: ${
        Object.entries(counts.harvestRequests)
          .map(([id, count]) => `${id} ${count}`)
          .join(", ") || "none"
      }\n`,
  );
}

function reportProgress(requests: number, total: number, startedAt: number): void {
  if (!process.stderr.isTTY) return;
  const seconds = (performance.now() - startedAt) / 1000;
  process.stderr.write(`\rsimulating ${requests} of about ${total} requests, ${Math.round(requests / seconds)} a second`);
}

function readOptions(given: SimulateArguments): SimulateOptions {
  const half = readName("half", given.half, ["first", "second", "all"] as const);
  const library = readLibrary({
    half,
    ...(given.prompts === undefined ? {} : { prompts: given.prompts }),
    ...(given.traces === undefined ? {} : { traces: given.traces }),
  });
  return {
    seed: readNumber("seed", given.seed),
    ...(given.accounts === undefined ? {} : { accounts: readNumber("accounts", given.accounts) }),
    ...(given.requests === undefined ? {} : { requests: readNumber("requests", given.requests) }),
    ...(given.days === undefined ? {} : { days: readNumber("days", given.days) }),
    ...(given.campaignAccounts === undefined ? {} : { campaignAccounts: readNumber("campaign-accounts", given.campaignAccounts) }),
    ...(given.campaigns === undefined ? {} : { campaigns: readNames("campaigns", given.campaigns, PLAYBOOKS) }),
    ...(given.lookAlikes === undefined ? {} : { lookAlikes: readNames("look-alikes", given.lookAlikes, LOOK_ALIKES) }),
    ...(given.knobs === undefined ? {} : { knobs: readNames("knobs", given.knobs, KNOBS) }),
    ...(library === null ? {} : { library }),
    isMetadataOnly: given.metadataOnly === true,
  };
}

function readCompress(value: string | undefined): "none" | "gz" {
  return value === undefined ? "none" : readName("compress", value, ["gz", "none"] as const);
}

function readNumber(name: string, value: string): number {
  const number = Number(value.replaceAll("_", ""));
  if (Number.isInteger(number) && number >= 0) return number;
  throw refuse(`--${name} "${value}" is no whole number`, "stillwatch does not guess numbers", `give --${name} a whole number`);
}

function readNames<T extends string>(name: string, value: string, known: readonly T[]): T[] {
  if (value === "none") return [];
  if (value === "all") return [...known];
  return value
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map((part) => readName(name, part, known));
}

function readName<T extends string>(name: string, value: string, known: readonly T[]): T {
  const wanted = value.replaceAll("-", "_");
  const found = known.find((each) => each === value || each === wanted);
  if (found !== undefined) return found;
  throw refuse(
    `--${name} knows no "${value}"`,
    "a misspelt name must not leave a part of the world out",
    `use some of: ${known.join(", ")}`,
  );
}

function refuse(what: string, why: string, fix: string): StillwatchError {
  return new StillwatchError({ code: "SW1505", what, why: `${why}.`, fix: `${fix}.` });
}
