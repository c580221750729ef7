import { describe, expect, it } from "vitest";
import { indexAccounts } from "./names-of-keys.js";

describe("accounts by key", () => {
  it.each([
    ["an account has its place", "acct-1", 0],
    ["a gateway's requests of nobody have none: whoever stands behind them is unknown", "unattributed:gateway", -1],
    ["a service that names itself and no customer has none", "service:checkout", -1],
  ])("%s", (_claim, accountId, place) => {
    expect(indexAccounts([{ accountId, accountKey: 7n }]).locate(7n)).toBe(place);
  });
});
