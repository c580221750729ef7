/** `stillwatch config`: what the settings are, what is wrong with a file, and what is in force. */
import { readFile } from "node:fs/promises";
import { Argument, type Command, Option } from "commander";
import { listOpenRungs } from "../../../engine/decisions/ladder.js";
import { formatProblem } from "../../../vocabulary/errors.js";
import { type LoadedPolicy, loadPolicy, readPolicy } from "../../serve/policy-file.js";
import { loadSettings, requireSettings, SETTINGS_FILE } from "../../serve/settings/load-settings.js";
import {
  writeEffective,
  writeEffectivePolicy,
  writeExample,
  writeJsonSchema,
  writePolicyExample,
  writePolicySchema,
  writeWritten,
} from "../../serve/settings/pages.js";

const CONFIG_OPTION = ["--config <file>", `the settings (default: ${SETTINGS_FILE} if it is there)`] as const;

interface ConfigFlags {
  config?: string;
}

/** Adds `config check`, `config show` and `config example`. */
export function addConfigCommand(program: Command): void {
  const config = program
    .command("config")
    .summary("check and show the settings of serve")
    .description(
      "Checks and shows the settings of `stillwatch serve`. A name that is not known is refused with the place and the name that was probably\n" +
        "meant: a slip must never leave a setting on its default. Secrets are references to the environment, ${NAME}, and are never shown.",
    );
  config
    .command("check")
    .summary("say what is wrong with the settings, and where")
    .description(
      "Reads the settings, and the policy that they name, as serve would; names every problem with line and column, warns\n" +
        "of rules that are enforced over milder ones in shadow, and starts nothing.",
    )
    .option(...CONFIG_OPTION)
    .addHelpText(
      "after",
      "\nExamples:\n  stillwatch config check\n  stillwatch config check --config deploy/stillwatch.yaml\n\nExit status: 0 nothing is wrong, 2 something is.",
    )
    .action(async ({ config: file }: ConfigFlags) => {
      const loaded = await loadSettings({ file, environment: process.env });
      const policy = await readNamedPolicy(loaded.policy);
      const problems = [...loaded.problems, ...policy.problems];
      for (const warning of listWarnings(policy)) process.stderr.write(`${loaded.policy}: warning: ${warning}\n`);
      for (const problem of problems) process.stderr.write(`${formatProblem(problem)}\n`);
      if (problems.length > 0) process.exitCode = 2;
      else {
        const decided = loaded.policy === undefined ? "policy: none, so nothing is decided" : `policy: ${loaded.policy}`;
        process.stdout.write(`${loaded.file ?? `no ${SETTINGS_FILE} here; the defaults hold`}: nothing is wrong; ${decided}\n`);
      }
    });
  config
    .command("show")
    .summary("print the settings, secrets left out")
    .description("Prints the settings as YAML, secrets left out.")
    .option(...CONFIG_OPTION)
    .option("--effective", "with all defaults, and paths as they are resolved")
    .addHelpText("after", "\nExamples:\n  stillwatch config show --effective\n  stillwatch config show --config deploy/stillwatch.yaml")
    .action(async ({ config: file, effective }: ConfigFlags & { effective?: boolean }) => {
      const loaded = await loadSettings({ file, environment: process.env });
      const settings = requireSettings(loaded);
      process.stdout.write(effective === true ? writeEffective(settings) : writeWritten(loaded.written));
      if (effective !== true || settings.policy === undefined) return;
      process.stdout.write(`---\n# the policy, ${settings.policy}\n${writeEffectivePolicy(await loadPolicy(settings.policy))}`);
    });
  config
    .command("example")
    .summary("print a file with every setting, or a policy to begin with")
    .description(
      "Prints a settings file that says what the defaults say, with a comment on every setting; or a whole policy, all of it in shadow.",
    )
    .addArgument(new Argument("[file]", "which file").choices(["settings", "policy"]).default("settings"))
    .addOption(new Option("--schema", "print the file's JSON Schema instead, for editors"))
    .addOption(new Option("--policy-schema", "as `example policy --schema`").hideHelp())
    .addHelpText(
      "after",
      "\nExamples:\n  stillwatch config example > stillwatch.yaml\n  stillwatch config example policy > policy.yaml\n  stillwatch config example policy --schema > policy.schema.json",
    )
    .action((file: "settings" | "policy", { schema = false, policySchema = false }: { schema?: boolean; policySchema?: boolean }) => {
      const isPolicy = file === "policy" || policySchema;
      const write =
        schema || policySchema ? (isPolicy ? writePolicySchema : writeJsonSchema) : isPolicy ? writePolicyExample : writeExample;
      process.stdout.write(write());
    });
}

/** The policy stands in a file of its own, and is as easily misspelt. */
async function readNamedPolicy(file: string | undefined): Promise<LoadedPolicy> {
  // One that is not there was told with the settings.
  const text = file === undefined ? null : await readFile(file, "utf8").catch(() => null);
  return file === undefined || text === null ? { policy: null, problems: [] } : readPolicy(text, { file });
}

/** What is allowed, and seldom meant. */
function listWarnings({ policy }: LoadedPolicy): string[] {
  return listOpenRungs(policy?.rules ?? []).map(({ rule, below }) => {
    const names = below.map(({ name, measure }) => `${name} (${measure})`).join(", ");
    // Nobody is spared anything by watching: all that there is to say is why nothing is proposed yet.
    if (below.every(({ measure }) => measure === "watch"))
      return (
        `${rule.name} (${rule.measure}) is enforced over a rule in shadow that only watches: ${names}. It is a rung all the same: nothing is proposed before it has ` +
        "decided and new evidence came, and without new evidence nothing ever is. Leave it out if nothing should wait for it: docs/policy.md, What no policy can switch off."
      );
    return (
      `${rule.name} (${rule.measure}) is enforced over milder rules in shadow: ${names}. Whoever it acts on has met none of them; it waits for what they ` +
      "would have done, and for new evidence after it. Set the mildest to enforce first: docs/policy.md, From shadow to enforcement."
    );
  });
}
