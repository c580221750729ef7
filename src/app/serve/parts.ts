/** Every part of the HTTP interface, in the order of its description. */
import { alertRoutes } from "../http/alerts.js";
import { decisionRoutes } from "../http/decisions/routes.js";
import { findingRoutes } from "../http/findings.js";
import { listGatewayParts } from "../http/gateways/gateways.js";
import { createHealthPart, type HealthProbes } from "../http/health.js";
import { createIntakePart } from "../http/intake/routes.js";
import { keyRoutes } from "../http/keys.js";
import { verdictRoutes } from "../http/verdicts/routes.js";
import type { HttpPart } from "./services.js";
import type { ServeSettings } from "./settings/sections.js";

/** The parts, as the settings want them. */
export function listParts(settings: Pick<ServeSettings, "intake" | "gateways">, probes: HealthProbes): HttpPart[] {
  return [
    createHealthPart(probes),
    createIntakePart({
      inFlightBytesMax: settings.intake.in_flight_bytes_max,
      decompressedBytesMax: settings.intake.decompressed_bytes_max,
    }),
    verdictRoutes,
    ...listGatewayParts(settings.gateways),
    findingRoutes,
    decisionRoutes,
    alertRoutes,
    keyRoutes,
  ];
}
