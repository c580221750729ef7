/** The policy in force while serve runs: read again when it is told to, and kept as it was where the new file is not right. */
import type { Policy } from "../../engine/decisions/policy.js";
import { type Problem, StillwatchError } from "../../vocabulary/errors.js";
import { loadPolicy } from "./policy-file.js";
import type { Metrics } from "./services.js";

/** Reads the policy again. */
export interface PolicyKeeper {
  /** Takes the file as it is now, whole or not at all. Calls follow one another. Never throws: what is wrong is told. */
  reload: () => Promise<void>;
  /** Why the policy in force is not what the file says; null while it is. For people who may know nothing of the file. */
  describeTrouble: () => string | null;
}

/** What it works with. */
export interface PolicyKeeperParts {
  /** Undefined where no policy is named. */
  file: string | undefined;
  /** Puts a policy into force, between two decisions. */
  use: (policy: Policy) => Promise<void>;
  metrics: Pick<Metrics, "set">;
  onTrouble: (problem: Problem) => void;
  /** Told what happened, for the log. */
  tell: (what: string, facts: object) => void;
}

/** Makes it; the policy of the start is in force already. */
export function createPolicyKeeper({ file, use, metrics, onTrouble, tell }: PolicyKeeperParts): PolicyKeeper {
  let isRefused = false;
  let last: Promise<void> = Promise.resolve();
  metrics.set("stillwatch_policy_refused", 0);
  const readAgain = async (): Promise<void> => {
    if (file === undefined) return tell("no policy is named; nothing is decided, as before", {});
    try {
      const policy = await loadPolicy(file);
      await use(policy);
      isRefused = false;
      tell("the policy was read again", { file, rules: policy.rules.map(({ name, mode }) => `${name} ${mode}`) });
    } catch (error) {
      isRefused = true;
      onTrouble(describeRefusal(error, file));
    }
    metrics.set("stillwatch_policy_refused", isRefused ? 1 : 0);
  };
  return {
    reload: async () => (last = last.then(readAgain)),
    describeTrouble: () =>
      isRefused ? "the policy file was refused when it was read again; the policy before it goes on, and the log says what is wrong" : null,
  };
}

/** A fault of the file is told as it is; what else may fail is told without its words. */
function describeRefusal(error: unknown, file: string): Problem {
  const { what, why, fix, place } =
    error instanceof StillwatchError
      ? error.problem
      : { what: "it could not be put into force", why: "stillwatch failed over it.", fix: "report it.", place: { file } };
  return { code: "SW2011", what: `the new policy is refused, the one before it goes on: ${what}`, place, why, fix };
}
