import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readSideFiles, type SideFilePaths, type SideFiles } from "./side-files.js";
import { withFiles } from "./test-acquire.js";

const AT = "2026-02-14T08:30:00Z";
const AT_MS = Date.UTC(2026, 1, 14, 8, 30);

const read = (files: { [K in keyof SideFilePaths]: string | Uint8Array }): Promise<SideFiles> =>
  withFiles(files, (folder) => readSideFiles(Object.fromEntries(Object.keys(files).map((name) => [name, join(folder, name)]))));
const readLine = (name: keyof SideFilePaths, line: object): Promise<SideFiles> => read({ [name]: `${JSON.stringify(line)}\n` });

const ACCOUNT = { account_id: "a", created_at: AT };

describe("side files", () => {
  it("carry every field of the contract over", async () => {
    const files = await read({
      accounts: JSON.stringify({
        ...ACCOUNT,
        organization_id: "o",
        plan: "pro",
        programme: "education",
        verification: "phone",
        email_domain: "example.org",
        email_hash: "h",
        phone_country: "DE",
        billing_country: "FR",
        payment_fingerprint: "p",
        payment_kind: "card",
        signup_ip: "::1",
        signup_ja4: "j",
        referrer: "r",
        unknown: 1,
      }),
      releases: JSON.stringify({ target_model: "m", released_at: AT_MS }),
      enforcement: JSON.stringify({ account_id: "a", at: AT, measure: "banned", reason: "terms" }),
      allowlist: JSON.stringify({ organization_id: "o", reason: "contract", expires_at: AT }),
    });
    expect(files.accounts).toEqual([
      {
        accountId: "a",
        createdAtMs: AT_MS,
        organizationId: "o",
        plan: "pro",
        programme: "education",
        verification: "phone",
        emailDomain: "example.org",
        emailHash: "h",
        phoneCountry: "DE",
        billingCountry: "FR",
        paymentFingerprint: "p",
        paymentKind: "card",
        signupIp: "::1",
        signupJa4: "j",
        referrer: "r",
      },
    ]);
    expect(files.releases).toEqual([{ targetModel: "m", releasedAtMs: AT_MS }]);
    expect(files.enforcement).toEqual([{ accountId: "a", atMs: AT_MS, measure: "banned", reason: "terms" }]);
    expect(files.allowlist).toEqual([{ organizationId: "o", reason: "contract", expiresAtMs: AT_MS }]);
    expect(files.coverage).toEqual({});
    expect(files.quarantine).toEqual([]);
  });

  it("say in coverage what is missing without them", async () => {
    const { coverage, accounts } = await readSideFiles({});
    expect(accounts).toEqual([]);
    expect(Object.keys(coverage)).toEqual(["side_file_accounts", "side_file_releases", "side_file_enforcement", "side_file_allowlist"]);
  });

  it("read the same whatever the order, the storage and the repetitions", async () => {
    const lines = Array.from({ length: 50 }, (_, index) => JSON.stringify({ account_id: `a${index}`, created_at: AT }));
    const plain = await read({ accounts: lines.join("\n") });
    const other = await read({ accounts: gzipSync([...lines.toReversed(), ...lines, "", ""].join("\n")) });
    const array = await read({ accounts: `[${lines.join(",\n")}]` });
    expect(other).toEqual(plain);
    expect(array.accounts).toEqual(plain.accounts);
  });

  it.each([
    ["accounts", { created_at: AT }, "SW1304", "account_id is missing"],
    ["accounts", { ...ACCOUNT, created_at: null }, "SW1304", "created_at is missing"],
    ["accounts", { ...ACCOUNT, created_at: "yesterday" }, "SW1308", "created_at is no usable time (not a time)"],
    ["accounts", { ...ACCOUNT, created_at: 1_771_057_800 }, "SW1308", "created_at is no usable time (in seconds)"],
    ["accounts", { ...ACCOUNT, plan: 7 }, "SW1306", "plan is no text"],
    ["accounts", { ...ACCOUNT, programme: "school" }, "SW1307", "programme has an unknown value"],
    ["releases", { released_at: AT }, "SW1304", "target_model is missing"],
    ["enforcement", { account_id: "a", at: AT, measure: "warned" }, "SW1307", "measure has an unknown value"],
    ["accounts", { ...ACCOUNT, created_at: "1989-12-31T23:59:59Z" }, "SW1308", "created_at is no usable time (too early)"],
  ] as const)("%s: a line like %j is left out with %s, and the rest is read", async (name, line, code, what) => {
    const good: Record<string, object> = {
      accounts: ACCOUNT,
      releases: { target_model: "m", released_at: AT },
      enforcement: { account_id: "a", at: AT, measure: "banned" },
    };
    const files = await read({ [name]: [line, good[name], line, "broken"].map((item) => JSON.stringify(item)).join("\n") });
    expect(files[name]).toHaveLength(1);
    expect(files.quarantine.map((entry) => [entry.code, entry.line])).toEqual([
      [code, 1],
      [code, 3],
      ["SW1303", 4],
    ]);
    expect(files.quarantine[0]?.what).toBe(what);
    expect(files.coverage[`side_file_${name}`]).toBe(`3 lines of the ${name} file could not be read and were left out`);
  });

  it.each([
    ["that do not exist", () => readSideFiles({ accounts: "nothing-here.ndjson" }), "SW1101"],
    ["with no readable line", () => readLine("accounts", { hello: 1 }), "SW1301"],
    ["that are a picture", () => read({ releases: Buffer.from("89504e470d0a1a0a", "hex") }), "SW1301"],
  ])("%s end the run with exit status 2", async (_claim, run, code) => {
    await expect(run()).rejects.toMatchObject({ exitStatus: 2, problem: { code } });
  });

  it("believe a registration that is older than language models", async () => {
    const { accounts } = await readLine("accounts", { ...ACCOUNT, created_at: "2009-06-01T00:00:00Z", payment_kind: "card" });
    expect(accounts).toEqual([{ accountId: "a", createdAtMs: Date.UTC(2009, 5, 1), paymentKind: "card" }]);
  });

  it("that are empty are as good as absent: nobody was banned yet", async () => {
    expect((await read({ enforcement: "" })).enforcement).toEqual([]);
  });
});

describe("the allowlist", () => {
  const ENTRY = { account_id: "a", reason: "r", expires_at: AT };

  it.each(["9999-12-31T00:00:00Z", "2100-01-01T00:00:00+01:00", Date.UTC(9999, 11, 31)])("protects until %j", async (expires_at) => {
    const { allowlist, quarantine } = await readLine("allowlist", { ...ENTRY, expires_at });
    expect(quarantine).toEqual([]);
    expect(allowlist[0]?.expiresAtMs).toBeGreaterThanOrEqual(Date.UTC(2099, 11, 31));
  });

  it.each([
    ["names nobody", JSON.stringify({ reason: "r", expires_at: AT }), "neither account_id nor organization_id is there"],
    ["has no reason", JSON.stringify({ account_id: "a", expires_at: AT }), "reason is missing"],
    ["has no end", JSON.stringify({ ...ENTRY, expires_at: "never" }), "expires_at is no usable time (not a time)"],
    ["is in seconds", JSON.stringify({ ...ENTRY, expires_at: 1_771_057_800 }), "expires_at is no usable time (in seconds)"],
    ["is broken", '{"account_id":"a"', "the JSON ends before it is complete"],
  ])("ends the run with file, line and reason when a line %s: nobody may lose protection silently", async (_claim, line, what) => {
    const text = [JSON.stringify(ENTRY), line, JSON.stringify({ ...ENTRY, account_id: "b" }), ""].join("\n");
    await expect(read({ allowlist: text })).rejects.toMatchObject({
      exitStatus: 2,
      problem: { code: "SW1309", what: expect.stringContaining(what), place: { file: expect.stringMatching(/allowlist$/), line: 2 } },
    });
  });

  it("ends the run when it was cut short", async () => {
    const whole = gzipSync(
      Array.from({ length: 200 }, (_, index) => JSON.stringify({ ...ENTRY, account_id: `a${index * 7919}` })).join("\n"),
    );
    await expect(read({ allowlist: whole.subarray(0, -40) })).rejects.toMatchObject({ problem: { code: "SW1309" } });
  });
});
