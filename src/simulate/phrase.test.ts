import { describe, expect, it } from "vitest";
import { LANGUAGES, USER_PROMPTS } from "./content/user-prompts.js";
import { SCAFFOLDS } from "./content/scaffolds.js";
import { CAPABILITIES } from "../vocabulary/feature.js";
import { writeItem } from "./content/items.js";
import { countWordings, writePhrase } from "./phrase.js";
import { createRandom } from "./random.js";

describe("phrases", () => {
  const random = createRandom(1);

  it("chooses among alternatives, nested and empty ones too", () => {
    const seen = new Set(Array.from({ length: 200 }, () => writePhrase("a{b|c{d|e}|}f", random)));
    expect([...seen].sort()).toEqual(["abf", "acdf", "acef", "af"]);
  });

  it("fills slots anew and leaves other brackets alone", () => {
    expect(writePhrase("[3-5] [nothing] [1]", random)).toMatch(/^[345] \[nothing\] \[1\]$/);
    expect(writePhrase("[place]", random)).not.toContain("[");
  });

  it("keeps a bar outside braces as text", () => {
    expect(writePhrase("a | b", random)).toBe("a | b");
  });

  it("has more than fifty wordings for every scaffold, so that a campaign can paraphrase", () => {
    const poor = SCAFFOLDS.filter((scaffold) => countWordings(`${scaffold.system ?? ""} ${scaffold.prompt}`) <= 50);
    expect(poor.map((scaffold) => scaffold.id)).toEqual([]);
  });

  it("has at least 150 wordings of user prompts in each of eight languages", () => {
    const poor = LANGUAGES.filter((language) => USER_PROMPTS[language].reduce((sum, phrase) => sum + countWordings(phrase), 0) < 150);
    expect(poor).toEqual([]);
  });

  it("writes no leftover of the notation into any bundled text", () => {
    const texts = [
      ...SCAFFOLDS.flatMap((scaffold) => [writePhrase(scaffold.prompt, random), writePhrase(scaffold.system ?? "", random)]),
      ...LANGUAGES.flatMap((language) => USER_PROMPTS[language].map((phrase) => writePhrase(phrase, random))),
      ...CAPABILITIES.map((capability) => writeItem(capability, random)).filter((text) => !text.startsWith("[{")),
    ];
    for (const text of texts) expect(text).not.toMatch(/\{[^}]*\||\[(topic|place|name|object|code|subject|limit)\]/);
  });
});
