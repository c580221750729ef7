/**
 * An event store that an older stillwatch filled, made anew: requests have to be read again, because of their text nothing was kept. What does not rest on how they
 * were read goes along: what campaigns were called, because decisions name them, and which requests were checked.
 */
import { access, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { StillwatchError } from "../../vocabulary/errors.js";
import { syncFolder } from "../hand-over/segment.js";
import { openEmbeddedEngine } from "./embedded-engine.js";
import { quoteSql } from "./engine.js";
import { DEFAULT_LIMITS, listEngineSettings } from "./limits.js";
import type { TableName } from "./schema.js";
import { explainStoreError } from "./store-errors.js";
import { openEventStore } from "./store.js";

/** What goes along. */
const KEPT_TABLES = ["known_campaigns", "request_checks"] as const satisfies readonly TableName[];
/** What is known of a campaign counts as later, the more requests were seen; the new store has seen none. */
const REPLACED_COLUMNS: Partial<Record<TableName, string>> = { known_campaigns: "REPLACE (toUInt64(0) AS events_seen)" };

/** Where the store of before lies afterwards, and how many rows of each table went along. */
export interface RenewedStore {
  aside: string;
  kept: Record<(typeof KEPT_TABLES)[number], number>;
}

/**
 * Moves the store in `path` aside and begins a new one there. A stop in between is healed by calling it again.
 *
 * @param forgetRead Lets go of what was noted as read into the store of before. Done while a second call still goes on where this one stopped: left out, what was
 * noted is never read again. It may be called twice.
 * @throws StillwatchError SW1412 when an older one was moved aside before and is still there; SW1413 when there is no store; SW14xx as opening does.
 */
export async function renewStore(path: string, forgetRead: () => Promise<void> = async () => {}): Promise<RenewedStore> {
  const aside = `${path}.before`;
  const hand = `${path}.kept`;
  const folder = dirname(path);
  const isAside = await isThere(aside);
  if (!isAside || !(await isThere(hand))) {
    await requireStore(path);
    if (isAside) throw stillThere(aside);
    // Of a call that was stopped before the store was moved: the store may have been used since, and what came then is not in it.
    await rm(hand, { recursive: true, force: true });
    await putInHand(path, hand);
    await rename(path, aside);
    await syncFolder(folder);
  }
  const kept = await takeFromHand(path, hand);
  await forgetRead();
  await syncFolder(folder);
  await rm(hand, { recursive: true });
  return { aside, kept };
}

/** Writes what goes along into files, whatever version the store has. */
async function putInHand(path: string, hand: string): Promise<void> {
  const unfinished = `${hand}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  const place = { kind: "embedded" as const, name: path };
  try {
    const engine = await openEmbeddedEngine({ path, settings: listEngineSettings(DEFAULT_LIMITS) });
    try {
      const answer = await engine.client.query({
        query: "SELECT name FROM system.tables WHERE database = currentDatabase()",
        format: "JSONEachRow",
      });
      const tables = new Set((await answer.json<{ name: string }>()).map(({ name }) => name));
      for (const table of KEPT_TABLES.filter((each) => tables.has(each)))
        await engine.client.command({
          query: `INSERT INTO FUNCTION file(${quoteSql(join(unfinished, table))}, Native) SELECT * ${REPLACED_COLUMNS[table] ?? ""} FROM ${table} FINAL`,
        });
    } finally {
      await engine.close();
    }
  } catch (error) {
    throw explainStoreError({ error, place, during: "open" });
  }
  // A name that lasts longer than what it names would, after a loss of power, hand on half of it.
  for (const name of await readdir(unfinished)) await syncFile(join(unfinished, name));
  await syncFolder(unfinished);
  await rename(unfinished, hand);
  await syncFolder(dirname(hand));
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, "r+");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Reads it into a new store. Columns that are not there any more stay behind; new ones are empty. */
async function takeFromHand(path: string, hand: string): Promise<RenewedStore["kept"]> {
  const store = await openEventStore({ path });
  const kept: RenewedStore["kept"] = { known_campaigns: 0, request_checks: 0 };
  try {
    for (const table of KEPT_TABLES) {
      const file = join(hand, table);
      // Of a table without rows nothing is written, not even its columns.
      if ((await measureFile(file)) === 0) continue;
      const source = `file(${quoteSql(file)}, Native)`;
      const listNames = async (of: string): Promise<string[]> =>
        (await store.rows<{ name: string }>(`DESCRIBE ${of}`)).map(({ name }) => name);
      const known = new Set(await listNames(table));
      const names = (await listNames(source)).filter((name) => known.has(name)).join(", ");
      await store.command(`INSERT INTO ${table} (${names}) SELECT ${names} FROM ${source}`);
      const [row] = await store.rows<{ rows: number }>(`SELECT toFloat64(count()) AS rows FROM ${table} FINAL`);
      kept[table] = row?.rows ?? 0;
    }
  } finally {
    await store.close();
  }
  return kept;
}

/** Bytes; 0 where there is no file. */
async function measureFile(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

/** @throws StillwatchError SW1413 when there is no event store in `path`: opening it would begin one. */
export async function requireStore(path: string): Promise<void> {
  if (!(await isThere(join(path, "events")))) throw nothingToRenew(path);
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function stillThere(aside: string): StillwatchError {
  return new StillwatchError({
    code: "SW1412",
    what: `an event store was moved aside before, to ${aside}`,
    why: "it may be the only one that holds what it holds; nothing was changed.",
    fix: "delete it, or move it elsewhere, and run the command again.",
  });
}

function nothingToRenew(path: string): StillwatchError {
  return new StillwatchError({
    code: "SW1413",
    what: `there is no event store in ${path}`,
    why: "there is nothing to renew or to prune, or the folder is another one's.",
    fix: "name the folder that `data.folder` of the settings names. Where `analysis.store` keeps events on a ClickHouse server, serve prunes there by itself (`data.events_kept`), and a new database takes the place of renew.",
  });
}
