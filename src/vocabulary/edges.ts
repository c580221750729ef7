/**
 * The edges of a text: all that is looked at of one. They are cut after everything was taken out that fills a text and says nothing, so that nobody
 * pushes a scaffold out of sight with padding; the door, the engine and a gateway's client cut alike. See `docs/decisions/0043-edges-of-texts.md`.
 */
import { EDGE_CHARS_MAX } from "./sketch.js";

/** A text cut to its edges. */
export interface CutText {
  /**
   * In Unicode's form NFKC: a text of up to twice `EDGE_CHARS_MAX` characters whole, of a longer one the first and the last `EDGE_CHARS_MAX` with a
   * line feed between. Cut once more, it stays as it is.
   */
  edges: string;
  /** What the edges do not tell, as it was sent; empty where they are the text. */
  rest: string;
  /** What characters that nobody sees spell: tag characters, each of which stands for one of ASCII. Mostly empty. */
  hidden: string;
}

/** Signs, blanks and pictures in a row that are kept: a ruled line, an indentation. More of them is filling. */
const SIGNS_KEPT_MAX = 64;
/** Letters and digits in a row that are kept. No word is as long; keys, checksums and embedded files are, and are one slot however long. */
const LETTERS_KEPT_MAX = 256;
/** Read at a time where an edge is not full yet: an eighth of one, because mostly a few characters are missing. */
const PIECE_CHARS_MIN = EDGE_CHARS_MAX / 8;

/** Kinds of code units: what nobody sees, signs, letters and digits, and characters that are words of their own, of which any number may follow. */
const [UNSEEN, SIGN, LETTER, CHARACTER] = [0, 1, 2, 3];
const KEPT_MAX = [0, SIGNS_KEPT_MAX, LETTERS_KEPT_MAX, Number.POSITIVE_INFINITY];
const LETTERS = /[\p{L}\p{M}\p{N}_]+/gu;
const CHARACTERS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]+/gu;
/**
 * What nobody sees, as code units: Unicode's Default_Ignorable_Code_Point in the first plane, and the first halves of the others but for shorthand and
 * music: tags and variation selectors. Written out because a search for ranges is three times as quick as one for the property.
 */
export const UNSEEN_UNITS = new RegExp(
  String.raw`[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\udb40-\udb43]`,
);
const CODE_UNITS = 65_536;
const TAG_HALVES = { from: 0xdb40, to: 0xdb43 };
const LOW_HALVES = { from: 0xdc00, to: 0xdfff };
/** The first half of those tags that spell: all that is sought in every text, because one character is sought thirty times as quickly as one of four. */
const TAG_HALF = "\udb40";
/** First halves that stand alone are among them: without what stands between, they would make tags with what follows. */
const TAGS = /(?:[\udb40-\udb43][\udc00-\udfff]?)+/g;
const SPELLING_TAGS = /[\u{e0020}-\u{e007e}]+/gu;
const TAG_BASE = 0xe0000;

let knownKinds: Uint8Array | undefined;

/** The kind of each code unit. Made when the first long text comes. */
function listKinds(): Uint8Array {
  const all = Array.from({ length: CODE_UNITS }, (_, code) => String.fromCharCode(code)).join("");
  const kinds = new Uint8Array(CODE_UNITS).fill(SIGN);
  for (const [pattern, kind] of [
    [LETTERS, LETTER],
    [CHARACTERS, CHARACTER],
    [new RegExp(`${UNSEEN_UNITS.source}+`, "g"), UNSEEN],
  ] as const)
    for (const run of all.matchAll(pattern)) kinds.fill(kind, run.index, run.index + run[0].length);
  return kinds;
}

/** Takes out what nobody sees, and what goes on for too long. Most texts come back as they are. */
function squeeze(text: string): string {
  knownKinds ??= listKinds();
  const kinds = knownKinds;
  if (!UNSEEN_UNITS.test(text) && !hasRun(text, kinds, SIGN) && !hasRun(text, kinds, LETTER)) return text;
  let kept = "";
  let from = 0;
  let last = SIGN;
  let run = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const kind = kinds[code];
    if (kind !== UNSEEN) {
      run = kind === last ? run + 1 : 1;
      last = kind;
      if (run <= KEPT_MAX[kind]) continue;
    }
    if (at > from) kept += text.slice(from, at);
    // Its other half says nothing by itself; anything else behind a half that stands alone does.
    if (isIn(TAG_HALVES, code) && isIn(LOW_HALVES, text.charCodeAt(at + 1))) at++;
    from = at + 1;
  }
  return kept + text.slice(from);
}

function isIn({ from, to }: { from: number; to: number }, code: number): boolean {
  return code >= from && code <= to;
}

/** Whether more of a kind stand in a row than are kept. Looks at one place in so many: a longer row covers one of them. */
function hasRun(text: string, kinds: Uint8Array, kind: number): boolean {
  const longest = KEPT_MAX[kind];
  for (let at = longest; at < text.length; at += longest + 1) {
    let [from, to] = [at, at];
    while (to < text.length && kinds[text.charCodeAt(to)] === kind) to++;
    if (to === at) continue;
    while (from > 0 && to - from <= longest && kinds[text.charCodeAt(from - 1)] === kind) from--;
    if (to - from > longest) return true;
  }
  return false;
}

/** The first or last characters of a text, `EDGE_CHARS_MAX` or more where the text has as many; and how many characters of the text they were made of. */
function fillEdge(text: string, isHead: boolean): { edge: string; taken: number } {
  let edge = "";
  let taken = 0;
  while (edge.length < EDGE_CHARS_MAX && taken < text.length) {
    const wanted = taken === 0 ? EDGE_CHARS_MAX : Math.max(PIECE_CHARS_MIN, EDGE_CHARS_MAX - edge.length);
    const next = moveToBorder(text, isHead ? taken + wanted : text.length - taken - wanted);
    const piece = squeeze(isHead ? text.slice(taken, next) : text.slice(next, text.length - taken));
    taken = isHead ? next : text.length - next;
    if (piece === "") continue;
    const joined = isHead ? edge + piece : piece + edge;
    const normal = joined.normalize("NFKC");
    // What stands at a seam, or has grown, may be too long now.
    edge = edge === "" && normal === joined ? joined : squeeze(normal);
  }
  return { edge, taken };
}

/** The next place from `at` on, within the text, that does not part the halves of a character. */
function moveToBorder(text: string, at: number): number {
  if (at <= 0 || at >= text.length) return Math.min(Math.max(at, 0), text.length);
  const isParted = (text.charCodeAt(at) & 0xfc00) === 0xdc00 && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800;
  return isParted ? at + 1 : at;
}

/** Reads a text from both ends towards the middle until there is enough of it. */
function cutLong(text: string, hidden: string): CutText {
  const head = fillEdge(text, true);
  const tail = fillEdge(text.slice(head.taken), false);
  const isAllTaken = head.taken + tail.taken >= text.length;
  if (isAllTaken) {
    const whole = squeeze((head.edge + tail.edge).normalize("NFKC"));
    if (whole.length <= 2 * EDGE_CHARS_MAX) return { edges: whole, rest: text, hidden };
    head.edge = whole;
    tail.edge = whole;
  }
  const first = head.edge.slice(0, EDGE_CHARS_MAX);
  const last = tail.edge.slice(-EDGE_CHARS_MAX);
  const isAsSent = text.length >= 2 * EDGE_CHARS_MAX && text.startsWith(first) && text.endsWith(last);
  return { edges: `${first}\n${last}`, rest: isAsSent ? text.slice(EDGE_CHARS_MAX, -EDGE_CHARS_MAX) : text, hidden };
}

/** Cuts a text to its edges. The work grows with the length of a text only where it is filled with what says nothing. */
export function cutToEdges(text: string): CutText {
  const hidden = text.includes(TAG_HALF) ? readTags(text) : "";
  if (text.length > 2 * EDGE_CHARS_MAX) return cutLong(text, hidden);
  const edges = text.normalize("NFKC");
  // What stood on both sides of a tag is neighbours now, and marks have an order.
  const seen = edges.includes(TAG_HALF) ? edges.replaceAll(TAGS, "").normalize("NFKC") : edges;
  return seen.length <= 2 * EDGE_CHARS_MAX ? { edges: seen, rest: "", hidden } : cutLong(text, hidden);
}

/** What the tag characters of a text spell, as far as an edge goes. Flags of countries' parts are spelt so, too, and say nothing. */
function readTags(text: string): string {
  const spelt = Array.from(text.matchAll(SPELLING_TAGS), ([tags]) =>
    Array.from(tags, (tag) => String.fromCharCode((tag.codePointAt(0) ?? TAG_BASE) - TAG_BASE)).join(""),
  );
  return spelt.join("\n").slice(0, EDGE_CHARS_MAX);
}
