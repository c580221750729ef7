/** What verdicts must know of accounts whatever was decided: how far they are verified and whom they belong to. By hash, on typed arrays. */
import type { Account } from "../../vocabulary/account.js";
import type { HashText } from "./handle-memory.js";
import { createHashedTable, splitHash, type HashedTable } from "./hashed-table.js";

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

/** Keeps accounts: a million take some 25 MB, and the names of their organizations. */
export function keepAccounts(accounts: Iterable<Account>, { countMax, hash }: { countMax: number; hash: HashText }): AccountDirectory {
  const table: HashedTable = createHashedTable(countMax);
  const levels = new Uint8Array(countMax).fill(UNSAID);
  /** Position in `names` plus one; 0 where no organization is known. */
  const organizations = new Uint32Array(countMax);
  const names: string[] = [];
  const positions = new Map<string, number>();
  for (const { accountId, verification, organizationId } of accounts) {
    const row = table.add(splitHash(hash(accountId)));
    if (row === -1) continue;
    if (verification !== undefined) levels[row] = VERIFICATIONS.indexOf(verification);
    if (organizationId === undefined || organizationId === "") continue;
    let position = positions.get(organizationId);
    if (position === undefined) positions.set(organizationId, (position = names.push(organizationId)));
    organizations[row] = position;
  }
  const organizationOfHash = (account: bigint): string | undefined => {
    const row = table.find(splitHash(account));
    return row === -1 || organizations[row] === 0 ? undefined : names[organizations[row] - 1];
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
