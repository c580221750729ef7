/** Keys, over the records in the process. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openRecordDatabase, type RecordDatabase } from "../../store/records/database.js";
import { createKeys } from "./keys.js";

let database: RecordDatabase;
beforeAll(async () => {
  database = await openRecordDatabase("memory");
});
afterAll(async () => database.destroy());

describe("keys", () => {
  it("are shown once, kept as a hash, and authenticate with their scopes", async () => {
    const keys = await createKeys({ database, clock: { nowMs: () => 1_000 } });
    const { key, secret } = await keys.create({ name: "gateway", scopes: ["check"], expiresMs: null });
    expect(await keys.authenticate(secret)).toEqual({ keyId: key.id, name: "gateway", scopes: ["check"] });
    const rows = await database.selectFrom("api_keys").selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain(secret.slice(3));
    expect(JSON.stringify(await keys.list())).not.toContain(secret.slice(3));
  });

  it.each([["sw_"], [""], ["sw_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"], ["\u0000"]])(
    "refuse the unknown secret %j",
    async (secret) => {
      const keys = await createKeys({ database, clock: { nowMs: () => 1_000 } });
      expect(await keys.authenticate(secret)).toBeNull();
    },
  );

  it("end at their date and when they are revoked, also when another process revokes them", async () => {
    let nowMs = 1_000;
    const clock = { nowMs: () => nowMs };
    const keys = await createKeys({ database, clock, reloadMs: 20 });
    const elsewhere = await createKeys({ database, clock });
    const short = await keys.create({ name: "short", scopes: ["read"], expiresMs: 2_000 });
    const long = await keys.create({ name: "long", scopes: ["read"], expiresMs: null });
    nowMs = 1_999;
    expect(await keys.authenticate(short.secret)).not.toBeNull();
    nowMs = 2_000;
    expect(await keys.authenticate(short.secret)).toBeNull();
    expect(await elsewhere.revoke(long.key.id)).toBe(true);
    expect(await elsewhere.revoke(long.key.id)).toBe(false);
    await expect.poll(async () => keys.authenticate(long.secret)).toBeNull();
    keys.close();
    elsewhere.close();
  });

  it.each([
    ["fails", async () => Promise.reject(new Error("the database is away")), 1],
    ["hangs", async (isOver: Promise<never>) => isOver, 0],
  ])("go on to open, at once, while the database %s", async (_, behave, failuresMin) => {
    let isAway = false;
    let failures = 0;
    let endHanging = (): void => {};
    const isOver = new Promise<never>((_resolve, reject) => {
      endHanging = () => reject(new Error("the database is back"));
    });
    isOver.catch(() => {});
    const away = database.withPlugin({
      transformQuery: ({ node }) => node,
      transformResult: async ({ result }) => (isAway ? behave(isOver) : result),
    });
    const onFailure = (): void => void failures++;
    const keys = await createKeys({ database: away, clock: { nowMs: () => 1_000 }, reloadMs: 5, onFailure });
    const { secret } = await keys.create({ name: "gateway", scopes: ["check"], expiresMs: null });
    isAway = true;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await keys.authenticate(secret)).toMatchObject({ name: "gateway" });
    expect(failures).toBeGreaterThanOrEqual(failuresMin);
    keys.close();
    endHanging();
  });
});
