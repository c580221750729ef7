/** Walks the heard words of a text and records which groups of phrases occur. */
import { HITS_PER_GROUP_MAX } from "../group-hits.js";
import type { PhraseBook } from "../phrase-book.js";
import { NOWHERE, step } from "../phrase-trie.js";
import type { ScannedText } from "./scanner.js";

/** Where the phrases of each group start, in half words, ascending. */
export type HitLists = Map<number, number[]>;

function recordHit(hits: HitLists, group: number, place: number): void {
  const places = hits.get(group) ?? [];
  hits.set(group, places);
  if (places.length < HITS_PER_GROUP_MAX && places.at(-1) !== place) places.push(place);
}

/** Adds the hits of a text; `offset` (in half words) is added to places. */
export function listen(book: PhraseBook, text: ScannedText, { offset, hits }: { offset: number; hits: HitLists }): void {
  const { trie, classes, first } = book;
  const walk = (node: number, at: number, place: number): void => {
    for (let i = trie.groups.starts[node]; i < trie.groups.starts[node + 1]; i++) recordHit(hits, trie.groups.numbers[i], place);
    const next = at + 1;
    if (next >= text.heardLength || text.heardPositions[next] !== text.heardPositions[at] + 1) return;
    const entry = text.heardClasses[next];
    for (let i = classes.starts[entry]; i < classes.starts[entry + 1]; i++) {
      const child = step(trie, node, classes.numbers[i]);
      if (child !== NOWHERE) walk(child, next, place);
    }
  };
  for (let at = 0; at < text.heardLength; at++) {
    const entry = text.heardClasses[at];
    for (let i = first.starts[entry]; i < first.starts[entry + 1]; i++) walk(first.numbers[i], at, offset + text.heardPlaces[at]);
  }
}
