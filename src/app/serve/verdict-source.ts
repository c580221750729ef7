/** What verdicts are made from: the decisions that stand, everybody who is spared, whoever said so, and how far accounts are verified. */
import { stat } from "node:fs/promises";
import { readSideFiles } from "../../engine/acquire/index.js";
import { listInputFiles } from "../../engine/acquire/input-files.js";
import type { AllowlistEntry } from "../../vocabulary/account.js";
import type { Problem } from "../../vocabulary/errors.js";
import { openSideFacts } from "./engine/side-facts.js";
import type { AllowlistEntry as BookedEntry, DecisionBook } from "./services.js";
import type { SnapshotSource } from "./verdicts.js";
import { packAccountsOf } from "./work/account-thread.js";

/** Where the snapshot comes from, and whether the accounts must be read again. */
export interface WatchedSource {
  source: SnapshotSource;
  /** True once after the file of accounts changed. */
  haveAccountsChanged: () => Promise<boolean>;
}

/** Whom the allowlist file spares. */
export interface Spared {
  /** As of the last reading. */
  list: () => readonly AllowlistEntry[];
  /** Reads the file again where it changed; keeps what was known while it cannot be read. */
  refresh: () => Promise<readonly AllowlistEntry[]>;
}

/** Opens the allowlist file; without one nobody is spared by it. Throws as `readSideFiles` does. */
export async function openSpared(allowlist: string | undefined, onTrouble: (problem: Problem) => void): Promise<Spared> {
  const facts = await openSideFacts({ allowlist }, onTrouble);
  let listed = (await facts.refresh()).allowlist;
  return { list: () => listed, refresh: async () => (listed = (await facts.refresh()).allowlist) };
}

/** Puts the sources together. */
export async function openVerdictSource({
  accounts,
  decisions,
  spared,
}: {
  /** Side file of accounts. */
  accounts: string | undefined;
  decisions: Pick<DecisionBook, "listInForce">;
  spared: Spared;
}): Promise<WatchedSource> {
  let stamp = await stampFiles(accounts);
  return {
    source: {
      async listInForce() {
        // First: decisions are held against it, too.
        const listed = await spared.refresh();
        const { decisions: standing, held, allowlist } = await decisions.listInForce();
        return { decisions: standing, held, allowlist: [...allowlist.map(describeBooked), ...listed] };
      },
      // Read and let go: a million accounts are not kept here beside the engine's.
      listAccounts: async () => (await readSideFiles({ accounts })).accounts,
      ...(accounts === undefined ? {} : { packAccounts: async () => packAccountsOf(accounts) }),
    },
    async haveAccountsChanged() {
      const next = await stampFiles(accounts);
      const hasChanged = next !== stamp;
      stamp = next;
      return hasChanged;
    },
  };
}

async function stampFiles(path: string | undefined): Promise<string> {
  if (path === undefined) return "";
  const files = await listInputFiles([path]).catch(() => []);
  const stamps = await Promise.all(
    files.map(async (file) =>
      stat(file.path).then(
        ({ size, mtimeMs }) => `${file.path} ${size} ${mtimeMs}`,
        () => "",
      ),
    ),
  );
  return stamps.join("\n");
}

/** An entry of the book as the analysis and the snapshot know it. */
export function describeBooked({ scope, reason, expiresMs }: BookedEntry): AllowlistEntry {
  const base = { reason, expiresAtMs: expiresMs };
  return scope.kind === "account" ? { ...base, accountId: scope.id } : { ...base, organizationId: scope.id };
}
