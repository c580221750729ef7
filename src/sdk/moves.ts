/** What was given to one account and used by another, summed over accounts: reasoning handles, answers that came back. */

/** Columns of moves; entries of account `i` as user stand at `offsets[i] … offsets[i + 1] - 1`. */
export interface MoveColumns<Use extends MoveUse> {
  offsets: Uint32Array;
  /** To whom it was given. */
  issuers: Int32Array;
  /** Distinct things. */
  counts: Uint32Array;
  firsts: readonly Use[];
}

/** One use, by which moves are put in order of time. */
export interface MoveUse {
  usedAtMs: number;
  usedRequest: string;
  /** Tells uses within one request apart. */
  handle?: string;
}

/** What accounts used. */
export interface Moves<Use extends MoveUse> {
  /** Positions of the entries that were counted. */
  entries: number[];
  /** Distinct things. */
  count: number;
  issuers: Set<number>;
  /** The earliest use; null for none. */
  first: Use | null;
  /** To whom that thing was given; -1 for none. */
  firstIssuer: number;
}

/** Sums up the entries of the accounts that count. */
export function collectMoves<Use extends MoveUse>(
  { offsets, issuers, counts, firsts }: MoveColumns<Use>,
  { accounts, isCounted }: { accounts: Iterable<number>; isCounted: (entry: number, account: number) => boolean },
): Moves<Use> {
  const moves: Moves<Use> = { entries: [], count: 0, issuers: new Set(), first: null, firstIssuer: -1 };
  for (const account of accounts) {
    for (let entry = offsets[account]; entry < offsets[account + 1]; entry++) {
      if (!isCounted(entry, account)) continue;
      moves.entries.push(entry);
      moves.count += counts[entry];
      moves.issuers.add(issuers[entry]);
      if (moves.first && !comesBefore(firsts[entry], moves.first)) continue;
      moves.first = firsts[entry];
      moves.firstIssuer = issuers[entry];
    }
  }
  return moves;
}

/** By time of use; ties by the name of the request, then of the handle. */
function comesBefore(a: MoveUse, b: MoveUse): boolean {
  if (a.usedAtMs !== b.usedAtMs) return a.usedAtMs < b.usedAtMs;
  if (a.usedRequest !== b.usedRequest) return a.usedRequest < b.usedRequest;
  return (a.handle ?? "") < (b.handle ?? "");
}
