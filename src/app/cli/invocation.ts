/** How stillwatch is called from where the user stands: `stillwatch` alone works only where it is on the path. */
import { relative } from "node:path";

/** What of the process decides it. */
export interface InvocationFacts {
  /** The script as it was called, `process.argv[1]`. */
  script: string | undefined;
  folder: string;
  environment: Readonly<Record<string, string | undefined>>;
}

/** Names the words that run stillwatch the way it was run. */
export function nameInvocation({ script, folder, environment }: InvocationFacts): string {
  // npm sets these for `npx` and for `npm run`; both start in the package's folder, where npx finds the command.
  if (environment["npm_command"] !== undefined || environment["npm_lifecycle_event"] !== undefined) return "npx stillwatch";
  if (script === undefined || !/[\\/]main\.js$/.test(script)) return "stillwatch";
  const path = relative(folder, script);
  return `node ${path.startsWith("..") ? script : path}`;
}

/** Puts these words wherever `text` tells a command of ours to type. */
export function fillInvocation(text: string, invocation: string): string {
  return text.replaceAll(COMMAND, (_found, before: string) => `${before}${invocation} `);
}

/** Every command that there is; a test holds this against the list in main.ts. */
export const COMMAND_NAMES = [
  "demo",
  "analyze",
  "explain",
  "simulate",
  "score",
  "evaluate",
  "calibrate",
  "detections",
  "serve",
  "proxy",
  "replay",
  "renew",
  "prune",
  "config",
  "keys",
  "integrations",
  "campaigns",
  "decisions",
  "allowlist",
  "shadow-report",
  "quarantine",
  "alerts",
  "unchecked",
] as const;

/** "stillwatch" where a command follows; the program's name in prose, in an address or after another word of the call stays. */
const COMMAND = new RegExp(`(^|(?<!npx)[\\s\`(])stillwatch (?=(?:${[...COMMAND_NAMES, "help"].join("|")})(?:[\\s\`.;,)]|$))`, "gm");

/** {@link fillInvocation} for this process. */
export function tellCommands(text: string): string {
  return fillInvocation(text, nameInvocation({ script: process.argv[1], folder: process.cwd(), environment: process.env }));
}
