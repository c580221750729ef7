import { describe, expect, it } from "vitest";
import { EDGE_CHARS_MAX } from "../../../vocabulary/sketch.js";
import { createTextReader } from "../known-campaigns.js";
import { condenseRequest, readCall } from "./call-reading.js";

const readAnchors = createTextReader();
/** So many characters of words, no two passages alike. */
const write = (chars: number, seed: number): string =>
  Array.from({ length: Math.ceil(chars / 7) }, (_, index) => ((index * 7919 + seed * 104_729) % 1_000_003).toString(36).padStart(6, "x"))
    .join(" ")
    .slice(0, chars);
const user = (content: unknown): object => ({ role: "user", content });

describe("a call that another thread read", () => {
  it.each<[claim: string, messages: unknown, system?: string]>([
    ["is short", [user("Which of the two is heavier, and why?")], "Answer in one word."],
    ["has a long question", [user(write(100_000, 1))]],
    ["is just as long as is looked at whole", [user(write(2 * EDGE_CHARS_MAX, 2))]],
    ["is one character longer", [user(write(2 * EDGE_CHARS_MAX + 1, 3))]],
    ["has long instructions of several places", [{ role: "system", content: write(30_000, 4) }, user("Why?")], write(20_000, 5)],
    [
      "goes on for long",
      Array.from({ length: 5000 }, (_, turn) => ({ role: turn % 2 === 0 ? "user" : "assistant", content: write(60, turn) })),
    ],
    [
      "has parts and pictures",
      [
        user([
          { type: "text", text: write(40_000, 6) },
          { type: "image_url", image_url: { url: "x".repeat(90_000) } },
        ]),
      ],
    ],
    ["is bare texts", [write(500, 7), write(50_000, 8)]],
    ["ends with an answer", [user(write(900, 9)), { role: "assistant", content: write(50_000, 10) }]],
    ["holds no question", [{ role: "assistant", content: "hello" }]],
  ])("that %s is held against campaigns as it stood, and is small", (_claim, messages, system) => {
    const request = { accountId: "a", requestId: "r", messages, ...(system === undefined ? {} : { system }) };
    const condensed = condenseRequest(request);
    expect(readAnchors(condensed)).toEqual(readAnchors(request));
    expect(condensed).toMatchObject({ accountId: "a", requestId: "r" });
    expect(JSON.stringify(condensed).length).toBeLessThan(5 * EDGE_CHARS_MAX);
  });

  it("that breaks its reader is unreadable, not a fault", () => {
    const broken = {
      get metadata(): never {
        throw new RangeError("Maximum call stack size exceeded");
      },
    };
    expect(readCall({ gateway: "portkey", identity: { accountField: "_user" } }, broken)).toBe("unreadable");
  });

  it("without text stays as it is", () => {
    const request = { accountId: "a", reasoningHandlesSubmitted: ["h"] };
    expect(condenseRequest(request)).toEqual(request);
  });
});
