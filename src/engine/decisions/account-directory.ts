/** What verdicts must know of accounts whatever was decided: how far they are verified and whom they belong to. By hash, on typed arrays. */
import type { Account } from "../../vocabulary/account.js";
import type { HashText } from "./handle-memory.js";
import { createHashedTable, type HashedTable, openHashedTable, type PackedTable, splitHash } from "./hashed-table.js";

/** How far an account is verified, weakest first. */
export const VERIFICATIONS = ["none", "email", "phone", "payment", "identity", "organization"] as const satisfies readonly NonNullable<
  Account["verification"]
>[];
/** One of {@link VERIFICATIONS}. */
export type Verification = (typeof VERIFICATIONS)[number];

/** What an account can be asked to prove, weakest first. */
export const PROVABLE = VERIFICATIONS.filter((level) => level !== "none");

/** The accounts that the operator listed. */
export interface AccountDirectory {
  /** Accounts in it. */
  size: number;
  /** Null where the list does not say. */
  levelOf(accountId: string): Verification | null;
  /** Undefined where the list does not say: then what the request says of itself holds. */
  organizationOf(accountId: string): string | undefined;
  /** The same by the hash of the account's id. */
  organizationOfHash(account: bigint): string | undefined;
}

/** Stands for "the list does not say". */
const UNSAID = 255;

/** The directory as it goes to another thread, in few pieces. */
export interface PackedAccounts {
  table: PackedTable;
  /** By row: position in {@link VERIFICATIONS}, or {@link UNSAID}. */
  levels: Uint8Array;
  /** By row: position of the organization's name plus one; 0 where none is known. */
  organizations: Uint32Array;
  /** Names of organizations in UTF-8, one behind the other, and where each ends. */
  names: Uint8Array;
  nameEnds: Uint32Array;
}

/** Keeps accounts: a million take some 25 MB, and the names of their organizations. */
export function keepAccounts(accounts: Iterable<Account>, { countMax, hash }: { countMax: number; hash: HashText }): AccountDirectory {
  return openAccounts(packAccounts(accounts, { countMax, hash }), hash);
}

/** Packs them: a second of work for a million. */
export function packAccounts(accounts: Iterable<Account>, { countMax, hash }: { countMax: number; hash: HashText }): PackedAccounts {
  const table: HashedTable = createHashedTable(countMax);
  const levels = new Uint8Array(countMax).fill(UNSAID);
  const organizations = new Uint32Array(countMax);
  const positions = new Map<string, number>();
  for (const { accountId, verification, organizationId } of accounts) {
    const row = table.add(splitHash(hash(accountId)));
    if (row === -1) continue;
    if (verification !== undefined) levels[row] = VERIFICATIONS.indexOf(verification);
    if (organizationId === undefined || organizationId === "") continue;
    let position = positions.get(organizationId);
    if (position === undefined) positions.set(organizationId, (position = positions.size + 1));
    organizations[row] = position;
  }
  return { table: table.pack(), levels, organizations, ...packNames([...positions.keys()]) };
}

function packNames(names: readonly string[]): Pick<PackedAccounts, "names" | "nameEnds"> {
  const pieces = names.map((name) => UTF8.encode(name));
  const nameEnds = new Uint32Array(names.length);
  let bytes = 0;
  for (const [place, piece] of pieces.entries()) nameEnds[place] = bytes += piece.length;
  const packed = new Uint8Array(bytes);
  for (const [place, piece] of pieces.entries()) packed.set(piece, nameEnds[place] - piece.length);
  return { names: packed, nameEnds };
}

const UTF8 = new TextEncoder();
const FROM_UTF8 = new TextDecoder();

/** Opens what was packed, at once. `hash` is the one by which it was. */
export function openAccounts({ table: packed, levels, organizations, names, nameEnds }: PackedAccounts, hash: HashText): AccountDirectory {
  const table = openHashedTable(packed);
  const nameAt = (place: number): string => FROM_UTF8.decode(names.subarray(place === 0 ? 0 : nameEnds[place - 1], nameEnds[place]));
  const organizationOfHash = (account: bigint): string | undefined => {
    const row = table.find(splitHash(account));
    return row === -1 || organizations[row] === 0 ? undefined : nameAt(organizations[row] - 1);
  };
  return {
    levelOf(accountId) {
      const row = table.find(splitHash(hash(accountId)));
      return row === -1 || levels[row] === UNSAID ? null : VERIFICATIONS[levels[row]];
    },
    organizationOf: (accountId) => organizationOfHash(hash(accountId)),
    organizationOfHash,
    size: table.size(),
  };
}
