/** Looks hashes up in buckets of four: every entry stands in one of two, and one instruction compares all hashes of a bucket. */
const SECOND_STEP: i32 = 0x9e3779b1;

/** The place of a hash; -1 when it has none. `mask` is one less than the number of buckets. */
export function findPlace(hashes: i32, mask: i32, hash: i32): i32 {
  const wanted = i32x4.splat(hash);
  const first = (hash ^ (hash >>> 15)) & mask;
  const second = ((hash * SECOND_STEP) >>> 16) & mask;
  const inFirst = i32x4.bitmask(i32x4.eq(v128.load(hashes + (first << 4)), wanted));
  const inSecond = i32x4.bitmask(i32x4.eq(v128.load(hashes + (second << 4)), wanted));
  // The lowest bit that is set; of nothing at all the 8 that was put there.
  const lane = ctz<i32>(inFirst | (inSecond << 4) | 256);
  return select<i32>(-1, select<i32>((second << 2) + lane - 4, (first << 2) + lane, lane > 3), lane == 8);
}
