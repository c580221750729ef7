/** The description without a server that runs: for its page and its tests. */
import { pino } from "pino";
import { listParts } from "../../serve/parts.js";
import type { Services } from "../../serve/services.js";
import { settingsSchema } from "../../serve/settings/sections.js";
import { createProbes } from "../gateways/probes.js";
import { createServer } from "../server.js";
import type { Interface } from "./describe-interface.js";

/** What `/openapi.json` answers with the default settings. */
export async function describeOffline(version: string): Promise<Interface> {
  // Parts reach for these while they register; nothing is asked here.
  const services = {
    log: pino({ level: "silent" }),
    decisions: { onMoved: () => undefined },
    metrics: { observe: () => undefined },
    probes: createProbes({ nowMs: () => 0 }),
  } as unknown as Services;
  const app = await createServer(services, {
    settings: { isAuthenticated: true, bodyBytesMax: 1024, requestTimeoutMs: 1000, version },
    parts: listParts(settingsSchema.parse({}), { isJournalWritable: async () => true, listTroubles: () => [] }),
  });
  try {
    return (await app.inject("/openapi.json")).json<Interface>();
  } finally {
    await app.close();
  }
}
