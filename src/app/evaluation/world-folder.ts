/** The files of a world: a folder that `simulate` wrote, or any log with a truth. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { SideFilePaths } from "../../engine/acquire/index.js";
import type { WorldGroup } from "../../evaluate/index.js";
import { StillwatchError } from "../../vocabulary/errors.js";

/** What is analysed and what it is compared with. */
export interface WorldFiles {
  requests: string[];
  sideFiles: SideFilePaths;
  truth: string;
}

const SIDE_FILES = ["accounts", "releases", "enforcement", "allowlist"] as const;

/**
 * Finds `requests*.ndjson`, the side files and `truth.ndjson` of a folder, each plain or .gz or .zst.
 *
 * @throws StillwatchError SW1609 when the folder lacks requests or truth.
 */
export function openWorldFolder(folder: string): WorldFiles {
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  const requests = names.filter((name) => /^requests.*\.ndjson(\.gz|\.zst)?$/.test(name)).map((name) => join(folder, name));
  const find = (kind: string): string | undefined => {
    const name = names.find((candidate) => new RegExp(`^${kind}\\.ndjson(\\.gz|\\.zst)?$`).test(candidate));
    return name === undefined ? undefined : join(folder, name);
  };
  const truth = find("truth");
  if (requests.length === 0 || truth === undefined) throw notAWorld(folder, requests.length === 0 ? "requests.ndjson" : "truth.ndjson");
  const sideFiles: SideFilePaths = Object.fromEntries(SIDE_FILES.map((kind) => [kind, find(kind)]));
  return { requests, sideFiles, truth };
}

/** What `world.json` says of how a world was made. */
interface WorldRecord {
  seed: number;
  half?: string;
  library?: unknown;
  options: { accounts: number; requests: number; campaigns: readonly string[]; knobs: readonly string[]; metadata_only: boolean };
}

/** A world in words from which it can be made again: seed, size, campaigns, evasions and material; by its folder where nothing tells. */
export function nameWorld(folder: string): string {
  const file = join(folder, "world.json");
  if (!existsSync(file)) return `world ${basename(folder)}`;
  const { seed, half, library, options } = JSON.parse(readFileSync(file, "utf8")) as WorldRecord;
  const { accounts, requests, campaigns, knobs, metadata_only: isMetadataOnly } = options;
  return [
    `simulated world with seed ${seed}`,
    `${accounts} accounts`,
    `${requests} requests`,
    campaigns.length === 0 ? "no campaigns" : `campaigns ${campaigns.join(" ")}`,
    ...(knobs.length === 0 ? [] : [`evasions ${knobs.join(" ")}`]),
    ...(isMetadataOnly ? ["metadata only"] : []),
    `${library === "bundled" ? "bundled material" : "material given"}${half === undefined || half === "all" ? "" : `, ${half} half`}`,
  ].join(", ");
}

/** What `world.json` says of how campaigns were made; nothing where the folder has none. */
export function readWorldGroups(folder: string): WorldGroup[] {
  const file = join(folder, "world.json");
  if (!existsSync(file)) return [];
  const { groups = [], target_models: models = [] } = JSON.parse(readFileSync(file, "utf8")) as {
    groups?: WorldGroup[];
    target_models?: { target_model: string; released_at: string }[];
  };
  const releasedAt = new Map(models.map((model) => [model.target_model, model.released_at]));
  return groups.map((group) =>
    group.shift ? { ...group, shift: { ...group.shift, released_at: releasedAt.get(group.shift.to) } } : group,
  );
}

function notAWorld(folder: string, missing: string): StillwatchError {
  return new StillwatchError({
    code: "SW1609",
    what: `the folder is no world: it lacks ${missing}`,
    place: { file: folder },
    why: "an evaluation compares the analysis of a log with its truth.",
    fix: "give a folder that `stillwatch simulate --out` wrote, or log files together with --truth.",
  });
}
