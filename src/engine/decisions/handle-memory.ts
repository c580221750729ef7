/**
 * Which account reasoning was handed out to, in memory, for an answer at the first use. The ledger of the analysis reads all stored events; this
 * memory is bounded, forgets the oldest half when it is full, and says how many it forgot. What counts stands in decision 0013.
 */
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

/** Makes a memory of at most `handlesMax` handles: 56 bytes each. */
export function createHandleMemory({ handlesMax, hash }: { handlesMax: number; hash: HashText }): HandleMemory {
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
  return {
    note({ handle, accountId, organizationId }) {
      const key = hash(handle);
      const account = hash(accountId);
      const known = find(key);
      if (known !== null) {
        if (known.generation.accounts[known.row] !== account) known.generation.isShared[known.row] = 1;
        return;
      }
      if (young.table.size() >= half) {
        forgotten += old?.table.size() ?? 0;
        old = young;
        young = createGeneration(half);
      }
      const row = young.table.add(splitHash(key));
      young.accounts[row] = account;
      young.organizations[row] = organizationId === undefined ? 0n : hash(organizationId);
    },
    look(handle, { accountId, organizationId }) {
      const known = find(hash(handle));
      if (known === null) return "unknown";
      const { generation, row } = known;
      if (generation.isShared[row] === 1) return "shared";
      if (generation.accounts[row] === hash(accountId)) return "own";
      const isColleague = organizationId !== undefined && generation.organizations[row] === hash(organizationId);
      return isColleague ? "same_organization" : "other_account";
    },
    size: () => young.table.size() + (old?.table.size() ?? 0),
    forgotten: () => forgotten,
  };
}

function createGeneration(capacity: number): Generation {
  return {
    table: createHashedTable(capacity),
    accounts: new BigUint64Array(capacity),
    organizations: new BigUint64Array(capacity),
    isShared: new Uint8Array(capacity),
  };
}
