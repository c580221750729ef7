/** Writes a simulated world as contract files. */
import { createWriteStream, writeFileSync } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import type { Writable } from "node:stream";
import { createGzip } from "node:zlib";
import {
  formatAccount,
  formatAccountTruth,
  formatAllowlistEntry,
  formatEnforcement,
  formatRelease,
  formatRequest,
  formatRequestTruth,
  type World,
} from "../../simulate/index.js";
import { StillwatchError } from "../../vocabulary/errors.js";
import { makeWritableFolder } from "../folder.js";

/** How to write a world. */
export interface WorldFilesWish {
  folder: string;
  /** Which half of the material the world was made from, for `world.json`. */
  half?: string;
  /** Request files to split into. */
  parts?: number;
  compress?: "none" | "gz";
  /** Called every few thousand requests. */
  onProgress?(requests: number): void;
}

/** What was written. */
export interface WorldCounts {
  requests: number;
  harvestRequests: Record<string, number>;
  accounts: number;
  attackAccounts: number;
  /** Those of them that sent harvest: a reserve sends none. */
  harvestingAccounts: number;
  requestBytes: number;
}

const FLUSH_CHARS = 1 << 18;
const PROGRESS_EVERY = 5000;

/** Writes all files of a world and answers the counts that `world.json` holds. Throws SW1506 where the folder cannot be written. */
export async function writeWorld(world: World, wish: WorldFilesWish): Promise<WorldCounts> {
  try {
    await makeWritableFolder(wish.folder);
    return await writeFiles(world, wish);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && typeof error.code === "string")) throw error;
    throw new StillwatchError({
      code: "SW1506",
      what: `the world cannot be written: ${error.code}`,
      place: { file: wish.folder },
      why: "a world needs a folder of its own, with some space.",
      fix: "name with --out a folder that exists or can be made, is no file, is writable and has space left.",
    });
  }
}

async function writeFiles(world: World, wish: WorldFilesWish): Promise<WorldCounts> {
  const counts: WorldCounts = { requests: 0, harvestRequests: {}, accounts: 0, attackAccounts: 0, harvestingAccounts: 0, requestBytes: 0 };
  const truth = openLines(join(wish.folder, "truth.ndjson"), "none");
  const accounts = openLines(join(wish.folder, "accounts.ndjson"), "none");
  for (const { account } of world.accounts()) await accounts.write(formatAccount(account));
  await accounts.close();
  const harvests = await writeRequests(world, wish, counts, truth);
  counts.harvestingAccounts = harvests.size;
  for (const { account, truth: label } of world.accounts()) {
    counts.accounts++;
    if (label.label === "attack") counts.attackAccounts++;
    await truth.write(formatAccountTruth(account.accountId, label, harvests.get(account.accountId) ?? 0));
  }
  await truth.close();
  writeSmall(wish.folder, "releases", world.releases.map(formatRelease));
  writeSmall(wish.folder, "enforcement", world.enforcement.map(formatEnforcement));
  writeSmall(wish.folder, "allowlist", world.allowlist.map(formatAllowlistEntry));
  writeFileSync(join(wish.folder, "world.json"), `${JSON.stringify(describeWorld(world, counts, wish.half), null, 2)}\n`);
  return counts;
}

async function writeRequests(world: World, wish: WorldFilesWish, counts: WorldCounts, truth: Lines): Promise<Map<string, number>> {
  const harvests = new Map<string, number>();
  const compress = wish.compress ?? "none";
  const end = compress === "gz" ? ".ndjson.gz" : ".ndjson";
  const parts = wish.parts ?? 1;
  const names = Array.from({ length: parts }, (_, i) =>
    parts === 1 ? `requests${end}` : `requests-${String(i + 1).padStart(3, "0")}${end}`,
  );
  const files = names.map((name) => openLines(join(wish.folder, name), compress));
  for (const { event, campaign } of world.requests()) {
    // Requests go round the parts, as a load balancer's logs would hold them.
    const file = files[counts.requests % parts];
    const line = formatRequest(event);
    counts.requests++;
    counts.requestBytes += line.length + 1;
    await file.write(line);
    if (campaign !== null) {
      counts.harvestRequests[campaign] = (counts.harvestRequests[campaign] ?? 0) + 1;
      harvests.set(event.accountId, (harvests.get(event.accountId) ?? 0) + 1);
      await truth.write(formatRequestTruth(event.requestId, campaign));
    }
    if (counts.requests % PROGRESS_EVERY === 0) wish.onProgress?.(counts.requests);
  }
  for (const file of files) await file.close();
  return harvests;
}

/** The contents of `world.json`: every knob, count and seed. */
export function describeWorld(world: World, counts: WorldCounts, half = "all"): Record<string, unknown> {
  const { options, models } = world.context;
  return {
    schema: "stillwatch.world/1",
    seed: options.seed,
    options: {
      accounts: options.accounts,
      requests: options.requests,
      days: options.days,
      campaigns: options.campaigns,
      campaign_accounts: options.campaignAccounts,
      look_alikes: options.lookAlikes,
      knobs: [...options.knobs].sort(),
      metadata_only: options.isMetadataOnly,
    },
    window: { from: new Date(world.context.startAtMs).toISOString(), to: new Date(world.context.endAtMs).toISOString() },
    target_models: models.map((model) => ({ target_model: model.name, released_at: new Date(model.releasedAtMs).toISOString() })),
    half,
    library: options.library?.counts ?? "bundled",
    counts: {
      requests: counts.requests,
      request_chars_mean: Math.round(counts.requestBytes / Math.max(1, counts.requests)),
      accounts: counts.accounts,
      attack_accounts: counts.attackAccounts,
      harvest_requests: counts.harvestRequests,
    },
    groups: world.describe(),
  };
}

function writeSmall(folder: string, name: string, lines: readonly string[]): void {
  writeFileSync(join(folder, `${name}.ndjson`), lines.map((line) => `${line}\n`).join(""));
}

interface Lines {
  write(line: string): Promise<void> | undefined;
  close(): Promise<void>;
}

function openLines(path: string, compress: "none" | "gz"): Lines {
  const file = createWriteStream(path);
  // Level 1: a world is read once or twice, and the generator should be the slowest part.
  const zip = compress === "gz" ? createGzip({ level: 1 }) : null;
  if (zip) zip.pipe(file);
  const target: Writable = zip ?? file;
  let failure: Error | null = null;
  file.on("error", (error) => {
    failure = error;
  });
  let buffered = "";
  const flush = async (): Promise<void> => {
    if (failure) throw failure;
    const chunk = buffered;
    buffered = "";
    if (!target.write(chunk)) await once(target, "drain");
  };
  return {
    write(line) {
      buffered += line;
      buffered += "\n";
      return buffered.length >= FLUSH_CHARS ? flush() : undefined;
    },
    async close() {
      const isDone = once(file, "finish");
      target.end(buffered);
      await isDone;
    },
  };
}
