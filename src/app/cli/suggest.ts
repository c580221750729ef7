/** Did-you-mean: the known name nearest to a misspelt one. */
import { distance } from "fastest-levenshtein";

/** Share of the word's characters that may differ; beyond, a suggestion is a guess. */
const DIFFERENCE_MAX = 0.5;

/** The known name that is nearest in spelling, or null when none is near. Ties go to the first in order. */
export function suggestName(given: string, known: readonly string[]): string | null {
  let best: string | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const name of [...known].sort()) {
    const difference = name.includes(given) && given !== "" ? 0 : distance(given, name);
    if (difference < least) {
      least = difference;
      best = name;
    }
  }
  return best !== null && least <= Math.max(2, Math.ceil(given.length * DIFFERENCE_MAX)) ? best : null;
}
