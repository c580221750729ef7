/** `stillwatch serve`: beside the gateways, from their traffic to decisions that can be undone. */
import { type Command, Option } from "commander";
import { startServe } from "../../serve/serve.js";
import { loadSettings, requireSettings, SETTINGS_FILE } from "../../serve/settings/load-settings.js";
import { interrupt, interruptionSignal } from "../interruption.js";
import { logToStandardError } from "../log-lines.js";
import { watchTerminal } from "../terminal.js";

const LEVELS = ["debug", "info", "warn", "error", "silent"] as const;

/** Adds `serve`. */
export function addServeCommand(program: Command): void {
  program
    .command("serve")
    .summary("run beside the gateways: events in, campaigns found, verdicts out")
    .description(
      "Takes request events in while they happen, looks for campaigns at an interval, turns them into decisions as policy.yaml says, and answers\n" +
        "gateways what to do with a request. Everything is in shadow until the policy says `mode: enforce` and a person has said yes.\n\n" +
        "One process that you start, one data folder, one port. It listens on loopback unless the settings say otherwise. SIGTERM or Ctrl-C stops it\n" +
        "after the work in hand; a second one at once. Either way nothing is lost that was acknowledged. SIGHUP reads the policy again; one that is not\n" +
        "right changes nothing, and is told in the log. Started in a terminal, it stops when that is closed. A log that cannot be written costs its lines,\n" +
        "and nothing else.",
    )
    .option("--config <file>", `the settings (default: ${SETTINGS_FILE} if it is there; else the defaults hold)`)
    .addOption(new Option("--log-level <level>", "what is logged to standard error, as JSON lines").choices(LEVELS).default("info"))
    .addHelpText(
      "after",
      `
The first day:
  stillwatch config example > stillwatch.yaml        # every setting with its default
  stillwatch keys create --name me --scope admin     # before the first start; the secret is shown once
  stillwatch serve
  curl -H "Authorization: Bearer $KEY" --data-binary @requests.ndjson -H 'content-type: application/x-ndjson' http://127.0.0.1:8484/v1/events

Whether it is well: /healthz, /readyz (what is missing), /metrics. What can be asked: /openapi.json.

Exit status: 0 stopped, 2 unusable settings or data folder, 3 stopped at once.`,
    )
    .action(async ({ config, logLevel }: { config?: string; logLevel: (typeof LEVELS)[number] }) => {
      const settings = requireSettings(await loadSettings({ file: config, environment: process.env }));
      const signal = interruptionSignal();
      const say = (line: string): void => void process.stderr.write(`${line}\n`);
      const { log, onLost } = logToStandardError(logLevel);
      const reloads = listenForReloads(process, { isHangUp: watchTerminal(), hangUp: interrupt });
      const serving = await startServe({ settings, version: program.version() ?? "unknown", log, onLinesLost: onLost, say });
      reloads.follow(serving.reloadPolicy);
      const stopped = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
      try {
        // A start that fails later ends it all the same; a start that succeeds waits for the signal.
        await Promise.race([stopped, serving.whenReady.then(() => stopped)]);
      } finally {
        await serving.stop();
      }
      say("stopped; everything that was acknowledged is on disk");
    });
}

/** What else a SIGHUP may be. */
interface HangUp {
  /** True where the terminal from which it was started is closed. */
  isHangUp: () => boolean;
  hangUp: () => void;
}

/**
 * Hears SIGHUP from the first moment: unheard, it would end the process. What came before there was anything to read again is made up for, once.
 * The one that a closed terminal sends stops it: who started it so takes it for something that ends with the terminal.
 */
export function listenForReloads(
  signals: Pick<NodeJS.EventEmitter, "on">,
  { isHangUp, hangUp }: HangUp,
): { follow: (reload: () => Promise<void>) => void } {
  let isAsked = false;
  let reload: (() => Promise<void>) | null = null;
  signals.on("SIGHUP", () => {
    if (isHangUp()) return hangUp();
    isAsked = true;
    void reload?.();
  });
  return {
    follow(wanted) {
      reload = wanted;
      if (isAsked) void wanted();
    },
  };
}
