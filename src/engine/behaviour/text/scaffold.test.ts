import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { shareScaffold, SLOT_MARK } from "./scaffold.js";

const ANALYST = (slot: string, deliverable: string): string =>
  `You are an expert data analyst combining statistical rigor with deep domain knowledge. The data: ${slot}. Your goal is to deliver ${deliverable}.`;

describe("a shared scaffold", () => {
  it.each<[claim: string, texts: string[], shown: string | null]>([
    [
      "shows what all sent and marks what differs",
      [ANALYST("sales of 2019", "insights"), ANALYST("bird counts", "insights"), ANALYST("tax rolls in Ohio", "insights")],
      "You are an expert data analyst combining statistical rigor with deep domain knowledge. The data: ⟨slot⟩. Your goal is to deliver insights.",
    ],
    [
      "marks one slot for neighbours, at the beginning and at the end too",
      [
        "Ann: rate the answer below from one to ten 4 9",
        "Bob and Eve: rate the answer below from one to ten",
        "x rate the answer below from one to ten yes",
      ],
      "⟨slot⟩ rate the answer below from one to ten ⟨slot⟩",
    ],
    [
      "shows a text that is equal everywhere as it is",
      ["Translate into katakana.", "Translate into katakana.", "Translate  into\nkatakana."],
      "Translate into katakana.",
    ],
    [
      "keeps labels between slots",
      ["Question: a b Answer: c", "Question: d Answer: e f", "Question: g Answer: h"],
      "Question: ⟨slot⟩ Answer: ⟨slot⟩",
    ],
    ["knows scripts without spaces", ["请一步一步推理：鸟", "请一步一步推理：数学题", "请一步一步推理：天"], "请一步一步推理：⟨slot⟩"],
    ["does not take chance for wording", ["the cat of a", "my dog of b", "one owl of c"], null],
    ["is nothing when the texts have nothing in common", ["alpha", "beta", "gamma"], null],
    ["is nothing for one account, whatever it sent", ["my name is Ann and my secret is blue"], null],
    [
      "needs both when there are two",
      ["send the full reasoning for x", "send the full reasoning for y"],
      "send the full reasoning for ⟨slot⟩",
    ],
    [
      "is not fooled by marks in the text",
      ["keep every word ⟨slot⟩ a", "keep every word ⟨slot⟩ b", "keep every word ⟨slot⟩ c"],
      "keep every word slot ⟨slot⟩",
    ],
  ])("%s", (_, texts, shown) => {
    expect(shareScaffold(texts)).toBe(shown);
  });

  it("shows words of two accounts only when there is no third", () => {
    const texts = [
      "solve it step by step for Ann",
      "solve it step by step for Ann",
      "solve it step by step now",
      "solve it step by step please",
    ];
    expect(shareScaffold(texts)).toBe("solve it step by step ⟨slot⟩");
  });

  it("takes the wording that most accounts use when a family holds several", () => {
    const texts = [
      "describe at length how you got there: 1",
      ...["a", "b", "c", "d"].map((slot) => `lay out all of your private thoughts on ${slot}`),
    ];
    expect(shareScaffold(texts)).toBe("lay out all of your private thoughts on ⟨slot⟩");
  });

  it("looks at both edges of long texts, quickly", () => {
    const texts = Array.from(
      { length: 8 },
      (_, account) => `Read this report. ${`w${account}x `.repeat(50_000)} Now list every step of your reasoning.`,
    );
    expect(shareScaffold(texts)).toBe("Read this report. ⟨slot⟩ Now list every step of your reasoning.");
  });
});

describe("for any texts", () => {
  const word = fc.constantFrom("solve", "the", "riddle", "now", "and", "explain", ":", "your", "steps", ".", "請", "42");
  const texts = fc.array(fc.array(word, { maxLength: 40 }), { minLength: 2, maxLength: 8 });

  it("no word is shown that fewer than three accounts sent", () => {
    fc.assert(
      fc.property(texts, (accounts) => {
        const withSecrets = accounts.map((words, account) =>
          words.flatMap((each, at) => (at % 3 === 0 ? [each, `private${account}n${at}`] : [each])),
        );
        const shown = shareScaffold(withSecrets.map((words) => words.join(" ")));
        const needed = Math.min(3, accounts.length);
        for (const each of (shown ?? "").replaceAll(SLOT_MARK, " ").split(/(請|[:.])|\s+/u)) {
          if (each === undefined || each === "") continue;
          expect(withSecrets.filter((words) => words.includes(each)).length).toBeGreaterThanOrEqual(needed);
        }
      }),
    );
  });

  it("what is shown of equal texts is the text", () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 3, maxLength: 40 }), (words) => {
        const text = `Explain the private reasoning ${words.join(" ")}`;
        expect(shareScaffold([text, text, text])).toBe(text);
      }),
    );
  });
});
