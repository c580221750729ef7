/** All gateways that ask for verdicts in their own words. */
import type { HttpPart } from "../../serve/services.js";
import { agentgatewayGateway } from "./agentgateway.js";
import { envoyGateway } from "./envoy.js";
import { litellmGateway } from "./litellm.js";
import { portkeyGateway } from "./portkey.js";
import { probeRoutes } from "./probes.js";
import type { GatewaySettings } from "./settings.js";

/** Their parts of the HTTP interface. */
export function listGatewayParts(settings: GatewaySettings): HttpPart[] {
  return [litellmGateway(settings), envoyGateway(settings), portkeyGateway(settings), agentgatewayGateway(settings), probeRoutes];
}
