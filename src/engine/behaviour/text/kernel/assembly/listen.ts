/** Walks the heard words and records which groups of phrases occur: phrase-trie.ts compiles what is read here. */
import { HEARD_CLASSES, HEARD_PLACES, HEARD_POSITIONS } from "./memory";
import { heardLength } from "./scan";
import {
  classPatterns,
  classStarts,
  firstNodes,
  firstStarts,
  groupNumbers,
  groupStarts,
  hasNext,
  hitCounts,
  hitPositions,
  hitTouched,
  isPhrase,
  pairFilter,
  savedHits,
  stepMask,
  stepPatterns,
  steps,
  targets,
} from "./tables";

const STEP_FACTOR: i32 = 0x9e3779b1;
const PAIR_FILTER_MASK: i32 = (1 << 17) - 1;
const HITS_PER_GROUP_MAX: i32 = 16;

function classOf(at: i32): i32 {
  return load<u16>(HEARD_CLASSES + (at << 1));
}

function positionOf(at: i32): i32 {
  return load<i32>(HEARD_POSITIONS + (at << 2));
}

/** Where a pattern leads from a node; 0 where to none. */
function step(node: i32, pattern: i32): i32 {
  const wanted = node * stepPatterns + pattern;
  const mixed = wanted * STEP_FACTOR;
  let slot = (mixed ^ (mixed >>> 15)) & stepMask;
  while (true) {
    const found = load<i32>(steps + (slot << 2));
    if (found == wanted) return load<i32>(targets + (slot << 2));
    if (found == -1) return 0;
    slot = (slot + 1) & stepMask;
  }
}

function recordHit(group: i32, place: i32): void {
  const count: i32 = load<u8>(hitCounts + group);
  if (count == 0) {
    const touched: i32 = load<u16>(hitTouched) + 1;
    store<u16>(hitTouched, <u16>touched);
    store<u16>(hitTouched + (touched << 1), <u16>group);
  }
  if (count >= HITS_PER_GROUP_MAX) return;
  const at = hitPositions + ((group * HITS_PER_GROUP_MAX + count) << 2);
  // Two phrases of a group that start at one word are one hit.
  if (count > 0 && load<i32>(at - 4) == place) return;
  store<i32>(at, place);
  store<u8>(hitCounts + group, <u8>(count + 1));
}

function walk(node: i32, at: i32, place: i32): void {
  const lastGroup = load<i32>(groupStarts + (node << 2) + 4);
  for (let i = load<i32>(groupStarts + (node << 2)); i < lastGroup; i++) recordHit(load<i32>(groupNumbers + (i << 2)), place);
  const next = at + 1;
  if (load<u8>(hasNext + node) == 0 || next >= heardLength || positionOf(next) != positionOf(at) + 1) return;
  const entry = classOf(next) << 2;
  const lastPattern = load<i32>(classStarts + entry + 4);
  for (let i = load<i32>(classStarts + entry); i < lastPattern; i++) {
    const child = step(node, load<i32>(classPatterns + (i << 2)));
    if (child != 0) walk(child, next, place);
  }
}

/** Records the hits of the text scanned last; `offset`, in half words, is added to places. */
export function listen(offset: i32): void {
  // Behind the last heard word, so that it has no neighbour.
  store<i32>(HEARD_POSITIONS + (heardLength << 2), -1);
  for (let i = 0; i < heardLength; i++) {
    const entry = classOf(i);
    const pair = (entry * 2_531 + classOf(i + 1)) & PAIR_FILTER_MASK;
    const isPair = (<i32>load<u8>(pairFilter + (pair >>> 3)) >>> (pair & 7)) & i32(positionOf(i + 1) == positionOf(i) + 1);
    if ((isPair | i32(load<u8>(isPhrase + entry))) == 0) continue;
    const place = offset + load<i32>(HEARD_PLACES + (i << 2));
    const last = load<i32>(firstStarts + (entry << 2) + 4);
    for (let j = load<i32>(firstStarts + (entry << 2)); j < last; j++) walk(load<i32>(firstNodes + (j << 2)), i, place);
  }
}

/** Copies all hits to `savedHits`: per group its number and how many, in one number, then where. Returns how many numbers that took. */
export function saveHits(): i32 {
  const touched: i32 = load<u16>(hitTouched);
  let to = savedHits;
  for (let i = 1; i <= touched; i++) {
    const group: i32 = load<u16>(hitTouched + (i << 1));
    const count: i32 = load<u8>(hitCounts + group);
    store<i32>(to, (count << 16) | group);
    memory.copy(to + 4, hitPositions + ((group * HITS_PER_GROUP_MAX) << 2), count << 2);
    to += (count + 1) << 2;
  }
  return (to - savedHits) >> 2;
}

/** Forgets all hits, and makes them what was saved in so many numbers at `savedHits`. */
export function recallHits(numbers: i32): void {
  const before: i32 = load<u16>(hitTouched);
  for (let i = 1; i <= before; i++) store<u8>(hitCounts + load<u16>(hitTouched + (i << 1)), 0);
  const end = savedHits + (numbers << 2);
  let touched = 0;
  for (let from = savedHits; from < end; ) {
    const head = load<i32>(from);
    const group = head & 0xffff;
    const count = head >>> 16;
    touched++;
    store<u16>(hitTouched + (touched << 1), <u16>group);
    store<u8>(hitCounts + group, <u8>count);
    const to = hitPositions + ((group * HITS_PER_GROUP_MAX) << 2);
    for (let i = 0; i < count; i++) store<i32>(to + (i << 2), load<i32>(from + 4 + (i << 2)));
    from += (count + 1) << 2;
  }
  store<u16>(hitTouched, <u16>touched);
}
