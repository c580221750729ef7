/** The published example prompt under many wordings is one family among real users' prompts. Takes some seconds: it reads 13,000 prompts. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../sdk/testing/draws.js";
import { createFamilyNamer, type SentText } from "./testing/name-families.js";
import { REORDERED, REWRITTEN, writeLight, writeSlotted, writeUnseen } from "./testing/published-prompt.js";

/** Real prompts; see the README of that folder. */
const DATA = process.env["STILLWATCH_DATA"] ?? join(import.meta.dirname, "../../../../shared/data");
const ACCOUNTS = 300;
const REQUESTS_PER_ACCOUNT = 6;

interface Row {
  prompt?: string;
  turns?: { role: string; content: string }[];
}

function readTexts(path: string): string[] {
  const lines = gunzipSync(readFileSync(join(DATA, path)))
    .toString()
    .trim()
    .split("\n");
  return lines
    .map((line): Row => JSON.parse(line))
    .map((row) => row.prompt ?? row.turns?.findLast(({ role }) => role === "user")?.content ?? "")
    .filter((text) => text !== "");
}

function readCrowd(): SentText[] {
  const files = ["prompts_benign", "prompts_bulk"].flatMap((folder) => readdirSync(join(DATA, folder)).map((file) => `${folder}/${file}`));
  // Four accounts for what a pipeline sends, one for each prompt of a person.
  return files
    .sort()
    .flatMap((file) =>
      readTexts(file).map((text, index) => ({ account: file.includes("bulk") ? `${file} ${index % 4}` : `${file} ${index}`, text })),
    );
}

/** Every account draws one wording or all, with an item of a queue behind it. */
function sendPool(wordings: readonly string[], draws: "one" | "all", items: readonly string[]): SentText[] {
  const random = createRandom(11);
  return Array.from({ length: ACCOUNTS }, (_, account) => {
    const own = random.below(wordings.length);
    return Array.from({ length: REQUESTS_PER_ACCOUNT }, () => ({
      account: `pool ${account}`,
      text: `${wordings[draws === "one" ? own : random.below(wordings.length)]}\n\n${items[random.below(items.length)]}`,
    }));
  }).flat();
}

/** Share of the pool in its largest family, and share of that family that is the pool's. */
function judge(names: readonly (string | null)[], poolSize: number): { largest: number; purity: number } {
  const count = (list: readonly (string | null)[]): Map<string, number> => {
    const counts = new Map<string, number>();
    for (const name of list) if (name !== null) counts.set(name, (counts.get(name) ?? 0) + 1);
    return counts;
  };
  const [[family, inFamily]] = [...count(names.slice(0, poolSize))].sort((a, b) => b[1] - a[1]);
  return { largest: inFamily / poolSize, purity: inFamily / (count(names).get(family) ?? 1) };
}

describe.skipIf(!existsSync(DATA))("the published prompt among real prompts", async () => {
  const isHere = existsSync(DATA);
  const nameFamilies = isHere ? await createFamilyNamer() : () => [];
  const crowd = isHere ? readCrowd() : [];
  const items = isHere ? readTexts("prompts_distill/camel_star_gsm8k_queries.jsonl.gz") : [];

  it("is read beside at least 5,000 of them", () => {
    expect(crowd.length).toBeGreaterThan(5_000);
  });

  // Where accounts draw all wordings .945 was measured, of rewritings from scratch .18. A cosine of .5 reaches .953 and .44, and lets fifteen innocent
  // accounts of a tuning world in, so these two are held at what is reached and not at what is wished for. See docs/decisions/0015-gists.md.
  it.each([
    ["other words", writeLight(80), "one", 0.95],
    ["other words", writeLight(80), "all", 0.94],
    ["other subjects", writeSlotted(80), "one", 0.95],
    ["other orders", REORDERED, "one", 0.95],
    ["rewritings", REWRITTEN, "one", 0.15],
    ["fifty unseen wordings and their fillings", writeUnseen(10), "one", 0.94],
    ["fifty unseen wordings and their fillings", writeUnseen(10), "all", 0.94],
  ] as const)("in %s is one family (%#)", (_, wordings, draws, least) => {
    const pool = sendPool(wordings, draws, items);
    const { largest, purity } = judge(nameFamilies([...pool, ...crowd]), pool.length);
    expect(purity).toBeGreaterThanOrEqual(0.95);
    expect(largest).toBeGreaterThanOrEqual(least);
  });

  // Four accounts ask each: .54 to .61. Purity holds; one family it is not.
  it("is still the largest family when four accounts ask each question", () => {
    const wordings = writeUnseen(10);
    const pool = Array.from({ length: ACCOUNTS * REQUESTS_PER_ACCOUNT }, (_, index) => {
      const account = (index * 7919) % ACCOUNTS;
      return { account: `pool ${account}`, text: `${wordings[(account * 31) % wordings.length]}\n\n${items[Math.floor(index / 4)]}` };
    });
    const { largest, purity } = judge(nameFamilies([...pool, ...crowd]), pool.length);
    expect(purity).toBeGreaterThanOrEqual(0.95);
    expect(largest).toBeGreaterThanOrEqual(0.5);
  });

  it.each([
    ["other subjects", writeSlotted(60)],
    ["fifty unseen wordings", writeUnseen(10)],
  ] as const)("in %s keeps its id when the log goes on", (_, wordings) => {
    const pool = sendPool(wordings, "all", items).map((sent, index) => ({ ...sent, atMs: (index * 7919) % 100_000 }));
    const early = pool.filter(({ atMs }) => atMs < 50_000);
    const mostly = (names: readonly (string | null)[]): string | null =>
      [...new Set(names)].sort((a, b) => names.filter((name) => name === b).length - names.filter((name) => name === a).length)[0];
    expect(mostly(nameFamilies(pool))).toBe(mostly(nameFamilies(early)));
  });
});

if (!existsSync(DATA)) console.warn(`not checked: the published prompt among real prompts (no ${DATA}; set STILLWATCH_DATA)`);
