/**
 * Where a text stops being JSON. `JSON.parse` says it differently in every version of Node, not at all in some cases, and quotes the text,
 * which may be a prompt; so faults are found by hand, on broken lines only.
 */

/** The text is JSON as far as it goes: what is missing is its end. */
export const INCOMPLETE = -2;
/** The text is one JSON value. */
export const COMPLETE = -1;

const LITERALS = ["true", "false", "null"] as const;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** The beginnings of numbers that may go on. */
const NUMBER_START = /-?(?:(?:0|[1-9]\d*)(?:\.\d*)?(?:[eE][+-]?\d*)?)?$/y;

type State = "value" | "value-or-close" | "key" | "key-or-close" | "colon" | "comma-or-close" | "end";

/** Position of the first character that cannot stand there, {@link COMPLETE} or {@link INCOMPLETE}. */
export function findJsonFault(text: string): number {
  const closers: string[] = [];
  let state: State = "value";
  let at = 0;
  for (;;) {
    at = skipWhitespace(text, at);
    if (at >= text.length) return state === "end" ? COMPLETE : INCOMPLETE;
    const char = text[at];
    switch (state) {
      case "end":
        return at;
      case "colon":
        if (char !== ":") return at;
        state = "value";
        at++;
        continue;
      case "comma-or-close":
        if (char === ",") state = closers.at(-1) === "}" ? "key" : "value";
        else if (char !== closers.pop()) return at;
        else state = closers.length === 0 ? "end" : "comma-or-close";
        at++;
        continue;
      case "key":
      case "key-or-close": {
        if (char === "}" && state === "key-or-close") break;
        if (char !== '"') return at;
        const end = scanString(text, at);
        if (end.fault !== undefined) return end.fault;
        at = end.next;
        state = "colon";
        continue;
      }
      case "value":
      case "value-or-close":
    }
    if ((char === "}" && state === "key-or-close") || (char === "]" && state === "value-or-close")) {
      closers.pop();
      at++;
    } else if (char === "{" || char === "[") {
      closers.push(char === "{" ? "}" : "]");
      state = char === "{" ? "key-or-close" : "value-or-close";
      at++;
      continue;
    } else {
      const end = char === '"' ? scanString(text, at) : scanScalar(text, at);
      if (end.fault !== undefined) return end.fault;
      at = end.next;
    }
    state = closers.length === 0 ? "end" : "comma-or-close";
  }
}

type Scan = { next: number; fault?: undefined } | { fault: number };

function skipWhitespace(text: string, from: number): number {
  let at = from;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9) break;
  }
  return at;
}

function scanString(text: string, from: number): Scan {
  for (let at = from + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 34) return { next: at + 1 };
    if (code < 32) return { fault: at };
    if (code !== 92) continue;
    const escaped = text[++at];
    if (escaped === undefined) break;
    if (escaped === "u") {
      for (let digit = 1; digit <= 4; digit++) {
        const hex = text[at + digit];
        if (hex === undefined) return { fault: INCOMPLETE };
        if (!/[0-9a-fA-F]/.test(hex)) return { fault: at + digit };
      }
      at += 4;
    } else if (!'"\\/bfnrt'.includes(escaped)) return { fault: at };
  }
  return { fault: INCOMPLETE };
}

function scanScalar(text: string, from: number): Scan {
  for (const literal of LITERALS) {
    if (text[from] !== literal[0]) continue;
    for (let offset = 0; offset < literal.length; offset++) {
      if (from + offset >= text.length) return { fault: INCOMPLETE };
      if (text[from + offset] !== literal[offset]) return { fault: from + offset };
    }
    return { next: from + literal.length };
  }
  NUMBER.lastIndex = from;
  if (NUMBER.test(text)) {
    const next = NUMBER.lastIndex;
    // `1.` and `1e` at the very end may go on; `1.x` may not.
    NUMBER_START.lastIndex = from;
    return next < text.length && NUMBER_START.test(text) ? { fault: INCOMPLETE } : { next };
  }
  NUMBER_START.lastIndex = from;
  return { fault: NUMBER_START.test(text) ? INCOMPLETE : from };
}
