/** A policy that is read again is taken whole or not at all. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { Policy } from "../../engine/decisions/policy.js";
import type { Problem } from "../../vocabulary/errors.js";
import { createPolicyKeeper, type PolicyKeeper } from "./policy-keeper.js";

const folder = mkdtempSync(join(tmpdir(), "stillwatch-policy-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "policy.yaml");
const GOOD = "rules: [{ name: stop, measure: block, owner: me, reason: Harvesting. }]\n";

let used: string[][] = [];
let troubles: Problem[] = [];
let gauges: number[] = [];
let told: string[] = [];
beforeEach(() => {
  used = [];
  troubles = [];
  gauges = [];
  told = [];
});

const make = (more: { file?: string | undefined; use?: (policy: Policy) => Promise<void> } = {}): PolicyKeeper =>
  createPolicyKeeper({
    file,
    use: async ({ rules }) => void used.push(rules.map(({ name }) => name)),
    metrics: { set: (_name, value) => void gauges.push(value) },
    onTrouble: (problem) => void troubles.push(problem),
    tell: (what) => void told.push(what),
    ...more,
  });

describe("a policy that is read again", () => {
  it("is put into force", async () => {
    writeFileSync(file, GOOD);
    const keeper = make();
    await keeper.reload();
    expect([used, troubles, keeper.describeTrouble(), gauges]).toEqual([[["stop"]], [], null, [0, 0]]);
  });

  it.each([
    ["misspelt", GOOD.replace("block", "blok")],
    ["half saved", GOOD.slice(0, 40)],
    ["with a second rule that is wrong", GOOD.replace("]", ", { name: stop, measure: watch, owner: me, reason: r }]")],
  ])("%s changes nothing, and is told where people look", async (_, text) => {
    writeFileSync(file, text);
    const keeper = make();
    await keeper.reload();
    expect([used, gauges]).toEqual([[], [0, 1]]);
    expect(troubles).toMatchObject([{ code: "SW2011", place: { file, line: 1 } }]);
    expect(keeper.describeTrouble()).toContain("the policy before it goes on");
    writeFileSync(file, GOOD);
    await keeper.reload();
    expect([used, keeper.describeTrouble(), gauges]).toEqual([[["stop"]], null, [0, 1, 0]]);
  });

  it("that is gone is refused, too; the words of what fails otherwise are told to nobody", async () => {
    await make({ file: join(folder, "gone.yaml") }).reload();
    writeFileSync(file, GOOD);
    await make({ use: async () => Promise.reject(new Error("acct-secret")) }).reload();
    expect(troubles.map(({ code }) => code)).toEqual(["SW2011", "SW2011"]);
    expect(JSON.stringify(troubles)).not.toContain("secret");
  });

  it("where none is named is nothing", async () => {
    await make({ file: undefined }).reload();
    expect([used, troubles, told]).toEqual([[], [], ["no policy is named; nothing is decided, as before"]]);
  });
});
