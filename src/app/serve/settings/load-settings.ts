/** From `stillwatch.yaml` to settings in force. */
import { constants } from "node:fs";
import { access, readFile, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { StillwatchError, type Problem } from "../../../vocabulary/errors.js";
import { findExposure } from "./exposure.js";
import { findShortKeeping } from "./keeping.js";
import { describeSchema, formatPath, stepInto, type SchemaNode, type SettingPath } from "./json-schema.js";
import { keepFirstOfPlace, readSettings } from "./read-settings.js";
import { settingsSchema, type ServeSettings } from "./sections.js";

/** Read where no other file is named, and where it is there. */
export const SETTINGS_FILE = "stillwatch.yaml";

/** No settings file of ours comes near; a log given by mistake does. */
const FILE_BYTES_MAX = 1_048_576;

const HELP = "stillwatch config example shows every setting; docs/settings.md explains them.";

/** Settings, where they come from, and what is wrong with them. */
export interface LoadedSettings {
  /** Null where there is a problem. Paths are absolute. */
  settings: ServeSettings | null;
  problems: Problem[];
  /** The policy that is named, also where something else is wrong. */
  policy: string | undefined;
  /** As written, with references instead of secrets. */
  written: unknown;
  /** Null where there is no file and the defaults hold. */
  file: string | null;
}

/** Reads and checks. `file` undefined: `stillwatch.yaml` of this folder if it is there. */
export async function loadSettings({
  file,
  environment,
}: {
  file: string | undefined;
  environment: Readonly<Record<string, string | undefined>>;
}): Promise<LoadedSettings> {
  const name = file ?? SETTINGS_FILE;
  const text = await readText(name, { isNamed: file !== undefined });
  const read = readSettings(text ?? "", { file: name, schema: settingsSchema, environment, help: HELP });
  const base = { written: read.written, file: text === null ? null : name };
  if (read.draft === null) return { ...base, settings: null, policy: undefined, problems: read.problems };
  const schema = describeSchema(settingsSchema);
  const settings = resolvePaths(read.draft, { schema, folder: dirname(resolve(name)) }) as ServeSettings;
  // What rests on something that is wrong cannot be told before it is mended.
  const leftOut = new Set(read.leftOut.map((path) => path.slice(0, 2).join(".")));
  const isWhole = (...settings: string[]): boolean => !settings.some((setting) => leftOut.has(setting));
  const problems = [
    ...read.problems,
    ...(isWhole("auth", "listen", "listen.host", "listen.tls", "listen.behind_proxy") ? findExposure(settings, read.placeOf) : []),
    ...(isWhole("data", "data.events_kept", "analysis", "analysis.windows", "analysis.lateness_max")
      ? findShortKeeping(settings, read.placeOf)
      : []),
    ...(await findUnreadable(settings, read.placeOf)),
  ];
  return { ...base, settings: problems.length === 0 ? settings : null, policy: settings.policy, problems: keepFirstOfPlace(problems) };
}

/**
 * Some sections alone, for who is not serve: whoever asks it, or opens its folder, need not have its secrets, nor its files, nor read what else is wrong.
 *
 * @throws StillwatchError for what is wrong in these sections, or with the file as such.
 */
export async function loadSections<Name extends keyof ServeSettings>(
  sections: readonly Name[],
  { file, environment }: { file: string | undefined; environment: Readonly<Record<string, string | undefined>> },
): Promise<Pick<ServeSettings, Name>> {
  const name = file ?? SETTINGS_FILE;
  const text = await readText(name, { isNamed: file !== undefined });
  const { value, problems } = readSettings(text ?? "", { file: name, schema: settingsSchema, environment, help: HELP, sections });
  if (value === null) throw new StillwatchError(problems[0]);
  return resolvePaths(value, { schema: describeSchema(settingsSchema), folder: dirname(resolve(name)) }) as ServeSettings;
}

/** The settings, or the first problem as an error; how many more there are is told with it. */
export function requireSettings({ settings, problems }: LoadedSettings): ServeSettings {
  const [first] = problems;
  if (settings !== null) return settings;
  const more = problems.length - 1;
  const fix = more > 0 ? `${first.fix}\n  and ${more} more: stillwatch config check` : first.fix;
  throw new StillwatchError({ ...first, fix });
}

async function readText(file: string, { isNamed }: { isNamed: boolean }): Promise<string | null> {
  const unreadable = (why: string): StillwatchError =>
    new StillwatchError({
      code: "SW1801",
      what: "the settings cannot be read",
      place: { file },
      why,
      fix: "name a file with --config; stillwatch config example > stillwatch.yaml makes one.",
    });
  try {
    const { size } = await stat(file);
    if (size > FILE_BYTES_MAX) throw unreadable(`it has ${size} bytes, and no settings file has more than ${FILE_BYTES_MAX}.`);
    return await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof StillwatchError) throw error;
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    if (code === "ENOENT" && !isNamed) return null;
    throw unreadable(code === "ENOENT" ? "there is no such file." : `the system says ${code}.`);
  }
}

/** Every file and folder of the settings, relative to the settings file, made absolute. */
function resolvePaths(value: unknown, { schema, folder }: { schema: SchemaNode | null; folder: string }): unknown {
  if (typeof value === "string") return schema?.format === "path" ? resolve(folder, value) : value;
  if (Array.isArray(value)) return value.map((item, index) => resolvePaths(item, { schema: stepInto(schema, index), folder }));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, child]) => [name, resolvePaths(child, { schema: stepInto(schema, name), folder })]),
  );
}

/** Files that must be there when `serve` starts. Logs to follow may come later. */
async function findUnreadable(settings: ServeSettings, placeOf: (path: SettingPath) => Problem["place"] & object): Promise<Problem[]> {
  const { analysis, listen, policy } = settings;
  const named: [SettingPath, string | undefined][] = [
    [["listen", "tls", "certificate"], listen.tls?.certificate],
    [["listen", "tls", "key"], listen.tls?.key],
    ...(["accounts", "releases", "enforcement", "allowlist", "calibration"] as const).map((name): [SettingPath, string | undefined] => [
      ["analysis", name],
      analysis[name],
    ]),
    [["policy"], policy],
  ];
  const problems: Problem[] = [];
  for (const [path, file] of named) {
    if (file === undefined || GLOB.test(file) || (await isReadable(file))) continue;
    problems.push({
      code: "SW1809",
      what: `a file that the settings name cannot be read: ${formatPath(path)}`,
      place: placeOf(path),
      why: "a part would run without what it was meant to know.",
      fix: `check ${file}; paths are relative to the settings file.`,
    });
  }
  return problems;
}

/** What a glob finds is looked for when it is read. */
const GLOB = /[*?[{]/;

async function isReadable(file: string): Promise<boolean> {
  return access(file, constants.R_OK).then(
    () => true,
    () => false,
  );
}
