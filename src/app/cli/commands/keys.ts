/** `stillwatch keys`: who may ask `stillwatch serve` for what. */
import { type Command, InvalidArgumentError } from "commander";
import { StillwatchError } from "../../../vocabulary/errors.js";
import { describeKey, type KeyLine } from "../../http/keys.js";
import { lockFolder } from "../../serve/folder-lock.js";
import { createKeys } from "../../serve/keys.js";
import { openRecords } from "../../serve/records.js";
import { loadSections, SETTINGS_FILE } from "../../serve/settings/load-settings.js";
import { duration } from "../../serve/settings/values.js";
import { type Keys, type Scope, SCOPES } from "../../serve/services.js";
import { makeVisible } from "../../report/text.js";
import { renderTable } from "../decision-table.js";
import { isForPeople, linesOption, type LinesOutput } from "../lines-option.js";
import { findUrl } from "../running-server.js";
import { askServer } from "../server-client.js";
import { suggestName } from "../suggest.js";

interface PlaceFlags {
  config?: string;
  url?: string;
}

/** What can be done with keys, wherever they are kept. */
interface KeyDesk {
  create(wish: { name: string; scopes: Scope[]; expiresMs: number | null }): Promise<KeyLine & { secret: string }>;
  list(): Promise<KeyLine[]>;
  revoke(id: string): Promise<void>;
}

/** Adds `keys create`, `keys list` and `keys revoke`. */
export function addKeysCommand(program: Command): void {
  const keys = program
    .command("keys")
    .summary("make, list and end the keys of serve")
    .description(
      "Keys say who may ask `stillwatch serve` for what. A secret is shown once, when it is made; only its hash is kept.\n\n" +
        "Without --url the data folder is opened: that is how the first key is made. While a serve runs on it, that serve is asked instead; the\n" +
        "environment's STILLWATCH_KEY must then hold a key with the scope admin.\n\n" +
        `Scopes: ${SCOPES.join(", ")}. A key that leaks should open one door only: give a gateway check, a shipper of logs events:write.`,
    );
  addCreate(keys);
  addList(keys);
  addRevoke(keys);
}

function withPlace(command: Command): Command {
  return command
    .option("--config <file>", `settings that name the data folder (default: ${SETTINGS_FILE} if it is there)`)
    .option("--url <address>", "the running serve (default: none, or where the settings let it listen if it runs on the folder)");
}

function addCreate(keys: Command): void {
  withPlace(keys.command("create"))
    .summary("make a key and show its secret once")
    .description("Makes a key. Its secret goes to standard output, once and alone, so that it can be put where secrets are kept.")
    .requiredOption("--name <name>", "who will use it, such as litellm-eu")
    .requiredOption("--scope <scopes>", `what it may do, separated by commas: ${SCOPES.join(", ")}`, toScopes)
    .option("--expires <time>", "when it ends, from now on, such as 90d (default: never)", toDuration)
    .addHelpText(
      "after",
      `
Examples:
  stillwatch keys create --name me --scope admin
  stillwatch keys create --name litellm-eu --scope check,events:write --expires 90d
  STILLWATCH_KEY=sw_… stillwatch keys create --name grafana --scope read --url http://127.0.0.1:8484`,
    )
    .action(async (flags: PlaceFlags & { name: string; scope: Scope[]; expires?: number }) => {
      const { name, scope: scopes, expires } = flags;
      const { secret, ...key } = await atDesk(flags, (desk) =>
        desk.create({ name, scopes, expiresMs: expires === undefined ? null : Date.now() + expires }),
      );
      process.stderr.write(
        `${key.id} "${key.name}" may ${key.scopes.join(", ")}; ends ${key.expires_at ?? "never"}. Its secret, shown this once:\n`,
      );
      process.stdout.write(`${secret}\n`);
    });
}

function addList(keys: Command): void {
  withPlace(keys.command("list"))
    .summary("list the keys, without secrets")
    .description("Lists every key with its scopes and its end, oldest first: a table for people, one JSON object a line for programs.")
    .addOption(linesOption())
    .addHelpText("after", "\nExamples:\n  stillwatch keys list\n  stillwatch keys list | jq 'select(.revoked_at == null) | .name'")
    .action(async ({ output, ...flags }: PlaceFlags & { output?: LinesOutput }) => {
      const keyLines = await atDesk(flags, (desk) => desk.list());
      if (isForPeople(output)) process.stdout.write(renderTable(["key", "name", "may", "made", "ends"], keyLines.map(describeLine)));
      else for (const key of keyLines) process.stdout.write(`${JSON.stringify(key)}\n`);
    });
}

function describeLine({ id, name, scopes, created_at, expires_at, revoked_at }: KeyLine): string[] {
  const ends = revoked_at === null ? (expires_at?.slice(0, 10) ?? "never") : `ended ${revoked_at.slice(0, 10)}`;
  return [id, makeVisible(name), scopes.join(", "), created_at.slice(0, 10), ends];
}

function addRevoke(keys: Command): void {
  withPlace(keys.command("revoke"))
    .summary("end a key")
    .description("Ends a key at once, for good. What it was used for stays in the audit.")
    .argument("<id>", "the key's id, as `stillwatch keys list` shows it")
    .addHelpText("after", "\nExamples:\n  stillwatch keys revoke key_0123456789abcdef")
    .action(async (id: string, flags: PlaceFlags) => {
      await atDesk(flags, (desk) => desk.revoke(id));
      process.stderr.write(`${id} is ended\n`);
    });
}

/** Works where the keys are, and leaves the place as it was found. */
async function atDesk<T>({ config, url }: PlaceFlags, work: (desk: KeyDesk) => Promise<T>): Promise<T> {
  if (url !== undefined) return work(deskOfServer(url));
  const settings = await loadSections(["data"], { file: config, environment: process.env });
  const release = await takeFolder(settings.data.folder);
  if (release === null) return work(deskOfServer(await findUrl(config)));
  try {
    const database = await openRecords(settings);
    try {
      const keys = await createKeys({ database, clock: { nowMs: () => Date.now() } });
      // One command needs no second look at them.
      keys.close();
      return await work(deskOf(keys));
    } finally {
      await database.destroy();
    }
  } finally {
    release();
  }
}

/** Null where a serve has the folder and may be asked: there is a key to ask it with. */
async function takeFolder(folder: string): Promise<(() => void) | null> {
  try {
    return await lockFolder(folder, "stillwatch keys");
  } catch (error) {
    if (!(error instanceof StillwatchError) || error.problem.code !== "SW1810") throw error;
    if ((process.env["STILLWATCH_KEY"] ?? "") !== "") return null;
    const fix = "set STILLWATCH_KEY to a key with the scope admin: then the serve that runs there is asked. Or stop it.";
    throw new StillwatchError({ ...error.problem, fix });
  }
}

function deskOf(keys: Keys): KeyDesk {
  return {
    async create(wish) {
      const { key, secret } = await keys.create(wish);
      return { ...describeKey(key), secret };
    },
    list: async () => (await keys.list()).map(describeKey),
    async revoke(id) {
      if (!(await keys.revoke(id))) {
        throw new StillwatchError({
          code: "SW1911",
          what: "there is no such key in force",
          why: "its id is unknown, or it was ended before.",
          fix: "list them: stillwatch keys list.",
        });
      }
    },
  };
}

function deskOfServer(url: string): KeyDesk {
  const server = { url, key: process.env["STILLWATCH_KEY"] };
  return {
    create: async ({ name, scopes, expiresMs }) =>
      (await askServer(server, {
        method: "POST",
        path: "/v1/keys",
        body: { name, scopes, expires_at: expiresMs === null ? null : new Date(expiresMs).toISOString() },
      })) as KeyLine & { secret: string },
    list: async () => ((await askServer(server, { method: "GET", path: "/v1/keys" })) as { data: KeyLine[] }).data,
    revoke: async (id) => void (await askServer(server, { method: "DELETE", path: `/v1/keys/${encodeURIComponent(id)}` })),
  };
}

function toScopes(text: string): Scope[] {
  return text.split(",").map((given) => {
    const scope = SCOPES.find((each) => each === given.trim());
    if (scope !== undefined) return scope;
    const near = suggestName(given.trim(), SCOPES);
    throw new InvalidArgumentError(`there is no scope "${given.trim()}"${near === null ? "" : `; did you mean "${near}"?`}`);
  });
}

function toDuration(text: string): number {
  const read = duration.safeParse(text);
  if (!read.success || read.data === 0) throw new InvalidArgumentError("write a whole number with a unit, such as 90d");
  return read.data;
}
