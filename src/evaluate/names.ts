/** Names as small numbers, in the order in which they were first heard. */
export interface Names {
  list: readonly string[];
  /** The number of a name, a new one if need be. */
  number(name: string): number;
  /** The number of a name, −1 when it was never heard. */
  find(name: string): number;
}

/** Starts an empty list. */
export function createNames(): Names {
  const list: string[] = [];
  const numbers = new Map<string, number>();
  return {
    list,
    number(name) {
      const known = numbers.get(name);
      if (known !== undefined) return known;
      numbers.set(name, list.length);
      list.push(name);
      return list.length - 1;
    },
    find: (name) => numbers.get(name) ?? -1,
  };
}

/** Counts per pair of small numbers, sparse. */
export interface PairCounts {
  add(row: number, column: number, count?: number): void;
  /** Columns of a row with their counts, by column ascending. */
  row(row: number): [column: number, count: number][];
}

/** Starts with no counts. */
export function createPairCounts(): PairCounts {
  const rows: Map<number, number>[] = [];
  return {
    add(row, column, count = 1) {
      const counts = (rows[row] ??= new Map<number, number>());
      counts.set(column, (counts.get(column) ?? 0) + count);
    },
    row: (row) => [...(rows[row] ?? [])].sort((a, b) => a[0] - b[0]),
  };
}
