/** The hash by which verdicts find what they know: xxHash64 of a text. Some ten identifiers are hashed for each, and most are short. */
import { hashShort, SHORT_BYTES_END } from "../../store/events/key-hash.js";
import type { HashText } from "./handle-memory.js";

/** Makes it of one that takes any text, which it answers alike: short texts are hashed here, without the way into WebAssembly. Not safe for use by several threads. */
export function createTextHash(hashAny: HashText): HashText {
  const bytes = new Uint8Array(SHORT_BYTES_END);
  const hashes = new BigUint64Array(1);
  const place = { halves: new Uint32Array(hashes.buffer), at: 0 };
  // An account is asked for several times in one verdict.
  let lastText = "";
  let lastHash = hashAny("");
  const hashOnce = (text: string): bigint => {
    const { length } = text;
    if (length >= SHORT_BYTES_END) return hashAny(text);
    for (let at = 0; at < length; at++) {
      const code = text.charCodeAt(at);
      if (code > 127) return hashAny(text);
      bytes[at] = code;
    }
    hashShort(bytes, 0, length, place);
    return hashes[0];
  };
  return (text) => {
    if (text === lastText) return lastHash;
    lastHash = hashOnce(text);
    lastText = text;
    return lastHash;
  };
}
