/** What verdicts are made from: the decisions that stand, everybody who is spared, whoever said so, and how far accounts are verified. */
import { readSideFiles } from "../../engine/acquire/index.js";
import type { AllowlistEntry } from "../../vocabulary/account.js";
import type { Problem } from "../../vocabulary/errors.js";
import type { FileTrouble } from "../http/health.js";
import type { PolicyKeeper } from "./policy-keeper.js";
import { NEVER_READ, openSideFacts, type SideFileName, stampFile } from "./engine/side-facts.js";
import type { AllowlistEntry as BookedEntry, DecisionBook } from "./services.js";
import type { SnapshotSource } from "./verdicts.js";
import { packAccountsOf } from "./work/account-thread.js";

/** Where the snapshot comes from, and whether the accounts must be read again. */
export interface WatchedSource {
  source: SnapshotSource;
  /** True from a change of the file of accounts until it was read: a reading that failed is tried again. */
  haveAccountsChanged: () => Promise<boolean>;
  /** True while the accounts in use are not those of the file, because it could not be read. */
  areAccountsStale: () => boolean;
}

/** Whom the allowlist file spares. */
export interface Spared {
  /** As of the last reading. */
  list: () => readonly AllowlistEntry[];
  /** Reads the file again where it changed; keeps what was known while it cannot be read. */
  refresh: () => Promise<readonly AllowlistEntry[]>;
  /** True while the file could not be read as it is now. */
  isStale: () => boolean;
}

/** Opens the allowlist file; without one nobody is spared by it. Throws as `readSideFiles` does: a start that does not know whom it must spare is none. */
export async function openSpared(allowlist: string | undefined, onTrouble: (problem: Problem) => void): Promise<Spared> {
  const facts = await openSideFacts({ allowlist }, onTrouble);
  let listed = (await facts.refresh()).allowlist;
  return {
    list: () => listed,
    async refresh() {
      const { allowlist: next } = await facts.refresh();
      // The same list while the file is: nothing is made anew from it.
      const isSame = next.length === listed.length && next.every((entry, place) => entry === listed[place]);
      if (!isSame) listed = next;
      return listed;
    },
    isStale: () => facts.listStale().length > 0,
  };
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
  const joinAllowed = createJoiner();
  const reading = { stamp: NEVER_READ, hasFailed: false };
  // The stamp moves when the file was read, not when somebody looked: a disk or a right that comes back changes neither size nor time.
  const stampOf = async <T>(read: () => Promise<T>): Promise<T> => {
    const stamp = await stampFile(accounts);
    try {
      const taken = await read();
      Object.assign(reading, { stamp, hasFailed: false });
      return taken;
    } catch (error) {
      reading.hasFailed = true;
      throw error;
    }
  };
  return {
    source: {
      async listInForce() {
        // First: decisions are held against it, too.
        const listed = await spared.refresh();
        const { decisions: standing, held, allowlist } = await decisions.listInForce();
        return { decisions: standing, held, allowlist: joinAllowed(allowlist, listed) };
      },
      // Read and let go: a million accounts are not kept here beside the engine's.
      listAccounts: async () => stampOf(async () => (await readSideFiles({ accounts })).accounts),
      ...(accounts === undefined ? {} : { packAccounts: async () => stampOf(async () => packAccountsOf(accounts)) }),
    },
    async haveAccountsChanged() {
      const isSame = reading.stamp === (await stampFile(accounts));
      if (isSame) reading.hasFailed = false;
      return !isSame;
    },
    areAccountsStale: () => reading.hasFailed,
  };
}

/** Both allowlists as one, the same one for as long as they are the same. */
function createJoiner(): (booked: readonly BookedEntry[], listed: readonly AllowlistEntry[]) => readonly AllowlistEntry[] {
  let last: { booked: readonly BookedEntry[]; listed: readonly AllowlistEntry[]; joined: readonly AllowlistEntry[] } | null = null;
  return (booked, listed) => {
    if (last === null || last.booked !== booked || last.listed !== listed)
      last = { booked, listed, joined: [...booked.map(describeBooked), ...listed] };
    return last.joined;
  };
}

/** Which files are not in force as they are. */
export function listFileTroubles({
  policy,
  spared,
  verdictSource,
  engineFiles = [],
}: {
  policy: Pick<PolicyKeeper, "describeTrouble">;
  spared: Pick<Spared, "isStale">;
  verdictSource: Pick<WatchedSource, "areAccountsStale">;
  /** Those that the engine cannot read. */
  engineFiles?: readonly SideFileName[];
}): FileTrouble[] {
  const before =
    "what it said before goes on, or the analysis waits for it where it was never read; it is read again until it can be, and the log says what is wrong";
  const stale = new Set<SideFileName>(engineFiles);
  if (spared.isStale()) stale.add("allowlist");
  if (verdictSource.areAccountsStale()) stale.add("accounts");
  const refused = policy.describeTrouble();
  return [
    ...(refused === null ? [] : [{ part: "policy" as const, why: refused }]),
    ...(["allowlist", "accounts", "releases", "enforcement"] as const)
      .filter((part) => stale.has(part))
      .map((part) => ({ part, why: `the file of analysis.${part} cannot be read: ${before}` })),
  ];
}

/** An entry of the book as the analysis and the snapshot know it. */
export function describeBooked({ scope, reason, expiresMs }: BookedEntry): AllowlistEntry {
  const base = { reason, expiresAtMs: expiresMs };
  return scope.kind === "account" ? { ...base, accountId: scope.id } : { ...base, organizationId: scope.id };
}
