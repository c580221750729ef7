/** The store tells the networks that verdicts tell: else what was learnt would never be met again. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openEventStore } from "../../store/events/store.js";
import { NETWORK_SQL } from "./matches.js";
import { NETWORKS_OF_ADDRESSES } from "./testing/addresses.js";

it("the store makes the same networks of addresses", async () => {
  const folder = mkdtempSync(join(tmpdir(), "stillwatch-networks-"));
  const store = await openEventStore({ path: folder });
  try {
    const listed = NETWORKS_OF_ADDRESSES.map(([address]) => address);
    const told = await store.rows<{ ip: string; network: string }>(
      `SELECT ip, ${NETWORK_SQL} AS network FROM (SELECT arrayJoin({listed:Array(String)}) AS ip)`,
      { listed },
    );
    expect(told.map(({ ip, network }) => [ip, network])).toEqual(NETWORKS_OF_ADDRESSES);
  } finally {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
