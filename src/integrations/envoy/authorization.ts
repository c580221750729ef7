/**
 * Envoy's external authorization (`ext_authz`, v3), over gRPC and over HTTP: a verdict by account or by hash of the key, without a body. Read off
 * Envoy 1.40.
 */
import {
  asFields,
  asText,
  type CallerHeaders,
  describeRefusal,
  listRefusalHeaders,
  readCaller,
  type Refusal,
  type RefusalPlace,
  writeClient,
  writeRefusalBody,
} from "../../sdk/index.js";
import type { CheckedRequest, Verdict } from "../../vocabulary/verdict.js";

/** `google.rpc.Code`: what Envoy's own counters tell apart. */
const RPC_CODES = { ok: 0, permissionDenied: 7, resourceExhausted: 8, unavailable: 14 } as const;

/** The answer of `Authorization/Check`, as far as stillwatch fills it in. */
export interface EnvoyAnswer {
  status: { code: number; message?: string };
  deniedResponse?: { status: { code: number }; headers: { header: { key: string; value: string } }[]; body: string };
  okResponse?: { headersToRemove: string[] };
}

/** Reads a `CheckRequest`, decoded with names in camel case. Null when it names nobody. */
export function readEnvoyCheck(check: unknown, headers: CallerHeaders): CheckedRequest | null {
  const attributes = asFields(asFields(check)["attributes"]);
  const http = asFields(asFields(attributes["request"])["http"]);
  const caller = readCaller(asFields(http["headers"]), headers);
  if (caller === null || headers.addressHeader !== undefined) return caller;
  // Without a header that the operator named, whoever is connected to Envoy.
  const peer = asFields(asFields(asFields(attributes["source"])["address"])["socketAddress"]);
  const client = writeClient({ ...caller.client, ip: asText(peer["address"]) });
  return client === undefined ? caller : { ...caller, client };
}

/** Writes the answer over gRPC. */
export function writeEnvoyAnswer(verdict: Verdict, place: RefusalPlace): EnvoyAnswer {
  const refusal = describeRefusal(verdict, place);
  if (refusal === null) return ENVOY_PASS;
  const { code, status } = refusal;
  const headers = Object.entries({ "content-type": "application/json", ...listRefusalHeaders(refusal) });
  return {
    status: { code: pickRpcCode(refusal), message: code },
    deniedResponse: {
      status: { code: status },
      headers: headers.map(([key, value]) => ({ header: { key, value } })),
      body: JSON.stringify(writeRefusalBody(refusal)),
    },
  };
}

/** The answer that lets a request pass. */
export const ENVOY_PASS: EnvoyAnswer = { status: { code: RPC_CODES.ok }, okResponse: { headersToRemove: [] } };

/** Over HTTP Envoy takes status 200 for yes, 5xx for a broken authorization service (which `failure_mode_allow` lets pass) and the rest for no. */
export function writeEnvoyHttpAnswer(
  verdict: Verdict,
  place: RefusalPlace,
): { status: number; headers: Record<string, string>; body: string } {
  const refusal = describeRefusal(verdict, place);
  if (refusal === null) return { status: 200, headers: {}, body: "" };
  return {
    // A refusal must stay one, whatever failure_mode_allow says.
    status: refusal.status === 503 ? 403 : refusal.status,
    headers: { "content-type": "application/json", ...listRefusalHeaders(refusal) },
    body: JSON.stringify(writeRefusalBody(refusal)),
  };
}

function pickRpcCode({ status }: Refusal): number {
  if (status === 429) return RPC_CODES.resourceExhausted;
  return status === 503 ? RPC_CODES.unavailable : RPC_CODES.permissionDenied;
}
