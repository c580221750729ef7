/** A store that an older stillwatch filled is refused; made anew it keeps what does not rest on how requests were read. */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { renewStore } from "./renew-store.js";
import { openEventStore } from "./store.js";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "stillwatch-renew-"));
  path = join(folder, "events");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const NOW_MS = Date.now();

/** With two campaigns, one of them told twice, three checks, and a chunk that was read; `statements` make it older. */
async function fill(...statements: readonly string[]): Promise<void> {
  const store = await openEventStore({ path });
  await store.command(
    "INSERT INTO known_campaigns (campaign_id, events_seen, accounts) VALUES ('one', 1, ['a']), ('one', 2, ['a', 'b']), ('two', 1, ['c'])",
  );
  await store.command(
    `INSERT INTO request_checks SELECT concat('r', toString(number)), ${NOW_MS}, 'proxy', 'allow', 'checked', NULL, NULL FROM numbers(3)`,
  );
  await store.command("INSERT INTO ingested_chunks (token, rows) VALUES ('t', 1)");
  for (const statement of statements) await store.command(statement);
  await store.close();
}

const OLDER_SCHEMA = ["ALTER TABLE schema_migrations DELETE WHERE version > 4 SETTINGS mutations_sync = 1", "DROP TABLE request_checks"];

async function ask<T>(sql: string): Promise<T[]> {
  const store = await openEventStore({ path });
  try {
    return await store.rows<T>(sql);
  } finally {
    await store.close();
  }
}
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "done",
    (error: { problem?: { code: string } }) => error.problem?.code ?? "no code",
  );

describe("renewing a store", () => {
  it("keeps names of campaigns and checks, and leaves the requests to be read again", async () => {
    await fill();
    expect(await renewStore(path)).toEqual({ aside: `${path}.before`, kept: { known_campaigns: 2, request_checks: 3 } });
    expect(
      await ask("SELECT campaign_id, accounts, toUInt32(events_seen) AS seen FROM known_campaigns FINAL ORDER BY campaign_id"),
    ).toEqual([
      { campaign_id: "one", accounts: ["a", "b"], seen: 0 },
      { campaign_id: "two", accounts: ["c"], seen: 0 },
    ]);
    expect(await ask("SELECT toUInt32(count()) AS count FROM ingested_chunks")).toEqual([{ count: 0 }]);
    expect(existsSync(join(`${path}.before`, "events"))).toBe(true);
    expect(existsSync(`${path}.kept`)).toBe(false);
  });

  it("takes a store that cannot be opened any more, with what it has", async () => {
    await fill(...OLDER_SCHEMA);
    expect(await codeOf(openEventStore({ path }))).toBe("SW1411");
    expect(await renewStore(path)).toMatchObject({ kept: { known_campaigns: 2, request_checks: 0 } });
    expect(await ask("SELECT toUInt32(count()) AS count FROM request_checks")).toEqual([{ count: 0 }]);
  });

  it("takes a store in which nothing was found and nothing checked", async () => {
    await fill("TRUNCATE TABLE known_campaigns", "TRUNCATE TABLE request_checks");
    expect(await renewStore(path)).toMatchObject({ kept: { known_campaigns: 0, request_checks: 0 } });
    expect(existsSync(`${path}.kept`)).toBe(false);
    expect(await ask("SELECT toUInt32(count()) AS count FROM ingested_chunks")).toEqual([{ count: 0 }]);
  });

  it("goes on where it was stopped", async () => {
    const hand = `${path}.kept`;
    mkdirSync(hand);
    // Stopped when the old store was aside and the new one was not there yet.
    await fill(`INSERT INTO FUNCTION file('${hand}/known_campaigns', Native) SELECT * FROM known_campaigns FINAL`);
    renameSync(path, `${path}.before`);
    const renewed = { aside: `${path}.before`, kept: { known_campaigns: 2, request_checks: 0 } };
    expect(await renewStore(path)).toEqual(renewed);
    expect(existsSync(hand)).toBe(false);
  });

  it("takes what came after a call that was stopped before it moved the store", async () => {
    const hand = `${path}.kept`;
    mkdirSync(hand);
    await fill(
      `INSERT INTO FUNCTION file('${hand}/known_campaigns', Native) SELECT * FROM known_campaigns FINAL`,
      "INSERT INTO known_campaigns (campaign_id, events_seen, accounts) VALUES ('three', 1, ['d'])",
    );
    expect(await renewStore(path)).toMatchObject({ kept: { known_campaigns: 3, request_checks: 3 } });
    expect(existsSync(hand)).toBe(false);
  });

  it("goes on where it was stopped while what was noted as read is let go of", async () => {
    await fill();
    const stopped = renewStore(path, async () => Promise.reject(new Error("stopped")));
    await expect(stopped).rejects.toThrow("stopped");
    let calls = 0;
    const forgetRead = async (): Promise<void> => void (calls += 1);
    expect(await renewStore(path, forgetRead)).toMatchObject({ kept: { known_campaigns: 2, request_checks: 3 } });
    expect(calls).toBe(1);
    expect(await codeOf(renewStore(path, forgetRead))).toBe("SW1412");
    expect(calls).toBe(1);
  });

  it("changes nothing where an older one lies aside, or where nothing is", async () => {
    expect(await codeOf(renewStore(path))).toBe("SW1413");
    await fill();
    mkdirSync(`${path}.before`);
    expect(await codeOf(renewStore(path))).toBe("SW1412");
    expect(await ask("SELECT toUInt32(count()) AS count FROM ingested_chunks")).toEqual([{ count: 1 }]);
  });
});
