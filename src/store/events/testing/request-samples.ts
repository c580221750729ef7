/** Requests for the store's own tests: ordinary, extreme and broken ones, the same ones for the same number. */
import { createRequestBlockWriter } from "../request-block.js";
import type { Hash64, TextFeatures } from "../../../vocabulary/feature.js";
import type { RequestEvent } from "../../../vocabulary/request-event.js";

/** Identifiers that have broken stores before. The lone surrogate is not valid Unicode and becomes U+FFFD. */
export const AWKWARD_STRINGS: readonly string[] = [
  "a",
  'it\'s "quoted" \\ back`tick`',
  "tab\tnew\nline\r\0nul",
  "日本語のアカウント",
  "👩‍👩‍👧 family",
  "\ud800 lone surrogate",
  "{name:String} 'OR 1=1; DROP TABLE request_events --",
  "é".repeat(64),
  "x".repeat(127),
  "x".repeat(128),
  "long ".repeat(4000),
];

/** A number from 0 to 2^32 - 1 that depends on `seed` only. */
export function mix(seed: number): number {
  let x = Math.imul(seed + 1, 0x9e3779b1);
  x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d);
  return (x ^ (x >>> 12)) >>> 0;
}

/** Request number `i`; `variant` changes its content but not its id. */
export function makeRequest(i: number, variant = 0): RequestEvent {
  return {
    requestId: `req_${String(i).padStart(20, "0")}`,
    atMs: 1_770_000_000_000 + i * 137 + variant,
    accountId: `acct_${mix(i) % 97}`,
    targetModel: `model-${i % 3}`,
    status: i % 50 === 0 ? 429 : 200,
    inputTokens: mix(i) % 4000,
    outputTokens: (mix(i + 7) % 2000) + variant,
    ...(i % 3 === 0 ? { organizationId: `org_${i % 11}`, sessionId: `session_${i >> 2}`, isStream: i % 2 === 0 } : {}),
    ...(i % 5 === 0 ? { tools: ["search", "run"], reasoningHandlesIssued: [`handle_${i}`], sampling: { temperature: 0.7 } } : {}),
    ...(i % 10 === 0 ? { otherFields: { tier: "gold 金", zone: i }, untold: ["status", "output_tokens"] } : {}),
    client: { ip: `10.0.${i % 256}.${mix(i) % 256}`, asn: i % 900, country: "PT", userAgent: `agent/${i % 7}` },
  };
}

/** Features of request `i`, or null where it has no text. */
export function makeFeatures(i: number): TextFeatures | null {
  if (i % 4 === 0) return null;
  const hash = (salt: number): Hash64 => [mix(i + salt), mix(i + salt + 1)];
  const anchors = (salt: number) => Uint32Array.from({ length: (i + salt) % 5 }, (_, k) => mix(salt + k)).sort();
  return {
    messageCount: 1 + (i % 9),
    userTurns: 1,
    textChars: mix(i) % 100_000,
    capability: "coding",
    techniques: i % 8,
    sketch: {
      systemSkeleton: i % 2 === 0 ? null : [0xffff_ffff, 0x8000_0001],
      promptSkeleton: hash(1),
      content: hash(2),
      slot: hash(3),
      output: null,
      blocks: i % 3 === 0 ? [[mix(i + 11), mix(i + 12)]] : [],
      systemAnchors: anchors(1),
      headAnchors: anchors(2),
      tailAnchors: anchors(3),
      systemGist: anchors(4),
      headGist: anchors(5),
      tailGist: anchors(6),
    },
  };
}

/** A block of the given requests, in the given order. */
export async function makeBlock(requests: readonly { i: number; variant?: number }[]): Promise<Uint8Array> {
  const writer = await createRequestBlockWriter();
  for (const [position, { i, variant }] of requests.entries()) {
    writer.add(makeRequest(i, variant), makeFeatures(i), { sourceKey: [0, 7], offset: position * 100, line: position + 1 });
  }
  return writer.finish();
}

/** The numbers from `from` to `to - 1`, as `makeBlock` takes them. */
export function range(from: number, to: number): { i: number }[] {
  return Array.from({ length: to - from }, (_, k) => ({ i: from + k }));
}
