/** What campaigns are known by, on disk, so that a start need not wait for the analysis. Hashes and sketches alone: no text, no name. */
import { open, readFile, rename } from "node:fs/promises";
import { type KnownCampaigns, MATCH_KINDS } from "../../vocabulary/known.js";

/** The file's name in the data folder. */
export const KNOWN_FILE = "known-campaigns.json";

/** A file of another version is passed over: the next turn of the analysis writes it anew. */
const VERSION = 3;
/** Only the owner reads it: what a campaign is known by would tell it what to change. */
const MODE = 0o600;

/** What was learnt, and when the analysis handed it over: a stop makes it no younger. */
export interface LearntCampaigns extends KnownCampaigns {
  learntMs: number;
}

interface Written extends Pick<LearntCampaigns, "learntMs" | "watermarkMs" | "campaigns" | "accountsLeftOut"> {
  version: number;
  kinds: readonly string[];
  marks: { keys: string[]; campaigns: number[]; families: number[]; sole: string[] };
  accounts: { keys: string[]; campaigns: number[]; kinds: number[] };
}

/** Writes it whole or not at all, piece by piece: verdicts are given in between. */
export async function writeKnown(path: string, known: LearntCampaigns): Promise<void> {
  const beside = `${path}.new`;
  const file = await open(beside, "w", MODE);
  try {
    for (const piece of writePieces(known)) await file.writeFile(piece);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(beside, path);
}

function* writePieces({ learntMs, watermarkMs, campaigns, accountsLeftOut, marks, accounts }: LearntCampaigns): Generator<string> {
  const head = { version: VERSION, kinds: MATCH_KINDS, learntMs, watermarkMs, campaigns, accountsLeftOut };
  yield `${JSON.stringify(head).slice(0, -1)},"marks":{"keys":`;
  yield* writeColumn(marks.keys, writeKey);
  yield ',"campaigns":';
  yield* writeColumn(marks.campaigns, String);
  yield ',"families":';
  yield* writeColumn(marks.families, String);
  yield ',"sole":';
  yield* writeColumn(marks.soleAccounts, writeKey);
  yield '},"accounts":{"keys":';
  yield* writeColumn(accounts.keys, writeKey);
  yield ',"campaigns":';
  yield* writeColumn(accounts.campaigns, String);
  yield ',"kinds":';
  yield* writeColumn(accounts.kinds, String);
  yield "}}";
}

/** Values written at once: a millisecond or two, in which no request is answered. */
const VALUES_AT_ONCE = 5_000;

function* writeColumn<T>(column: { length: number; [place: number]: T }, writeValue: (value: T) => string): Generator<string> {
  for (let from = 0; from < column.length; from += VALUES_AT_ONCE) {
    const values: string[] = [];
    for (let place = from; place < Math.min(column.length, from + VALUES_AT_ONCE); place++) values.push(writeValue(column[place]));
    yield `${from === 0 ? "[" : ","}${values.join(",")}`;
  }
  yield column.length === 0 ? "[]" : "]";
}

/** Reads it; null where there is none, or none that can be used. What cannot be used is told by `onFailure`. */
export async function readKnown(path: string, onFailure: (error: unknown) => void): Promise<LearntCampaigns | null> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch {
    return null;
  }
  try {
    const { version, learntMs, watermarkMs, campaigns, marks, accounts, accountsLeftOut } = JSON.parse(text) as Written;
    if (version !== VERSION) return null;
    const known = {
      learntMs,
      watermarkMs,
      campaigns,
      accountsLeftOut,
      marks: {
        keys: readKeys(marks.keys),
        campaigns: Uint32Array.from(marks.campaigns),
        families: Uint32Array.from(marks.families),
        soleAccounts: readKeys(marks.sole),
      },
      accounts: { keys: readKeys(accounts.keys), campaigns: Uint32Array.from(accounts.campaigns), kinds: Uint8Array.from(accounts.kinds) },
    };
    if (!isWhole(known)) throw new Error("columns of different lengths");
    if (!Number.isFinite(learntMs)) throw new Error("no time at which it was learnt");
    return known;
  } catch (error) {
    onFailure(error);
    return null;
  }
}

function isWhole({ campaigns, marks, accounts }: KnownCampaigns): boolean {
  const isColumn = (column: Uint32Array, length: number): boolean =>
    column.length === length && column.every((place) => place < campaigns.length);
  return (
    isColumn(marks.campaigns, marks.keys.length) &&
    isColumn(accounts.campaigns, accounts.keys.length) &&
    marks.families.length === marks.keys.length &&
    marks.soleAccounts.length === marks.keys.length &&
    accounts.kinds.length === accounts.keys.length
  );
}

const HEXADECIMAL = 16;
const writeKey = (key: bigint): string => `"${key.toString(HEXADECIMAL)}"`;
const readKeys = (keys: readonly string[]): BigUint64Array<ArrayBuffer> => BigUint64Array.from(keys, (key) => BigInt(`0x${key}`));
