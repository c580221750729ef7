/** STAND-IN: parts whose owners have not delivered yet. Each goes as soon as the real one is there. */
import type { Alerts } from "./services.js";

/** STAND-IN for src/app/alerts: tells nobody. */
export function createStandInAlerts(): Alerts {
  return { send: async () => {}, close: async () => {} };
}
