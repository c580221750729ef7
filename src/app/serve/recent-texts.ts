/** Texts that were told lately, so that what is told twice counts once. */

/** Remembers them. */
export interface RecentTexts {
  /** False for a text that was asked about before, and is among the latest. */
  isFirst(text: string): boolean;
}

/** Remembers at least half of so many, and no more: the older half is forgotten at once. */
export function createRecentTexts(countMax: number): RecentTexts {
  let young = new Set<string>();
  let old = new Set<string>();
  return {
    isFirst(text) {
      if (young.has(text) || old.has(text)) return false;
      if (young.size >= countMax / 2) {
        old = young;
        young = new Set();
      }
      young.add(text);
      return true;
    },
  };
}
