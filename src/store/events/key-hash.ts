/**
 * xxHash64 (seed 0) of short texts, in 32-bit halves. It computes what xxhash-wasm and ClickHouse compute; half a dozen identifiers of every row
 * are hashed, and for so few bytes the way into WebAssembly and back through a `bigint` costs several times the hash itself.
 */

/** Texts of fewer bytes than this take the short form of the algorithm, the only one that is here. */
export const SHORT_BYTES_END = 32;

/** The five primes of the algorithm, as halves. */
const [P1_HIGH, P1_LOW] = [0x9e3779b1 | 0, 0x85ebca87 | 0];
const [P2_HIGH, P2_LOW] = [0xc2b2ae3d | 0, 0x27d4eb4f];
const [P3_HIGH, P3_LOW] = [0x165667b1, 0x9e3779f9 | 0];
const [P4_HIGH, P4_LOW] = [0x85ebca77 | 0, 0xc2b2ae63 | 0];
const [P5_HIGH, P5_LOW] = [0x27d4eb2f, 0x165667c5];

/** The running hash: high half, low half. Elements of an array, because numbers of 32 bits in variables of a module would be boxed. */
const state = new Int32Array(2);
/** What `multiply` leaves behind. */
const product = new Int32Array(2);

/** The low 64 bits of a product, into `product`. */
function multiply(aHigh: number, aLow: number, bHigh: number, bLow: number): void {
  const a0 = aLow & 0xffff;
  const a1 = aLow >>> 16;
  const b0 = bLow & 0xffff;
  const b1 = bLow >>> 16;
  const crossed = Math.imul(a1, b0);
  const other = Math.imul(a0, b1);
  const middle = (Math.imul(a0, b0) >>> 16) + (crossed & 0xffff) + (other & 0xffff);
  const carried = (Math.imul(a1, b1) + (crossed >>> 16) + (other >>> 16) + (middle >>> 16)) | 0;
  product[0] = (carried + Math.imul(aHigh, bLow) + Math.imul(aLow, bHigh)) | 0;
  product[1] = Math.imul(aLow, bLow);
}

/** Adds two halves to `product` and makes the sum the running hash. */
function addToState(high: number, low: number): void {
  const sum = (product[1] + low) | 0;
  const carry = sum >>> 0 < low >>> 0 ? 1 : 0;
  state[0] = product[0] + high + carry;
  state[1] = sum;
}

/** Turns the running hash left by 0 < `bits` < 32 and multiplies it. */
function turnAndMultiply(bits: number, high: number, low: number): void {
  const top = state[0];
  const bottom = state[1];
  multiply((top << bits) | (bottom >>> (32 - bits)), (bottom << bits) | (top >>> (32 - bits)), high, low);
}

function absorbEight(high: number, low: number): void {
  multiply(high, low, P2_HIGH, P2_LOW);
  const top = product[0];
  const bottom = product[1];
  multiply((top << 31) | (bottom >>> 1), (bottom << 31) | (top >>> 1), P1_HIGH, P1_LOW);
  state[0] ^= product[0];
  state[1] ^= product[1];
  turnAndMultiply(27, P1_HIGH, P1_LOW);
  addToState(P4_HIGH, P4_LOW);
}

function absorbFour(low: number): void {
  multiply(0, low, P1_HIGH, P1_LOW);
  state[0] ^= product[0];
  state[1] ^= product[1];
  turnAndMultiply(23, P2_HIGH, P2_LOW);
  addToState(P3_HIGH, P3_LOW);
}

function absorbOne(byte: number): void {
  multiply(0, byte, P5_HIGH, P5_LOW);
  state[0] ^= product[0];
  state[1] ^= product[1];
  turnAndMultiply(11, P1_HIGH, P1_LOW);
  state[0] = product[0];
  state[1] = product[1];
}

function readFour(bytes: Uint8Array, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
}

/** Where a hash goes: the low half at `at`, the high one behind it, as a 64-bit number lies in memory. */
export interface HashPlace {
  halves: Uint32Array;
  at: number;
}

/** Hashes fewer than {@link SHORT_BYTES_END} bytes. */
export function hashShort(bytes: Uint8Array, from: number, length: number, { halves, at }: HashPlace): void {
  product[0] = P5_HIGH;
  product[1] = P5_LOW;
  addToState(0, length);
  const end = from + length;
  let i = from;
  for (; i + 8 <= end; i += 8) absorbEight(readFour(bytes, i + 4), readFour(bytes, i));
  if (i + 4 <= end) {
    absorbFour(readFour(bytes, i));
    i += 4;
  }
  for (; i < end; i++) absorbOne(bytes[i]);
  // The finish mixes every bit into every other: shifts right by 33, 29 and 32.
  multiply(state[0], state[1] ^ (state[0] >>> 1), P2_HIGH, P2_LOW);
  const high = product[0];
  const low = product[1];
  multiply(high ^ (high >>> 29), low ^ ((low >>> 29) | (high << 3)), P3_HIGH, P3_LOW);
  halves[at] = product[1] ^ product[0];
  halves[at + 1] = product[0];
}
