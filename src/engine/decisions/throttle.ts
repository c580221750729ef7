/** Throttling: a token bucket for each decision's account, as in RFC 2697's single rate, without queues. */

/** Buckets kept; the one that was idle longest goes first, and an account that comes again starts with a full one. */
const BUCKETS_MAX = 100_000;
/** Seconds of the rate that may come at once: clients send in bursts, and a burst is no more load. */
const BURST_SECONDS = 10;

/** Answers 0 when the request may pass, else the milliseconds until it may. */
export type TakeToken = (wish: { key: string; perMinute: number; nowMs: number }) => number;

/** Makes the buckets. */
export function createThrottle(bucketsMax = BUCKETS_MAX): TakeToken {
  const buckets = new Map<string, { tokens: number; atMs: number }>();
  return ({ key, perMinute, nowMs }) => {
    const burst = Math.max(1, (perMinute * BURST_SECONDS) / 60);
    const bucket = buckets.get(key) ?? { tokens: burst, atMs: nowMs };
    const tokens = Math.min(burst, bucket.tokens + (Math.max(0, nowMs - bucket.atMs) * perMinute) / 60_000);
    const isAllowed = tokens >= 1;
    // Deleted and set again, so that the order of the map is the order of use.
    buckets.delete(key);
    buckets.set(key, { tokens: isAllowed ? tokens - 1 : tokens, atMs: Math.max(nowMs, bucket.atMs) });
    if (buckets.size > bucketsMax)
      for (const oldest of buckets.keys()) {
        buckets.delete(oldest);
        break;
      }
    return isAllowed ? 0 : Math.ceil(((1 - tokens) * 60_000) / perMinute);
  };
}
