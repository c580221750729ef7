/** From `policy.yaml` to the policy in force. */
import { readFile } from "node:fs/promises";
import { NO_POLICY, policySchema, type Policy } from "../../engine/decisions/policy.js";
import { StillwatchError, type Problem } from "../../vocabulary/errors.js";
import { readSettings } from "./settings/read-settings.js";

const PAGE = "docs/policy.md";
const HELP = `\`stillwatch config example policy\` prints a whole one; ${PAGE} explains the fields.`;

/** A policy, or what is wrong with its file. */
export interface LoadedPolicy {
  policy: Policy | null;
  problems: Problem[];
}

/** Reads the text of a policy. Nothing of the environment is filled in: a policy holds no secrets. */
export function readPolicy(text: string, { file }: { file: string }): LoadedPolicy {
  const { value, problems } = readSettings(text, { file, schema: policySchema, environment: {}, help: HELP, page: PAGE });
  return { policy: value, problems: problems.map((problem) => ({ ...problem, why: explainRefusal(problem) })) };
}

/**
 * Reads the file; without one nothing is decided.
 *
 * @throws StillwatchError SW2003 when it cannot be read, SW1802 to SW1804 for what stands in it.
 */
export async function loadPolicy(file: string | undefined): Promise<Policy> {
  if (file === undefined) return NO_POLICY;
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new StillwatchError({
      code: "SW2003",
      what: "the policy cannot be read",
      place: { file },
      why: `without it nothing would be decided, and nobody would notice: ${error.code ?? "unknown cause"}.`,
      fix: "name a readable file under `policy` in stillwatch.yaml, or leave `policy` out to decide nothing.",
    });
  });
  const { policy, problems } = readPolicy(text, { file });
  if (policy !== null) return policy;
  const [first] = problems;
  const more = problems.length - 1;
  throw new StillwatchError(more > 0 ? { ...first, fix: `${first.fix} (${more} more in this file)` } : first);
}

/** Whoever asks for a country is told that it is not an oversight. */
function explainRefusal({ what, why, place }: Problem): string {
  const isAboutPeople = what.startsWith("unknown setting") && /countr|nation|region|ethnic|language/i.test(place?.excerpt ?? "");
  return isAboutPeople ? "where somebody comes from is never a reason to decide about him; there is no such field on purpose." : why;
}
