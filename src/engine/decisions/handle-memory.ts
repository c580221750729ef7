/**
 * Which account reasoning was handed out to, in memory, for an answer at the first use. The ledger of the analysis reads all stored events; this
 * memory is bounded, forgets the oldest half when it is full, and says how many it forgot. What counts stands in decision 0013.
 */
import { isUnattributed } from "../../vocabulary/account.js";
import type { CheckedRequest } from "../../vocabulary/verdict.js";
import { createHashedTable, splitHash, type HashedTable } from "./hashed-table.js";

/** Hashes a text to 64 bits. */
export type HashText = (text: string) => bigint;

/** A handle that an API handed out. */
export interface IssuedHandle {
  handle: string;
  accountId: string;
  organizationId?: string | undefined;
}

/** What is known of a handle that was handed in. `shared` was issued to several accounts and is no reference; `unknown` nobody knows. */
export type HandleFinding = "own" | "same_organization" | "other_account" | "shared" | "unknown";

/** The memory. */
export interface HandleMemory {
  note(issued: IssuedHandle): void;
  /** The same by hashes, as the store keeps them; organization 0: none is known. */
  noteHashed(issued: { handle: bigint; account: bigint; organization: bigint }): void;
  look(handle: string, request: Pick<CheckedRequest, "accountId" | "organizationId">): HandleFinding;
  size(): number;
  /** Handles that were forgotten to stay within bounds: their use elsewhere is `unknown`. */
  forgotten(): number;
}

interface Generation {
  table: HashedTable;
  accounts: BigUint64Array;
  /** 0 where no organization is known. */
  organizations: BigUint64Array;
  isShared: Uint8Array;
}

/** What a memory is made with. */
export interface HandleMemoryOptions {
  handlesMax: number;
  hash: HashText;
  /** The organization of an account, by the hash of its id, where the operator's list says so: it holds against what events say. */
  organizationOf?: (account: bigint) => string | undefined;
}

/** Accounts whose organization is remembered as events told it, for gateways that do not name one; the one that was seen first goes first. */
const ORGANIZATIONS_SEEN_MAX = 100_000;

/** Makes a memory of at most `handlesMax` handles: 56 bytes each. */
export function createHandleMemory({ handlesMax, hash, organizationOf = () => undefined }: HandleMemoryOptions): HandleMemory {
  const half = Math.max(1, Math.ceil(handlesMax / 2));
  let young = createGeneration(half);
  let old: Generation | null = null;
  let forgotten = 0;
  const find = (handle: bigint): { generation: Generation; row: number } | null => {
    const halves = splitHash(handle);
    for (const generation of [young, old]) {
      if (generation === null) continue;
      const row = generation.table.find(halves);
      if (row !== -1) return { generation, row };
    }
    return null;
  };
  const seen = new Map<bigint, bigint>();
  const nameOrganization = (account: bigint, { organizationId }: { organizationId?: string | undefined }): bigint => {
    const name = organizationOf(account) ?? organizationId;
    return name === undefined || name === "" ? 0n : hash(name);
  };
  const noteHashed: HandleMemory["noteHashed"] = ({ handle, account, organization }) => {
    if (organization !== 0n) keepBounded(seen, account, organization);
    const known = find(handle);
    if (known !== null) {
      if (known.generation.accounts[known.row] !== account) known.generation.isShared[known.row] = 1;
      return;
    }
    if (young.table.size() >= half) {
      forgotten += old?.table.size() ?? 0;
      old = young;
      young = createGeneration(half);
    }
    const row = young.table.add(splitHash(handle));
    young.accounts[row] = account;
    young.organizations[row] = organization;
  };
  return {
    note({ handle, accountId, organizationId }) {
      // Whoever got it is unknown, and so is whether it left him.
      if (isUnattributed(accountId)) return;
      const account = hash(accountId);
      noteHashed({ handle: hash(handle), account, organization: nameOrganization(account, { organizationId }) });
    },
    noteHashed,
    look(handle, { accountId, organizationId }) {
      const known = isUnattributed(accountId) ? null : find(hash(handle));
      if (known === null) return "unknown";
      const { generation, row } = known;
      if (generation.isShared[row] === 1) return "shared";
      const account = hash(accountId);
      const issuer = generation.accounts[row];
      if (issuer === account) return "own";
      const own = nameOrganization(account, { organizationId }) || (seen.get(account) ?? 0n);
      if (own === 0n) return "other_account";
      // The list may have come after the handle.
      const listed = organizationOf(issuer);
      return own === (listed === undefined ? generation.organizations[row] : hash(listed)) ? "same_organization" : "other_account";
    },
    size: () => young.table.size() + (old?.table.size() ?? 0),
    forgotten: () => forgotten,
  };
}

function keepBounded(seen: Map<bigint, bigint>, account: bigint, organization: bigint): void {
  seen.set(account, organization);
  if (seen.size <= ORGANIZATIONS_SEEN_MAX) return;
  for (const oldest of seen.keys()) {
    seen.delete(oldest);
    break;
  }
}

function createGeneration(capacity: number): Generation {
  return {
    table: createHashedTable(capacity),
    accounts: new BigUint64Array(capacity),
    organizations: new BigUint64Array(capacity),
    isShared: new Uint8Array(capacity),
  };
}
