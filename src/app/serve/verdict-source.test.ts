import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openSideFacts } from "./engine/side-facts.js";
import { listFileTroubles, openSpared, openVerdictSource } from "./verdict-source.js";

const folder = await mkdtemp(join(tmpdir(), "stillwatch-verdict-source-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

const TIME = new Date(Date.UTC(2026, 5, 1));

/** Writes with a time that does not move: what is put right by `chmod`, or by a disk that answers again, changes neither time nor size. */
async function write(name: string, text: string, at = TIME): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  await utimes(path, at, at);
  return path;
}

const spare = (account: string): string =>
  `${JSON.stringify({ account_id: account, reason: "ours", expires_at: "2030-01-01T00:00:00Z" })}\n`;
const unreadable = (text: string): string => text.replace(/^./gm, "X");
const LATER = new Date(TIME.getTime() + 60_000);
const fine = { describeTrouble: () => null };

test("an allowlist that could not be read once is read as soon as it can be, and told of once", async () => {
  const told: string[] = [];
  const allowlist = await write("allowlist.ndjson", spare("a"));
  const spared = await openSpared(allowlist, ({ code }) => told.push(code));
  const next = spare("a") + spare("b");
  await write("allowlist.ndjson", unreadable(next), LATER);
  for (let look = 0; look < 3; look++) expect((await spared.refresh()).map(({ accountId }) => accountId)).toEqual(["a"]);
  expect(told).toEqual(["SW1301"]);
  const verdictSource = { areAccountsStale: () => false };
  expect(listFileTroubles({ policy: fine, spared, verdictSource }).map(({ part }) => part)).toEqual(["allowlist"]);
  await write("allowlist.ndjson", next, LATER);
  expect((await spared.refresh()).map(({ accountId }) => accountId)).toEqual(["a", "b"]);
  expect(listFileTroubles({ policy: fine, spared, verdictSource })).toEqual([]);
});

test("a file of accounts that cannot be read keeps no new entry of the allowlist from the analysis", async () => {
  const account = (id: string): string => `${JSON.stringify({ account_id: id, created_at: "2026-01-01T00:00:00Z" })}\n`;
  const accounts = await write("people.ndjson", account("a"));
  const allowlist = await write("spared.ndjson", spare("a"));
  const facts = await openSideFacts({ accounts, allowlist }, () => {});
  const before = (await facts.refresh()).accounts;
  await write("people.ndjson", unreadable(account("a") + account("b")), LATER);
  await write("spared.ndjson", spare("a") + spare("b"), LATER);
  const { accounts: people, allowlist: listed } = await facts.refresh();
  expect(people).toBe(before);
  expect(listed.map(({ accountId }) => accountId)).toEqual(["a", "b"]);
  expect(facts.listStale()).toEqual(["accounts"]);
});

test("accounts are asked for until they were read, at the start as at a change", async () => {
  const verified = (level: string): string =>
    `${JSON.stringify({ account_id: "a", created_at: "2026-01-01T00:00:00Z", verification: level })}\n`;
  const accounts = await write("accounts.ndjson", unreadable(verified("email")));
  const { source, haveAccountsChanged, areAccountsStale } = await openVerdictSource({
    accounts,
    decisions: { listInForce: async () => ({ decisions: [], held: [], allowlist: [] }) },
    spared: { list: () => [], refresh: async () => [], isStale: () => false },
  });
  const read = async (): Promise<unknown> =>
    source.packAccounts?.().then(
      () => "read",
      () => "failed",
    );
  expect([await read(), await haveAccountsChanged(), areAccountsStale()]).toEqual(["failed", true, true]);
  await write("accounts.ndjson", verified("email"));
  expect([await haveAccountsChanged(), await read(), await haveAccountsChanged(), areAccountsStale()]).toEqual([
    true,
    "read",
    false,
    false,
  ]);
  await write("accounts.ndjson", unreadable(verified("identity")), LATER);
  expect([await haveAccountsChanged(), await read(), await haveAccountsChanged(), areAccountsStale()]).toEqual([
    true,
    "failed",
    true,
    true,
  ]);
  await write("accounts.ndjson", verified("identity"), LATER);
  expect([await haveAccountsChanged(), await read(), await haveAccountsChanged(), areAccountsStale()]).toEqual([
    true,
    "read",
    false,
    false,
  ]);
});

test("accounts whose file is not there at the start stay stale until it is", async () => {
  const accounts = join(folder, "later.ndjson");
  const { source, haveAccountsChanged, areAccountsStale } = await openVerdictSource({
    accounts,
    decisions: { listInForce: async () => ({ decisions: [], held: [], allowlist: [] }) },
    spared: { list: () => [], refresh: async () => [], isStale: () => false },
  });
  await expect(source.packAccounts?.()).rejects.toMatchObject({ problem: { code: expect.stringMatching(/^SW/) } });
  for (let sweep = 0; sweep < 2; sweep++) expect([await haveAccountsChanged(), areAccountsStale()]).toEqual([true, true]);
  await write("later.ndjson", `${JSON.stringify({ account_id: "a", created_at: "2026-01-01T00:00:00Z" })}\n`);
  expect(await haveAccountsChanged()).toBe(true);
  await source.packAccounts?.();
  expect([await haveAccountsChanged(), areAccountsStale()]).toEqual([false, false]);
});

test("a file that was never read keeps the analysis waiting, is told as such, and is taken up when it can be read", async () => {
  const told: string[] = [];
  const stale: string[][] = [];
  const releases = await write("releases.ndjson", unreadable('{"target_model":"m","released_at":"2026-01-01T00:00:00Z"}\n'));
  const allowlist = await write("mine.ndjson", spare("a"));
  const facts = await openSideFacts(
    { releases, allowlist },
    ({ code }) => told.push(code),
    (files) => stale.push(files),
  );
  for (let look = 0; look < 2; look++) await expect(facts.refresh()).rejects.toMatchObject({ problem: { code: "SW1301" } });
  expect([told, stale, facts.listStale()]).toEqual([[], [["releases"]], ["releases"]]);
  await write("releases.ndjson", '{"target_model":"m","released_at":"2026-01-01T00:00:00Z"}\n');
  expect((await facts.refresh()).releases).toHaveLength(1);
  await write("releases.ndjson", "X", LATER);
  expect((await facts.refresh()).releases).toHaveLength(1);
  expect([told, stale]).toEqual([["SW1301"], [["releases"], [], ["releases"]]]);
  const troubles = listFileTroubles({
    policy: fine,
    spared: { isStale: () => false },
    verdictSource: { areAccountsStale: () => false },
    engineFiles: facts.listStale(),
  });
  expect(troubles).toMatchObject([{ part: "releases", why: expect.stringContaining("analysis.releases") }]);
});

test("a start that does not know whom it must spare is none", async () => {
  const allowlist = await write("none.ndjson", unreadable(spare("a")));
  await expect(openSpared(allowlist, () => {})).rejects.toMatchObject({ problem: { code: "SW1301" } });
});
