/** Bodies of the two calls that a gateway makes while a customer waits, as they stand in `/openapi.json`. Read in whichever thread. */
import { HANDLES_LOOKED_AT_MAX } from "../../../engine/decisions/check-handles.js";
import { asFields, asText, writeClient } from "../../../sdk/index.js";
import type { CheckedRequest } from "../../../vocabulary/verdict.js";

/** The body of a check: a request event without its outcome, as far as a verdict needs it. Other fields are taken and not read. */
export interface CheckBody {
  account_id?: unknown;
  request_id?: unknown;
  organization_id?: unknown;
  target_model?: unknown;
  session_id?: unknown;
  reasoning_handles_submitted?: unknown;
  is_fetch?: unknown;
  client?: unknown;
  system?: unknown;
  messages?: unknown;
}

/** Reads the body of a check; null when it does not say whose request it is. */
export function readCheckBody(value: unknown): CheckedRequest | null {
  const body: CheckBody = asFields(value);
  const { account_id: accountId, reasoning_handles_submitted: handles } = body;
  if (typeof accountId !== "string" || accountId === "") return null;
  const request: CheckedRequest = { accountId };
  if (typeof body.request_id === "string") request.requestId = body.request_id;
  if (typeof body.organization_id === "string") request.organizationId = body.organization_id;
  if (typeof body.target_model === "string") request.targetModel = body.target_model;
  if (typeof body.session_id === "string") request.sessionId = body.session_id;
  if (body.is_fetch === true) request.isFetch = true;
  if (Array.isArray(handles))
    request.reasoningHandlesSubmitted = handles.filter((handle): handle is string => typeof handle === "string" && handle !== "");
  const { ip, ja4, user_agent: userAgent } = asFields(body.client);
  const client = body.client === undefined ? undefined : writeClient({ ip: asText(ip), ja4: asText(ja4), userAgent: asText(userAgent) });
  if (client !== undefined) request.client = client;
  if (typeof body.system === "string") request.system = body.system;
  if (Array.isArray(body.messages)) request.messages = body.messages;
  return request;
}

/** Reads the question about handles alone as a request that hands them in; null where it is not as the interface says. */
export function readHandleQuestion(value: unknown): CheckedRequest | null {
  const { account_id: accountId, organization_id: organizationId, handles } = asFields(value);
  if (typeof accountId !== "string" || accountId === "") return null;
  if (organizationId !== undefined && typeof organizationId !== "string") return null;
  if (!Array.isArray(handles) || handles.length === 0 || handles.length > HANDLES_LOOKED_AT_MAX) return null;
  if (!handles.every((handle): handle is string => typeof handle === "string" && handle !== "")) return null;
  return { accountId, ...(organizationId === undefined ? {} : { organizationId }), reasoningHandlesSubmitted: handles };
}
