/**
 * Scaffolds in words: what several accounts sent word for word, with everything else marked as a slot. Nothing that a single account sent is
 * ever shown, so that an exemplar tells about a work load and never about a person.
 *
 * The texts are aligned by longest common subsequence over words (Hunt & McIlroy 1976) with the one among them that shares the most; its words
 * are shown where enough of the others have them too.
 */
import { STOP_WORDS } from "./stop-words.js";

/** What stands for everything that is not shared. */
export const SLOT_MARK = "⟨slot⟩";
/** Accounts that must have sent a word before it is shown; all of them when there are fewer. Two may be one household. */
export const SHARING_ACCOUNTS_MIN = 3;
/** Words of the beginning and of the end that are compared: scaffolds live at the edges, and the work grows with the square. */
const EDGE_WORDS_MAX = 120;
/** A longer word is data (a key, base64, a URL), never part of a scaffold's wording. */
const WORD_CHARS_MAX = 48;
/** A run between two slots counts as scaffold from this many words on: shorter ones are what any two texts have in common. */
const RUN_WORDS_MIN = 3;

const TOKEN =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]|[\p{L}\p{M}\p{N}_]+(?:['’-][\p{L}\p{M}\p{N}_]+)*|[^\s⟨⟩]/gu;
const LABEL_ENDS: ReadonlySet<string> = new Set([":", "："]);
const STOP_WORD_SET: ReadonlySet<string> = new Set(STOP_WORDS);
const WORD = /[\p{L}\p{N}]/u;

/** One word or mark, and whether white space stood before it. */
interface Token {
  text: string;
  hasGap: boolean;
}

/**
 * Finds the words that the texts share.
 *
 * @param texts one per account; their order decides ties only.
 * @returns the shared words in order with {@link SLOT_MARK} between them, null when there are fewer than two texts or nothing is shared.
 */
export function shareScaffold(texts: readonly string[]): string | null {
  if (texts.length < 2) return null;
  const tokens = texts.map(readTokens);
  const isLong = tokens.some((each) => each.length > 2 * EDGE_WORDS_MAX);
  if (!isLong) return render(alignRegion(tokens), tokens);
  const heads = tokens.map((each) => each.slice(0, EDGE_WORDS_MAX));
  const tails = tokens.map((each) => each.slice(Math.max(EDGE_WORDS_MAX, each.length - EDGE_WORDS_MAX)));
  const parts = [heads, tails].map((region) => render(alignRegion(region), region));
  if (parts.every((part) => part === null)) return null;
  // What lies between the edges was not looked at, so it is a slot.
  return parts
    .map((part) => part ?? SLOT_MARK)
    .join(` ${SLOT_MARK} `)
    .replace(new RegExp(`${SLOT_MARK}(?: ${SLOT_MARK})+`, "gu"), SLOT_MARK);
}

function readTokens(text: string): Token[] {
  // Only the edges are looked at; a prompt of 200 KB must not be cut into words as a whole.
  const charsMax = EDGE_WORDS_MAX * WORD_CHARS_MAX;
  const edges = text.length > 2 * charsMax ? `${text.slice(0, charsMax)} ${text.slice(-charsMax)}` : text;
  return Array.from(edges.matchAll(TOKEN), (match) => ({
    text: match[0],
    hasGap: match.index === 0 || /[\s⟨⟩]/u.test(edges[match.index - 1] ?? " "),
  }));
}

/** The text that shares the most, and what of it is shared. */
interface Alignment {
  /** Position of the text among the others. */
  reference: number;
  /** Per word of the reference: 1 when enough accounts sent it here. */
  isShared: Uint8Array;
  /** Per word, and one more for the end: 1 when something else stands before it in too many of the texts. */
  hasSlotBefore: Uint8Array;
}

function alignRegion(texts: readonly (readonly Token[])[]): Alignment {
  const sharingMin = Math.min(SHARING_ACCOUNTS_MIN, texts.length);
  const numbers = new Map<string, number>();
  const words = texts.map((tokens) => Int32Array.from(tokens, ({ text }) => intern(numbers, text)));
  const matches = words.map((reference, i) =>
    words.map((other, j) => (i === j ? Int32Array.from(reference.keys()) : matchWords(reference, other))),
  );
  let best: Alignment | null = null;
  let bestShared = -1;
  matches.forEach((ofReference, reference) => {
    const isShared = Uint8Array.from(words[reference], (_, at) => {
      const votes = ofReference.reduce((sum, match) => sum + (match[at] >= 0 ? 1 : 0), 0);
      return votes >= sharingMin && texts[reference][at].text.length <= WORD_CHARS_MAX ? 1 : 0;
    });
    const shared = isShared.reduce((sum, each) => sum + each, 0);
    if (shared <= bestShared) return;
    bestShared = shared;
    const lengths = words.map((each) => each.length);
    best = { reference, isShared, hasSlotBefore: findSlots(isShared, { matches: ofReference, lengths, sharingMin }) };
  });
  if (best === null) throw new Error("there is always a text that shares the most");
  return best;
}

function intern(numbers: Map<string, number>, text: string): number {
  const known = numbers.get(text);
  if (known !== undefined) return known;
  numbers.set(text, numbers.size);
  return numbers.size - 1;
}

/** For each word of `a` the position of its partner in `b`, -1 for none: a longest common subsequence, the same for the same input. */
function matchWords(a: Int32Array, b: Int32Array): Int32Array {
  const match = new Int32Array(a.length).fill(-1);
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) match[start] = start++;
  let endA = a.length;
  let endB = b.length;
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) match[--endA] = --endB;
  const rows = endA - start;
  const columns = endB - start;
  // lengths[i][j]: longest common subsequence of a[start + i …] and b[start + j …].
  const width = columns + 1;
  const lengths = new Uint16Array((rows + 1) * width);
  for (let i = rows - 1; i >= 0; i--) {
    for (let j = columns - 1; j >= 0; j--) {
      const at = i * width + j;
      if (a[start + i] === b[start + j]) lengths[at] = lengths[at + width + 1] + 1;
      else lengths[at] = Math.max(lengths[at + width], lengths[at + 1]);
    }
  }
  for (let i = 0, j = 0; i < rows && j < columns; ) {
    if (a[start + i] === b[start + j]) match[start + i++] = start + j++;
    else if (lengths[(i + 1) * width + j] >= lengths[i * width + j + 1]) i++;
    else j++;
  }
  return match;
}

interface SlotSearch {
  matches: readonly Int32Array[];
  lengths: readonly number[];
  sharingMin: number;
}

/** Where something else stands between two shared words: fewer than `sharingMin` of the texts have them side by side. */
function findSlots(isShared: Uint8Array, { matches, lengths, sharingMin }: SlotSearch): Uint8Array {
  const hasSlotBefore = new Uint8Array(isShared.length + 1);
  let previous = -1;
  for (let at = 0; at <= isShared.length; at++) {
    if (at < isShared.length && isShared[at] === 0) continue;
    const sideBySide = matches.filter((match, text) => {
      const before = previous < 0 ? -1 : match[previous];
      const here = at < isShared.length ? match[at] : lengths[text];
      return (previous < 0 || before >= 0) && here >= 0 && here === before + 1;
    });
    if (sideBySide.length < sharingMin) hasSlotBefore[at] = 1;
    previous = at;
  }
  return hasSlotBefore;
}

function render({ reference, isShared, hasSlotBefore }: Alignment, texts: readonly (readonly Token[])[]): string | null {
  const tokens = texts[reference];
  const shown: Token[] = [];
  let run: Token[] = [];
  const addSlot = (hasGap: boolean): void => {
    if (shown.at(-1)?.text !== SLOT_MARK) shown.push({ text: SLOT_MARK, hasGap });
  };
  const endRun = (isLast: boolean): void => {
    if (isTelling(run, { isAtEdge: shown.length === 0 || isLast })) shown.push(...run);
    else if (run.length > 0) addSlot(run[0].hasGap);
    run = [];
  };
  let next = 0;
  for (let at = 0; at < tokens.length; at++) {
    if (isShared[at] === 0) continue;
    if (hasSlotBefore[at] === 1) {
      endRun(false);
      addSlot(tokens[next].hasGap);
    }
    run.push(tokens[at]);
    next = at + 1;
  }
  endRun(hasSlotBefore[tokens.length] === 0);
  if (hasSlotBefore[tokens.length] === 1) addSlot(tokens[next]?.hasGap ?? true);
  return shown.some(({ text }) => text !== SLOT_MARK) ? joinTokens(shown) : null;
}

/** True when a run of shared words is wording of a scaffold and not what any texts share by chance. */
function isTelling(run: readonly Token[], { isAtEdge }: { isAtEdge: boolean }): boolean {
  const words = run.filter(({ text }) => WORD.test(text));
  if (words.length >= RUN_WORDS_MIN) return true;
  // A label between two slots: "Question:", "Rubric:".
  if (words.length > 0 && LABEL_ENDS.has(run.at(-1)?.text ?? "")) return true;
  return (isAtEdge || words.length > 1) && words.some(({ text }) => !STOP_WORD_SET.has(text.toLowerCase()));
}

function joinTokens(tokens: readonly Token[]): string {
  return tokens.map(({ text, hasGap }, at) => (hasGap && at > 0 ? ` ${text}` : text)).join("");
}
