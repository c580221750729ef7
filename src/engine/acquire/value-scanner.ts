/** Finds where the values of a JSON document begin and end, by brackets and strings alone. */

/** A scanner under way. Positions are in the buffer that is handed to {@link scanValues}. */
export interface ValueScanner {
  at: number;
  /** Line of the byte at `at`, counted from 1. */
  line: number;
  depth: number;
  /** 1 while inside the top-level array, whose elements are the records; else 0. */
  base: 0 | 1;
  /** Begin of the value under way and its line; -1 between values. */
  start: number;
  startLine: number;
  /** End of the last value. */
  doneTo: number;
  isInString: boolean;
  /** A closing bracket stood where none can. */
  isBroken: boolean;
  /** Start, end, line of the values found since the last {@link rebaseScanner}. */
  spans: number[];
}

const NEWLINE = 10;
const QUOTE = 34;
const BACKSLASH = 92;
const COMMA = 44;
const OPEN_ARRAY = 91;
const CLOSE_ARRAY = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

export function createValueScanner(): ValueScanner {
  return { at: 0, line: 1, depth: 0, base: 0, start: -1, startLine: 1, doneTo: 0, isInString: false, isBroken: false, spans: [] };
}

/** Goes on from where it stopped up to `length`, or to where the structure breaks. */
export function scanValues(scanner: ValueScanner, bytes: Uint8Array, length: number): void {
  while (scanner.at < length) {
    const byte = bytes[scanner.at];
    if (byte === NEWLINE) scanner.line++;
    if (scanner.isInString) {
      // The escaped byte may not be here yet.
      if (byte === BACKSLASH && scanner.at + 1 >= length) return;
      if (byte === BACKSLASH) scanner.at++;
      else if (byte === QUOTE) endString(scanner);
    } else {
      readStructure(scanner, byte);
      if (scanner.isBroken) return;
    }
    scanner.at++;
  }
}

/** Ends a last scalar that nothing follows. */
export function finishScanner(scanner: ValueScanner, length: number): void {
  if (scanner.depth === 0 && !scanner.isInString) endValue(scanner, length);
}

/** The buffer now begins `bytes` later; the values found so far are taken. */
export function rebaseScanner(scanner: ValueScanner, bytes: number): void {
  scanner.at -= bytes;
  scanner.doneTo -= bytes;
  if (scanner.start >= 0) scanner.start -= bytes;
  scanner.spans = [];
}

/** Up to here nothing needs a second look. */
export function consumedBytes(scanner: ValueScanner): number {
  return scanner.start >= 0 ? scanner.start : scanner.doneTo;
}

/** True while a value, or the array around the values, is not closed. */
export function isInsideValue(scanner: ValueScanner): boolean {
  return scanner.depth > 0 || scanner.isInString || scanner.start >= 0;
}

function readStructure(scanner: ValueScanner, byte: number): void {
  if (byte === QUOTE) {
    beginValue(scanner);
    scanner.isInString = true;
  } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
    if (byte === OPEN_ARRAY && scanner.depth === 0 && scanner.start < 0) scanner.base = 1;
    else beginValue(scanner);
    scanner.depth++;
  } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) closeBracket(scanner, byte);
  else if (scanner.depth !== scanner.base) return;
  else if (byte === COMMA || byte <= 32) endValue(scanner, scanner.at);
  // A byte order mark before the document is no value.
  else if (byte < 0x80 || scanner.start >= 0) beginValue(scanner);
}

function closeBracket(scanner: ValueScanner, byte: number): void {
  // A scalar may be the last element of the top-level array.
  if (scanner.depth === scanner.base) endValue(scanner, scanner.at);
  scanner.depth--;
  if (scanner.depth < 0 || (scanner.depth < scanner.base && byte !== CLOSE_ARRAY)) scanner.isBroken = true;
  else if (scanner.depth < scanner.base) scanner.base = 0;
  else if (scanner.depth === scanner.base) endValue(scanner, scanner.at + 1);
}

function endString(scanner: ValueScanner): void {
  scanner.isInString = false;
  if (scanner.depth === scanner.base) endValue(scanner, scanner.at + 1);
}

function beginValue(scanner: ValueScanner): void {
  if (scanner.start >= 0) return;
  scanner.start = scanner.at;
  scanner.startLine = scanner.line;
}

function endValue(scanner: ValueScanner, to: number): void {
  if (scanner.start < 0) return;
  scanner.spans.push(scanner.start, to, scanner.startLine);
  scanner.start = -1;
  scanner.doneTo = to;
}
