#!/usr/bin/env node
/**
 * The command line. Every command is one file in `commands/`; this one lists them and loads the one that is asked for, turns every failure
 * into a code, a place, a reason and a fix on standard error, and decides the exit status: 0 ran, 1 our own fault, 2 unusable arguments or
 * input, 3 interrupted.
 */
import { readFileSync, realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Command, CommanderError, type OutputConfiguration } from "commander";
import { formatProblem, StillwatchError, type Problem } from "../../vocabulary/errors.js";
import { watchForInterruption } from "./interruption.js";
import { tellCommands } from "./invocation.js";
import { leaveStandardInput } from "./standard-input.js";

type AddCommand = (program: Command) => void;

/** One entry per command, in the order of `--help`: the order in which a newcomer needs them. */
const commands: Readonly<Record<string, () => Promise<AddCommand>>> = {
  demo: async () => (await import("./commands/demo.js")).addDemoCommand,
  analyze: async () => (await import("./commands/analyze.js")).addAnalyzeCommand,
  explain: async () => (await import("./commands/explain.js")).addExplainCommand,
  simulate: async () => (await import("./commands/simulate.js")).addSimulateCommand,
  score: async () => (await import("./commands/score.js")).addScoreCommand,
  evaluate: async () => (await import("./commands/evaluate.js")).addEvaluateCommand,
  calibrate: async () => (await import("./commands/calibrate.js")).addCalibrateCommand,
  detections: async () => (await import("./commands/detections.js")).addDetectionsCommand,
  serve: async () => (await import("./commands/serve.js")).addServeCommand,
  proxy: async () => (await import("./commands/proxy.js")).addProxyCommand,
  renew: async () => (await import("./commands/renew.js")).addRenewCommand,
  prune: async () => (await import("./commands/prune.js")).addPruneCommand,
  replay: async () => (await import("./commands/replay.js")).addReplayCommand,
  config: async () => (await import("./commands/config.js")).addConfigCommand,
  keys: async () => (await import("./commands/keys.js")).addKeysCommand,
  integrations: async () => (await import("./commands/integrations.js")).addIntegrationsCommand,
  campaigns: async () => (await import("./commands/campaigns.js")).addCampaignsCommand,
  decisions: async () => (await import("./commands/decisions.js")).addDecisionsCommand,
  allowlist: async () => (await import("./commands/allowlist.js")).addAllowlistCommand,
  "shadow-report": async () => (await import("./commands/shadow-report.js")).addShadowReportCommand,
  quarantine: async () => (await import("./commands/quarantine.js")).addQuarantineCommand,
  alerts: async () => (await import("./commands/alerts.js")).addAlertsCommand,
  unchecked: async () => (await import("./commands/unchecked.js")).addUncheckedCommand,
};

/** The command that is asked for, all where none is by its name: a server's and a simulator's modules take longer to load than a small log to read. */
export async function loadCommands([name = ""]: readonly string[]): Promise<AddCommand[]> {
  const asked = Object.hasOwn(commands, name) ? [commands[name]] : Object.values(commands);
  return Promise.all(asked.map((load) => load()));
}

/** Builds the command tree. Nothing is printed or ended from inside it: failures are thrown. */
export function createProgram(adders: readonly AddCommand[]): Command {
  const program = new Command("stillwatch");
  program
    .description(
      "Finds distillation attacks in request logs: accounts that claim to be strangers and act as one to harvest a language model.\n\n" +
        "Start with `stillwatch demo`, then point `stillwatch analyze` at your own logs. Results go to standard output, progress to standard error.",
    )
    .version(readVersion(), "-V, --version", "print the version")
    .helpCommand("help [command]", "explain a command")
    .showSuggestionAfterError(true)
    .configureOutput(OUTPUT)
    .exitOverride();
  for (const add of adders) add(program);
  for (const command of listCommands(program)) command.exitOverride().configureOutput(OUTPUT);
  return program;
}

/** Failures are told by us; help names the call that works from here. */
const OUTPUT: OutputConfiguration = {
  outputError: () => {},
  writeOut: (text) => void process.stdout.write(tellCommands(text)),
};

/** Runs one command line (without node and script) and answers the exit status. */
export async function runCommandLine(argv: readonly string[], known?: Command): Promise<number> {
  const program = known ?? createProgram(await loadCommands(argv));
  try {
    if (argv.length === 0) {
      process.stdout.write(tellCommands(program.helpInformation()));
      return 0;
    }
    await program.parseAsync(argv, { from: "user" });
    return typeof process.exitCode === "number" ? process.exitCode : 0;
  } catch (error) {
    return renderFailure(error, nameCommand(argv, program));
  }
}

/** Says what went wrong on standard error and answers the exit status that belongs to it. */
function renderFailure(error: unknown, command: string): number {
  if (error instanceof StillwatchError) {
    process.stderr.write(`${tellCommands(formatProblem(error.problem))}\n`);
    return error.exitStatus;
  }
  if (error instanceof CommanderError) {
    // Help and version are asked for, not failures; commander reports them the same way.
    if (error.exitCode === 0) return 0;
    process.stderr.write(`${tellCommands(formatProblem(describeUsage(error, command)))}\n`);
    return 2;
  }
  const problem: Problem = {
    code: "SW1000",
    what: `unexpected failure: ${error instanceof Error ? error.message : String(error)}`,
    why: "this is a fault of stillwatch, not of the input.",
    fix: "run again with STILLWATCH_DEBUG=1 and report the trace it prints.",
  };
  process.stderr.write(`${formatProblem(problem)}\n`);
  if (process.env["STILLWATCH_DEBUG"] && error instanceof Error) process.stderr.write(`${error.stack ?? ""}\n`);
  return 1;
}

const USAGE_CODES: Readonly<Record<string, { code: string; why: string }>> = {
  "commander.unknownCommand": { code: "SW1001", why: "a misspelt command must not run another one." },
  "commander.unknownOption": { code: "SW1002", why: "a misspelt option must never leave a setting on its default." },
  "commander.missingArgument": { code: "SW1003", why: "the command cannot guess what it should work on." },
  "commander.optionMissingArgument": { code: "SW1003", why: "the option needs a value." },
  "commander.missingMandatoryOptionValue": { code: "SW1003", why: "the command cannot guess this option." },
};

/** The command that was meant, for the hint to its help; empty where none was recognised. */
function nameCommand(argv: readonly string[], program: Command): string {
  const named = argv.find((word) => program.commands.some((command) => command.name() === word));
  return named === undefined ? "" : ` ${named}`;
}

function describeUsage(error: CommanderError, command: string): Problem {
  const [first = "", ...rest] = error.message.split("\n");
  const hint = /\(Did you mean (?:one of )?(.+?)\?\)/.exec(rest.join(" "))?.[1];
  const known = USAGE_CODES[error.code];
  // `stillwatch` alone prints its help as an "error"; so does a group without its subcommand.
  const what = error.code === "commander.help" ? "a command is missing" : first.replace(/^error: /, "");
  return {
    code: known?.code ?? "SW1004",
    what: hint === undefined ? what : `${what}; did you mean "${hint}"?`,
    why: known?.why ?? "stillwatch does nothing on arguments that it does not understand.",
    fix: `stillwatch help${command}`,
  };
}

function listCommands(command: Command): Command[] {
  return command.commands.flatMap((child) => [child, ...listCommands(child)]);
}

function readVersion(): string {
  const parsed: unknown = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8"));
  return parsed !== null && typeof parsed === "object" && "version" in parsed ? String(parsed.version) : "unknown";
}

function isEntryPoint(): boolean {
  const script = process.argv[1];
  return script !== undefined && realpathSync(script) === fileURLToPath(import.meta.url);
}

if (isEntryPoint()) {
  leaveStandardInput();
  watchForInterruption();
  // A reader that has seen enough (`| head`) closes the pipe; that is no failure.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
  // Progress and words to a person, on a full disk or a closed terminal: the work is not worth less for that.
  process.stderr.on("error", () => {});
  process.exitCode = await runCommandLine(process.argv.slice(2));
}
