/** A queue ordered by time; entries of the same time leave in the order in which they came. */

/** What {@link createHeap} answers. */
export interface Heap<T> {
  push(atMs: number, value: T): void;
  /** The earliest entry if it is due before `atMs`. */
  popBefore(atMs: number): T | undefined;
}

interface Entry<T> {
  atMs: number;
  order: number;
  value: T;
}

/** A binary heap. */
export function createHeap<T>(): Heap<T> {
  const entries: Entry<T>[] = [];
  let order = 0;
  const isBefore = (a: Entry<T>, b: Entry<T>): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
  return {
    push(atMs, value) {
      const entry = { atMs, order: order++, value };
      let at = entries.length;
      entries.push(entry);
      while (at > 0) {
        const parent = (at - 1) >> 1;
        if (!isBefore(entry, entries[parent])) break;
        entries[at] = entries[parent];
        at = parent;
      }
      entries[at] = entry;
    },
    popBefore(atMs) {
      const top = entries[0];
      if (top === undefined || top.atMs >= atMs) return undefined;
      const last = entries.pop() as Entry<T>;
      if (entries.length > 0) sink(entries, last, isBefore);
      return top.value;
    },
  };
}

function sink<T>(entries: Entry<T>[], entry: Entry<T>, isBefore: (a: Entry<T>, b: Entry<T>) => boolean): void {
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= entries.length) break;
    if (child + 1 < entries.length && isBefore(entries[child + 1], entries[child])) child++;
    if (!isBefore(entries[child], entry)) break;
    entries[at] = entries[child];
    at = child;
  }
  entries[at] = entry;
}
