/** Settings of the gateways: `gateways` in stillwatch.yaml. */
import { z } from "zod";
import type { CallerHeaders } from "../../../sdk/index.js";

const header = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]*$/, { error: "a header's name has small letters, digits, - and _" })
  .describe("Name of a header, in small letters.");

/** How gateways are answered, and where they name the customer. */
export const gatewaySettings = z
  .strictObject({
    verify_at: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe("Page where an account proves what a step-up asks for; refusals name it."),
    account_header: header
      .optional()
      .describe(
        "Header in which Envoy or agentgateway names the account; the gateway has to set it itself and drop what callers send. Unset: the account is the SHA-256 of the caller's key.",
      ),
    organization_header: header.optional().describe("Header in which the gateway names the organization, under the same condition."),
    address_header: header
      .optional()
      .describe(
        "Header in which Envoy or agentgateway tells the caller's address, under the same condition. Unset: none is read, and over gRPC it is whoever is connected to Envoy.",
      ),
    ja4_header: header.optional().describe("Header in which the gateway tells the caller's JA4, under the same condition."),
    portkey_account: z
      .string()
      .min(1)
      .default("_user")
      .describe("Field of Portkey's request metadata that holds the account. Callers can write metadata: enforce it in Portkey."),
    portkey_organization: z
      .string()
      .min(1)
      .optional()
      .describe("Field of Portkey's request metadata that holds the organization, under the same condition; unset, none is read."),
    envoy_grpc_port: z
      .int()
      .min(0)
      .max(65_535)
      .default(0)
      .describe("Port for Envoy's ext_authz over gRPC, on `listen.host`, with `listen.tls` where that is set; 0 serves HTTP only."),
  })
  .prefault({})
  .describe("Gateways that ask for verdicts in their own words.");

/** The settings in force. */
export type GatewaySettings = z.output<typeof gatewaySettings>;

/** Those that gateways which tell a customer by headers need. */
export type HeaderSettings = Pick<
  GatewaySettings,
  "verify_at" | "account_header" | "organization_header" | "address_header" | "ja4_header"
>;

/** Which headers are believed. */
export function listHeaders(settings: HeaderSettings): CallerHeaders {
  return {
    accountHeader: settings.account_header,
    organizationHeader: settings.organization_header,
    addressHeader: settings.address_header,
    ja4Header: settings.ja4_header,
  };
}
